"""Extracts the facts of many texts on several cores, and survives a parser that takes its process down.

Processes are plain ``subprocess`` children that run :mod:`fastapi_async_lint.facts.worker`, not a ``multiprocessing``
pool: those may not be started from flake8's daemonic workers, need a guarded ``__main__`` where they are spawned, and
cannot tell which file killed a worker.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from heapq import heappop, heappush
from queue import SimpleQueue
from threading import Thread
from typing import IO

import msgspec

from fastapi_async_lint.facts.worker import Outcome, Problem, outcome

SERIAL_BYTES = 250_000
"""Below so much source a process of one's own costs more than it saves."""

BYTES_PER_PROCESS = 400_000
"""Source that a further process should at least have to do."""

CRASHED = "the parser crashed on this file"

_CODE = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve([int(fd) for fd in sys.argv[1:]])"

_outcome_decoder = msgspec.msgpack.Decoder(Outcome)


class _CannotStart(Exception):
    """No process answered."""


def extract_all(
    sources: Sequence[bytes], jobs: int = 0, progress: Callable[[int, int], None] | None = None
) -> list[Outcome]:
    """The outcome for each text, in order.

    ``jobs``: processes at most; 0 for as many as there are cores. ``progress`` gets (done, total).
    """
    done = _Counter(len(sources), progress)
    size = sum(map(len, sources))
    if size >= SERIAL_BYTES:
        processes = min(jobs or cores(), size // BYTES_PER_PROCESS + 1, len(sources))
        try:
            return _extract_in_processes(sources, processes, done)
        except (_CannotStart, OSError, subprocess.SubprocessError):
            done.reset()  # No processes to be had here: do it all in this one.
    with collector_off():
        return [done.tick(outcome(source)) for source in sources]


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


class _Counter:
    def __init__(self, total: int, report: Callable[[int, int], None] | None) -> None:
        self._total = total
        self._report = report
        self._done = 0

    def tick(self, value: Outcome) -> Outcome:
        """One more is done; gives ``value`` back."""
        self._done += 1
        if self._report is not None:
            self._report(self._done, self._total)
        return value

    def reset(self) -> None:
        self._done = 0


def _extract_in_processes(sources: Sequence[bytes], processes: int, done: _Counter) -> list[Outcome]:
    """Deal the texts out. A text that twice took its process down, the second time alone, is a problem of its own."""
    results: dict[int, Outcome] = {}
    suspects: set[int] = set()
    chunks = _balanced(sources, processes)
    while chunks:
        _run(sources, chunks, results, done)
        rest = [[index for index in chunk if index not in results] for chunk in chunks]
        chunks = []
        for culprit, *others in filter(None, rest):  # The first without a result was at work when the process died.
            if culprit in suspects:
                results[culprit] = done.tick(Problem(CRASHED))
            else:
                suspects.add(culprit)
                chunks.append([culprit])
            if others:
                chunks.append(others)
    return [results[index] for index in range(len(sources))]


def _balanced(sources: Sequence[bytes], count: int) -> list[list[int]]:
    """Indices of the texts in ``count`` lists of about the same total size."""
    heap: list[tuple[int, int]] = [(0, chunk) for chunk in range(count)]
    chunks: list[list[int]] = [[] for _ in range(count)]
    for index in sorted(range(len(sources)), key=lambda index: len(sources[index]), reverse=True):
        size, chunk = heappop(heap)
        chunks[chunk].append(index)
        heappush(heap, (size + len(sources[index]) + 200, chunk))
    return [chunk for chunk in chunks if chunk]


def _run(sources: Sequence[bytes], chunks: Sequence[list[int]], results: dict[int, Outcome], done: _Counter) -> None:
    """Work through the chunks at the same time; what a process could not finish is missing from ``results``."""
    frames: SimpleQueue[tuple[int, bytes | None]] = SimpleQueue()
    requests = [[sources[index] for index in chunk] for chunk in chunks]
    processes, pipes = _start(requests)
    answered = False
    try:
        for number, pipe in enumerate(pipes):
            Thread(target=_receive, args=(number, pipe, frames), daemon=True).start()
        ahead = [iter(chunk) for chunk in chunks]
        running = len(pipes)
        while running:
            number, frame = frames.get()
            if frame is None:
                running -= 1
            elif not frame:
                answered = True
            else:
                results[next(ahead[number])] = done.tick(_outcome_decoder.decode(frame))
    except BaseException:
        for process in processes:
            process.kill()
        raise
    finally:
        for process in processes:
            process.wait()
    if not answered:
        raise _CannotStart


def _receive(number: int, pipe: IO[bytes], frames: SimpleQueue[tuple[int, bytes | None]]) -> None:
    with pipe:
        while len(header := pipe.read(4)) == 4:
            length = int.from_bytes(header, "little")
            payload = pipe.read(length)
            if len(payload) < length:
                break
            frames.put((number, payload))
    frames.put((number, None))


def _start(requests: Sequence[list[bytes]]) -> tuple[list[subprocess.Popen[bytes]], list[IO[bytes]]]:
    """Start what answers the requests; one pipe to read from for each of them."""
    if not hasattr(os, "fork"):
        processes = [_process([request], [1], subprocess.PIPE) for request in requests]
        return processes, [process.stdout for process in processes if process.stdout is not None]
    ends = [os.pipe() for _ in requests]
    try:
        process = _process(requests, [write for _, write in ends], subprocess.DEVNULL)
    finally:
        for _, write in ends:
            os.close(write)
    return [process], [open(read, "rb") for read, _ in ends]


def _process(requests: Sequence[list[bytes]], channels: Sequence[int], stdout: int) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise _CannotStart
    code = _CODE.format(path=[entry for entry in sys.path if isinstance(entry, str)], module=outcome.__module__)
    options = ["-I", "-B"] if sys.dont_write_bytecode else ["-I"]
    process = subprocess.Popen(
        [sys.executable, *options, "-c", code, *map(str, channels)],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        pass_fds=[channel for channel in channels if channel > 2],
    )
    assert process.stdin is not None
    try:
        with process.stdin:
            process.stdin.write(msgspec.msgpack.encode(requests))
    except OSError:  # It is gone already.
        process.kill()
        process.wait()
        raise
    return process


@contextmanager
def collector_off() -> Iterator[None]:
    """Parsing and decoding make many objects and no cyclic garbage: the collector would only double their time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
