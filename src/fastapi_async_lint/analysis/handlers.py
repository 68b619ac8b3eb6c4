"""Which exceptions the code around an op is ready for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.index import ScopeInfo


def is_caught(scope: ScopeInfo, op: int, names: Collection[str]) -> bool:
    """Whether the op stands in a ``try`` with a handler for one of these exceptions, or for all."""
    blocks = scope.facts.blocks
    block = scope.facts.block(op)
    while block != NONE:
        tests = (blocks[handler].test for handler in handlers_of(scope, block))
        if blocks[block].kind == "try" and any(_catches(scope, test, names) for test in tests):
            return True
        block = blocks[block].parent
    return False


def handlers_of(scope: ScopeInfo, tried: int) -> Iterator[int]:
    """The ``except`` blocks that belong to a ``try`` block."""
    blocks = scope.facts.blocks
    for index in range(tried + 1, len(blocks)):
        if blocks[index].parent == blocks[tried].parent:
            if blocks[index].kind == "try":
                return
            if blocks[index].kind == "except":
                yield index


def _catches(scope: ScopeInfo, test: int, names: Collection[str]) -> bool:
    if test == NONE:
        return True
    body = scope.ops[test]
    named = [scope.ops[item] for item in body.items] if isinstance(body, ir.Sequence) else [body]
    return any(isinstance(one, ir.Free) and one.name in names for one in named)
