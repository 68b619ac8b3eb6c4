"""Show what is known about libraries, and why.

`catalog list` lists the libraries; `catalog list cursor` the names that contain a word or fit a pattern with `*`.
`catalog show requests` lists what is known of a library; `catalog show requests.get` says what a function, class, method or
property does to the thread that calls it, what to use instead, and where that is stated.

`catalog scaffold LIBRARY` imports an installed library and writes the draft of a catalog file for it; `catalog check FILE` says
which names of a catalog file the installed library does not have.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi_async_lint.cli import _catalog_text as text
from fastapi_async_lint.cli._catalog_files import check, scaffold
from fastapi_async_lint.errors import ConfigError

if TYPE_CHECKING:
    from fastapi_async_lint.catalog.match import Catalog
    from fastapi_async_lint.catalog.schema import Library

KINDS = ("blocking", "cpu", "async", "loop-api", "context", "silent")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The action, the names, and catalogs of the user's own."""
    parser.add_argument("action", choices=("list", "show", "scaffold", "check"))
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="library, public name (requests.get), pattern (requests.*), or file to check",
    )
    parser.add_argument("--catalog", action="append", type=Path, metavar="FILE", help="a catalog file of your own, too")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="form (default: text)")
    parser.add_argument("--module", action="append", metavar="MODULE", help="scaffold: a submodule to look at, too")
    parser.add_argument(
        "--output-file", type=Path, metavar="FILE", help="scaffold: where the draft goes (default: shown)"
    )
    parser.add_argument(
        "--evidence-file",
        type=Path,
        metavar="FILE",
        help="scaffold: also begin a file with the calls that prove the entries",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the catalog, the project's own one included. Raises ``FalError``."""
    from fastapi_async_lint.catalog.load import builtin_files, load_catalog
    from fastapi_async_lint.config import Overrides, load_settings

    if arguments.action != "list" and not arguments.names:
        raise ConfigError(f"`catalog {arguments.action}` needs a name")
    if arguments.action == "scaffold":
        return scaffold(arguments)
    if arguments.action == "check":
        return check(arguments.names)
    settings = load_settings((), Overrides(catalogs=tuple(arguments.catalog or ())))
    catalog = load_catalog(settings.catalogs, settings.inline_catalog)
    files = (*settings.catalogs, *builtin_files())
    if arguments.action == "list":
        found = [_containing(word, catalog) for word in arguments.names] or list(_libraries(catalog))
    else:
        found = [_subject(word, catalog, files) for word in arguments.names]
    if arguments.output_format == "json":
        print(json.dumps(found, indent=2))
    else:
        for line in text.lines(found):
            sys.stdout.write(f"{line}\n")
    return 0


def _libraries(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Each library once, with how many names of each kind of effect are known."""
    from fastapi_async_lint.catalog.describe import all_effects

    kinds: dict[str, Counter[str]] = {}
    for name, effects in all_effects(catalog):
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


def _containing(word: str, catalog: Catalog) -> dict[str, Any]:
    from fastapi_async_lint.catalog.describe import containing

    found = containing(catalog, word)
    if not found:
        raise ConfigError(f"no known name contains {word!r}{_meant(word, catalog)}")
    return {"pattern": word, "names": [{"kind": kind, "name": name} for kind, name in found]}


def _subject(word: str, catalog: Catalog, files: Sequence[Path]) -> dict[str, Any]:
    """What is known about a public name, or about all names of a library. Raises ``ConfigError`` where nothing is."""
    from fastapi_async_lint.catalog.describe import describe, names_of

    known = describe(catalog, word, files)
    if known.stated:
        return {"asked": word, **_plain(known)}
    names = names_of(catalog, word)
    if names:
        return {
            "library": word,
            "files": [_plain(library) for library in catalog.tables.libraries if _is_about(library, word)],
            "names": [{"kind": kind, "name": name} for kind, name in names],
        }
    library = catalog.library_of(known.name)
    if library is None or any(sign in word for sign in "*?["):
        raise ConfigError(f"nothing is known about {word!r}{_meant(word, catalog)}")
    return {"asked": word, **_plain(known), "suggestions": _suggestions(word, catalog)}


def _is_about(library: Library, word: str) -> bool:
    return library.name.lower() == word.lower() or word in library.modules


def _meant(word: str, catalog: Catalog) -> str:
    near = _suggestions(word, catalog)
    return f"; did you mean {' or '.join(near)}?" if near else "; `fastapi-async-lint catalog list` lists the libraries"


def _suggestions(word: str, catalog: Catalog) -> list[str]:
    from fastapi_async_lint.catalog.describe import suggestions

    return suggestions(catalog, word)


def _plain(value: object) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
