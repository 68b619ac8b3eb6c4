"""What git ignores in a folder, asked of git itself."""

from __future__ import annotations

import os

_PATIENCE = 30.0
"""Seconds after which a git that does not answer is given up."""

_LOCAL = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"}
)
"""Git sets these for its hooks; in a hook they would point us at the wrong repository or folder."""


def ignored_by_git(folder: str) -> set[str] | None:
    """Absolute paths of ignored files and folders below ``folder``; what lies in an ignored folder is not listed.

    None where git cannot tell: it is not installed, refuses, or takes too long. Empty where ``folder`` itself is
    ignored: whoever names it wants it read. Files that git tracks are never ignored, whatever ``.gitignore`` says.
    """
    import subprocess  # a run outside of a repository does not need it

    command = [
        "git", "-c", "core.fsmonitor=false", "ls-files", "-z",
        "--others", "--ignored", "--exclude-standard", "--directory",
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    try:
        answer = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if answer.returncode != 0:
        return None
    found = {os.fsdecode(name).rstrip("/") for name in answer.stdout.split(b"\0") if name}
    if found & {"", "."}:
        return set()
    return {os.path.join(folder, *name.split("/")) for name in found}
