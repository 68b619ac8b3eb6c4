"""One-line messages for loop sites: what blocks, where it is reached from, by which chain, and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi_async_lint.analysis.view import LoopSite
from fastapi_async_lint.diagnostics import Confidence, EntryPoint, Hop

SHARE = "make it once, at start-up, and share it"
"""The advice for what is made for every request, and meant to serve all."""

MAX_NAMES = 4
"""Functions named in a chain; longer chains are cut in the middle."""

IMPLICIT = {
    "__iter__": "iterating {}",
    "__next__": "iterating {}",
    "__enter__": "entering {}",
    "__exit__": "leaving {}",
    "__getitem__": "subscripting {}",
    "__setitem__": "item assignment on {}",
    "__delitem__": "item deletion on {}",
    "__contains__": "`in` on {}",
    "__len__": "len() of {}",
    "__bool__": "testing {}",
    "__call__": "{}()",
    "__init__": "{}()",
    "__new__": "{}()",
}
"""How a protocol method is spelled in a sentence; ``{}`` is its class."""

ASYNCHRONOUS = {
    "__aiter__": "`async for` on {}",
    "__anext__": "`async for` on {}",
    "__aenter__": "`async with` on {}",
    "__aexit__": "`async with` on {}",
    "__await__": "`await` on {}",
}
"""The same for asynchronous counterparts."""


def loop_site_message(site: LoopSite, verb: str, advice: str) -> str:
    """``<blocker> <verb> in <entry points> via <chain> (<file>:<line>); <advice>``.

    ``verb`` is in the third person (``blocks the event loop``).
    """
    if site.confidence is Confidence.POSSIBLE:
        verb = "may " + _bare(verb)
    parts = [f"{blocker_title(site.blocker.name, site.chain)} {verb}{_when(site)} in {_where(site)}"]
    if len(site.chain) > 1:
        last = site.chain[-1]
        location = f"{source_path(last.place.path, last.function)}:{last.place.start.row}"
        parts.append(f"via {arrows(site.chain[1:])} ({location})")
    return f"{' '.join(parts)}; {advice}"


def blocker_title(name: str, chain: Sequence[Hop] = ()) -> str:
    """``requests.get()``, ``iterating sqlalchemy.orm.Query``, ``open()``; no parentheses for the read of a property."""
    name = name.removeprefix("builtins.")
    owner, _, last = name.rpartition(".")
    if last in IMPLICIT and owner:
        return IMPLICIT[last].format(owner)
    text = chain[-1].text if chain else ""
    is_read = bool(text) and ("(" not in text or text.endswith(f".{last}"))
    return name if is_read else f"{name}()"


def counterpart_title(name: str) -> str:
    """An asynchronous counterpart as it is written: a protocol method by its statement."""
    owner, _, last = name.rpartition(".")
    return ASYNCHRONOUS[last].format(owner) if last in ASYNCHRONOUS and owner else name


def short_name(function: str, path: Path) -> str:
    """The function's name without its module and without the functions around it."""
    inside = function.removeprefix(_module(path, function)).lstrip(".")
    return inside.rpartition("<locals>.")[2] or function


def source_path(path: Path, function: str) -> str:
    """The path as an import sees it (``app/db.py``): the same from every working directory."""
    depth = _module(path, function).count(".") + 1 + (path.stem == "__init__")
    return "/".join(path.parts[-depth:])


def entry_point_title(entry: EntryPoint) -> str:
    """``GET /users/{user_id}``; for the other kinds, kind and short name: ``middleware Timing.dispatch``."""
    if entry.path is not None:
        return entry.title
    return f"{entry.kind} {short_name(entry.name, entry.place.path)}"


def _module(path: Path, function: str) -> str:
    """The module part of a qualified name: its longest beginning that is also the end of the path."""
    parts = path.with_suffix("").parts
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    names = function.split(".")
    for count in range(len(names), 0, -1):
        if tuple(names[:count]) == parts[-count:]:
            return ".".join(names[:count])
    return ""


def _where(site: LoopSite) -> str:
    entries = site.entry_points
    if not entries:
        return f"async def {short_name(site.function, site.place.path)}"
    titles = list(dict.fromkeys(entry_point_title(entry) for entry in entries))
    if len(titles) <= 2:
        return " and ".join(titles)
    return f"{titles[0]} and {len(titles) - 1} more"


def _when(site: LoopSite) -> str:
    if not site.runs_once:
        return ""
    kinds = {entry.kind for entry in site.entry_points}
    if kinds == {"shutdown"}:
        return " at shut-down"
    if kinds == {"lifespan"}:
        return " at start-up or shut-down"
    return " at start-up"


def arrows(hops: Sequence[Hop]) -> str:
    """The functions of the hops, in order."""
    names = [short_name(hop.function, hop.place.path) for hop in hops]
    if len(names) > MAX_NAMES:
        names = [*names[:2], "…", *names[-(MAX_NAMES - 2) :]]
    return " → ".join(names)


def _bare(verb: str) -> str:
    """``blocks the event loop`` → ``block the event loop``."""
    first, _, rest = verb.partition(" ")
    return f"{first.removesuffix('s')} {rest}".strip()
