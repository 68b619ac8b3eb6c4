"""Standard library: threads, processes and queues that wait for one another."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import multiprocessing.connection
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from evidence.world import World

Cases = Iterator[Callable[[], object]]


def after(make: Callable[[], Any], late: Callable[[Any], object], use: Callable[[Any], object]) -> Any:
    """A case that uses something of which another thread lets go late."""

    def case(world: World) -> Cases:
        subject = make()
        world.later(lambda: late(subject))
        yield lambda: use(subject)

    return case


def held_elsewhere(kind: Callable[[], Any], use: Callable[[Any], object], let_go: str = "release") -> Any:
    """A case that takes a lock which another thread holds until the delay is over."""

    def case(world: World) -> Cases:
        lock, taken = kind(), threading.Event()

        def hold() -> None:
            lock.acquire()
            taken.set()
            world.pause()
            getattr(lock, let_go)()

        threading.Thread(target=hold, daemon=True).start()
        taken.wait()
        yield lambda: use(lock)

    return case


def notified(kind: Callable[[], Any], use: Callable[[Any], object]) -> Any:
    """A case that waits for a condition, of which another thread tells late."""

    def tell(condition: Any) -> None:
        with condition:
            condition.notify_all()

    def wait(condition: Any) -> None:
        with condition:
            use(condition)

    return after(kind, tell, wait)


def truth() -> Callable[[], bool]:
    """False at first, true ever after."""
    answers = iter((False,))
    return lambda: next(answers, True)


def threads(use: Callable[[concurrent.futures.Executor, float], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            yield lambda: use(pool, world.delay)

    return case


def future(use: Callable[[concurrent.futures.Future[Any]], object]) -> Any:
    return after(concurrent.futures.Future, lambda found: found.set_result(1), use)


def started(world: World) -> Cases:
    thread = threading.Thread(target=world.pause)
    thread.start()
    yield thread.join


def leave(pool: concurrent.futures.Executor, delay: float) -> None:
    pool.submit(time.sleep, delay)
    pool.__exit__(None, None, None)


def end(pool: concurrent.futures.Executor, delay: float) -> None:
    pool.submit(time.sleep, delay)
    pool.shutdown()


def full_queue(kind: Callable[[int], Any]) -> Callable[[], Any]:
    def make() -> Any:
        found = kind(1)
        found.put(1)
        return found

    return make


def unfinished() -> queue.Queue[int]:
    found: queue.Queue[int] = queue.Queue()
    found.put(1)
    return found


def ends(use: Callable[[Any], object], late: Callable[[Any], object]) -> Callable[[World], Cases]:
    """A case that reads one end of a connection, of which the other is written late."""

    def case(world: World) -> Cases:
        one, other = multiprocessing.Pipe()
        with one, other:
            world.later(lambda: late(other))
            yield lambda: use(one)

    return case


def full_end(use: Callable[[Any], object]) -> Callable[[World], Cases]:
    """A case that writes to a connection more than fits, before the delay is over."""

    def case(world: World) -> Cases:
        one, other = multiprocessing.Pipe()
        with one, other:
            world.later(other.recv_bytes)
            yield lambda: use(one)

    return case


def child(use: Callable[[Any], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(world.delay + 0.1,))
        process.start()
        yield lambda: use(process)
        process.join()

    return case


LARGE = b"x" * 4_000_000
LONG = 5

BLOCKING = {
    "concurrent.futures.Executor.map": threads(lambda pool, delay: list(pool.map(time.sleep, [delay]))),
    "concurrent.futures.Executor.shutdown": threads(end),
    "concurrent.futures.Executor.__exit__": threads(leave),
    "concurrent.futures.Future.result": future(lambda found: found.result()),
    "concurrent.futures.Future.exception": future(lambda found: found.exception()),
    "concurrent.futures.wait": future(lambda found: concurrent.futures.wait([found])),
    "concurrent.futures.as_completed": future(lambda found: list(concurrent.futures.as_completed([found]))),
    "threading.Thread.join": started,
    "threading.Event.wait": after(threading.Event, lambda event: event.set(), lambda event: event.wait()),
    "threading.Barrier.wait": after(
        lambda: threading.Barrier(2), lambda barrier: barrier.wait(), lambda barrier: barrier.wait()
    ),
    "threading.Lock.acquire": held_elsewhere(threading.Lock, lambda lock: lock.acquire()),
    "threading.RLock.acquire": held_elsewhere(threading.RLock, lambda lock: lock.acquire()),
    "threading.Condition.acquire": held_elsewhere(threading.Condition, lambda lock: lock.acquire()),
    "threading.Condition.wait": notified(threading.Condition, lambda condition: condition.wait()),
    "threading.Condition.wait_for": notified(threading.Condition, lambda condition: condition.wait_for(truth())),
    "threading.Semaphore.acquire": held_elsewhere(threading.Semaphore, lambda lock: lock.acquire()),
    "threading.Semaphore.__enter__": held_elsewhere(threading.Semaphore, lambda lock: lock.__enter__()),
    "threading.BoundedSemaphore.acquire": held_elsewhere(threading.BoundedSemaphore, lambda lock: lock.acquire()),
    "threading.BoundedSemaphore.__enter__": held_elsewhere(threading.BoundedSemaphore, lambda lock: lock.__enter__()),
    "queue.Queue.get": after(queue.Queue, lambda found: found.put(1), lambda found: found.get()),
    "queue.Queue.put": after(full_queue(queue.Queue), lambda found: found.get(), lambda found: found.put(2)),
    "queue.Queue.join": after(unfinished, lambda found: found.task_done(), lambda found: found.join()),
    "queue.SimpleQueue.get": after(queue.SimpleQueue, lambda found: found.put(1), lambda found: found.get()),
    "multiprocessing.Process.join": child(lambda process: process.join()),
    "multiprocessing.connection.Connection.poll": ends(lambda one: one.poll(LONG), lambda other: other.send(1)),
    "multiprocessing.connection.Connection.recv": ends(lambda one: one.recv(), lambda other: other.send(1)),
    "multiprocessing.connection.Connection.recv_bytes": ends(
        lambda one: one.recv_bytes(), lambda other: other.send_bytes(b"x")
    ),
    "multiprocessing.connection.Connection.recv_bytes_into": ends(
        lambda one: one.recv_bytes_into(bytearray(9)), lambda other: other.send_bytes(b"x")
    ),
    "multiprocessing.connection.wait": ends(
        lambda one: multiprocessing.connection.wait([one]), lambda other: other.send(1)
    ),
    "multiprocessing.connection.Connection.send": full_end(lambda one: one.send(LARGE)),
    "multiprocessing.connection.Connection.send_bytes": full_end(lambda one: one.send_bytes(LARGE)),
    "multiprocessing.queues.Queue.get": after(
        multiprocessing.Queue, lambda found: found.put(1), lambda found: found.get()
    ),
    "multiprocessing.queues.Queue.put": after(
        full_queue(multiprocessing.Queue), lambda found: found.get(), lambda found: found.put(2)
    ),
    "multiprocessing.queues.SimpleQueue.get": after(
        multiprocessing.SimpleQueue, lambda found: found.put(1), lambda found: found.get()
    ),
    "multiprocessing.queues.SimpleQueue.put": after(
        multiprocessing.SimpleQueue, lambda found: found.get(), lambda found: found.put(LARGE)
    ),
    "multiprocessing.synchronize.Lock.acquire": held_elsewhere(multiprocessing.Lock, lambda lock: lock.acquire()),
    "multiprocessing.synchronize.Lock.__enter__": held_elsewhere(multiprocessing.Lock, lambda lock: lock.__enter__()),
    "multiprocessing.synchronize.RLock.acquire": held_elsewhere(multiprocessing.RLock, lambda lock: lock.acquire()),
    "multiprocessing.synchronize.RLock.__enter__": held_elsewhere(multiprocessing.RLock, lambda lock: lock.__enter__()),
    "multiprocessing.synchronize.Semaphore.acquire": held_elsewhere(
        multiprocessing.Semaphore, lambda lock: lock.acquire()
    ),
    "multiprocessing.synchronize.Semaphore.__enter__": held_elsewhere(
        multiprocessing.Semaphore, lambda lock: lock.__enter__()
    ),
    "multiprocessing.synchronize.Condition.wait": notified(
        multiprocessing.Condition, lambda condition: condition.wait()
    ),
    "multiprocessing.synchronize.Condition.wait_for": notified(
        multiprocessing.Condition, lambda condition: condition.wait_for(truth())
    ),
    "multiprocessing.synchronize.Event.wait": after(
        multiprocessing.Event, lambda event: event.set(), lambda event: event.wait()
    ),
}
