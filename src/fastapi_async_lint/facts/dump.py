"""The facts of a file as text, for people: ``python -m fastapi_async_lint.facts.dump file.py``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from fastapi_async_lint.facts.model import NONE, ModuleFacts, Op, Scope


def dump(facts: ModuleFacts) -> str:
    """Every scope with its ops, one a line: index, block, kind and fields."""
    return "\n".join(line for index, scope in enumerate(facts.scopes) for line in _scope(index, scope))


def _scope(index: int, scope: Scope) -> Iterator[str]:
    flags = "".join([" async" * scope.is_async, " generator" * scope.is_generator])
    yield f"{index} {scope.kind} {scope.qualname or '<module>'}{flags}"
    for number, block in enumerate(scope.blocks):
        test = "" if block.test == NONE else f" test {block.test}"
        yield f"  block {number} {block.kind} in {block.parent}{test}"
    for number, op in enumerate(scope.ops):
        yield f"  {number:>4} [{scope.block(number)}] {show(op)}"


def show(op: Op) -> str:
    """One op: ``Call(function=3, arguments=(4,))``, fields that have their default left out."""
    fields = []
    for field in msgspec.structs.fields(op):
        value = getattr(op, field.name)
        if value != field.default:
            fields.append(f"{field.name}={value!r}")
    return f"{type(op).__name__}({', '.join(fields)})"


if __name__ == "__main__":
    from fastapi_async_lint.facts.extract import extract

    print(dump(extract(Path(sys.argv[1]).read_bytes())))
