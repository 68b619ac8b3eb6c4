"""What the rules say about run time, shown by running it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import math
import sys
import threading
import time
import warnings
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import pytest
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool


class Recorder:
    """A coroutine function that notes when it starts and ends."""

    def __init__(self) -> None:
        self.events: list[str] = []

    async def run(self, name: str = "") -> str:
        self.events.append(f"start {name}")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.events.append(f"end {name}")
        return name


def closed(coroutine: Any) -> Any:
    """Close a coroutine that a test leaves behind, so that it does not warn."""
    coroutine.close()
    return coroutine


def test_coroutine_that_nobody_awaits_never_runs_and_warns() -> None:
    recorder = Recorder()
    with pytest.warns(RuntimeWarning, match="never awaited"):
        recorder.run()
        gc.collect()
    assert recorder.events == []


def test_coroutine_is_always_true() -> None:
    async def no() -> bool:
        return False

    coroutine = no()
    assert bool(coroutine)
    closed(coroutine)


def test_coroutines_awaited_one_by_one_do_not_overlap_but_gathered_ones_and_tasks_do() -> None:
    async def one_by_one(recorder: Recorder) -> None:
        a, b = recorder.run("a"), recorder.run("b")
        await asyncio.sleep(0)
        assert recorder.events == [], "nothing runs before it is awaited"
        await a
        await b

    async def gathered(recorder: Recorder) -> None:
        await asyncio.gather(recorder.run("a"), recorder.run("b"))

    async def as_tasks(recorder: Recorder) -> None:
        a, b = asyncio.create_task(recorder.run("a")), asyncio.create_task(recorder.run("b"))
        await a
        await b

    seen = []
    for way in (one_by_one, gathered, as_tasks):
        recorder = Recorder()
        asyncio.run(way(recorder))
        seen.append(recorder.events)
    apart, together = ["start a", "end a", "start b", "end b"], ["start a", "start b", "end a", "end b"]
    assert seen == [apart, together, together]


def test_coroutine_function_in_a_thread_gives_a_coroutine_that_never_ran() -> None:
    async def main(recorder: Recorder) -> list[Any]:
        loop = asyncio.get_running_loop()
        given = [
            await asyncio.to_thread(recorder.run),  # type: ignore[arg-type]
            await loop.run_in_executor(None, recorder.run),  # type: ignore[arg-type]
            await anyio.to_thread.run_sync(recorder.run),
            await asyncio.to_thread(lambda: recorder.run()),  # type: ignore[arg-type]
        ]
        return [closed(one) for one in given]

    recorder = Recorder()
    given = asyncio.run(main(recorder))
    assert all(asyncio.iscoroutine(one) for one in given)
    assert recorder.events == []


def test_result_in_the_place_of_a_function_is_computed_at_once_and_cannot_be_called() -> None:
    ran_in: list[int] = []

    def work() -> None:
        ran_in.append(threading.get_ident())

    async def main() -> int:
        loop = asyncio.get_running_loop()
        with pytest.raises(TypeError, match="callable"):
            await asyncio.to_thread(work())  # type: ignore[func-returns-value, arg-type]
        with pytest.raises(TypeError, match="callable"):
            await loop.run_in_executor(None, work())  # type: ignore[func-returns-value, arg-type]
        with pytest.raises(TypeError, match="callable"):
            await anyio.to_thread.run_sync(work())  # type: ignore[func-returns-value, arg-type]
        with pytest.raises(TypeError, match="callable"):
            await run_in_threadpool(work())  # type: ignore[func-returns-value, arg-type]
        with pytest.raises(TypeError, match="callable"):
            await BackgroundTask(work())()  # type: ignore[func-returns-value, arg-type]
        return threading.get_ident()

    assert {asyncio.run(main())} == set(ran_in)
    assert len(ran_in) == 5


def test_thread_and_timer_that_get_a_result_run_nothing_and_say_so_late_or_never() -> None:
    ran_in: list[int] = []
    complaints: list[dict[str, Any]] = []

    def work() -> None:
        ran_in.append(threading.get_ident())

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        thread = threading.Thread(target=work())  # type: ignore[func-returns-value]
        thread.start()
        thread.join()
        loop.call_soon(work())  # type: ignore[func-returns-value, arg-type]
        await asyncio.sleep(0)

    asyncio.run(main())
    assert ran_in == [threading.get_ident()] * 2
    assert [type(context["exception"]) for context in complaints] == [TypeError]


def test_timer_only_calls_a_coroutine_function() -> None:
    async def main(recorder: Recorder) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(recorder.run)
        loop.call_later(0, recorder.run)
        await asyncio.sleep(0.01)
        gc.collect()

    recorder = Recorder()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        asyncio.run(main(recorder))
    assert recorder.events == []


def test_event_loop_inside_the_running_one_raises() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        fresh = asyncio.new_event_loop()
        for start in (asyncio.run, loop.run_until_complete, fresh.run_until_complete):
            coroutine = Recorder().run()
            with pytest.raises(RuntimeError, match="running"):
                start(coroutine)
            closed(coroutine)
        with pytest.raises(RuntimeError, match="Already running"):
            anyio.run(Recorder().run)
        fresh.close()

    asyncio.run(main())


def test_thread_may_run_an_event_loop_of_its_own() -> None:
    async def main() -> Any:
        return await asyncio.to_thread(asyncio.run, Recorder().run("in a thread"))

    assert asyncio.run(main()) == "in a thread"


def test_both_ways_to_the_loop_give_the_same_in_a_coroutine() -> None:
    async def main() -> bool:
        return asyncio.get_event_loop() is asyncio.get_running_loop()

    assert asyncio.run(main())


async def stuck() -> None:
    """Waits for what nobody but this coroutine holds."""
    await asyncio.get_running_loop().create_future()


def survives(task: weakref.ref[Any]) -> bool:
    gc.collect()
    return task() is not None


def test_task_that_nobody_keeps_is_collected_and_a_done_callback_does_not_keep_it() -> None:
    async def main() -> list[bool]:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        dropped = weakref.ref(asyncio.create_task(stuck()))
        watched = asyncio.create_task(stuck())
        watched.add_done_callback(print)
        called_back = weakref.ref(watched)
        del watched
        kept = asyncio.create_task(stuck())
        await asyncio.sleep(0)
        found = [survives(dropped), survives(called_back), survives(weakref.ref(kept))]
        kept.cancel()
        return found

    assert asyncio.run(main()) == [False, False, True]


def test_suspended_generator_keeps_the_task_in_its_local_variable() -> None:
    tasks: list[weakref.ref[Any]] = []

    async def lifespan() -> AsyncIterator[None]:
        watcher = asyncio.create_task(stuck())
        tasks.append(weakref.ref(watcher))
        yield
        watcher.cancel()

    async def main() -> bool:
        running = lifespan()
        await running.__anext__()
        await asyncio.sleep(0)
        alive = survives(tasks[0])
        async for _ in running:
            pass
        return alive

    assert asyncio.run(main())


def test_awaiting_what_the_thread_gave_runs_it() -> None:
    async def main(recorder: Recorder) -> Any:
        given: Awaitable[str] = await asyncio.to_thread(recorder.run, "late")  # type: ignore[arg-type]
        return await given

    started = time.monotonic()
    assert asyncio.run(main(Recorder())) == "late"
    assert time.monotonic() - started < 5


def count(rounds: int) -> int:
    """Computes, and holds the GIL."""
    total = 0
    for i in range(rounds):
        total += i * i
    return total


async def turns_beside(function: Any, *arguments: Any) -> float:
    """How often a second the event loop wakes up from sleeping half a millisecond while a thread runs the function."""
    start = time.perf_counter()
    work = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.0005)
        turns += 1
    return turns / (time.perf_counter() - start)


def test_thread_that_holds_the_gil_leaves_the_loop_few_turns_and_one_that_releases_it_many() -> None:
    holding = asyncio.run(turns_beside(count, 5_000_000))
    releasing = asyncio.run(turns_beside(hashlib.pbkdf2_hmac, "sha256", b"x", b"y", 500_000))
    assert holding * 2 < releasing


class Pausing(int):
    """A number whose sums wait until as many threads as the barrier has parties are about to write theirs."""

    barrier: threading.Barrier

    def __add__(self, other: int) -> Pausing:
        with contextlib.suppress(threading.BrokenBarrierError):
            self.barrier.wait()
        return Pausing(int(self) + other)


def _added_up(add: Callable[[dict[str, Pausing]], None]) -> int:
    """What two threads count, each of which counts one."""
    Pausing.barrier = threading.Barrier(2, timeout=0.1)
    counts = {"hits": Pausing(0)}
    threads = [threading.Thread(target=add, args=(counts,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts["hits"]


def test_threads_that_read_before_either_writes_lose_an_update_unless_they_hold_a_lock() -> None:
    lock = threading.Lock()

    def unguarded(counts: dict[str, Pausing]) -> None:
        counts["hits"] = counts.get("hits", Pausing(0)) + 1

    def guarded(counts: dict[str, Pausing]) -> None:
        with lock:
            counts["hits"] = counts.get("hits", Pausing(0)) + 1

    assert _added_up(unguarded) == 1
    assert _added_up(guarded) == 2


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="without the GIL nothing of this holds")
def test_threads_are_not_switched_between_steps_without_a_call() -> None:
    kept, missed = {"hits": 0}, []

    def steps() -> None:
        for _ in range(50_000):
            kept["hits"] += 1
            kept["gone"] = 1
            try:
                if "gone" in kept:
                    del kept["gone"]
            except KeyError:
                missed.append(1)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=steps) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert (kept["hits"], missed) == (150_000, [])


def _turns_meanwhile(work: Callable[[], object]) -> int:
    """How often this thread comes to run while another does the work."""
    thread = threading.Thread(target=work)
    turns = 0
    thread.start()
    while thread.is_alive():
        turns += 1
        time.sleep(0.001)
    return turns


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="without the GIL nothing of this holds")
def test_compiled_code_that_keeps_the_gil_gives_no_turn_to_other_threads_and_python_code_does() -> None:
    def in_python() -> None:
        total = 0
        for number in range(3_000_000):
            total += number

    assert min(_turns_meanwhile(lambda: math.factorial(60_000)) for _ in range(3)) <= 2
    assert max(_turns_meanwhile(in_python) for _ in range(3)) > 2
