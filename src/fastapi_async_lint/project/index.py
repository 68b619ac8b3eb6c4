"""The project's modules by name, and what can be said of a scope before any value is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import AnyOp, ModuleFacts, Scope
from fastapi_async_lint.facts.operands import operands

if TYPE_CHECKING:
    from fastapi_async_lint.project.context import Slot

QUIET_BLOCKS = frozenset({"annotation", "dead", "typing"})
"""Blocks whose ops are never executed as the application runs."""


OpOf = TypeVar("OpOf", bound=ir.Op)


class ScopeInfo:
    """A scope with what follows from its text alone; the body's ops, their users, what inner scopes capture."""

    __slots__ = (
        "_captures",
        "_forwards",
        "_having",
        "_users",
        "binds",
        "bodies",
        "dead",
        "facts",
        "given_back",
        "index",
        "is_function",
        "module",
        "name",
        "ops",
        "owner",
        "parameters",
        "parent",
        "passed_flags",
        "passed_on",
        "quiet",
        "switches",
        "tests",
    )

    def __init__(self, module: Module, index: int, facts: Scope) -> None:
        self.module = module
        self.index = index
        self.facts = facts
        self.ops: tuple[AnyOp, ...] = facts.ops
        self.name = f"{module.name}.{facts.qualname}" if facts.qualname else module.name
        self.parameters = {p.name: i for i, p in enumerate(facts.parameters)}
        self.is_function = facts.kind in ("function", "lambda", "generator")
        self.parent: ScopeInfo | None = None
        self.owner: ScopeInfo | None = None
        self.binds: dict[str, list[int]] = {}
        self.bodies: list[ScopeInfo] = []
        self.tests: dict[int, tuple[int | str, object, bool]] | None = None
        """Made by :mod:`fastapi_async_lint.project.feasible` when first asked for."""
        self.switches: frozenset[int] | None = None
        """Likewise."""
        self.passed_flags: frozenset[int] | None = None
        """Likewise."""
        self.given_back: tuple[int, ...] | None = None
        """The parameters that some Return gives back; likewise."""
        self.passed_on: dict[int, tuple[frozenset[int], tuple[int, ...]]] = {}
        """For a Return op: the parameters it gives back as they came, and the other ops its value may come from. Made by
        :mod:`fastapi_async_lint.project.returns`."""
        self._having: dict[type, Any] = {}
        self._users: list[list[int]] | None = None
        self._captures: frozenset[str] | None = None
        self._forwards: frozenset[int] | None = None
        self.quiet = self.ops_in(QUIET_BLOCKS)
        """Ops that are never executed as the application runs."""
        self.dead = self.ops_in(frozenset({"dead"})) if self.quiet else self.quiet
        """Ops that nothing reaches."""
        for position, op in enumerate(facts.ops):
            if type(op) is ir.Bind and op.where == "local":
                self.binds.setdefault(op.name, []).append(position)

    def ops_in(self, kinds: frozenset[str]) -> frozenset[int]:
        """The ops inside blocks of these kinds, at any depth."""
        inside: set[int] = set()
        for i, block in enumerate(self.facts.blocks):
            if block.kind in kinds or block.parent in inside:
                inside.add(i)
        if not inside:
            return frozenset()
        blocks = memoryview(self.facts.op_blocks).cast("I")
        return frozenset(i for i, block in enumerate(blocks) if block in inside)

    def having(self, kind: type[OpOf]) -> tuple[tuple[int, OpOf], ...]:
        """The ops of that very class with their positions, in their order."""
        found: tuple[tuple[int, OpOf], ...] | None = self._having.get(kind)
        if found is None:
            found = tuple((i, op) for i, op in enumerate(self.ops) if type(op) is kind)
            self._having[kind] = found
        return found

    @property
    def users(self) -> list[list[int]]:
        """For each op the ops of this scope that read its value."""
        if self._users is None:
            users: list[list[int]] = [[] for _ in self.ops]
            for i, op in enumerate(self.ops):
                for operand in operands(op):
                    if operand >= 0:
                        users[operand].append(i)
                if isinstance(op, ir.Subscript):  # a type's arguments are read one by one: ``Annotated[T, …]``
                    key = self.ops[op.key]
                    for operand in key.items if isinstance(key, ir.Sequence) else ():
                        users[operand].append(i)
            self._users = users
        return self._users

    @property
    def captures(self) -> frozenset[str]:
        """Names bound here that nested functions read or rebind."""
        if self._captures is None:
            wanted: set[str] = set()
            pending = list(self.bodies)
            while pending:
                scope = pending.pop()
                pending.extend(scope.bodies)
                for op in scope.ops:
                    if type(op) is ir.Free or (type(op) is ir.Bind and op.where == "nonlocal"):
                        wanted.add(op.name)
            self._captures = frozenset(wanted & (self.binds.keys() | self.parameters.keys()))
        return self._captures

    @property
    def forwards(self) -> frozenset[int]:
        """Parameters whose callable value matters: called, handed on, returned, or captured by an inner function."""
        if self._forwards is None:
            found = {self.parameters[name] for name in self.captures if name in self.parameters}
            users = self.users
            pending = [(i, i) for i in range(len(self.parameters))]
            seen: set[tuple[int, int]] = set()
            while pending:
                parameter, op_index = pending.pop()
                if parameter in found or (parameter, op_index) in seen:
                    continue
                seen.add((parameter, op_index))
                for user in users[op_index]:
                    op = self.ops[user]
                    if isinstance(op, (ir.Call, ir.Return, ir.Iterate)):
                        found.add(parameter)
                    elif isinstance(op, (ir.Phi, ir.Narrow, ir.Bind, ir.Attribute)):
                        pending.append((parameter, user))
            self._forwards = frozenset(found)
        return self._forwards


@dataclass(slots=True, eq=False)
class Module:
    """A file of the project as a module. ``globals`` are its names as the project sees them."""

    name: str
    names: tuple[str, ...]
    path: Path
    root: Path
    is_package: bool
    facts: ModuleFacts
    is_library: bool = False
    """Followed because the project calls it; it is not the project's own."""
    scopes: list[ScopeInfo] = field(default_factory=list)
    globals: dict[str, Slot] = field(default_factory=dict)
    stars: list[tuple[str, int]] = field(default_factory=list)
    type_parameters: frozenset[str] = frozenset()
    """Names of type parameters in any header: ``def f[T](…)``, ``class C[T]``."""

    def link(self) -> None:
        """Build the scopes with their parents and owners."""
        self.scopes = [ScopeInfo(self, i, facts) for i, facts in enumerate(self.facts.scopes)]
        for scope in self.scopes:
            if scope.facts.parent >= 0:
                scope.parent = self.scopes[scope.facts.parent]
                scope.parent.bodies.append(scope)
                if scope.parent.facts.kind == "class":
                    scope.owner = scope.parent
        self.type_parameters = frozenset(name for scope in self.scopes for name in scope.facts.type_parameters)
        self.stars = [(op.module, op.level) for op in self.scopes[0].ops if type(op) is ir.ImportStar]

    def absolute(self, module: str, level: int) -> list[str]:
        """The absolute names a ``from <dots>module import`` may mean, one for each name of this file."""
        if level == 0:
            return [module]
        found = []
        for name in self.names:
            parts = name.split(".") if name else []
            drop = level - 1 if self.is_package else level
            if drop <= len(parts):
                base = ".".join(parts[: len(parts) - drop])
                found.append(f"{base}.{module}" if base and module else base or module)
        return found


class ModuleIndex:
    """Modules by every name they can be imported under; the same import root wins where a name is not unique."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = tuple(modules)
        self._by_name: dict[str, list[Module]] = {}
        self._packages: set[str] = set()
        for module in modules:
            for name in module.names:
                self._by_name.setdefault(name, []).append(module)
                while "." in name:
                    name = name.rpartition(".")[0]
                    self._packages.add(name)

    def find(self, name: str, importer: Module) -> Module | None:
        """The module that ``importer`` gets for an absolute name."""
        candidates = self._by_name.get(name)
        if not candidates:
            return None
        if len(candidates) == 1:
            return candidates[0]
        return min(candidates, key=lambda m: (m.root != importer.root, -_shared(m.path, importer.path), str(m.path)))

    @property
    def names(self) -> Mapping[str, Sequence[Module]]:
        """All names, each with the modules that have it."""
        return self._by_name

    def first(self, name: str) -> Module | None:
        """The first module of that name."""
        return next(iter(self._by_name.get(name, ())), None)

    def is_package(self, name: str) -> bool:
        """Whether modules of the project lie below the name (a namespace package, too)."""
        return name in self._packages


def _shared(one: Path, other: Path) -> int:
    """How many leading folders two paths have in common."""
    count = 0
    for a, b in zip(one.parts, other.parts, strict=False):
        if a != b:
            break
        count += 1
    return count
