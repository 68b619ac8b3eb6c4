"""Show what is known about libraries.

`catalog list` lists the libraries; `catalog show requests` lists what is known of one;
`catalog show requests.get` says what a name does to the thread that calls it, and why.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi_async_lint.errors import ConfigError

if TYPE_CHECKING:
    from fastapi_async_lint.catalog.match import Catalog
    from fastapi_async_lint.catalog.schema import Effect, Library

KINDS = ("blocking", "cpu", "async", "loop-api", "silent")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The action, the names, and catalogs of the user's own."""
    parser.add_argument("action", choices=("list", "show"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="library or public name to show (requests.get)")
    parser.add_argument("--catalog", action="append", type=Path, metavar="FILE", help="a catalog file of your own, too")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="form (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print the catalog, the project's own one included. Raises ``FalError``."""
    from fastapi_async_lint.catalog.load import load_catalog
    from fastapi_async_lint.config import Overrides, load_settings

    if bool(arguments.names) != (arguments.action == "show"):
        raise ConfigError("`catalog show` needs a name" if arguments.action == "show" else "`catalog list` takes none")
    settings = load_settings((), Overrides(catalogs=tuple(arguments.catalog or ())))
    catalog = load_catalog(settings.catalogs, settings.inline_catalog)
    if arguments.action == "list":
        found: list[dict[str, Any]] = list(_libraries(catalog))
    else:
        found = [_subject(name, catalog) for name in arguments.names]
    if arguments.output_format == "json":
        print(json.dumps(found, indent=2))
    else:
        for line in _list_lines(found) if arguments.action == "list" else _show_lines(found):
            print(line)
    return 0


def _libraries(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Each library once, with how many names of each kind of effect are known."""
    kinds: dict[str, Counter[str]] = {}
    for name, effects in _all_effects(catalog):
        library = catalog.library_of(name)
        if library is not None:
            kinds.setdefault(library.name, Counter()).update(effect.kind for effect in effects)
    files: dict[str, list[Library]] = {}
    for library in catalog.tables.libraries:
        files.setdefault(library.name, []).append(library)
    for name in sorted(files, key=str.lower):
        # A library may be spread over files that speak of different versions of it.
        yield {
            "library": name,
            "versions": sorted({library.versions for library in files[name] if library.versions}),
            **{kind: kinds.get(name, Counter())[kind] for kind in KINDS},
        }


def _all_effects(catalog: Catalog) -> Iterator[tuple[str, tuple[Effect, ...]]]:
    tables = catalog.tables
    for names in (tables.effect_names, tables.property_names):
        for name, indices in names.items():
            yield name, tuple(tables.effects[index] for index in indices)


def _subject(word: str, catalog: Catalog) -> dict[str, Any]:
    """What is known about a public name, or about all names of a library. Raises ``ConfigError`` where nothing is."""
    name = catalog.canonical(word)
    effects = catalog.effects(name) or catalog.property_effects(name)
    callbacks = catalog.callbacks(name)
    if effects or callbacks:
        return {
            "name": name,
            "effects": [_effect(effect, name) for effect in effects],
            "callables": [
                {"kind": one.kind, "sync": one.sync, "asynchronous": one.asynchronous, "note": one.note}
                for one in callbacks
            ],
        }
    entries = sorted(
        {
            (effect.kind, entry)
            for entry, effects in _all_effects(catalog)
            if (library := catalog.library_of(entry)) and library.name == word or entry.startswith(f"{name}.")
            for effect in effects
        }
    )
    if not entries:
        raise ConfigError(f"nothing is known about {word!r}; `fastapi-async-lint catalog list` lists the libraries")
    return {"library": word, "names": [{"kind": kind, "name": entry} for kind, entry in entries]}


def _effect(effect: Effect, name: str) -> dict[str, Any]:
    import msgspec

    value: dict[str, Any] = msgspec.to_builtins(effect)
    for key in ("names", "on", "methods", "properties"):
        value.pop(key, None)
    if effect.replacement:
        value["replacement"] = effect.replacement.replace("{method}", name.rpartition(".")[2])
    return {"severity": effect.severity, **value}


def _list_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    width = max(len(item["library"]) for item in found)
    for item in found:
        counts = ", ".join(f"{item[kind]} {kind}" for kind in KINDS if item[kind])
        yield f"{item['library']:{width}}  {counts}".rstrip()


def _show_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for item in found:
        if "library" in item:
            yield from (f"{entry['kind']:8}  {entry['name']}" for entry in item["names"])
            continue
        yield item["name"]
        for entry in (*item["effects"], *item["callables"]):
            kind = entry["kind"]
            details = "; ".join(f"{key}: {_plain(value)}" for key, value in entry.items() if key != "kind" and value)
            yield f"  {kind}: {details}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
