"""GitPython: the program git, that takes its time before it does what it is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import git
from evidence.world import World

ENVIRONMENT = {
    **{
        f"GIT_{who}_{what}": f"x{value}"
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", ""), ("EMAIL", "@x"))
    },
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ALLOW_PROTOCOL": "file",
}


def plainly(*words: str, folder: Path) -> None:
    """Run git itself."""
    environment = os.environ | ENVIRONMENT | {"GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


def repository(world: World) -> Path:
    """Two commits, a branch, a tag, and another repository that it came from."""
    work, origin = world.folder / "work", world.folder / "origin"
    plainly("init", "-q", "-b", "main", str(work), folder=world.folder)
    (work / "x").write_text("x")
    plainly("add", "x", folder=work)
    plainly("commit", "-q", "-m", "x", folder=work)
    plainly("clone", "-q", "--bare", str(work), str(origin), folder=world.folder)
    plainly("remote", "add", "origin", str(origin), folder=work)
    plainly("fetch", "-q", "origin", folder=work)
    plainly("branch", "-q", "--set-upstream-to=origin/main", folder=work)
    (work / "x").write_text("y")
    plainly("commit", "-q", "-a", "-m", "y", folder=work)
    plainly("branch", "other", folder=work)
    plainly("tag", "t", folder=work)
    (work / "z").write_text("z")
    return work


def slow_program(world: World) -> Iterator[None]:
    """Until the call has begun, git is quick."""
    mark, program, real = world.folder / "begun", world.folder / "git", shutil.which("git")
    program.write_text(f'#!/bin/sh\n[ -e {mark} ] && sleep {world.delay}\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    os.environ.update(ENVIRONMENT)
    git.refresh(str(program))
    mark.touch()
    yield
    git.refresh(real)


def asked(call: Callable[[git.Repo], object]) -> Any:
    def case(world: World) -> Iterator[Any]:
        repo = git.Repo(repository(world))
        for _ in slow_program(world):
            yield lambda: call(repo)
            repo.close()

    return case


def elsewhere(call: Callable[[Path], object]) -> Any:
    def case(world: World) -> Iterator[Any]:
        work = repository(world)
        for _ in slow_program(world):
            yield lambda: call(work)

    return case


def origin(repo: git.Repo) -> git.Remote:
    return repo.remote("origin")


BLOCKING = {
    "git.Repo.clone_from": elsewhere(lambda work: git.Repo.clone_from(str(work), str(work.parent / "new"))),
    "git.Repo.init": elsewhere(lambda work: git.Repo.init(str(work.parent / "new"))),
    "git.Repo.clone": asked(lambda repo: repo.clone(f"{repo.working_dir}-new")),
    "git.Repo.is_dirty": asked(lambda repo: repo.is_dirty()),
    "git.Repo.iter_commits": asked(lambda repo: next(iter(repo.iter_commits()))),
    "git.Repo.blame": asked(lambda repo: repo.blame("HEAD", "x")),
    "git.Repo.archive": asked(lambda repo: repo.archive(open(os.devnull, "wb"))),  # noqa: SIM115
    "git.Repo.create_remote": asked(lambda repo: repo.create_remote("r", "file:///r")),
    "git.Repo.delete_remote": asked(lambda repo: repo.delete_remote(origin(repo))),
    "git.Repo.delete_head": asked(lambda repo: repo.delete_head("other")),
    "git.Repo.create_tag": asked(lambda repo: repo.create_tag("u")),
    "git.Repo.delete_tag": asked(lambda repo: repo.delete_tag("t")),
    "git.Repo.ignored": asked(lambda repo: repo.ignored("x")),
    "git.Repo.merge_base": asked(lambda repo: repo.merge_base("main", "other")),
    "git.Repo.is_ancestor": asked(lambda repo: repo.is_ancestor(repo.commit("HEAD~1"), repo.commit("HEAD"))),
    "git.Repo.submodule_update": asked(lambda repo: repo.submodule_update()),
    "git.Repo.create_submodule": asked(lambda repo: repo.create_submodule("s", "s", f"{repo.working_dir}/../origin")),
    "git.Repo.untracked_files": asked(lambda repo: repo.untracked_files),
    "git.Remote.fetch": asked(lambda repo: origin(repo).fetch()),
    "git.Remote.pull": asked(lambda repo: origin(repo).pull()),
    "git.Remote.push": asked(lambda repo: origin(repo).push()),
    "git.Remote.update": asked(lambda repo: origin(repo).update()),
    "git.IndexFile.add": asked(lambda repo: repo.index.add(["z"])),
    "git.IndexFile.remove": asked(lambda repo: repo.index.remove(["x"])),
    "git.IndexFile.commit": asked(lambda repo: repo.index.commit("z")),
    "git.IndexFile.checkout": asked(lambda repo: repo.index.checkout(["x"], force=True)),
    "git.IndexFile.reset": asked(lambda repo: repo.index.reset()),
    "git.IndexFile.move": asked(lambda repo: repo.index.move(["x", "y"])),
    "git.IndexFile.diff": asked(lambda repo: repo.index.diff(None)),
    "git.Git.status": asked(lambda repo: repo.git.status()),
    "git.Git.execute": asked(lambda repo: repo.git.execute([repo.git.GIT_PYTHON_GIT_EXECUTABLE, "status"])),
    "git.Git.ls_remote": asked(lambda repo: repo.git.ls_remote("origin")),
    "git.Head.checkout": asked(lambda repo: repo.heads["other"].checkout()),
    "git.HEAD.reset": asked(lambda repo: repo.head.reset()),
    "git.Commit.diff": asked(lambda repo: repo.commit("HEAD").diff("HEAD~1")),
    "git.Commit.count": asked(lambda repo: repo.commit("HEAD").count()),
    "git.Commit.iter_items": asked(lambda repo: next(iter(git.Commit.iter_items(repo, "HEAD")))),
    "git.Commit.stats": asked(lambda repo: repo.commit("HEAD").stats),
    "git.Commit.name_rev": asked(lambda repo: repo.commit("HEAD").name_rev),
}
SILENT = {
    "git.Remote.exists": asked(lambda repo: origin(repo).exists()),
    "git.Git.clear_cache": asked(lambda repo: repo.git.clear_cache()),
    "git.Git.custom_environment": asked(lambda repo: repo.git.custom_environment(X="x").__enter__()),
    "git.Git.transform_kwargs": asked(lambda repo: repo.git.transform_kwargs(x=True)),
    "git.Git.update_environment": asked(lambda repo: repo.git.update_environment(X="x")),
}
