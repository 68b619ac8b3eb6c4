"""A heartbeat on an event loop, and a thread that looks where the loop's thread is while no beat comes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi_async_lint.probe.clock import ThreadClock
from fastapi_async_lint.probe.stacks import Raw, capture, is_idle, is_waiting, running

BEAT = 0.001
"""Seconds between two heartbeats of a healthy loop."""
LATE = 0.0025
"""Seconds by which a thread wakes too late if it had to wait for the GIL. Python code hands it over every 5 ms only."""
SAMPLES = 50
"""How many looks a stall gets at least, if it is long enough for one every beat."""
CALIBRATION = 5
"""Wake-ups from which it is learnt how exactly this machine wakes its threads: one in time shows that it can."""


@dataclass(frozen=True, slots=True)
class Look:
    """``share`` of the stall's time that the thread was seen at ``stack``."""

    share: float
    stack: Raw
    in_loop: bool
    """Of the loop's own thread; False: of another one, which ran while the loop had work and could not go on."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A time in which the loop ran none of its other callbacks."""

    seconds: float
    cpu: float
    """Seconds of it in which the loop's thread computed, or could have, had a processor been free (where the system tells)."""
    others: float | None
    """Share of the stall in which other threads could run Python code: near 1 where the GIL was free, near 0 where it was
    held or given back every few milliseconds only. None: this machine's clock is too coarse to tell."""
    looks: tuple[Look, ...]
    """Most seen first; empty where the stall was too short to look."""
    is_over: bool = True

    @property
    def is_idle(self) -> bool:
        """Whether the loop had nothing to do, and no other thread of the program was seen at work: the machine was busy."""
        return bool(self.looks) and all(look.in_loop and is_idle(look.stack) for look in self.looks)


class Heart:
    """Beats on the loop of this thread from its making until :meth:`stop`, and keeps the stalls of at least ``keep`` seconds."""

    def __init__(self, watchdog: Watchdog, keep: float, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.thread = threading.get_ident()
        self.watchdog, self.keep = watchdog, keep
        self.stalls: list[Stall] = []
        self.worst = 0.0
        """Seconds of the longest stall, however short."""
        self.clock = ThreadClock()
        self.due, self.mark = time.perf_counter(), self.clock.mark()
        self.handle: asyncio.Handle = self.loop.call_soon(self._beat)
        watchdog.watch(self)

    def restart(self) -> None:
        """Forget what was; a beat is due at once, so that a stall that begins now is measured from its very beginning."""
        self.handle.cancel()
        self.stalls, self.worst = [], 0.0
        self.due, self.mark = time.perf_counter(), self.clock.mark()
        self.handle = self.loop.call_soon(self._beat)

    def stop(self) -> None:
        """The last beat; to be called in the loop's thread."""
        self.handle.cancel()
        self._note(time.perf_counter())
        self.watchdog.forget(self)
        self.clock.close()

    def _beat(self) -> None:
        now = time.perf_counter()
        self._note(now)
        self.mark, self.due = self.clock.mark(), now + BEAT
        self.handle = self.loop.call_later(BEAT, self._beat)

    def _note(self, now: float) -> None:
        seconds = now - self.due
        self.worst = max(self.worst, seconds)
        if seconds >= self.keep:
            self.stalls.append(self.watchdog.stall(self, seconds, self.clock.since(self.mark)))


class Watchdog(threading.Thread):
    """Looks after the hearts given to it while a ``with`` block lasts.

    ``limit`` and ``overdue``: a stall that lasts that long (seconds) is handed over, still under way, in this thread.
    """

    def __init__(self, limit: float | None = None, overdue: Callable[[Stall], object] | None = None) -> None:
        super().__init__(daemon=True, name="watchdog of fastapi-async-lint")
        self.limit, self.overdue = limit, overdue
        self._hearts: dict[Heart, _Notes] = {}
        self._lock = threading.Lock()
        self._ended = False
        self._asleep_since = 0.0
        self._calibration: list[float] = []

    def __enter__(self) -> Watchdog:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended = True
        self.join()

    def watch(self, heart: Heart) -> None:
        """Look after one more heart."""
        with self._lock:
            self._hearts[heart] = _Notes(heart.due)

    def forget(self, heart: Heart) -> None:
        """Look after it no longer."""
        with self._lock:
            self._hearts.pop(heart, None)

    def stall(self, heart: Heart, seconds: float, cpu: float, is_over: bool = True) -> Stall:
        """What was seen of the stall that the heart is in, or has just come out of."""
        with self._lock:
            notes = self._hearts[heart].at(heart.due)
            asleep = time.perf_counter() - max(self._asleep_since, heart.due)
            seen = notes.seen + (asleep if asleep > BEAT + LATE else 0.0)
            exact = bool(self._calibration) and min(self._calibration) < LATE
            others = notes.free / seen if seen and exact else None
            total = sum(notes.looks.values()) or 1.0
            looks = [Look(weight / total, stack, in_loop) for (stack, in_loop), weight in notes.looks.items()]
        return Stall(seconds, cpu, others, tuple(sorted(looks, key=lambda look: -look.share)), is_over)

    def run(self) -> None:
        """Wake up every beat, note how late, and look at what does not beat."""
        with contextlib.closing(ThreadClock()) as clock:
            while not self._ended:
                self._wake(clock)

    def _wake(self, clock: ThreadClock) -> None:
        self._asleep_since = begin = time.perf_counter()
        mark = clock.mark()
        time.sleep(BEAT)
        now = time.perf_counter()
        late = now - begin - BEAT
        with self._lock:
            hearts = list(self._hearts.items())
        for heart, notes in hearts:  # First of all: whoever held the GIL is still where it was.
            self._look(heart, notes, now, late > LATE)
        if late > LATE or len(self._calibration) < CALIBRATION:
            late -= clock.queued(mark)  # Late for want of a processor says nothing about the GIL.
        if len(self._calibration) < CALIBRATION:
            self._calibration.append(late)
        with self._lock:
            for heart, notes in hearts:
                notes.at(heart.due).woke(begin, now, late > LATE)

    def _look(self, heart: Heart, notes: _Notes, now: float, was_late: bool) -> None:
        due = heart.due
        waited = now - due
        if waited < BEAT or now - max(notes.looked, due) < waited / SAMPLES:
            return
        stacks = self._stacks(heart, was_late)
        with self._lock:
            if heart.due != due or heart not in self._hearts:
                return  # It has beaten meanwhile: what was seen may be anything.
            notes.at(due).saw(stacks, now)
        if self.limit is not None and waited > self.limit and self.overdue is not None:
            self.limit = None
            self.overdue(self.stall(heart, waited, 0.0, is_over=False))

    def _stacks(self, heart: Heart, was_late: bool) -> list[tuple[Raw, bool]]:
        """Where the loop's thread is; if it only waits, and this thread had to wait, too: where those are that may hold the GIL."""
        every = running()
        mine = capture(every.pop(heart.thread, None))
        if not is_idle(mine) and not (was_late and is_waiting(mine)):
            return [(mine, True)]
        every.pop(threading.get_ident(), None)
        loops = {other.thread for other in list(self._hearts)}
        others = [capture(frame) for thread, frame in every.items() if thread not in loops]
        return [(stack, False) for stack in others if not is_waiting(stack)] or [(mine, True)]


class _Notes:
    """What the watchdog saw of one heart since the beat that was ``due`` then."""

    def __init__(self, due: float) -> None:
        self.due = due
        self.looks: dict[tuple[Raw, bool], float] = {}
        self.looked = due
        self.free = self.seen = 0.0

    def at(self, due: float) -> _Notes:
        """These notes, begun anew if the heart has beaten since."""
        if due != self.due:
            self.due = self.looked = due
            self.looks, self.free, self.seen = {}, 0.0, 0.0
        return self

    def woke(self, begin: float, now: float, was_late: bool) -> None:
        """The watchdog slept from ``begin`` to ``now``, as far as that falls into the stall; late: it had to wait for the GIL."""
        part = now - max(begin, self.due)
        if part > 0:
            self.seen += part
            self.free += 0.0 if was_late else part

    def saw(self, stacks: list[tuple[Raw, bool]], now: float) -> None:
        """The stacks account for the time since the last look."""
        weight = (now - max(self.looked, self.due)) / len(stacks)
        self.looked = now
        for stack in stacks:
            self.looks[stack] = self.looks.get(stack, 0.0) + weight
