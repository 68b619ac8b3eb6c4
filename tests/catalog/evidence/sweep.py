"""Evidence for whole classes: every method the catalog knows is called, with made-up arguments, against a slow other side.

Nonsense that is sent is as good as sense: what counts is whether the thread waits for the answer. Where no arguments can be made up
that are sent at all, nothing is proven, and the method stays without a run.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import signal
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from evidence.arguments import Arguments, attempts
from evidence.stall import Measurement, measure
from evidence.world import World

from fastapi_async_lint.catalog import reality
from fastapi_async_lint.catalog.match import Catalog

PATIENCE = 2.0
"""Seconds until a call that waits for more than the other side will ever say is given up."""

TABLES = {"blocking": "BLOCKING", "cpu": "CPU", "silent": "SILENT", "async": "ASYNC"}
KINDS = tuple(TABLES.values())
AWAITED = ("ASYNC", "COROUTINE")
Subject = Callable[[World], Iterator[object]]


class NothingProven(Exception):
    """The call shows nothing of what the catalog claims; ``str()`` says why."""


@dataclass(frozen=True)
class Sweep:
    """``on``: the catalogued class (or module) whose names are meant.

    ``subject``: makes the other side ready, yields the object that has the methods (or a function that makes it inside the loop,
    awaited if need be), and tidies up.
    """

    on: str
    subject: Subject
    given: Mapping[str, object] = field(default_factory=dict)
    """Values by name of the parameter, for all methods."""
    calls: Mapping[str, Arguments] = field(default_factory=dict)
    """Arguments by name of the method, which are not made up then."""
    apart: Mapping[str, str] = field(default_factory=dict)
    """Method → why it is not called."""
    only: Collection[str] = ()
    """Methods that are meant, where a class needs several sweeps; empty: all."""
    sample: int = 1000
    """How many methods are called, evenly spread, of those that ``*`` stands for."""
    prompt: Collection[str] = ()
    """Asynchronous methods that wait for nobody, such as those that close."""
    kinds: Collection[str] = KINDS
    """Which ones are meant: a class whose asynchronous methods need another client has two sweeps."""
    own: Mapping[str, Subject] = field(default_factory=dict)
    """Subjects of single methods that wait for nothing in the state that the sweep's subject is in."""


@dataclass(frozen=True)
class Swept:
    """A method of a sweep as a case; ``file``, ``kind`` and ``name`` as there."""

    file: str
    sweep: Sweep
    method: str
    kind: str
    name: str
    lazy: bool
    """What the call gives starts only when it is iterated or entered."""

    @property
    def must_be_lazy(self) -> bool:
        """Whether the entry has to say so, should the call give a generator."""
        return not self.lazy and self.kind in ("BLOCKING", "CPU") and self.method != "__iter__"

    def run(self, delay: float) -> Measurement:
        """Measure it once. ``delay``: seconds that the other side takes. Raises :class:`NothingProven`."""
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            world = World(delay, Path(folder))
            stack.enter_context(_elsewhere())
            make = self.sweep.own.get(self.method, self.sweep.subject)
            subject = stack.enter_context(contextlib.contextmanager(make)(world))
            trial = _Trial(world, self, subject)
            with _patience() if self.kind not in AWAITED else contextlib.nullcontext():
                seen = measure(trial.made, others=self.kind == "CPU", begin=world.begun.set, prepare=trial.ready)
            if reason := trial.nothing_proven():
                raise NothingProven(reason)
            if self.kind == "BLOCKING" and seen.stall < delay / 2 and trial.error is not None:
                raise NothingProven(_brief(trial.error))
            if self.kind == "ASYNC" and seen.elapsed < delay:
                raise NothingProven("it does not wait for an answer")
            return seen


def expand(file: str, sweep: Sweep, catalog: Catalog) -> Iterator[Swept]:
    """A case for every public name the catalog has right below the sweep's class, and for every method that its ``*`` stands for.

    ``file``: where the sweep stands.
    """
    named = _named(sweep.on, catalog)
    try:
        owner = reality.resolve(sweep.on)
    except LookupError:
        return
    methods = {method for method in named if "*" not in method and hasattr(owner, method)}
    if len(methods) < len(named):
        unnamed = sorted(_unnamed(owner, sweep.on, catalog))
        methods |= set(unnamed[:: 1 + len(unnamed) // sweep.sample])
    for method in sorted(methods & set(sweep.only or methods) - set(sweep.apart)):
        effects = catalog.effects(f"{sweep.on}.{method}")
        kind = TABLES.get(effects[0].kind)
        if kind is not None and kind in sweep.kinds:
            kind = "COROUTINE" if kind == "ASYNC" and method in sweep.prompt else kind
            yield Swept(file, sweep, method, kind, f"{sweep.on}.{method}", any(effect.lazy for effect in effects))


def _named(on: str, catalog: Catalog) -> set[str]:
    """What the catalog has right below a class or module; ``*`` stands for methods."""
    prefix = f"{on}."
    names = (name.removeprefix(prefix) for name in catalog.tables.effect_names if name.startswith(prefix))
    return {name for name in names if "." not in name}


def _unnamed(owner: object, on: str, catalog: Catalog) -> set[str]:
    """Public methods that an entry of the class means by ``*``."""
    entries = catalog.tables.effect_names
    return {
        method
        for method in dir(owner)
        if not method.startswith("_")
        and _is_method(inspect.getattr_static(owner, method))
        and not any(f"{base}.{method}" in entries for base in catalog.mro(on))
        and catalog.effects(f"{on}.{method}")
    }


def _is_method(found: object) -> bool:
    return callable(getattr(found, "__func__", found)) and not isinstance(found, type)


@dataclass
class _Trial:
    """One call: tries arguments until the other side is reached, and keeps what came of it."""

    world: World
    swept: Swept
    subject: Any
    error: Exception | None = None
    idle: bool = False
    """A generator was made, which is said to do something at once."""

    async def ready(self) -> None:
        """Make what can only be made inside the loop."""
        if inspect.isfunction(self.subject):
            self.subject = self.subject()
            if inspect.isawaitable(self.subject):
                self.subject = await self.subject
        if not hasattr(self.subject, self.swept.method):
            raise NothingProven("the subject has no such method")

    def made(self) -> object:
        """Make the call; the thread waits here if it waits at all. Gives an awaitable where the catalog says that it does."""
        return asyncio.wait_for(self._awaited(), PATIENCE) if self.swept.kind in AWAITED else self._called()

    def _called(self) -> None:
        for function, (positional, keywords) in self._calls():
            try:
                self._consume(function(*positional, **keywords))
                self.error = None
            except Exception as error:
                self.error = self.error or error
            if self._is_over():
                return

    async def _awaited(self) -> None:
        for function, (positional, keywords) in self._calls():
            try:
                result = function(*positional, **keywords)
                await _waiting(_Awaitable(result) if self.swept.method == "__await__" else result)
                self.error = None
            except Exception as error:
                self.error = self.error or error
            if self._is_over():
                return

    def _is_over(self) -> bool:
        return self.error is None or self.world.reached.is_set()

    def nothing_proven(self) -> str:
        """Why, in words; empty where the call shows something."""
        if self.idle:
            return "it gives a generator, and has done nothing yet: the entry must be lazy"
        if self.swept.kind in ("BLOCKING", "ASYNC"):
            if self.world.reached.is_set():
                return ""
            return "the other side was not spoken to" + (f": {_brief(self.error)}" if self.error else "")
        return _brief(self.error) if self.error and not self.world.reached.is_set() else ""

    def _calls(self) -> Iterator[tuple[Callable[..., Any], Arguments]]:
        function = getattr(self.subject, self.swept.method)
        given = self.swept.sweep.calls.get(self.swept.method)
        for arguments in [given] if given is not None else attempts(function, self.swept.sweep.given):
            yield function, arguments

    def _consume(self, result: Any) -> None:
        if inspect.isgenerator(result) and self.swept.must_be_lazy:
            self.idle = not self.world.reached.is_set()
        elif inspect.isgenerator(result) or (self.swept.lazy and hasattr(result, "__iter__")):
            next(iter(result), None)
        elif self.swept.lazy and hasattr(result, "__enter__"):
            with result:
                pass


@dataclass(frozen=True)
class _Awaitable:
    """What a call of ``__await__`` has given, for ``await``."""

    steps: Iterator[Any]

    def __await__(self) -> Iterator[Any]:
        return self.steps


async def _waiting(result: Any) -> None:
    """Wait for the first thing that is to be had of it."""
    if inspect.isawaitable(result):
        result = await result
        if inspect.isasyncgen(result):
            await _waiting(result)
    elif hasattr(result, "__aenter__"):
        async with result:
            pass
    elif hasattr(result, "__aiter__"):
        async for _ in result:
            break
    else:
        raise TypeError("it gives nothing to await")


def _brief(error: Exception | None) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:120]


@contextlib.contextmanager
def _elsewhere() -> Iterator[None]:
    """Work in a folder of its own, where a file is called as made-up arguments call everything."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x").write_bytes(b"x")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Interrupt the block after ``PATIENCE`` seconds."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    left, again = signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, again)
