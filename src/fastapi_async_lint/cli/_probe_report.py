"""What ``probe`` found out, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fastapi_async_lint.probe.measure import Measurement
from fastapi_async_lint.probe.stacks import Frame
from fastapi_async_lint.probe.verdict import ADVICE, cause, milliseconds, places, shown, tell
from fastapi_async_lint.probe.watch import Stall

if TYPE_CHECKING:
    from fastapi_async_lint.cli._probe_linter import Mention
    from fastapi_async_lint.cli._probe_outcome import Outcome


def as_text(outcome: Outcome, found: Sequence[Mention] | str | None, colour: bool) -> Iterator[str]:
    """The verdict, the longest stall with its stack, what to do, and what the linter says (None: was not asked; text: why it could not be)."""
    bold, red, green, end = ("\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[0m") if colour else ("", "", "", "")
    mark = red if outcome.blocks else green
    says = "blocks" if outcome.blocks else "does not block"
    yield f"{bold}{outcome.subject}{end} {mark}{says} the event loop{end}: {_figures(outcome)}"
    yield from _answer(outcome)
    worst = outcome.worst
    if outcome.blocking and worst is not None:
        yield ""
        yield from (f"  {line}" for line in tell(worst, outcome.folder, outcome.home))
        yield ""
        yield f"  What helps: {ADVICE[cause(worst)]}"
    if found is not None:
        yield from ("", *(f"  {line}" for line in _linter(outcome, found)))


def _figures(outcome: Outcome) -> str:
    limit = f"threshold {milliseconds(outcome.session.threshold)}"
    longest = milliseconds(max(call.pause for call in outcome.calls))
    took = milliseconds(max(call.elapsed for call in outcome.calls))
    given_up = ", then it was given up" if any(call.given_up for call in outcome.calls) else ""
    if len(outcome.calls) == 1:
        stalls = sum(stall.seconds >= outcome.session.threshold for stall in outcome.calls[0].stalls)
        more = f", {stalls} times" if stalls > 1 else ""
        return f"{longest} without a break{more} ({limit}) in a call of {took}{given_up}"
    each = ", ".join(milliseconds(call.pause) for call in outcome.calls[:10])
    more = ", …" if len(outcome.calls) > 10 else ""
    return (
        f"{len(outcome.blocking)} of {len(outcome.calls)} calls do ({limit}); without a break: {each}{more}{given_up}"
    )


def _answer(outcome: Outcome) -> Iterator[str]:
    """A line about an answer that tells of a failure: perhaps the endpoint was never reached."""
    answer = outcome.session.answer
    if answer is not None and answer.status >= 400:
        body = bytes(answer.body[:200]).decode("utf-8", "replace")
        yield f"  Mind that the answer was {answer.status}: {body}".rstrip(": ")


def _linter(outcome: Outcome, found: Sequence[Mention] | str) -> Iterator[str]:
    if isinstance(found, str):
        yield f"The linter could not be asked: {found}"
        return
    if not found:
        yield "The linter reports nothing here." + (
            " A library that its catalog does not know can be described: see «Your own libraries» in its README."
            if outcome.blocks
            else ""
        )
        return
    yield (
        "The linter reports here:" if outcome.blocks else "The linter reports here, though this call did not take long:"
    )
    for one in found:
        yield f"  {_where(one, outcome)}{one.code} {one.message}"


def _where(one: Mention, outcome: Outcome) -> str:
    from fastapi_async_lint.cli._probe_linter import CALLER

    return "" if one.path.name == CALLER else f"{shown(str(one.path), outcome.folder)}:{one.row}: "


def as_json(outcome: Outcome, found: Sequence[Mention] | str | None, colour: bool) -> Iterator[str]:
    """One object; times in milliseconds."""
    answer = outcome.session.answer
    value: dict[str, Any] = {
        "target": outcome.session.target.text,
        "subject": outcome.subject,
        "verdict": "blocks" if outcome.blocks else "does-not-block",
        "threshold_ms": outcome.session.threshold * 1000,
        "calls": [_call(call, outcome) for call in outcome.calls],
        "status": answer.status if answer else None,
        "linter": None if found is None or isinstance(found, str) else [_finding(one) for one in found],
    }
    yield json.dumps(value, indent=2)


def _call(call: Measurement, outcome: Outcome) -> dict[str, Any]:
    return {
        "elapsed_ms": _ms(call.elapsed),
        "longest_pause_ms": _ms(call.pause),
        "given_up": call.given_up,
        "stalls": [_stall(stall, outcome) for stall in call.stalls if stall.seconds >= outcome.session.threshold],
    }


def _stall(stall: Stall, outcome: Outcome) -> dict[str, Any]:
    return {
        "duration_ms": _ms(stall.seconds),
        "cause": cause(stall).value,
        "cpu_ms": _ms(stall.cpu),
        "other_threads_ran": None if stall.others is None else round(stall.others, 2),
        "places": [
            {"share": round(share, 2), "stack": [_frame(frame) for frame in stack]}
            for share, stack in places(stall, outcome.home)
        ],
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "function": frame.function,
        "filename": frame.filename,
        "row": frame.row,
        "text": frame.text,
        "is_yours": frame.is_yours,
    }


def _finding(one: Mention) -> dict[str, Any]:
    return {
        "code": one.code,
        "message": one.message,
        "filename": str(one.path),
        "location": {"row": one.row, "column": one.column},
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
