"""``extract``: the bytes of one file to the facts it states."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst

from fastapi_async_lint.facts.extraction import branches, guards, imports, patterns
from fastapi_async_lint.facts.extraction.bindings import Bindings, scan, walrus_names
from fastapi_async_lint.facts.extraction.body import Body, Module, Planned
from fastapi_async_lint.facts.extraction.definitions import class_body, function_body
from fastapi_async_lint.facts.extraction.functions import generator_body, lambda_body, parameters
from fastapi_async_lint.facts.extraction.statements import suite
from fastapi_async_lint.facts.model import ModuleFacts, Scope
from fastapi_async_lint.syntax.tree import parse
from fastapi_async_lint.syntax.unreadable import Unreadable

STATEMENTS = (branches, guards, imports, patterns)
"""Modules that enter their statements into :data:`~fastapi_async_lint.facts.extraction.body.EXECUTE` when loaded."""


def extract(source: bytes) -> ModuleFacts:
    """Parse one file and record what it says.

    Raises Unreadable for a file that cannot be parsed, or whose code is nested too deeply.
    """
    tree = parse(source)
    module = Module(tree.text, tree.packed)
    module.plan(None, "module", "", tree.module)
    scopes: list[Scope] = []
    try:
        while module.waiting:
            scopes.append(_scope(module, module.waiting.popleft()))
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    return ModuleFacts(tuple(scopes), _packed("I", tree.line_starts), _packed("Q", tree.statements))


def _scope(module: Module, plan: Planned) -> Scope:
    """Walk the body of one scope."""
    body = Body(module, plan, _bindings(module, plan))
    BODIES[plan.kind](body, plan.node)
    return body.scope()


def _module_body(body: Body, node: cst.Module) -> None:
    suite(body, node.body)


BODIES: dict[str, Callable[[Body, Any], None]] = {
    "module": _module_body,
    "class": class_body,
    "function": function_body,
    "lambda": lambda_body,
    "generator": generator_body,
}


def _bindings(module: Module, plan: Planned) -> Bindings:
    """What the scope binds. A name that a module or class has not bound yet may still be another's: it is not local."""
    node, at = plan.node, plan.at if module.has_walrus else None
    if isinstance(node, (cst.Module, cst.ClassDef)):
        statements = node.body if isinstance(node, cst.Module) else _statements(node.body)
        bindings = scan(statements, module.text, at)
        bindings.names = set()
        if isinstance(node, cst.Module):
            bindings.where = {}
        return bindings
    if isinstance(node, cst.FunctionDef):
        bindings = scan(_statements(node.body), module.text, at)
        bindings.names.update(param.name.value for _, param in parameters(node.params))
        return bindings
    bindings = Bindings()
    if at is not None and isinstance(node, cst.Lambda):
        bindings.names.update(walrus_names(node.body))
    elif at is not None:
        where = "global" if plan.outside_functions else "nonlocal"
        bindings.where.update(dict.fromkeys(walrus_names(node), where))
    return bindings


def _statements(node: cst.BaseSuite) -> Sequence[cst.CSTNode]:
    """The statements of a suite, as lines."""
    return node.body if isinstance(node, cst.IndentedBlock) else (node,)


def _packed(code: str, numbers: Iterable[int]) -> bytes:
    """Numbers as little-endian bytes, 4 (``I``) or 8 (``Q``) each."""
    packed = array(code, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
