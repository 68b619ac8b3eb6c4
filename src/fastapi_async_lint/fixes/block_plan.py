"""Whether a ``with`` or ``for`` statement can become a function of its own, and what that function gives back."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi_async_lint.fixes import flow
from fastapi_async_lint.fixes.flow import Access

Block = ast.With | ast.For
_FRAME = frozenset({"super", "locals", "vars", "dir", "eval", "exec", "__class__"})
_HANDLED = frozenset({"exc_info", "format_exc", "print_exc", "exception"})
"""What asks for the exception that the thread is handling."""
_SWALLOWING = frozenset({"suppress", "ExitStack"})
"""Context managers that may end their block before its end."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_TRIES: tuple[type[ast.Try], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))
_CLOSURES = (*_SCOPES, ast.Lambda, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Plan:
    """``results``: names that the code behind the block reads; ``returns``: the block always ends in ``return``."""

    results: tuple[str, ...] = ()
    returns: bool = False


def plan_block(function: ast.AsyncFunctionDef, block: Block) -> Plan | str:
    """The plan, or the reason why there is none."""
    path = _path(function, block)
    handled = any(isinstance(node, ast.ExceptHandler) for node in path)
    reason = _unmovable(block, handled) or _looks_around(function)
    if reason:
        return reason
    bound = _bound(block)
    outer = {name for n in ast.walk(function) if isinstance(n, (ast.Global, ast.Nonlocal)) for name in n.names}
    for name in bound:
        if name in outer:
            return f"`{name}` is not a local variable"
        if flow.first_of(block, name) is Access.READ:
            return f"`{name}` is read there before it is bound"
        if not _bound_last(block, name) and _survives(function, block, path, name):
            return f"`{name}` is used after an exception that the function handles"
    if any(isinstance(node, ast.Return) for node in _own(block)):
        if not (isinstance(block, ast.With) and _always_returns([block]) and not _swallows(block)):
            return "it returns on some ways only"
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in _own(function)):
            return "it ends a generator"
        return Plan(returns=True)
    return _results(function, block, path, bound)


def _results(function: ast.AsyncFunctionDef, block: Block, path: Sequence[ast.AST], bound: Sequence[str]) -> Plan | str:
    results: list[str] = []
    for name in bound:
        if not (_captured(function, block, name) or _live(path, name)):
            continue
        if flow.first_of(block, name) is not Access.BIND or _swallows(block):
            return f"`{name}`, which is used afterwards, may not be bound there"
        results.append(name)
    return Plan(tuple(results))


def _path(function: ast.AsyncFunctionDef, block: Block) -> list[ast.AST]:
    """The statements and handlers from the function down to the block."""
    path: list[ast.AST] = []
    current: ast.AST = function
    while current is not block:
        path.append(current)
        current = next(
            child
            for child in ast.iter_child_nodes(current)
            if getattr(child, "lineno", 0) <= block.lineno <= (getattr(child, "end_lineno", 0) or 0)
            and isinstance(child, (ast.stmt, ast.ExceptHandler))
            or isinstance(child, ast.match_case)
            and any(block in ast.walk(s) for s in child.body)
        )
    return [*path, block]


def _own(block: ast.AST) -> Iterator[ast.AST]:
    """The nodes of the block, bodies of functions, classes and lambdas left out."""
    pending: list[ast.AST] = [block]
    while pending:
        node = pending.pop()
        yield node
        if node is block or not isinstance(node, (*_SCOPES, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))


def _unmovable(block: Block, handled: bool) -> str:
    for node in _own(block):
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) or (
            isinstance(node, ast.comprehension) and node.is_async
        ):
            return "it awaits inside"
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return "it yields inside"
        if isinstance(node, _SCOPES):
            return "it defines functions or classes"
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return "it binds names of other functions"
        if isinstance(node, ast.Delete) and any(isinstance(target, ast.Name) for target in node.targets):
            return "it deletes variables"
        if isinstance(node, ast.Name) and node.id in _FRAME:
            return f"it uses {node.id}"
        word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if handled and word in _HANDLED:
            return "it asks for the exception that is being handled"
    return _leaves(block)


def _leaves(block: Block) -> str:
    """``break``, ``continue`` and bare ``raise`` that refer to something around the block."""
    pending: list[tuple[ast.AST, bool, bool]] = [(block, False, False)]
    while pending:
        node, looping, handling = pending.pop()
        if isinstance(node, (ast.Break, ast.Continue)) and not looping:
            return "it leaves a loop around it"
        if isinstance(node, ast.Raise) and node.exc is None and not handling:
            return "it raises again what is being handled around it"
        inner = handling or isinstance(node, ast.ExceptHandler)
        if isinstance(node, (ast.For, ast.While)):
            pending.extend((child, True, inner) for child in node.body)
            pending.extend((child, looping, inner) for child in node.orelse)
        else:
            pending.extend((child, looping, inner) for child in ast.iter_child_nodes(node))
    return ""


def _looks_around(function: ast.AsyncFunctionDef) -> str:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            own = node.func.id in ("exec", "eval") and len(node.args) < 2
            if own or node.func.id == "locals":
                return f"the function uses {node.func.id}()"
    return ""


def _bound(block: Block) -> list[str]:
    """The names that the block binds, in the order of the text."""
    own_loops = {
        id(name) for node in ast.walk(block) if isinstance(node, ast.comprehension) for name in ast.walk(node.target)
    }
    found: list[tuple[int, int, str]] = []
    for node in _own(block):
        where = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in own_loops:
            found.append((*where, node.id))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found += [(*where, (alias.asname or alias.name).partition(".")[0]) for alias in node.names]
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            found.append((*where, node.name))
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.append((*where, node.rest))
    return list(dict.fromkeys(name for _, _, name in sorted(found)))


def _captured(function: ast.AsyncFunctionDef, block: Block, name: str) -> bool:
    """Whether a function, class or lambda outside the block uses the name."""
    inside = {id(node) for node in ast.walk(block)}
    for node in ast.walk(function):
        closure = isinstance(node, _CLOSURES) and node is not function and id(node) not in inside
        if closure and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node)):
            return True
    return False


def _bound_last(block: Block, name: str) -> bool:
    """Whether binding the name is the last thing the block does: no exception comes after it."""
    last: ast.stmt = block
    while isinstance(last, ast.With):
        last = last.body[-1]
    stores = [n for n in ast.walk(block) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)]
    return isinstance(last, ast.Assign) and len(last.targets) == 1 and stores == last.targets


def _survives(function: ast.AsyncFunctionDef, block: Block, path: Sequence[ast.AST], name: str) -> bool:
    """Whether code that runs after an exception in the block may read what was bound before it."""
    for index, (outer, inner) in enumerate(zip(path, path[1:], strict=False)):
        if not isinstance(outer, _TRIES) or inner in getattr(outer, "finalbody", ()):
            continue
        handlers = outer.handlers if inner in outer.body else []
        if (handlers or outer.finalbody) and _captured(function, block, name):
            return True
        if flow.first(outer.finalbody, name) is Access.READ:
            return True
        ways = [flow.first(handler.body, name) for handler in handlers]
        if Access.READ in ways:
            return True
        falls = any(
            way is Access.OPEN and not isinstance(handler.body[-1], (ast.Return, ast.Raise))
            for way, handler in zip(ways, handlers, strict=True)
        )
        if falls and _live(path[: index + 1], name):
            return True
    return False


def _live(path: Sequence[ast.AST], name: str) -> bool:
    """Whether some way from the end of the block comes to a read of the name before it is bound again."""
    for outer, inner in zip(path[-2::-1], path[:0:-1], strict=False):
        rest = _behind(outer, inner)
        found = flow.first(rest, name)
        loops = isinstance(outer, (ast.For, ast.AsyncFor, ast.While))
        if found is Access.READ or (loops and _again(outer, name)):
            return True
        final = (outer.orelse, outer.finalbody) if isinstance(outer, _TRIES) else ()
        if any(flow.first(part, name) is Access.READ for part in final if inner not in part):
            return True
        if not loops and (found is Access.BIND or any(flow.ends(statement) for statement in rest)):
            return False
    return False


def _behind(outer: ast.AST, inner: ast.AST) -> list[ast.stmt]:
    """The statements behind ``inner`` in its block."""
    for field in ("body", "orelse", "finalbody"):
        part = getattr(outer, field, None)
        if isinstance(part, list) and inner in part:
            return part[part.index(inner) + 1 :]
    return []


def _again(loop: ast.AST, name: str) -> bool:
    """Whether the next round reads the name before it binds it."""
    if isinstance(loop, ast.While):
        return flow.first([ast.Expr(loop.test), *loop.body, *loop.orelse], name) is Access.READ
    assert isinstance(loop, (ast.For, ast.AsyncFor))
    again = ast.For(loop.target, ast.Constant(None), loop.body, loop.orelse)
    return flow.first_of(again, name) is Access.READ


def _always_returns(statements: Sequence[ast.stmt]) -> bool:
    last = statements[-1] if statements else None
    if isinstance(last, (ast.Return, ast.Raise)):
        return True
    if isinstance(last, ast.If):
        return _always_returns(last.body) and _always_returns(last.orelse)
    if isinstance(last, ast.With):
        return _always_returns(last.body)
    if isinstance(last, ast.Try):
        ways = [last.orelse or last.body, *(handler.body for handler in last.handlers)]
        return _always_returns(last.finalbody) or all(_always_returns(way) for way in ways)
    return False


def _swallows(block: Block) -> bool:
    for node in ast.walk(block):
        for item in node.items if isinstance(node, ast.With) else ():
            for part in ast.walk(item.context_expr):
                if (part.id if isinstance(part, ast.Name) else getattr(part, "attr", "")) in _SWALLOWING:
                    return True
    return False
