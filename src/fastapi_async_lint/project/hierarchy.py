"""Classes of the project: bases, method resolution order, subclasses, where a name is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Slot
from fastapi_async_lint.project.values import ClassValue, LibraryValue, TypeForm, TypeVariable, Value, Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.index import ScopeInfo


class ClassInfo:
    """A class statement. ``attributes`` are the names its body binds, ``fields`` what is set on its instances."""

    __slots__ = (
        "_mro",
        "annotated",
        "attributes",
        "bases",
        "fields",
        "forms",
        "keywords",
        "modes",
        "scope",
        "solutions",
        "subclasses",
    )

    def __init__(self, scope: ScopeInfo) -> None:
        self.scope = scope
        self.bases = Slot()
        self.attributes: dict[str, Slot] = {name: Slot() for name in scope.binds}
        self.fields: dict[str, Slot] = {}
        self.annotated: tuple[str, ...] = tuple(
            dict.fromkeys(op.name for op in scope.ops if type(op) is ir.Bind and op.annotation >= 0)
        )
        self.forms: dict[TypeForm, None] = {}
        """Subscripted bases of libraries: ``Generic[T]``."""
        self.solutions: dict[TypeVariable, Values] = {}
        """What its type parameters have stood for in fields, on any instance."""
        self.subclasses: dict[ClassInfo, None] = {}
        self.keywords: dict[str, Slot] = {}
        self.modes: dict[str, int] | None = None
        """Made by :mod:`fastapi_async_lint.project.modes` when first asked for."""
        self._mro: tuple[ClassInfo | str, ...] | None = None

    def __repr__(self) -> str:
        return f"<class {self.scope.name}>"

    def add_base(self, value: Value) -> bool:
        """Take a value of the bases into account; True if the hierarchy changed."""
        if isinstance(value, TypeForm):
            self.forms[value] = None
            value = value.origin
        if value in self.bases.values or not isinstance(value, (ClassValue, LibraryValue)):
            return False
        if isinstance(value, ClassValue) and (value.info is self or self in value.info.mro):
            return False
        self.bases.values[value] = None
        if isinstance(value, ClassValue):
            value.info.subclasses[self] = None
        for info in (self, *self.descendants()):
            info._mro = None
        return True

    @property
    def mro(self) -> tuple[ClassInfo | str, ...]:
        """The class and its bases in look-up order, library classes by name.

        Python's order where the hierarchy is consistent; else depth first, each class once.
        """
        if self._mro is None:
            self._mro = self._linear()
        return self._mro

    def _linear(self) -> tuple[ClassInfo | str, ...]:
        order: list[ClassInfo | str] = [self]
        sequences: list[list[ClassInfo | str]] = []
        direct: list[ClassInfo | str] = []
        for base in self.bases.values:
            if isinstance(base, ClassValue):
                sequences.append(list(base.info.mro))
                direct.append(base.info)
            elif isinstance(base, LibraryValue):
                sequences.append([base.name])
                direct.append(base.name)
        sequences.append(direct)
        while any(sequences):
            sequences = [s for s in sequences if s]
            head = next((s[0] for s in sequences if not any(s[0] in other[1:] for other in sequences)), sequences[0][0])
            order.append(head)
            sequences = [[c for c in s if c != head] for s in sequences]
        return tuple(order)

    def libraries(self) -> Iterator[str]:
        """Names of the library classes it inherits from."""
        return (base for base in self.mro if isinstance(base, str))

    def project_classes(self) -> Iterator[ClassInfo]:
        """The project's classes in its method resolution order, itself first."""
        return (base for base in self.mro if not isinstance(base, str))

    def descendants(self) -> Iterator[ClassInfo]:
        """All subclasses, direct ones first, each once."""
        seen: dict[ClassInfo, None] = {}
        pending = list(self.subclasses)
        while pending:
            info = pending.pop(0)
            if info not in seen:
                seen[info] = None
                yield info
                pending.extend(info.subclasses)

    def inherits(self, other: ClassInfo | str) -> bool:
        """Whether ``other`` is the class or one of its bases."""
        return other in self.mro

    def field(self, name: str) -> Slot:
        """The slot of an attribute set on instances."""
        slot = self.fields.get(name)
        if slot is None:
            slot = self.fields[name] = Slot()
        return slot
