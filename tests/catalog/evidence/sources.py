"""Names of a library read off its text: of a source package, or of stubs. Nothing is imported.

Of ``if`` and ``try`` all branches count: what one platform or version has is a name of the library.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.schema import Argument, CatalogFile

Function = ast.FunctionDef | ast.AsyncFunctionDef

MOST_STEPS = 40
"""How often a name may be passed on from module to module."""


@dataclass(frozen=True)
class Imported:
    """``from module import name``; without a name, the module itself."""

    module: str
    name: str = ""


@dataclass(frozen=True)
class Found:
    """What a dotted name stands for: a definition or an assigned value in a module; or, without a node, the module."""

    module: str
    node: ast.AST | None = None


class Sources:
    """The modules below a folder like ``site-packages``, or like typeshed's ``stdlib``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tree = functools.cache(self._parse)
        self._names = functools.cache(self._bind)

    def missing(self, file: CatalogFile) -> list[str]:
        """One sentence per name of the catalog file that is not in the text, and per argument that a function there does not take."""
        told = [f"there is no module {module!r}" for module in file.library.modules if self._path(module) is None]
        told += [f"{name} is not there" for name in names_in(file) if self._is_here(name) and self.find(name) is None]
        for name, argument in arguments_in(file):
            told += self._lacks(name, argument)
        return list(dict.fromkeys(told))

    def find(self, name: str) -> Found | None:
        """What the dotted name stands for; None: nothing. An attribute of a package is asked before the module it hides."""
        parts = types.qualify(name).split(".")
        found = self._walk(Found(parts[0]), parts[1:], MOST_STEPS) if self._path(parts[0]) else None
        for used in range(len(parts), 1, -1):
            module = ".".join(parts[:used])
            if found is None and self._path(module):
                found = self._walk(Found(module), parts[used:], MOST_STEPS)
        return found

    def _is_here(self, name: str) -> bool:
        return self._path(types.qualify(name).partition(".")[0]) is not None

    def _walk(self, start: Found, parts: list[str], steps: int) -> Found | None:
        found: Found | None = start
        for part in parts:
            found = self._member(found, part, steps - 1) if found else None
        return found

    def _member(self, owner: Found, name: str, steps: int) -> Found | None:
        if steps <= 0:
            return None
        if owner.node is None:
            return self._of_module(owner.module, name, steps)
        if isinstance(owner.node, ast.ClassDef):
            return self._of_class(owner, name, steps)
        value = self._value(owner, steps)
        return self._member(value, name, steps - 1) if value else None

    def _of_module(self, module: str, name: str, steps: int) -> Found | None:
        """A class, a function or a module rather than what is assigned to the same name."""
        bound, stars = self._names(module)
        assigned = None
        for binding in bound.get(name, ()):
            if isinstance(binding, Imported):
                if self._path(binding.module):
                    found = self._walk(Found(binding.module), [binding.name] if binding.name else [], steps - 1)
                    if found is not None:
                        return found
            elif isinstance(binding, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                return Found(module, binding)
            else:
                assigned = Found(module, binding)
        if self._path(f"{module}.{name}"):
            return Found(f"{module}.{name}")
        if assigned:
            return assigned
        starred = (self._of_module(star, name, steps - 1) for star in stars if steps > 1 and self._path(star))
        return next((found for found in starred if found), None)

    def _of_class(self, owner: Found, name: str, steps: int) -> Found | None:
        assert isinstance(owner.node, ast.ClassDef)
        for statement in _flat(owner.node.body):
            if name in _bound_by(statement):
                return Found(owner.module, statement)
            if isinstance(statement, Function) and name in _set_on_self(statement):
                return Found(owner.module, statement)
        bases = (self._expression(owner.module, base, steps - 1) for base in owner.node.bases)
        members = (self._member(base, name, steps - 1) for base in bases if base)
        found = next((member for member in members if member), None)
        return found or (Found(owner.module, owner.node) if hasattr(object, name) else None)

    def _value(self, found: Found, steps: int) -> Found | None:
        """What was assigned, or the class that a property or an annotation speaks of."""
        node = found.node
        if isinstance(node, Function):
            return self._expression(found.module, node.returns, steps - 1) if node.returns else None
        if isinstance(node, ast.AnnAssign):
            return self._expression(found.module, node.annotation, steps - 1)
        if isinstance(node, ast.Assign):
            return self._expression(found.module, node.value, steps - 1)
        return None

    def _expression(self, module: str, node: ast.expr, steps: int) -> Found | None:
        """The object of a name, of an attribute, of ``Class(…)`` or ``Class[…]``."""
        if steps <= 0:
            return None
        if isinstance(node, ast.Call):
            return self._expression(module, node.func, steps - 1)
        if isinstance(node, ast.BinOp):
            return self._expression(module, node.left, steps - 1)
        if isinstance(node, ast.Subscript):
            return self._expression(module, node.value, steps - 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._expression(module, ast.parse(node.value, mode="eval").body, steps - 1)
        if isinstance(node, ast.Name):
            return self._of_module(module, node.id, steps - 1)
        if isinstance(node, ast.Attribute):
            owner = self._expression(module, node.value, steps - 1)
            return self._member(owner, node.attr, steps - 1) if owner else None
        return None

    def _lacks(self, name: str, argument: Argument) -> list[str]:
        found = self.find(name)
        node = found.node if found else None
        if isinstance(node, ast.ClassDef) and found is not None:
            made = self._of_class(found, "__init__", MOST_STEPS)
            node = made.node if made else None
        if not argument.keyword or not isinstance(node, Function) or node.args.kwarg:
            return []
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        taken = {each.arg for each in every}
        overloaded = any("overload" in ast.dump(decorator) for decorator in node.decorator_list)
        return [] if overloaded or argument.keyword in taken else [f"{name} has no parameter {argument.keyword!r}"]

    def _path(self, module: str) -> Path | None:
        stem = self.root.joinpath(*module.split("."))
        candidates = (
            stem / "__init__.pyi",
            stem / "__init__.py",
            stem.with_suffix(".pyi"),
            stem.with_suffix(".py"),
            stem,
        )
        return next((path for path in candidates if path.is_file() or (path == stem and path.is_dir())), None)

    def _parse(self, module: str) -> ast.Module:
        path = self._path(module)
        if path is None or path.is_dir():
            return ast.Module([], [])
        text = path.read_text(encoding="utf-8")
        other = path.with_suffix(".py")
        if path.suffix == ".pyi" and other.exists():
            text += "\n" + other.read_text(encoding="utf-8")
        return ast.parse(text)

    def _bind(self, module: str) -> tuple[dict[str, list[ast.stmt | Imported]], list[str]]:
        """The names of a module, and the modules it imports all of."""
        bound: dict[str, list[ast.stmt | Imported]] = {}
        stars = []
        path = self._path(module)
        package = module if path and (path.stem == "__init__" or path.is_dir()) else module.rpartition(".")[0]
        for statement in _flat(self._tree(module).body):
            if isinstance(statement, ast.ImportFrom):
                source = _absolute(package, statement)
                stars += [source for alias in statement.names if alias.name == "*"]
            for name, binding in _imports(statement, package):
                bound.setdefault(name, []).append(binding)
            for name in _bound_by(statement):
                bound.setdefault(name, []).append(statement)
        return bound, stars


def names_in(file: CatalogFile) -> Iterator[str]:
    """Every name that a catalog file spells out, and the classes in its type expressions."""
    texts = [*file.returns.values(), *file.attributes.values()]
    yield from (*file.aliases, *file.aliases.values(), *file.returns, *file.attributes)
    yield from (name.removesuffix(".*") for name in file.quick)
    for effect in file.effect:
        yield from (*effect.names, *([effect.replacement] if "{" not in effect.replacement else []))
        for owner in (effect.on,) if isinstance(effect.on, str) else effect.on:
            yield owner
            yield from (f"{owner}.{name}" for name in (*effect.methods, *effect.properties) if name[0] != "*")
        texts.append(effect.returns)
    for entry in file.class_:
        yield from (entry.name, *entry.aliases, *entry.bases)
        yield from (f"{entry.name}.{name}" for name in (*entry.attributes, *entry.returns) if name != "*")
        texts += [*entry.attributes.values(), *entry.returns.values()]
    for each in (*file.callback, *file.use, *file.mount):
        yield from each.names
    yield from (override.base for override in file.override)
    for text in filter(None, texts):
        yield from sorted(types.class_names(types.parse(text)))


def arguments_in(file: CatalogFile) -> Iterator[tuple[str, Argument]]:
    """Every function with an argument that a catalog file says it takes."""
    for effect in file.effect:
        owners = (effect.on,) if isinstance(effect.on, str) else effect.on
        methods = [f"{owner}.{method}" for owner in owners for method in effect.methods]
        for condition in (*effect.when, *effect.unless):
            if condition.of == "call":
                yield from ((name, Argument(keyword=condition.argument)) for name in (*effect.names, *methods))
    for callback in file.callback:
        if callback.decorator == "no":
            yield from ((name, callback.argument) for name in callback.names)


def _flat(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements, with those in the branches of ``if``, ``try``, ``with`` and loops."""
    waiting = list(body)[::-1]
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For)):
            inner = [*statement.body, *getattr(statement, "orelse", ()), *getattr(statement, "finalbody", ())]
            inner += [each for handler in getattr(statement, "handlers", ()) for each in handler.body]
            waiting += inner[::-1]


def _bound_by(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return [statement.name]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        targets = [statement.target]
    return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


def _set_on_self(function: Function) -> set[str]:
    return {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def _imports(statement: ast.stmt, package: str) -> Iterator[tuple[str, Imported]]:
    if isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            if alias.name != "*":
                yield alias.asname or alias.name, Imported(_absolute(package, statement), alias.name)
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            yield (
                alias.asname or alias.name.partition(".")[0],
                Imported(alias.name if alias.asname else alias.name.partition(".")[0]),
            )


def _absolute(package: str, statement: ast.ImportFrom) -> str:
    if not statement.level:
        return statement.module or ""
    parts = package.split(".")
    parts = parts[: len(parts) - statement.level + 1]
    return ".".join([*parts, *([statement.module] if statement.module else [])])
