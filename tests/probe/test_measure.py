"""What blocks is seen to block, for as long as it does, at its place, and by its nature; what does not block is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import measured_calls as calls
import pytest

from fastapi_async_lint.probe.measure import Measurement, measure
from fastapi_async_lint.probe.verdict import Cause, cause, places

ATTEMPTS = 4
"""The machine has other things to do, too."""


def measured(call: Callable[[], object], fits: Callable[[Measurement], bool]) -> Measurement:
    """The first measurement that is as expected; the last one where none is."""
    for _ in range(ATTEMPTS):
        seen = measure(call)
        if fits(seen):
            break
    return seen


def is_about(seconds: float) -> Callable[[Measurement], bool]:
    return lambda seen: seen.worst is not None and 0.85 * seconds <= seen.worst.seconds <= 1.5 * seconds


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (calls.sleeps, Cause.WAITS),
        (calls.waits_in_c, Cause.WAITS),
        (calls.waits_for_a_lock, Cause.WAITS),
        (calls.blocks_later, Cause.WAITS),
        (calls.holds_the_gil_in_c, Cause.HOLDS_GIL),
        (calls.computes_in_python, Cause.HOLDS_GIL),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_length_cause_and_place_of_a_stall(call, expected):
    fits = is_about(calls.SECONDS)
    seen = measured(call, lambda seen: fits(seen) and cause(seen.worst) is expected)

    assert fits(seen)
    assert cause(seen.worst) is expected
    (share, stack), *_ = places(seen.worst)
    assert share > 0.5
    assert stack[0].function == call.__name__
    assert stack[0].is_yours


@pytest.mark.parametrize(
    ("call", "expected"),
    [(calls.computes_without_the_gil, Cause.COMPUTES), (calls.computes_in_c_with_the_gil, Cause.HOLDS_GIL)],
)
def test_computing_in_c(call, expected):
    seen = measured(call, lambda seen: seen.worst is not None and cause(seen.worst) is expected)

    assert seen.worst.seconds > 0.02
    assert cause(seen.worst) is expected
    assert places(seen.worst)[0][1][0].function == call.__name__


def test_a_busy_machine_does_not_look_like_a_held_gil(one_busy_processor):
    shares = [measure(calls.computes_without_the_gil).worst.others or 0.0 for _ in range(3)]

    assert sorted(shares)[1] > 0.6


def test_work_of_a_thread_that_holds_the_gil_stalls_the_loop():
    fits = is_about(calls.SECONDS)
    call = calls.off_loads_what_holds_the_gil
    seen = measured(call, lambda seen: fits(seen) and cause(seen.worst) is Cause.OTHER_THREAD)

    assert fits(seen)
    assert cause(seen.worst) is Cause.OTHER_THREAD


@pytest.mark.parametrize(
    "call",
    [
        calls.sleeps_asynchronously,
        calls.off_loads,
        calls.looks_at_a_file,
        calls.does_nothing,
        calls.blocks_often_but_briefly,
    ],
)
def test_what_does_not_block(call):
    seen = measured(call, lambda seen: seen.pause < 0.02)

    assert seen.pause < 0.02
    assert [stall for stall in seen.stalls if stall.seconds >= 0.02] == []


def test_two_places_of_one_stall_have_their_shares():
    seen = measured(calls.a_then_b, lambda seen: seen.worst is not None and len(places(seen.worst)) == 2)

    (first, above), (second, below) = places(seen.worst)
    assert above[0].row + 1 == below[0].row
    assert 0.45 < first < 0.75
    assert 0.25 < second < 0.55


def test_stalls_of_one_call_are_told_apart():
    async def twice():
        time.sleep(0.05)
        await asyncio.sleep(0.02)
        time.sleep(0.08)

    seen = measured(twice, lambda seen: len(seen.stalls) == 2)

    longest, other = (stall.seconds for stall in seen.stalls)
    assert longest > other > 0.04
    assert longest > 0.07


def test_value_and_time_of_the_call():
    seen = measure(lambda: 3)
    assert (seen.value, seen.error, seen.given_up) == (3, None, False)
    assert seen.elapsed < 0.1


def test_coroutine_is_awaited():
    assert 0.09 < measure(calls.sleeps_asynchronously).elapsed < 0.5


@pytest.mark.parametrize(("call", "kind"), [(calls.raises, LookupError), (calls.exits, SystemExit)])
def test_what_the_call_raises_is_kept(call, kind):
    assert type(measure(call).error) is kind


def test_time_before_an_error_counts():
    assert measure(calls.raises).pause > 0.09


def test_waiting_is_given_up_at_the_limit():
    seen = measure(calls.never_ends, limit=0.05)

    assert (seen.given_up, seen.error) == (True, None)
    assert 0.05 <= seen.elapsed < 1


def test_timeout_of_the_call_itself_is_an_error():
    seen = measure(calls.times_out_by_itself, limit=5)

    assert not seen.given_up
    assert isinstance(seen.error, asyncio.TimeoutError)


def test_stall_beyond_the_limit_is_told_while_it_lasts():
    told = []
    begin = time.perf_counter()
    measure(lambda: time.sleep(0.3), limit=0.1, overdue=lambda stall: told.append((stall, time.perf_counter() - begin)))

    ((stall, when),) = told
    assert not stall.is_over
    assert 0.1 < stall.seconds < 0.28
    assert when < 0.3
    assert cause(stall) is Cause.WAITS


def test_begin_is_called_on_the_loop_before_the_call():
    order = []

    def begin():
        order.append(("begin", asyncio.get_running_loop().is_running()))

    measure(lambda: order.append(("call", True)), begin=begin)

    assert order == [("begin", True), ("call", True)]


def test_deep_recursion_is_looked_at():
    def dive(depth):
        return dive(depth - 1) if depth else time.sleep(0.05)

    seen = measured(lambda: dive(800), lambda seen: seen.worst is not None)

    assert places(seen.worst)[0][1][-1].text.endswith("time.sleep(0.05)")
