"""What the linter says of the call that was probed, as if a coroutine made it on the event loop."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.diagnostics import Diagnostic, Place
from fastapi_async_lint.probe.stacks import Frame
from fastapi_async_lint.probe.target import parse_arguments
from fastapi_async_lint.probe.verdict import places

if TYPE_CHECKING:
    from fastapi_async_lint.cli._probe_outcome import Outcome

CALLER = "_fastapi_async_lint_probe.py"
"""Name of the file, in memory only, from which the linter is shown the call."""
PATH = "/what-is-probed"
MADE_UP = re.compile(rf" in (?:\w+ \S+ and )?GET {PATH}(?: and .+?)?(?= via |; |$)")
"""How messages name the made-up caller, among its like."""
KINDS = ("blocking-io", "cpu")

TEXT = """\
import {module}
from fastapi import FastAPI
application = FastAPI()
@application.get("{path}")
async def caller():
    {use}
"""


@dataclass(frozen=True)
class Mention:
    """A finding, as it is told of a probed call: ``path`` and ``row`` are in the user's own code."""

    code: str
    message: str
    path: Path
    row: int
    column: int


def findings_about(outcome: Outcome, words: Sequence[str], folder: Path) -> tuple[Mention, ...]:
    """The findings on the way of the call; without any, those that stand where the loop was seen to stand still.

    Raises ``FalError`` where the project cannot be analysed.
    """
    from fastapi_async_lint.config import Overrides, load_settings
    from fastapi_async_lint.engine import check_project

    overlay = {} if outcome.session.request else {folder / CALLER: _caller(outcome, words).encode()}
    settings = load_settings([folder], Overrides(whole_project=True))
    report = check_project(settings, overlay=overlay)
    found = [one for one in report.diagnostics if one.kind in KINDS]
    function = _place_of(outcome.function) if outcome.session.request else None
    on_the_way = [
        one for one in found if any(entry.path == PATH or _is_in(entry.place, function) for entry in one.entry_points)
    ]
    seen = {(frame.filename, frame.row) for frame in _frames(outcome)}
    there = [one for one in found if any((str(place.path), place.start.row) in seen for place in _places(one))]
    return tuple(_mention(one) for one in on_the_way or there)


def _mention(one: Diagnostic) -> Mention:
    """The finding without the made-up caller: what stands there is told of the first place in the user's own code."""
    places = [place for place in _places(one) if place.path.name != CALLER]
    place = places[0] if places else one.place
    message = MADE_UP.sub("", one.message)
    return Mention(one.code, message, place.path, place.start.row, place.start.column)


def _caller(outcome: Outcome, words: Sequence[str]) -> str:
    """A module with a coroutine that makes the call as the probe did."""
    target = outcome.session.target
    positional, keywords = parse_arguments(words)
    arguments = [*map(repr, positional), *(f"{name}={value!r}" for name, value in keywords.items())]
    call = f"{target.module}.{target.name}({', '.join(arguments)})"
    return TEXT.format(module=target.module, path=PATH, use=_use(target.value).format(call))


def _use(function: object) -> str:
    """How a coroutine uses what the function gives."""
    inner = inspect.unwrap(function)  # type: ignore[arg-type]
    is_manager = getattr(getattr(function, "__code__", None), "co_filename", None) == contextlib.__file__
    if inspect.isasyncgenfunction(inner):
        return "async with {}: pass" if is_manager else "async for _ in {}: pass"
    if inspect.isgeneratorfunction(inner):
        return "with {}: pass" if is_manager else "for _ in {}: pass"
    return "await {}" if inspect.iscoroutinefunction(inner) else "{}"


def _frames(outcome: Outcome) -> Iterator[Frame]:
    for call in outcome.calls:
        for stall in call.stalls:
            for _, stack in places(stall, outcome.home):
                yield from (frame for frame in stack if frame.is_yours)


def _places(one: Diagnostic) -> Iterator[Place]:
    yield one.place
    yield from (hop.place for hop in one.chain)
    if one.blocker is not None:
        yield one.blocker.place


def _place_of(function: object) -> tuple[str, range] | None:
    """File and rows of a function's definition."""
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        return None
    return code.co_filename, range(first, first + len(lines))


def _is_in(place: Place, function: tuple[str, range] | None) -> bool:
    return function is not None and str(place.path) == function[0] and place.start.row in function[1]
