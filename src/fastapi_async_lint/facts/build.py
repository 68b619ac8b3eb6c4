"""The facts of a whole project: from the cache where a text is known, extracted where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fastapi_async_lint.facts.cache import Cache, digest, file_stamps
from fastapi_async_lint.facts.model import ImportFrom, ImportModule, ImportStar, ModuleFacts
from fastapi_async_lint.facts.pool import collector_off, extract_all
from fastapi_async_lint.facts.worker import Found, Problem
from fastapi_async_lint.source import UnreadableFile, read_source

__all__ = ["Problem", "Text", "build_facts", "collector_off", "imported_modules", "read_texts"]

_decoder = msgspec.msgpack.Decoder(ModuleFacts)


@dataclass(frozen=True, slots=True)
class Text:
    """One file's content. ``data`` is None where the file has not changed since its content hash was taken."""

    digest: bytes
    data: bytes | None


def read_texts(
    paths: Sequence[Path], cache: Cache, overlay: Mapping[Path, bytes] | None = None
) -> dict[Path, Text | Problem]:
    """The content of every file, by path, in the given order; reads only files that may have changed.

    ``overlay``: text that counts instead of what the disk has (an editor's unsaved buffer).
    """
    overlay = overlay or {}
    on_disk = [path for path in paths if path not in overlay]
    known = cache.known_digests(on_disk)
    stamps = file_stamps(path for path in on_disk if path not in known)
    texts: dict[Path, Text | Problem] = {}
    for path in paths:
        if path in known:
            texts[path] = Text(known[path], None)
            continue
        try:
            data = overlay[path] if path in overlay else read_source(path)
        except UnreadableFile as error:
            texts[path] = Problem(str(error))
        else:
            texts[path] = Text(digest(data), data)
    fresh = {path: text.digest for path, text in texts.items() if path in stamps and isinstance(text, Text)}
    cache.remember_digests(fresh, stamps, len(paths))
    return texts


def build_facts(
    texts: Mapping[Path, Text],
    cache: Cache,
    jobs: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Path, ModuleFacts | Problem]:
    """The facts of every file, by path, in the given order, or what stands in the way of having them.

    Files with the same text share one ``ModuleFacts``. ``jobs``: processes at most, 0 for one per core. ``progress``
    gets (done, total) of the files that have to be parsed.
    """
    keys = {path: text.digest for path, text in texts.items()}
    results: dict[bytes, ModuleFacts | Problem] = {}
    with collector_off():
        for key, data in cache.facts(keys.values()).items():
            with suppress(msgspec.MsgspecError):  # Not what this version writes: extracted again.
                results[key] = _decoder.decode(data)
    missing: dict[bytes, bytes] = {}
    for path, text in texts.items():
        if text.digest in results:
            continue
        try:
            data = read_source(path) if text.data is None else text.data
        except UnreadableFile as error:
            results[text.digest] = Problem(str(error))
        else:
            keys[path] = text.digest if text.data is not None else digest(data)
            missing[keys[path]] = data
    results.update(_extract(missing, cache, len(texts), jobs, progress))
    return {path: results[key] for path, key in keys.items()}


def _extract(
    missing: Mapping[bytes, bytes],
    cache: Cache,
    files: int,
    jobs: int,
    progress: Callable[[int, int], None] | None,
) -> dict[bytes, ModuleFacts | Problem]:
    """Extract facts by content hash, and keep them for the next run."""
    outcomes = dict(zip(missing, extract_all(list(missing.values()), jobs, progress), strict=True))
    found = {key: outcome.facts for key, outcome in outcomes.items() if isinstance(outcome, Found)}
    cache.add_facts(found, files)
    with collector_off():
        return {
            key: _decoder.decode(outcome.facts) if isinstance(outcome, Found) else outcome
            for key, outcome in outcomes.items()
        }


def imported_modules(facts: ModuleFacts, attributes: bool = False) -> Iterator[str]:
    """The modules that a file imports, anywhere in it, as written: ``app.db``; relative ones with their dots.

    ``attributes``: for ``from app import db`` also ``app.db``, which may be a module.
    """
    for scope in facts.scopes:
        for op in scope.ops:
            if isinstance(op, ImportModule):
                yield op.name
            elif isinstance(op, (ImportFrom, ImportStar)):
                yield "." * op.level + op.module
                if attributes and isinstance(op, ImportFrom):
                    yield "." * op.level + (f"{op.module}.{op.name}" if op.module else op.name)
