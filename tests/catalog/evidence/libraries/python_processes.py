"""Standard library: processes, and people at a terminal."""

from __future__ import annotations

import asyncio
import builtins
import code
import ctypes.util
import fcntl
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator

from evidence.world import World

Cases = Iterator[Callable[[], object]]


def nap(world: World) -> list[str]:
    return ["sleep", str(world.delay)]


def longer(world: World) -> float:
    """For processes that run already when the measured call begins."""
    return world.delay + 0.1


def process(use: Callable[[subprocess.Popen[bytes]], object]) -> Callable[[World], Cases]:
    """A case that uses a process which writes a line and ends late."""

    def case(world: World) -> Cases:
        command = ["sh", "-c", f"sleep {longer(world)}; echo late"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        yield lambda: use(child)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            pipe.close()  # type: ignore[union-attr]

    return case


def child_of(use: Callable[[int], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        pid = os.posix_spawnp("sleep", ["sleep", str(longer(world))], os.environ)
        yield lambda: use(pid)

    return case


def locked(lock: Callable[[int], object], kind: str = "") -> Callable[[World], Cases]:
    """A case that takes a file lock which a child process holds until it ends, late."""

    def case(world: World) -> Cases:
        path = world.folder / "lock"
        path.touch()
        script = f"import fcntl, time, sys; f = open({str(path)!r}, 'w'); fcntl.{{}}(f, fcntl.LOCK_EX); print(flush=True); time.sleep({longer(world)})"
        holder = kind or ("flock" if lock is flock else "lockf")
        child = subprocess.Popen([sys.executable, "-c", script.format(holder)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        with open(path, "w") as file:
            yield lambda: lock(file.fileno())
        child.communicate()

    return case


def flock(file: int) -> None:
    fcntl.flock(file, fcntl.LOCK_EX)


def lockf(file: int) -> None:
    fcntl.lockf(file, fcntl.LOCK_EX)


def os_lockf(file: int) -> None:
    os.lockf(file, os.F_LOCK, 0)


def typed(use: Callable[[], object]) -> Callable[[World], Cases]:
    """A case that reads a line from a standard input on which one is typed late."""

    def case(world: World) -> Cases:
        before, sys.stdin = sys.stdin, os.fdopen(world.pipe(b"late\n"))
        try:
            yield use
        finally:
            sys.stdin.close()
            sys.stdin = before

    return case


async def exec_and_wait(world: World) -> None:
    child = await asyncio.create_subprocess_exec(*nap(world))
    await child.wait()


BLOCKING = {
    "subprocess.run": lambda world: subprocess.run(nap(world)),
    "subprocess.call": lambda world: subprocess.call(nap(world)),
    "subprocess.check_call": lambda world: subprocess.check_call(nap(world)),
    "subprocess.check_output": lambda world: subprocess.check_output(nap(world)),
    "subprocess.getoutput": lambda world: subprocess.getoutput(" ".join(nap(world))),
    "subprocess.getstatusoutput": lambda world: subprocess.getstatusoutput(" ".join(nap(world))),
    "subprocess.Popen.wait": process(lambda child: child.wait()),
    "subprocess.Popen.communicate": process(lambda child: child.communicate()),
    "subprocess.Popen.__exit__": process(lambda child: child.__exit__(None, None, None)),
    "io.BufferedRWPair.read": process(lambda child: child.stdout.read()),  # type: ignore[union-attr]
    "io.BufferedRWPair.readline": process(lambda child: child.stdout.readline()),  # type: ignore[union-attr]
    "io.BufferedRWPair.readlines": process(lambda child: child.stdout.readlines()),  # type: ignore[union-attr]
    "io.BufferedRWPair.__iter__": process(lambda child: next(iter(child.stdout))),  # type: ignore[arg-type]
    "os.system": lambda world: os.system(" ".join(nap(world))),
    "os.wait": child_of(lambda pid: os.wait()),
    "os.wait3": child_of(lambda pid: os.wait3(0)),
    "os.wait4": child_of(lambda pid: os.wait4(pid, 0)),
    "os.waitid": child_of(lambda pid: os.waitid(os.P_PID, pid, os.WEXITED)),
    "os.waitpid": child_of(lambda pid: os.waitpid(pid, 0)),
    "os.spawnlp": lambda world: os.spawnlp(os.P_WAIT, "sleep", *nap(world)),
    "os.spawnvp": lambda world: os.spawnvp(os.P_WAIT, "sleep", nap(world)),
    "fcntl.flock": locked(flock),
    "fcntl.lockf": locked(lockf),
    "os.lockf": locked(os_lockf),
    "builtins.input": typed(builtins.input),
    "sys.stdin.read": typed(lambda: sys.stdin.read()),
    "sys.stdin.readline": typed(lambda: sys.stdin.readline()),
    "sys.stdin.__iter__": typed(lambda: next(iter(sys.stdin))),
    "code.InteractiveConsole.raw_input": typed(lambda: code.InteractiveConsole().raw_input()),
}

SHORT = {
    "subprocess.Popen": lambda world: subprocess.Popen(["true"]).returncode,
    "os.popen": lambda world: os.popen("true"),
    "platform.architecture": lambda world: platform.architecture(),
    "ctypes.util.find_library": lambda world: ctypes.util.find_library("c"),
}

ASYNC = {
    "asyncio.create_subprocess_exec": exec_and_wait,
}

DOCUMENTED = {
    "Runs a program only the first time, and not on every system": ("uuid.getnode", "platform.processor"),
    "Starts a process as subprocess.Popen does, which is run; the C library makes it without copying anything (posix_spawn(3))": (
        "os.posix_spawn", "os.posix_spawnp",
    ),
}  # fmt: skip
