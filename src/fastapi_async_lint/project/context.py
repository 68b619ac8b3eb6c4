"""Where values live during the analysis: contexts (one body under one set of circumstances) and slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_async_lint.project.values import Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.index import ScopeInfo
    from fastapi_async_lint.project.values import FunctionValue, Provider, Value

Reader = tuple["Context", int]
"""An op in a context, to be evaluated again when what it read has grown."""


class Slot:
    """A place that many ops write and read: a module global, an attribute, a parameter, a return value."""

    __slots__ = ("readers", "values")

    def __init__(self) -> None:
        self.values: Values = {}
        self.readers: dict[Reader, None] = {}


class Context:
    """One body of code, analysed for one receiver, one closure and one choice of callable arguments.

    ``values[i]`` are the values of op ``i``; ``calls[i]`` the contexts it runs in the same thread, each with
    the rank of the confidence; ``library[i]`` the library names it calls, with their receivers.
    """

    __slots__ = (
        "attributes",
        "calls",
        "captured",
        "cursor",
        "dead",
        "depth",
        "function",
        "incoming",
        "key",
        "library",
        "own_returns",
        "parent",
        "providers",
        "receiver",
        "returns",
        "scope",
        "serial",
        "values",
        "watched",
        "yields",
    )

    def __init__(
        self,
        serial: int,
        scope: ScopeInfo,
        parent: Context | None,
        function: FunctionValue | None = None,
        receiver: Value | None = None,
        key: tuple[tuple[int, Value], ...] = (),
    ) -> None:
        self.serial = serial
        self.scope = scope
        self.parent = parent
        self.function = function
        self.receiver = receiver
        self.key = key
        self.depth: int = 0 if parent is None else parent.depth + (scope.is_function and bool(key or parent.depth))
        self.values: list[Values | None] = [None] * len(scope.ops)
        self.cursor = -1
        self.dead: frozenset[int] = scope.dead
        """Ops that never run under the context's circumstances."""
        self.returns = Slot()
        self.own_returns = Slot()
        """The same without the parameters that are given back as they came."""
        self.yields = Slot()
        self.captured: dict[str, Slot] = {}
        self.watched: dict[int, Slot] = {}
        self.incoming: dict[int, Slot] = {}
        self.calls: dict[int, dict[Context, int]] = {}
        self.library: dict[int, dict[tuple[str, Value | None], int]] = {}
        self.attributes: dict[int, dict[tuple[str, Value | None], int]] = {}
        self.providers: dict[Provider, None] = {}

    def __repr__(self) -> str:
        return f"<context {self.serial} {self.scope.name}>"


def incoming(context: Context, parameter: int) -> Slot:
    """What callers pass for a parameter."""
    slot = context.incoming.get(parameter)
    if slot is None:
        slot = context.incoming[parameter] = Slot()
    return slot


@dataclass(frozen=True, slots=True)
class Handover:
    """A callable handed to a library at a call site, and where the library runs it.

    ``place`` is one of the catalog's places except ``caller`` (that is an ordinary call).
    """

    context: Context
    op: int
    name: str
    kind: str
    place: str
    target: Context
    sync: str = ""
    """Where the library would run a plain function in the target's place; empty where that is not known."""
