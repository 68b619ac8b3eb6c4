"""What ``catalog`` prints for people: one block for each name, one line for each thing to say about it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

WIDTH = 110
MARGIN = 15
"""Where the texts begin, behind the labels."""
LISTED = {"blocking": 0, "cpu": 1, "async": 2, "loop-api": 3, "context": 4, "silent": 5}


def lines(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Of libraries, of lists of names, or of names."""
    if found and "versions" in found[0]:
        yield from _libraries(found)
        return
    for index, item in enumerate(found):
        if index:
            yield ""
        yield from _names(item) if "names" in item else _known(item)


def _libraries(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    width = max(len(item["library"]) for item in found)
    for item in found:
        counts = ", ".join(f"{item[kind]} {kind}" for kind in LISTED if item[kind])
        yield f"{item['library']:{width}}  {counts}".rstrip()


def _names(item: dict[str, Any]) -> Iterator[str]:
    for library in item.get("files", ()):
        yield from _wrapped("library", _library(library))
        yield from _wrapped("read", library.get("documentation", ""))
        yield from _wrapped("note", library.get("note", ""))
    if item.get("files"):
        yield ""
    yield from (f"{entry['kind']:8}  {entry['name']}" for entry in sorted(item["names"], key=_order))


def _order(entry: dict[str, str]) -> tuple[int, str]:
    return LISTED.get(entry["kind"], len(LISTED)), entry["name"]


def _known(item: dict[str, Any]) -> Iterator[str]:
    other = f", asked for as {item['asked']}" if item["asked"] != item["name"] else ""
    yield f"{item['name']} ({item['kind']}{other})"
    for claim in item["claims"]:
        yield from _claim(claim, item["name"])
    if "suggestions" in item:
        yield from _wrapped(
            "nothing stated", "The library is known, but no entry speaks of this name: calls of it count as"
        )
        yield from _wrapped("", "harmless (no blocking, no CPU work), and what they give is not known.")
        yield from _wrapped("did you mean", ", ".join(item["suggestions"]))
    elif not item["claims"]:
        yield from _wrapped("harmless", "No entry says that it blocks or computes; it is listed for what follows.")
    yield from _wrapped("gives", item["returns"])
    for callback in item["callables"]:
        yield from _wrapped("runs", callback)
    if item["of_class"]:
        yield from _class(item["of_class"])
    if item["library"]:
        yield from _wrapped("library", _library(item["library"]))
        yield from _wrapped("read", item["library"].get("documentation", ""))
    for page in item["evidence"]:
        yield from _wrapped("evidence", page)


def _claim(claim: dict[str, Any], name: str) -> Iterator[str]:
    heading = ", ".join(filter(None, (claim["kind"], claim["category"], claim["severity"])))
    yield f"  {heading}"
    yield from _wrapped("it", claim["does"])
    yield from _wrapped("when", claim["time"])
    yield from _wrapped("why", claim["note"])
    yield from _wrapped("instead", claim["replacement"])
    yield from _wrapped("GIL", claim["gil"])
    yield from _wrapped("only if", " and ".join(claim["only_if"]))
    yield from _wrapped("not if", ", or ".join(claim["not_if"]))
    yield from _wrapped("versions", claim["versions"])
    of = f", of {claim['stated_of']}" if claim["stated_of"] != name else ""
    where = f"{claim['file']}:{claim['line']}" if claim["line"] else claim["file"] or "the project's configuration"
    yield from _wrapped("stated in", where + of)


def _class(known: dict[str, Any]) -> Iterator[str]:
    yield from _wrapped("bases", ", ".join(known["bases"]))
    yield from _wrapped("it is", "; ".join(known["traits"]))
    yield from _wrapped("async twin", known["twin"])
    yield from _wrapped("attributes", ", ".join(f"{name}: {holds}" for name, holds in known["attributes"].items()))
    for heading, names in sorted(known["methods"].items(), key=lambda item: LISTED.get(item[0].partition(",")[0], 9)):
        yield from _wrapped(heading, ", ".join(names))


def _library(library: dict[str, Any]) -> str:
    checked = {
        "installed": f"names checked against the installed {library.get('checked', '')}".rstrip(),
        "stubs": "names checked against its stubs",
        "source": "names checked against its source",
        "documented": "names taken from its documentation",
    }[library.get("check", "installed")]
    return f"{library['name']} {library.get('versions', '')}".rstrip() + f"; {checked}"


def _wrapped(label: str, text: str) -> Iterator[str]:
    """Nothing for an empty text."""
    if not text:
        return
    first, *rest = textwrap.wrap(text, WIDTH - MARGIN, break_long_words=False, break_on_hyphens=False)
    head = f"    {label}"
    if len(head) >= MARGIN:
        yield head
        head, rest, first = "", rest, first
    yield f"{head:{MARGIN}}{first}"
    yield from (f"{'':{MARGIN}}{line}" for line in rest)
