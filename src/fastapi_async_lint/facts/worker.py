"""The other side of :mod:`fastapi_async_lint.facts.build`: extracts facts in processes of its own.

The request comes on standard input: MessagePack, one list of file contents for each channel. A channel is the write end
of a pipe; on it go, for each content in order, a frame: four bytes of length (little-endian), then the encoded
:data:`Outcome`. An empty frame first says that the process is up.

The process loads the parser once and then forks itself for every channel (it has one thread and nothing open, so that
is safe, whatever the program is that asked for facts). Where there is no ``fork``, the caller starts one process for
each channel instead.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import msgspec

from fastapi_async_lint.facts.model import ModuleFacts


class Problem(msgspec.Struct, frozen=True, array_like=True, tag="problem"):
    """Why there are no facts of a file; ``row`` and ``column`` count from 1."""

    message: str
    row: int = 1
    column: int = 1


class Found(msgspec.Struct, frozen=True, array_like=True, tag="facts"):
    """The facts of a file, still encoded."""

    facts: bytes


Outcome = Found | Problem
"""What comes of one file's text."""

_encoder = msgspec.msgpack.Encoder()


def outcome(source: bytes) -> Outcome:
    """Extract and encode the facts of one text. Nothing is raised: a file must not end the run."""
    from fastapi_async_lint.facts.extract import extract
    from fastapi_async_lint.syntax import Unreadable

    try:
        facts: ModuleFacts = extract(source)
    except Unreadable as error:
        return Problem(error.message, error.row, error.column)
    except Exception as error:  # A defect of ours, or no memory: the other files still count.
        return Problem(f"internal error, please report it: {type(error).__name__}: {error}")
    return Found(_encoder.encode(facts))


def serve(channels: Sequence[int]) -> None:
    """Answer the request on standard input. ``channels``: file descriptors to write to, one for each list of texts."""
    chunks = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[list[bytes]])
    import fastapi_async_lint.facts.extract  # noqa: F401  Loaded once, shared by the forked processes.

    # Trees are garbage the moment they have been walked, and they hold no cycles worth looking for.
    gc.disable()
    gc.freeze()
    children: list[int] = []
    for channel, chunk in zip(channels[1:], chunks[1:], strict=True):
        child = os.fork()
        if child == 0:
            _work(channel, [other for other in channels if other != channel], chunk)
            os._exit(0)
        children.append(child)
    _work(channels[0], channels[1:], chunks[0])
    for child in children:
        os.waitpid(child, 0)


def _work(channel: int, others: Sequence[int], chunk: Sequence[bytes]) -> None:
    for other in others:
        os.close(other)
    try:
        with open(channel, "wb", buffering=0) as pipe:
            _send(pipe.fileno(), b"")
            for source in chunk:
                _send(pipe.fileno(), _encoder.encode(outcome(source)))
    except OSError:
        pass  # Nobody listens any more.


def _send(channel: int, payload: bytes) -> None:
    view = memoryview(len(payload).to_bytes(4, "little") + payload)
    while view:
        view = view[os.write(channel, view) :]
