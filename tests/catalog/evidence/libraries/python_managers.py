"""Standard library: pools of processes, and managers. A manager's process that is stopped for a while stands for a busy one."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import multiprocessing.managers
import multiprocessing.pool
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.managers import BaseManager, SyncManager
from typing import Any

from evidence.sweep import Subject, Sweep
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]
WORKERS = 2


def pool(make: Callable[[multiprocessing.pool.Pool], Any]) -> Subject:
    """A pool, or what it has given, whose processes do nothing until the delay is over."""

    def subject(world: World) -> Iterator[object]:
        with multiprocessing.get_context("fork").Pool(WORKERS) as found:
            found.apply(int)
            processes = [process.pid for process in multiprocessing.active_children() if process.pid]
            yield from stopped(processes, world, make(found))

    return subject


def closed(found: multiprocessing.pool.Pool) -> multiprocessing.pool.Pool:
    found.close()
    return found


def start(world: World) -> Cases:
    process = multiprocessing.get_context("fork").Process(target=int)
    yield process.start
    process.join()


def full_pool(world: World) -> None:
    multiprocessing.get_context("fork").Pool(WORKERS).terminate()


def ended(use: Callable[[multiprocessing.pool.Pool], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        found = multiprocessing.get_context("fork").Pool(WORKERS)
        yield lambda: use(found)

    return case


def manager() -> SyncManager:
    found = SyncManager(ctx=multiprocessing.get_context("fork"))
    found.start()
    return found


def stopped(processes: Sequence[int], world: World, subject: object) -> Iterator[object]:
    """Let the processes do nothing until the delay is over."""
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    world.later(lambda: [os.kill(pid, signal.SIGCONT) for pid in processes])
    world.reached.set()
    yield subject
    world.begun.set()


def pid_of(found: BaseManager) -> int:
    return found._process.pid  # type: ignore[attr-defined, no-any-return]


def asked(make: Callable[[SyncManager], Any]) -> Subject:
    """Something that lives in the manager's process."""

    def subject(world: World) -> Iterator[object]:
        with manager() as found:
            yield from stopped([pid_of(found)], world, make(found))

    return subject


def of_manager(use: Callable[[SyncManager], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        found = manager()
        yield from stopped([pid_of(found)], world, lambda: use(found))  # type: ignore[misc]

    return case


def connected(world: World) -> Cases:
    with manager() as found:
        other = BaseManager(found.address, authkey=multiprocessing.current_process().authkey)
        yield from stopped([pid_of(found)], world, other.connect)  # type: ignore[misc]


def started(use: Callable[[SyncManager], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        found = SyncManager(ctx=multiprocessing.get_context("fork"))
        yield lambda: use(found)
        found.shutdown()

    return case


def unjoined(world: World) -> Cases:
    """A queue whose thread still writes what was put, because the other side reads late."""
    found: Any = multiprocessing.Queue()
    found.put(b"x" * 4_000_000)
    found.close()
    world.later(found._reader.recv_bytes)
    yield found.join_thread


def unfinished(world: World) -> Cases:
    found: Any = multiprocessing.JoinableQueue()
    found.put(1)
    world.later(found.task_done)
    yield found.join


def client(world: World) -> Cases:
    """A connection to a listener that has no time to shake hands."""
    with multiprocessing.connection.Listener(authkey=b"x") as listener:
        world.later(listener.accept)
        yield lambda: multiprocessing.connection.Client(listener.address, authkey=b"x")


def accepted(world: World) -> Cases:
    with multiprocessing.connection.Listener() as listener:
        world.later(lambda: multiprocessing.connection.Client(listener.address))
        yield listener.accept


def value(world: World) -> Cases:
    with manager() as found:
        number = found.Value("i", 1)
        yield from stopped([pid_of(found)], world, lambda: number.value)  # type: ignore[misc]


def held(make: Callable[[SyncManager], Any]) -> Callable[[SyncManager], Any]:
    def ready(found: SyncManager) -> Any:
        lock = make(found)
        lock.acquire()
        return lock

    return ready


BLOCKING = {
    "multiprocessing.queues.Queue.join_thread": unjoined,
    "multiprocessing.queues.JoinableQueue.join": unfinished,
    "multiprocessing.connection.Client": client,
    "multiprocessing.connection.Listener.accept": accepted,
}

SHORT = {
    "multiprocessing.Process.start": start,
}

# The garbage collector of Python 3.12.1 sometimes crashes while another thread receives from a pipe.
if sys.version_info[:2] != (3, 12):
    BLOCKING |= {
        "multiprocessing.managers.ValueProxy.value": value,
        "multiprocessing.managers.BaseManager.shutdown": of_manager(lambda found: found.shutdown()),
        "multiprocessing.managers.BaseManager.connect": connected,
    }
    SHORT |= {
        "multiprocessing.pool.Pool.terminate": ended(lambda found: found.terminate()),
        "multiprocessing.pool.Pool.__exit__": ended(lambda found: found.__exit__(None, None, None)),
        "multiprocessing.Pool": full_pool,
        "multiprocessing.context.BaseContext.Pool": full_pool,
        "multiprocessing.Manager": lambda world: multiprocessing.Manager().shutdown(),
        "multiprocessing.context.BaseContext.Manager": lambda world: (
            multiprocessing.get_context("fork").Manager().shutdown()
        ),
        "multiprocessing.managers.BaseManager.start": started(lambda found: found.start()),
        "multiprocessing.managers.BaseManager.__enter__": started(lambda found: found.__enter__()),
    }

PROXIES: dict[str, Callable[[SyncManager], Any]] = {
    "Dict": lambda found: found.dict({"x": 1}),
    "List": lambda found: found.list(["x"]),
    "Value": lambda found: found.Value("i", 1),
    "Event": lambda found: found.Event(),
    "Acquirer": held(lambda found: found.RLock()),
    "Condition": held(lambda found: found.Condition()),
    "Barrier": lambda found: found.Barrier(1),
}
CALLS: dict[str, Any] = {
    "__setitem__": ((0, 1), {}),
    "__getitem__": ((0,), {}),
    "__delitem__": ((0,), {}),
    "wait": ((0.01,), {}),
    "insert": ((0, 1), {}),
    "popitem": ((), {}),
}
WORK: dict[str, Any] = {
    "apply": ((int,), {}),
    "starmap": ((int, [("1",)]), {}),
    **dict.fromkeys(("map", "imap", "imap_unordered"), ((int, ["1"]), {})),
}
ENDS = dict.fromkeys(("terminate", "__exit__"), "short")
SWEEPS = [
    Sweep("multiprocessing.pool.Pool", pool(lambda found: found), calls=WORK, apart={"join": "needs a closed one", **ENDS}),
    Sweep("multiprocessing.pool.Pool", pool(closed), apart={**dict.fromkeys(WORK, "needs an open one"), **ENDS}),
    Sweep("multiprocessing.pool.AsyncResult", pool(lambda found: found.apply_async(int)), calls=dict.fromkeys(("get", "wait"), ((), {}))),
    *(
        Sweep(f"multiprocessing.managers.{name}Proxy", asked(make), calls=CALLS)
        for name, make in PROXIES.items()
    ),
    Sweep(
        "multiprocessing.managers.SyncManager",
        asked(lambda found: found),
        calls={
            **dict.fromkeys(("dict", "list", "Namespace", "Queue", "JoinableQueue", "Event", "Lock", "RLock"), ((), {})),
            **dict.fromkeys(("Semaphore", "BoundedSemaphore", "Barrier", "Pool"), ((1,), {})),
            **dict.fromkeys(("Value", "Array"), (("i", [1]), {})),
            "Condition": ((), {}),
        },
    ),
]  # fmt: skip
