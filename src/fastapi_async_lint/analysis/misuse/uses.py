"""What becomes of a value inside the body that makes it: use and definition over the ops of one scope."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.index import ScopeInfo


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a value goes from the op that makes it."""

    users: tuple[int, ...]
    """Ops that do something with it, in their order: await it, pass it on, store it, test it. Names that stand for it in between,
    joined branches and narrowing tests are followed, not listed."""
    names: tuple[str, ...]
    """Local variables it is bound to."""
    escapes: bool
    """It is bound to a name that other code can read: a global, an attribute of a class body, a variable of an inner function."""

    @property
    def dropped(self) -> bool:
        """Nobody ever does anything with it."""
        return not self.users and not self.escapes


def fate(scope: ScopeInfo, op: int) -> Fate:
    """Follow the value of an op to all that uses it; annotations and code that never runs do not count."""
    users: set[int] = set()
    names: dict[str, None] = {}
    escapes = False
    seen, pending = {op}, [op]
    while pending:
        current = pending.pop()
        for user in scope.users[current]:
            if user in seen or user in scope.quiet:
                continue
            body = scope.ops[user]
            if isinstance(body, ir.Bind):
                if body.value != current:
                    continue
                names[body.name] = None
                escapes = escapes or readable_elsewhere(scope, body)
            elif not isinstance(body, (ir.Phi, ir.Narrow)):
                users.add(user)
                continue
            seen.add(user)
            pending.append(user)
    return Fate(tuple(sorted(users)), tuple(names), escapes)


def readable_elsewhere(scope: ScopeInfo, bind: ir.Bind) -> bool:
    """Whether other code than the scope's own body can read the name."""
    return (
        bind.where != "local"
        or not scope.is_function
        or bind.name in scope.captures
        or any(body.name in _NAMESPACES for _, body in scope.having(ir.Free))
    )


_NAMESPACES = frozenset({"locals", "vars", "eval", "exec"})
"""Builtins that read local variables by name."""


def source(scope: ScopeInfo, op: int) -> int:
    """The op that made a value: names and narrowing tests are followed back, joined branches only where all are the same."""
    seen: set[int] = set()
    while op >= 0 and op not in seen:
        seen.add(op)
        body = scope.ops[op]
        if isinstance(body, (ir.Bind, ir.Narrow)):
            op = body.value
        elif isinstance(body, ir.Phi):
            others = set(body.sources) - seen
            if len(others) != 1:
                return op
            (op,) = others
        else:
            break
    return op


def depends(scope: ScopeInfo, op: int, on: int) -> bool:
    """Whether the value of ``op`` is made from the value of ``on``, by ops of this scope."""
    from fastapi_async_lint.facts.operands import operands

    seen, pending = {op}, [op]
    while pending:
        current = pending.pop()
        if current == on:
            return True
        for operand in operands(scope.ops[current]):
            if operand >= 0 and operand not in seen:
                seen.add(operand)
                pending.append(operand)
    return False
