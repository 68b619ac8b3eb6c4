"""A library's inventory → the draft of its catalog file, and of the file with its evidence."""

from __future__ import annotations

import keyword
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from fastapi_async_lint.catalog.inspection import Callee, ClassMembers, Inventory
from fastapi_async_lint.catalog.schema import BLOCKING_CATEGORIES, CPU_CATEGORIES

WIDTH = 118


def toml(found: Inventory) -> Iterator[str]:
    """The lines of the catalog file: what inspection tells stands there, what only people know is commented out (``#``).

    Explanations begin with ``##``.
    """
    yield "## A draft, made by looking at the library. Coroutine functions are entered. Everything else is commented out: decide what it"
    yield "## does to the thread that calls it, uncomment what does something, and remove the rest and these lines."
    yield "##   blocking  waits for something else: " + ", ".join(sorted(BLOCKING_CATEGORIES))
    yield "##   cpu       computes for milliseconds: " + ", ".join(sorted(CPU_CATEGORIES)) + "; state `releases_gil`"
    yield "##   silent    looks as if it blocked but does not; say why in `note`"
    yield ""
    yield from _library(found)
    yield from _table("aliases", found.aliases)
    yield from _functions(found)
    for klass in found.classes:
        yield from _class(klass)


def _library(found: Inventory) -> Iterator[str]:
    yield "[library]"
    yield f'name = "{found.library}"'
    yield from _names("modules", found.modules)
    if found.version != "0":
        yield f'versions = ">={".".join(found.version.split(".")[:2])}"'
        yield f'checked = "{found.version}"'
    if found.documentation:
        yield f"documentation = {_quoted(found.documentation)}"
    if found.heavy:
        yield "heavy_import = true"
    yield ""


def _functions(found: Inventory) -> Iterator[str]:
    waiting = [one for one in found.functions if one.is_async]
    others = [one for one in found.functions if not one.is_async]
    yield from _table("returns", {one.name: one.gives for one in found.functions if one.gives})
    if waiting:
        yield from _effect("async", ("names", [one.name for one in waiting]))
    twins = [one.name for one in others if one.name in found.twins]
    for name in twins:
        yield from _commented(_effect("blocking", ("names", [name]), replacement=found.twins[name]))
    rest = [one.name for one in others if one.name not in found.twins]
    if rest:
        yield from _commented(_effect("blocking", ("names", rest)))


def _class(klass: ClassMembers) -> Iterator[str]:
    yield f"## {klass.name}"
    yield ""
    waiting = [one.name for one in klass.methods if one.is_async]
    others = [one.name for one in klass.methods if not one.is_async]
    if waiting:
        yield from _effect("async", ("methods", waiting), klass.name)
    if others:
        replacement = f"{klass.twin}.{{method}}" if klass.twin else ""
        yield from _commented(_effect("blocking", ("methods", others), klass.name, replacement))
    if klass.properties:
        yield from _commented(_effect("blocking", ("properties", klass.properties), klass.name))
    yield "[[class]]"
    yield f'name = "{klass.name}"'
    yield from _names("aliases", klass.aliases)
    yield from _names("bases", klass.bases)
    if klass.twin:
        yield f'# twin = "{klass.twin}"  # where its constructor and attributes are the same'
    if waiting:
        yield "# reuse = true  # a client, engine or pool that is meant to be made once and shared"
    yield ""
    yield from _table("class.returns", _returns(klass.methods))


def _returns(methods: Iterable[Callee]) -> dict[str, str]:
    return {one.name: one.gives for one in methods if one.gives}


def _effect(kind: str, named: tuple[str, Sequence[str]], on: str = "", replacement: str = "") -> Iterator[str]:
    yield "[[effect]]"
    yield f'kind = "{kind}"'
    if on:
        yield f'on = "{on}"'
    yield from _names(*named)
    if kind != "async":
        yield 'category = ""'
    if replacement:
        yield f'replacement = "{replacement}"'
    yield ""


def _commented(lines: Iterable[str]) -> Iterator[str]:
    return (f"# {line}" if line else "" for line in lines)


def _table(name: str, entries: dict[str, str]) -> Iterator[str]:
    if entries:
        yield f"[{name}]"
        yield from (f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items())
        yield ""


def _names(key: str, names: Sequence[str]) -> Iterator[str]:
    """One line, or one list laid out over several; nothing for no names."""
    quoted = ", ".join(map(_quoted, names))
    if not names:
        return
    if len(key) + len(quoted) + 5 <= WIDTH:
        yield f"{key} = [{quoted}]"
        return
    yield f"{key} = ["
    yield from textwrap.wrap(
        f"{quoted},", WIDTH, initial_indent="    ", subsequent_indent="    ", break_long_words=False
    )
    yield "]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def evidence(found: Inventory) -> Iterator[str]:
    """The lines of the file with the calls that prove the entries: one commented case for each name."""
    imports = sorted({_module(name, found) for name in _all(found)})
    yield f'"""{found.library}: what its calls do to a running event loop."""'
    yield ""
    yield "from __future__ import annotations"
    yield ""
    yield "from collections.abc import Callable"
    yield ""
    yield from (f"import {module}" for module in imports)
    yield "from evidence.world import World"
    yield ""
    yield "Case = Callable[[World], object]"
    yield ""
    yield "# Each case makes the call. A generator function makes the other side ready (`world.http()`, `world.server()`, a server of"
    yield "# evidence.servers), yields the call, and tidies up; evidence/cases.py explains the tables. Fill in the arguments."
    yield ""
    waiting = [name for name, is_async in _all(found).items() if is_async]
    others = [name for name, is_async in _all(found).items() if not is_async]
    yield from _cases("BLOCKING", others)
    yield from _cases("ASYNC", waiting)
    for table in ("SHORT", "CPU", "SILENT"):
        yield from _cases(table, [])
    yield "# What cannot be run here: the reason, and the names."
    yield "DOCUMENTED: dict[str, list[str]] = {}"


def _cases(table: str, names: Sequence[str]) -> Iterator[str]:
    if not names:
        yield f"{table}: dict[str, Case] = {{}}"
        return
    yield f"{table}: dict[str, Case] = {{"
    yield from (f'    # "{name}": lambda world: {name}(),' for name in names)
    yield "}"


def _all(found: Inventory) -> dict[str, bool]:
    """Every name that an entry may speak of → whether it is asynchronous."""
    names = {one.name: one.is_async for one in found.functions}
    for klass in found.classes:
        names.update({f"{klass.name}.{one.name}": one.is_async for one in klass.methods})
    return names


def _module(name: str, found: Inventory) -> str:
    """The module to import for a name: that of a function, or of the class of a method."""
    classes = {klass.name for klass in found.classes}
    owner = name.rpartition(".")[0]
    return owner.rpartition(".")[0] if owner in classes else owner


def file_stem(library: str) -> str:
    """The name for the library's files: lower case, with underscores."""
    stem = re.sub(r"\W+", "_", library.lower()).strip("_")
    return f"{stem}_" if keyword.iskeyword(stem) else stem
