"""What a stall means, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from fastapi_async_lint.probe.stacks import Frame, essence, frames
from fastapi_async_lint.probe.watch import Stall

HELD = 0.3
"""Share of a stall in which other threads could run, below which the GIL counts as held."""
COMPUTES = 0.4
"""Share of a stall that is CPU time from which on the loop's thread counts as computing. Where the system does not tell how long it
stood in line for a processor, a busy machine gives it less than all."""
WORTH_SHOWING = 0.1
"""Share of a stall from which on a place is shown."""
PLACES = 3


class Cause(str, Enum):
    """What the loop's thread did in a stall, or what kept it from running."""

    WAITS = "waits"
    COMPUTES = "computes"
    HOLDS_GIL = "holds-gil"
    OTHER_THREAD = "other-thread"


TELL = {
    Cause.WAITS: "it waits, and other threads run meanwhile",
    Cause.COMPUTES: "it computes, without the GIL: other threads run meanwhile",
    Cause.HOLDS_GIL: "it holds the GIL: other threads hardly run meanwhile",
    Cause.OTHER_THREAD: "another thread holds the GIL",
}

ADVICE = {
    Cause.WAITS: "await an asynchronous counterpart, or have a thread make the call (run_in_threadpool, asyncio.to_thread)",
    Cause.COMPUTES: "have a thread make the call (run_in_threadpool, asyncio.to_thread)",
    Cause.HOLDS_GIL: "a thread would slow the loop down, too; have another process do it (ProcessPoolExecutor)",
    Cause.OTHER_THREAD: "a thread is not enough; have another process do it (ProcessPoolExecutor)",
}


def cause(stall: Stall) -> Cause:
    """What the figures say. With a clock too coarse to tell of other threads, CPU time alone decides."""
    if stall.looks and not stall.looks[0].in_loop:
        return Cause.OTHER_THREAD
    computes = stall.cpu >= COMPUTES * stall.seconds
    if stall.others is not None and stall.others < HELD:
        # Nobody could look, and the loop's thread did nothing: it was the first to get the GIL back from another one.
        return Cause.HOLDS_GIL if stall.looks or computes else Cause.OTHER_THREAD
    return Cause.COMPUTES if computes else Cause.WAITS


def places(stall: Stall, home: str | None = None) -> list[tuple[float, tuple[Frame, ...]]]:
    """The user's part of the stacks, with the share of the stall that was spent there, most first."""
    shares: dict[tuple[Frame, ...], float] = {}
    for look in stall.looks:
        stack = essence(frames(look.stack, home))
        shares[stack] = shares.get(stack, 0.0) + look.share
    found = sorted(((share, stack) for stack, share in shares.items()), key=lambda place: -place[0])
    return [place for place in found[:PLACES] if place[0] >= WORTH_SHOWING] or found[:1]


def milliseconds(seconds: float) -> str:
    """``0.3 ms``, ``12 ms``, ``1.5 s``."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def tell(stall: Stall, folder: Path, home: str | None = None) -> Iterator[str]:
    """Lines about a stall: what it is, then where. File names are shown from ``folder`` where they lie in it."""
    cpu = f", CPU time {min(stall.cpu / stall.seconds, 1):.0%}" if stall.is_over else ""
    yield f"{milliseconds(stall.seconds)}{cpu}: {TELL[cause(stall)]}"
    found = places(stall, home)
    for share, stack in found:
        if len(found) > 1:
            yield f"{share:.0%} of the time:"
        if not stack:
            yield "  in the call itself"
        yield from (f"  {line}" for line in _lines(stack, folder))


def _lines(stack: tuple[Frame, ...], folder: Path) -> Iterator[str]:
    wheres = [f"{shown(frame.filename, folder)}:{frame.row} {frame.function}" for frame in stack]
    width = min(max(map(len, wheres), default=0), 60)
    for where, frame in zip(wheres, stack, strict=True):
        yield f"{where:{width}}  {frame.text}".rstrip()


def shown(filename: str, folder: Path) -> str:
    """The name from ``folder`` where the file lies in it; from the folder of its library where it lies in one."""
    path = Path(filename)
    if path.is_relative_to(folder) and "site-packages" not in path.parts:
        return str(path.relative_to(folder))
    for index, part in enumerate(path.parts):
        if part in ("site-packages", "dist-packages") or (
            part.startswith("python3.") and path.parts[index - 1] == "lib"
        ):
            rest = path.parts[index + 1 :]
            if rest and rest[0] not in ("site-packages", "dist-packages"):
                return str(Path(*rest))
    return filename
