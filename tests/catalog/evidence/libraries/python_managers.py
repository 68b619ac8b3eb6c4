"""Standard library: pools of processes, and managers. A manager's process that is stopped for a while stands for a busy one."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import multiprocessing.managers
import multiprocessing.pool
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.managers import BaseManager, SyncManager
from typing import Any

from evidence.sweep import Subject, Sweep
from evidence.world import World

Cases = Iterator[Callable[[], object]]
WORKERS = 2


def pool(use: Callable[[multiprocessing.pool.Pool, float], object]) -> Callable[[World], Cases]:
    """A case that uses a pool whose processes run already."""

    def case(world: World) -> Cases:
        with multiprocessing.get_context("fork").Pool(WORKERS) as found:
            found.apply(int)
            yield lambda: use(found, world.delay)

    return case


def joined(found: multiprocessing.pool.Pool, delay: float) -> None:
    found.apply_async(time.sleep, (delay,))
    found.close()
    found.join()


def start(world: World) -> Cases:
    process = multiprocessing.get_context("fork").Process(target=int)
    yield process.start
    process.join()


def full_pool(world: World) -> None:
    multiprocessing.get_context("fork").Pool(WORKERS).terminate()


def manager() -> SyncManager:
    found = SyncManager(ctx=multiprocessing.get_context("fork"))
    found.start()
    return found


def stopped(found: BaseManager, world: World) -> None:
    """Let the manager's process do nothing until the delay is over."""
    pid = found._process.pid  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGSTOP)
    world.later(lambda: os.kill(pid, signal.SIGCONT))


def asked(make: Callable[[SyncManager], Any]) -> Subject:
    """Something that lives in the manager's process."""

    def subject(world: World) -> Iterator[object]:
        with manager() as found:
            proxy = make(found)
            stopped(found, world)
            world.reached.set()
            yield proxy
            world.begun.set()

    return subject


def of_manager(use: Callable[[SyncManager], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        found = manager()
        stopped(found, world)
        yield lambda: use(found)

    return case


def connected(world: World) -> Cases:
    with manager() as found:
        stopped(found, world)
        key = multiprocessing.current_process().authkey
        other = BaseManager(found.address, authkey=key)
        yield other.connect


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
        stopped(found, world)
        yield lambda: number.value


def held(make: Callable[[SyncManager], Any]) -> Callable[[SyncManager], Any]:
    def ready(found: SyncManager) -> Any:
        lock = make(found)
        lock.acquire()
        return lock

    return ready


BLOCKING = {
    "multiprocessing.pool.Pool.apply": pool(lambda found, delay: found.apply(time.sleep, (delay,))),
    "multiprocessing.pool.Pool.map": pool(lambda found, delay: found.map(time.sleep, [delay])),
    "multiprocessing.pool.Pool.starmap": pool(lambda found, delay: found.starmap(time.sleep, [(delay,)])),
    "multiprocessing.pool.Pool.imap": pool(lambda found, delay: list(found.imap(time.sleep, [delay]))),
    "multiprocessing.pool.Pool.imap_unordered": pool(
        lambda found, delay: list(found.imap_unordered(time.sleep, [delay]))
    ),
    "multiprocessing.pool.Pool.join": pool(joined),
    "multiprocessing.pool.AsyncResult.get": pool(lambda found, delay: found.apply_async(time.sleep, (delay,)).get()),
    "multiprocessing.pool.AsyncResult.wait": pool(lambda found, delay: found.apply_async(time.sleep, (delay,)).wait()),
    "multiprocessing.queues.Queue.join_thread": unjoined,
    "multiprocessing.queues.JoinableQueue.join": unfinished,
    "multiprocessing.connection.Client": client,
    "multiprocessing.connection.Listener.accept": accepted,
    "multiprocessing.managers.ValueProxy.value": value,
    "multiprocessing.managers.BaseManager.shutdown": of_manager(lambda found: found.shutdown()),
    "multiprocessing.managers.BaseManager.connect": connected,
}

SHORT = {
    "multiprocessing.Process.start": start,
    "multiprocessing.Pool": full_pool,
    "multiprocessing.context.BaseContext.Pool": full_pool,
    "multiprocessing.Manager": lambda world: multiprocessing.Manager().shutdown(),
    "multiprocessing.context.BaseContext.Manager": lambda world: (
        multiprocessing.get_context("fork").Manager().shutdown()
    ),
    "multiprocessing.managers.BaseManager.start": started(lambda found: found.start()),
    "multiprocessing.managers.BaseManager.__enter__": started(lambda found: found.__enter__()),
}

SILENT = {
    "multiprocessing.pool.Pool.map": pool(lambda found, delay: found.map_async(time.sleep, [delay])),
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
SWEEPS = [
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
