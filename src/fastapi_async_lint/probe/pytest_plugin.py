"""A pytest plugin: tests that use the fixture ``no_stalls`` fail where an event loop stands still while they run.

Switched on by ``pytest_plugins = ["fastapi_async_lint.probe.pytest_plugin"]`` in the topmost ``conftest.py``, or by
``-p fastapi_async_lint.probe.pytest_plugin``. All loops of asyncio count, in whichever thread they run: those of
asynchronous tests as well as the one in which a test client runs an application.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from fastapi_async_lint.probe.verdict import ADVICE, cause, milliseconds, tell
from fastapi_async_lint.probe.watch import Heart, Stall, Watchdog

OPTION = "stall_threshold"
DEFAULT = "100"
"""Milliseconds. Test runs import modules, compile patterns and fill caches that a running application has behind it."""
MARKER = "stall_threshold(milliseconds): how long an event loop may stand still in this test, which uses no_stalls"
PATIENCE = 5.0
"""Seconds that a loop in another thread gets to say what it saw."""


class StallWatch:
    """Watches every event loop of the process while :meth:`on` lasts. ``threshold``: seconds from which on a stall counts."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._done: list[Stall] = []
        self._hearts: dict[asyncio.AbstractEventLoop, Heart] = {}
        self._watchdog: Watchdog | None = None

    @property
    def stalls(self) -> list[Stall]:
        """Those so far, longest first."""
        every = [*self._done, *(stall for heart in list(self._hearts.values()) for stall in heart.stalls)]
        return sorted((stall for stall in every if not stall.is_idle), key=lambda stall: -stall.seconds)

    def forget(self) -> None:
        """Do not count what was so far: a start-up, a first call."""
        self._done.clear()
        for loop, heart in list(self._hearts.items()):
            self._in(loop, heart.restart)

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        """Watch the loops that run and those that will."""
        with Watchdog() as self._watchdog:
            _watches.append(self)
            for loop in list(_running):
                self._in(loop, functools.partial(self.attach, loop))
            try:
                yield
            finally:
                _watches.remove(self)
                for loop in list(self._hearts):
                    self._in(loop, functools.partial(self.detach, loop))

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop has begun to run; called in its thread."""
        if self._watchdog is not None and loop not in self._hearts:
            self._hearts[loop] = Heart(self._watchdog, self.threshold, loop)

    def detach(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop has ended, or is of no interest any more; called in its thread."""
        heart = self._hearts.pop(loop, None)
        if heart is not None:
            heart.stop()
            self._done += heart.stalls

    def _in(self, loop: asyncio.AbstractEventLoop, act: Callable[[], object]) -> None:
        """Do it in the loop's thread, and wait until it is done."""
        if _running.get(loop) == threading.get_ident():
            act()
            return
        done = threading.Event()

        def act_and_tell() -> None:
            act()
            done.set()

        with contextlib.suppress(RuntimeError):  # It has just been closed.
            loop.call_soon_threadsafe(act_and_tell)
            done.wait(PATIENCE)


_running: dict[asyncio.AbstractEventLoop, int] = {}
"""Loops that run, and their threads."""
_watches: list[StallWatch] = []
_run_forever = asyncio.BaseEventLoop.run_forever


def _watched_run_forever(self: asyncio.BaseEventLoop) -> None:
    """Stands in for asyncio's own: whatever runs a loop comes through here."""
    _running[self] = threading.get_ident()
    for watch in _watches:
        watch.attach(self)
    try:
        _run_forever(self)
    finally:
        _running.pop(self, None)
        for watch in _watches:
            watch.detach(self)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The threshold of a whole test suite."""
    parser.addini(
        OPTION, "milliseconds that an event loop may stand still in tests that use no_stalls", default=DEFAULT
    )


def pytest_configure(config: pytest.Config) -> None:
    """Learn from now on which loops run."""
    config.addinivalue_line("markers", MARKER)
    asyncio.BaseEventLoop.run_forever = _watched_run_forever  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    """Leave asyncio as it was."""
    asyncio.BaseEventLoop.run_forever = _run_forever  # type: ignore[method-assign]


@pytest.fixture
def no_stalls(request: pytest.FixtureRequest) -> StallWatch:
    """The test fails if an event loop stands still while it runs; what other fixtures do does not count."""
    marker = request.node.get_closest_marker(OPTION)
    given = marker.args[0] if marker is not None and marker.args else request.config.getini(OPTION)
    try:
        return StallWatch(float(given) / 1000)
    except ValueError:
        raise pytest.UsageError(f"{OPTION}: {given!r} is not a number of milliseconds") from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch while the test runs; a test that failed by itself keeps its own reason."""
    watch = getattr(item, "funcargs", {}).get("no_stalls")
    if not isinstance(watch, StallWatch):
        return (yield)
    with watch.on():
        result = yield
    stalls = watch.stalls
    if stalls:
        pytest.fail(_told(stalls, watch.threshold, item.config.rootpath), pytrace=False)
    return result


def _told(stalls: list[Stall], threshold: float, folder: Path) -> str:
    more = f", {len(stalls)} times; the longest" if len(stalls) > 1 else ""
    head = f"an event loop stood still for more than {milliseconds(threshold)}{more}:"
    return "\n".join((head, *tell(stalls[0], folder), f"What helps: {ADVICE[cause(stalls[0])]}"))
