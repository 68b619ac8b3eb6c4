"""Standard library: debuggers and consoles that wait for somebody to type, and programs that are started."""

from __future__ import annotations

import builtins
import cmd
import code
import contextlib
import ensurepip
import getpass
import io
import mmap
import os
import pdb
import platform
import pty
import queue
import subprocess
import sys
import threading
import uuid
import venv
import webbrowser
from collections.abc import Callable, Iterator

from evidence.libraries.python_waiting import held_elsewhere
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]
MEMORY = 512 << 20
"""Bytes whose page tables are copied by a fork."""


def typed(use: Callable[[], object], text: bytes = b"late\n") -> Callable[[World], Cases]:
    """A case that reads from a standard input on which something is typed late."""

    def case(world: World) -> Cases:
        before, sys.stdin = sys.stdin, os.fdopen(world.pipe(text))
        said, sys.stdout = sys.stdout, io.StringIO()
        trace = sys.gettrace()
        try:
            yield use
        finally:
            sys.settrace(trace)
            sys.stdin.close()
            sys.stdin, sys.stdout = before, said

    return case


def caught() -> BaseException:
    try:
        raise ValueError
    except ValueError as error:
        return error


def last_error() -> None:
    error = caught()
    sys.last_value, sys.last_traceback = error, error.__traceback__
    sys.last_exc = error  # type: ignore[attr-defined,unused-ignore]
    pdb.pm()


def stopped_here() -> None:
    pdb.set_trace()


def stopped_by(debugger: Callable[[], pdb.Pdb]) -> Callable[[], object]:
    def stop() -> None:
        debugger().set_trace()

    return stop


def by_breakpoint() -> None:
    builtins.breakpoint()


class Shell(cmd.Cmd):
    """Ends when the input ends."""

    def do_EOF(self, line: str) -> bool:
        return True


def spawned(method: str, **environment: dict[str, str]) -> Callable[[World], object]:
    """A program of which it waits that it ends. ``environment``: for the functions whose names say that they take one."""

    def call(world: World) -> object:
        words = ["sleep", str(world.delay)]
        file = "sleep" if "p" in method[5:] else "/bin/sleep"
        listed = words if method[5] == "l" else [words]
        return getattr(os, method)(os.P_WAIT, file, *listed, *environment.values())

    return call


def forked(fork: Callable[[], tuple[int, int] | int]) -> Callable[[World], Cases]:
    """A case that copies a process which has its memory spread over many pages."""

    def case(world: World) -> Cases:
        with mmap.mmap(-1, MEMORY, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
            with contextlib.suppress(OSError):
                memory.madvise(getattr(mmap, "MADV_NOHUGEPAGE", 15))
            for place in range(0, MEMORY, mmap.PAGESIZE):
                memory[place] = 1
            made: list[int] = []

            def call() -> None:
                found = fork()
                pid, *descriptors = found if isinstance(found, tuple) else (found,)
                if pid == 0:
                    os._exit(0)
                made.extend((pid, *descriptors))

            yield call
            for descriptor in made[1:]:
                os.close(descriptor)
            os.waitpid(made[0], 0)

    return case


def in_terminal(world: World) -> Cases:
    """A terminal of its own for a program; what is typed on ours is passed on, so that there must be none."""
    before = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    yield lambda: pty.spawn(["sleep", str(world.delay)])
    os.dup2(before, 0)
    os.close(before)
    os.close(nothing)


def browsing(use: Callable[[webbrowser.BaseBrowser, str], object]) -> Callable[[World], Cases]:
    """A case that opens a page in a browser of the text mode sort, which is waited for."""

    def case(world: World) -> Cases:
        browser = webbrowser.GenericBrowser(["sleep", "%s"])
        yield lambda: use(browser, str(world.delay))

    return case


def browser_of_choice(use: Callable[[str], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        webbrowser.register("evidence", None, webbrowser.GenericBrowser(["sleep", "%s"]), preferred=True)
        yield lambda: use(str(world.delay))
        webbrowser._browsers.pop("evidence")  # type: ignore[attr-defined]
        webbrowser._tryorder.remove("evidence")  # type: ignore[attr-defined]

    return case


def slow_binary(world: World) -> Cases:
    path = str(world.fifo(b"x" * 100_000))
    yield lambda: platform.libc_ver(path)


def child(use: Callable[[subprocess.Popen[bytes]], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with subprocess.Popen(["sleep", str(world.delay)]) as process:
            yield lambda: use(process)

    return case


BLOCKING = {
    "sys.stdin.readlines": typed(lambda: sys.stdin.readlines()),
    "sys.stdin.buffer.read": typed(lambda: sys.stdin.buffer.read()),
    "sys.stdin.buffer.readline": typed(lambda: sys.stdin.buffer.readline()),
    "sys.stdin.buffer.__iter__": typed(lambda: next(iter(sys.stdin.buffer))),
    "cmd.Cmd.cmdloop": typed(lambda: Shell().cmdloop()),
    "code.interact": typed(lambda: code.interact(banner="", exitmsg="")),
    "code.InteractiveConsole.interact": typed(lambda: code.InteractiveConsole().interact("", "")),
    "builtins.breakpoint": typed(by_breakpoint, b"c\n"),
    "pdb.set_trace": typed(stopped_here, b"c\n"),
    "pdb.Pdb.set_trace": typed(stopped_by(pdb.Pdb), b"c\n"),
    "pdb.pm": typed(last_error, b"q\n"),
    "pdb.post_mortem": typed(lambda: pdb.post_mortem(caught().__traceback__), b"q\n"),
    "pdb.run": typed(lambda: pdb.run("x = 1"), b"c\n"),
    "pdb.runcall": typed(lambda: pdb.runcall(caught), b"c\n"),
    "pdb.runeval": typed(lambda: pdb.runeval("1 + 1"), b"c\n"),
    "os.spawnl": spawned("spawnl"),
    "os.spawnle": spawned("spawnle", environment={}),
    "os.spawnlpe": spawned("spawnlpe", environment=dict(os.environ)),
    "os.spawnv": spawned("spawnv"),
    "os.spawnve": spawned("spawnve", environment={}),
    "os.spawnvpe": spawned("spawnvpe", environment=dict(os.environ)),
    "pty.spawn": in_terminal,
    "webbrowser.open": browser_of_choice(webbrowser.open),
    "webbrowser.open_new": browser_of_choice(webbrowser.open_new),
    "webbrowser.open_new_tab": browser_of_choice(webbrowser.open_new_tab),
    "webbrowser.BaseBrowser.open": browsing(lambda browser, url: browser.open(url)),
    "webbrowser.BaseBrowser.open_new": browsing(lambda browser, url: browser.open_new(url)),
    "webbrowser.BaseBrowser.open_new_tab": browsing(lambda browser, url: browser.open_new_tab(url)),
    "platform.libc_ver": slow_binary,
    "threading.Lock.acquire_lock": held_elsewhere(threading.Lock, lambda lock: lock.acquire_lock()),
    "ensurepip.bootstrap": lambda world: ensurepip.bootstrap(root=str(world.folder)),
}

SHORT = {
    "os.fork": forked(os.fork),
    "os.forkpty": forked(os.forkpty),
    "pty.fork": forked(pty.fork),
    "venv.create": lambda world: venv.create(world.folder / "venv"),
    "venv.EnvBuilder.create": lambda world: venv.EnvBuilder().create(world.folder / "venv"),
}


def uncontended(kind: Callable[[], threading.Condition | threading.Lock]) -> Callable[[World], object]:
    def enter(world: World) -> None:
        with kind():
            pass

    return enter


SILENT = {
    "builtins.print": lambda world: print(),
    "sys.stdout.write": lambda world: sys.stdout.write("\n"),
    "sys.stdout.flush": lambda world: sys.stdout.flush(),
    "sys.stderr.write": lambda world: sys.stderr.write("\n"),
    "sys.stderr.flush": lambda world: sys.stderr.flush(),
    "getpass.getuser": lambda world: getpass.getuser(),
    "subprocess.Popen.poll": child(lambda process: process.poll()),
    "subprocess.Popen.send_signal": child(lambda process: process.send_signal(0)),
    "subprocess.Popen.terminate": child(lambda process: process.terminate()),
    "subprocess.Popen.kill": child(lambda process: process.kill()),
    **{
        f"platform.{name}": lambda world, name=name: getattr(platform, name)()
        for name in (
            "machine", "node", "python_implementation", "python_version", "release", "system", "uname", "version",
        )
    },
    "uuid.uuid1": lambda world: uuid.uuid1(),
    "uuid.uuid3": lambda world: uuid.uuid3(uuid.NAMESPACE_URL, "x"),
    "uuid.uuid4": lambda world: uuid.uuid4(),
    "uuid.uuid5": lambda world: uuid.uuid5(uuid.NAMESPACE_URL, "x"),
    "threading.Lock.__enter__": uncontended(threading.Lock),
    "threading.RLock.__enter__": uncontended(threading.RLock),
    "threading.Condition.__enter__": uncontended(threading.Condition),
    "queue.SimpleQueue.put": lambda world: queue.SimpleQueue[int]().put(1),
}  # fmt: skip

DOCUMENTED = {
    "Asks at the terminal that controls the process, /dev/tty, not on the standard input (getpass.unix_getpass); a test has none": (
        "getpass.getpass",
    ),
    "Reads a small file once, and keeps what it says (platform.py)": ("platform.freedesktop_os_release",),
    "Joins what libc_ver, which is run, and other functions give, and keeps it for good (platform._platform_cache)": (
        "platform.platform",
    ),
    "Reads a file that only macOS has (platform._mac_ver_xml)": ("platform.mac_ver",),
}  # fmt: skip
