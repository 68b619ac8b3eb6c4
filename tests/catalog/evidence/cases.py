"""Find the cases in ``libraries/``, one file per library or topic, and judge what was measured.

A file there holds tables, each from a catalogued name to a case:

- ``BLOCKING``: the call must stall the loop for as long as the other side takes (``world.delay``)
- ``SHORT``: must stall it for at least a millisecond (local work: starting a process, walking a tree)
- ``CPU``: must stall it for at least 5 ms, and the catalog's ``releases_gil`` must be true of it
- ``SILENT``: must not stall it, and must succeed
- ``ASYNC``: must not stall it, though the other side takes its time
- ``COROUTINE``: gives something that is awaited to its end and must not stall it; for what waits for nobody, such as closing
- ``LOOP``: must raise RuntimeError in a thread without an event loop, and work inside one without stalling it
- ``CONTEXT``: succeeds in the event loop's thread, and is refused in another; what gives the call is itself called in the loop
- ``DOCUMENTED``: not a case, but from the reason why claims cannot be run here to their names; where only one of a name's
  claims is meant, with its kind: ``pandas.read_sas (cpu)``

A case is a function of the world that makes the call; or a generator function that makes the other side ready, yields
the call, and tidies up.

``SWEEPS`` holds :class:`~evidence.sweep.Sweep`: all the methods of a class at once.

A file with ``IN_SUITE = False`` holds so many cases that only ``write_evidence.py`` runs them; the tests check what it recorded.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import importlib
import inspect
import os
import tempfile
import warnings
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from evidence.own_loop import measured_in_both
from evidence.stall import Measurement, measure
from evidence.sweep import NothingProven, Swept, expand
from evidence.world import World

from fastapi_async_lint.catalog.match import Catalog

for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(
        f"{_library}_NUM_THREADS", "1"
    )  # Their threads wait for each other where the processors are busy.

DELAY = 0.1
"""Seconds that the other side takes."""
HARMLESS = 0.04
"""Seconds that a call which must not stall the loop may stall it: the machine has other things to do, too."""

HELD, FREE = 0.35, 0.75
"""Share of the stall in which another thread could run: below the one the GIL was held, above the other it was free. In between
nothing is proven: a busy machine takes its part."""

LIBRARIES = Path(__file__).parent / "libraries"
ONLY: set[str] = set()
"""The files to take; empty: all."""
KINDS = ("BLOCKING", "SHORT", "CPU", "SILENT", "ASYNC", "COROUTINE", "LOOP", "CONTEXT")

Make = Callable[[World], object]


@dataclass(frozen=True)
class Case:
    """``kind``: name of the table it stands in; ``name``: the catalogued name that it is evidence for."""

    file: str
    kind: str
    name: str
    make: Make


def cases() -> list[Case]:
    """Every case of every file."""
    return [case for module in _modules() for case in _cases_of(module)]


def suite() -> list[Case]:
    """The cases that the tests run."""
    return [case for module in _modules() if getattr(module, "IN_SUITE", True) for case in _cases_of(module)]


def _cases_of(module: ModuleType) -> Iterator[Case]:
    file = module.__name__.rpartition(".")[2]
    for kind in KINDS:
        yield from (Case(file, kind, name, make) for name, make in getattr(module, kind, {}).items())


def _sweeps_of(module: ModuleType, catalog: Catalog) -> Iterator[Swept]:
    for sweep in getattr(module, "SWEEPS", ()):
        yield from expand(module.__name__.rpartition(".")[2], sweep, catalog)


def everything(catalog: Catalog) -> list[Case | Swept]:
    """Every case of every file, and those of the sweeps for what has no case of its own."""
    single = cases()
    known = {catalog.canonical(case.name) for case in single}
    swept = [one for module in _modules() for one in _sweeps_of(module, catalog)]
    return [*single, *(one for one in swept if one.name not in known)]


@functools.cache
def of_file(file: str, catalog: Catalog) -> dict[tuple[str, str], Case | Swept]:
    """Kind and name → case, of one file of ``libraries/``; no other is imported."""
    module = importlib.import_module(f"evidence.libraries.{file}")
    found = [*_cases_of(module), *_sweeps_of(module, catalog)]
    return {(case.kind, case.name): case for case in reversed(found)}


def documented() -> dict[str, str]:
    """Name → why none of its claims is run."""
    return {name: reason for _, name, kind, reason in reasons() if not kind}


def reasons() -> list[tuple[str, str, str, str]]:
    """File, name, kind of claim (empty: any), and why the name's claim of that kind is not run."""
    return [
        (module.__name__.rpartition(".")[2], name, kind.rstrip(")"), reason)
        for module in _modules()
        for reason, names in getattr(module, "DOCUMENTED", {}).items()
        for name, _, kind in (each.partition(" (") for each in names)
    ]


@functools.cache
def absent() -> dict[str, str]:
    """File → the library it needs that is not installed here."""
    missing = {}
    for path in sorted(LIBRARIES.glob("[a-z]*.py")):
        if ONLY and path.stem not in ONLY:
            missing[path.stem] = "not asked for"
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                importlib.import_module(f"evidence.libraries.{path.stem}")
        except ImportError as error:
            missing[path.stem] = error.name or str(error)
    return missing


def _modules() -> Iterator[ModuleType]:
    missing = absent()
    for path in sorted(LIBRARIES.glob("[a-z]*.py")):
        if path.stem not in missing:
            yield importlib.import_module(f"evidence.libraries.{path.stem}")


def run(case: Case | Swept) -> Measurement:
    """Measure the case once, in a folder of its own. Raises :class:`~evidence.sweep.NothingProven`."""
    if isinstance(case, Swept):
        return case.run(DELAY)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        world = World(DELAY, Path(folder))
        if inspect.isgeneratorfunction(case.make):
            call = stack.enter_context(contextlib.contextmanager(case.make)(world))
        else:
            call = functools.partial(case.make, world)
        if case.kind == "LOOP":
            _refused_without_loop(call)
        if case.kind == "CONTEXT":
            return measured_in_both(case.make, world)
        if case.kind == "COROUTINE":
            return _measured_to_the_end(call, world)
        if case.kind == "SILENT":
            return _measured_if_it_succeeds(call, world)
        return measure(call, others=case.kind == "CPU", begin=world.begun.set)


def _measured_if_it_succeeds(call: Callable[[], object], world: World) -> Measurement:
    """What fails at once has not waited, either."""
    errors: list[Exception] = []

    def made() -> object:
        try:
            return call()
        except Exception as error:
            errors.append(error)
            return None

    seen = measure(made, begin=world.begun.set)
    if errors:
        raise NothingProven(f"{type(errors[0]).__name__}: {errors[0]}")
    return seen


def _measured_to_the_end(call: Callable[[], object], world: World) -> Measurement:
    came: list[str] = []

    def made() -> object:
        result = call()
        return to_the_end(result) if inspect.isawaitable(result) else came.append("it gives nothing to await")

    async def to_the_end(result: Awaitable[object]) -> None:
        try:
            await result
            came.append("")
        except Exception as error:
            came.append(f"{type(error).__name__}: {error}")

    seen = measure(made, begin=world.begun.set)
    if came != [""]:
        raise NothingProven(" ".join(came) or "it fails")
    return seen


def _refused_without_loop(call: Callable[[], object]) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        error = pool.submit(call).exception(10)
    if not isinstance(error, RuntimeError):
        raise NothingProven(f"a thread without a loop gets {type(error).__name__ if error else 'what it wants'}")


def complaint(case: Case | Swept, seen: Measurement, releases_gil: bool | None, quicker: float = 1) -> str:
    """Why the measurement does not bear the claim out; empty where it does. ``releases_gil``: what the catalog says.

    ``quicker``: how many times as fast the machine may be as the one that the sizes of local work were chosen on.
    """
    if case.kind in ("BLOCKING", "SHORT", "CPU"):
        least = {"BLOCKING": 0.8 * DELAY, "SHORT": 0.001 / quicker, "CPU": 0.005 / quicker}[case.kind]
        if seen.stall < least:
            return f"the loop stood still for {seen.stall:.4f} s only, not {least} s"
        others = seen.others or 0.0
        if case.kind == "CPU" and (others < HELD if releases_gil else others > FREE):
            return f"releases_gil is {releases_gil}, but another thread could run for {others:.0%} of the time"
        return ""
    if seen.stall > HARMLESS:
        return f"the loop stood still for {seen.stall:.4f} s, in {seen.stack}"
    if case.kind == "ASYNC" and seen.elapsed < 0.8 * DELAY:
        return f"the call took {seen.elapsed:.4f} s: the other side was not slow"
    return ""
