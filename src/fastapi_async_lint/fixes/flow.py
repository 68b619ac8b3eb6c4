"""What statements do to a name first: read it, bind it for certain, or neither for certain.

Statements nest at most as deep as Python's parser lets them (100 levels), so following them recurses; expressions do not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from enum import Enum

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_UNSURE = (ast.BoolOp, ast.IfExp, ast.Lambda, *_COMPREHENSIONS)


class Access(Enum):
    """What happens to a name first. ``OPEN``: nothing, or a binding on some ways only."""

    READ = "read"
    BIND = "bind"
    OPEN = "open"


def first(statements: Sequence[ast.stmt], name: str) -> Access:
    """What the statements, run one after the other, do to the name first."""
    for statement in statements:
        found = first_of(statement, name)
        if found is not Access.OPEN:
            return found
        if ends(statement):
            return Access.OPEN
    return Access.OPEN


def ends(statement: ast.stmt) -> bool:
    """Whether nothing behind the statement in its block is ever run."""
    if isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
        return True
    if isinstance(statement, ast.If):
        return bool(statement.orelse) and _ends(statement.body) and _ends(statement.orelse)
    return isinstance(statement, (ast.With, ast.AsyncWith)) and _ends(statement.body)


def _ends(statements: Sequence[ast.stmt]) -> bool:
    return any(ends(statement) for statement in statements)


def first_of(statement: ast.stmt, name: str) -> Access:
    """What one statement does to the name first."""
    if isinstance(statement, (ast.If, ast.While)):
        return _in_order(_expression(statement.test, name), lambda: _branches(statement, name))
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return _in_order(_expression(statement.iter, name), lambda: _loop(statement, name))
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return _with(statement, name)
    if isinstance(statement, ast.Try) or type(statement).__name__ == "TryStar":
        return _try(statement, name)  # type: ignore[arg-type]
    if isinstance(statement, ast.Match):
        return _in_order(_expression(statement.subject, name), lambda: _match(statement, name))
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        if any(node.id == name for node in ast.walk(statement) if isinstance(node, ast.Name)):
            return Access.READ
        return Access.BIND if statement.name == name else Access.OPEN
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        bound = ((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
        return Access.BIND if name in bound else Access.OPEN
    if isinstance(statement, (ast.Global, ast.Nonlocal)):
        return Access.READ if name in statement.names else Access.OPEN
    return _simple(statement, name)


def _simple(statement: ast.stmt, name: str) -> Access:
    if isinstance(statement, ast.AnnAssign):
        if statement.value is None:
            return Access.OPEN
        return _in_order(_expression(statement.value, name), lambda: _targets([statement.target], name))
    if isinstance(statement, ast.Assign):
        return _in_order(_expression(statement.value, name), lambda: _targets(statement.targets, name))
    if any(isinstance(node, ast.Name) and node.id == name for node in _roots(statement)):
        return Access.READ  # ``x += 1``, ``del x``
    found = [_expression(child, name) for child in ast.iter_child_nodes(statement)]
    return next((one for one in found if one is not Access.OPEN), Access.OPEN)


def _roots(statement: ast.stmt) -> Sequence[ast.expr]:
    if isinstance(statement, ast.AugAssign):
        return [statement.target]
    return statement.targets if isinstance(statement, ast.Delete) else []


def _in_order(earlier: Access, later: object) -> Access:
    if earlier is not Access.OPEN:
        return earlier
    assert callable(later)
    found = later()
    assert isinstance(found, Access)
    return found


def _branches(statement: ast.If | ast.While, name: str) -> Access:
    ways = [first(statement.body, name), first(statement.orelse, name)]
    if Access.READ in ways:
        return Access.READ
    if isinstance(statement, ast.While) or not statement.orelse:
        return Access.OPEN
    bodies = (statement.body, statement.orelse)
    sure = all(way is Access.BIND or _ends(body) for way, body in zip(ways, bodies, strict=True))
    return Access.BIND if sure and Access.BIND in ways else Access.OPEN


def _loop(statement: ast.For | ast.AsyncFor, name: str) -> Access:
    bound = _targets([statement.target], name)
    if bound is Access.READ or first(statement.orelse, name) is Access.READ:
        return Access.READ
    if bound is Access.OPEN and first(statement.body, name) is Access.READ:
        return Access.READ
    return Access.OPEN


def _with(statement: ast.With | ast.AsyncWith, name: str) -> Access:
    for item in statement.items:
        found = _expression(item.context_expr, name)
        if found is Access.OPEN and item.optional_vars is not None:
            found = _targets([item.optional_vars], name)
        if found is not Access.OPEN:
            return found
    return first(statement.body, name)


def _try(statement: ast.Try, name: str) -> Access:
    body = first([*statement.body, *statement.orelse], name)
    handlers: list[Access] = []
    for handler in statement.handlers:
        caught = _expression(handler.type, name) if handler.type else Access.OPEN
        if handler.name == name and caught is Access.OPEN:
            handlers.append(Access.OPEN)  # Bound on the way in, unbound on the way out.
        else:
            inside = first(handler.body, name)
            ended = inside is Access.OPEN and _ends(handler.body)
            handlers.append(caught if caught is Access.READ else Access.BIND if ended else inside)
    final = first(statement.finalbody, name)
    if Access.READ in (body, final, *handlers):
        return Access.READ
    if final is Access.BIND or (body is Access.BIND and all(way is Access.BIND for way in handlers)):
        return Access.BIND
    return Access.OPEN


def _match(statement: ast.Match, name: str) -> Access:
    for case in statement.cases:
        caught = any(name in (getattr(n, "name", None), getattr(n, "rest", None)) for n in ast.walk(case.pattern))
        if not caught and (
            (case.guard is not None and _expression(case.guard, name) is Access.READ)
            or first(case.body, name) is Access.READ
        ):
            return Access.READ
    return Access.OPEN


def _targets(targets: Sequence[ast.expr], name: str) -> Access:
    bound = False
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and node.id == name:
                if isinstance(node.ctx, ast.Load):
                    return Access.READ
                bound = True
    return Access.BIND if bound else Access.OPEN


def _expression(node: ast.AST, name: str) -> Access:
    loads = [n for n in evaluated(node) if isinstance(n, ast.Name) and n.id == name]
    walrus = [n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr) and n.target.id == name]
    reads = [n for n in loads if isinstance(n.ctx, ast.Load)]
    if not walrus:
        return Access.READ if reads else Access.OPEN
    sure = not any(isinstance(n, _UNSURE) for n in ast.walk(node))
    begin = min((t.lineno, t.col_offset) for t in walrus)
    if reads and not (sure and begin < min((r.lineno, r.col_offset) for r in reads)):
        return Access.READ
    return Access.BIND if sure else Access.OPEN


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of an expression, those left out in which a name means a parameter or a comprehension's own variable."""
    pending: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset())]
    while pending:
        current, own = pending.pop()
        if isinstance(current, ast.Name):
            if current.id not in own:
                yield current
            continue
        yield current
        if isinstance(current, ast.Lambda):
            arguments = {a.arg for a in ast.walk(current.args) if isinstance(a, ast.arg)}
            pending.append((current.body, own | arguments))
            pending.append((current.args, own))
        elif isinstance(current, _COMPREHENSIONS):
            bound = own | {n.id for g in current.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
            pending.extend((child, bound) for child in ast.iter_child_nodes(current))
            pending.append((current.generators[0].iter, own))
        else:
            pending.extend((child, own) for child in ast.iter_child_nodes(current))
