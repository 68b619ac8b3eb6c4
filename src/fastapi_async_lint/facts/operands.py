"""Which ops an op reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fastapi_async_lint.facts import model as ir

_OPERANDS: dict[type, Callable[[Any], Iterable[int]]] = {
    ir.Phi: lambda op: op.sources,
    ir.Narrow: lambda op: (op.value, op.operand),
    ir.Bind: lambda op: (op.value, op.annotation),
    ir.Attribute: lambda op: (op.base,),
    ir.SetAttribute: lambda op: (op.base, op.value, op.annotation),
    ir.DeleteAttribute: lambda op: (op.base,),
    ir.Subscript: lambda op: (op.base, op.key),
    ir.SetSubscript: lambda op: (op.base, op.key, op.value),
    ir.DeleteSubscript: lambda op: (op.base, op.key),
    ir.Call: lambda op: (op.function, *(a.value for a in op.arguments)),
    ir.Await: lambda op: (op.value,),
    ir.Yield: lambda op: (op.value,),
    ir.YieldFrom: lambda op: (op.value,),
    ir.Return: lambda op: (op.value,),
    ir.Raise: lambda op: (op.value, op.cause),
    ir.Iterate: lambda op: (op.value,),
    ir.Unpack: lambda op: (op.value,),
    ir.Enter: lambda op: (op.value,),
    ir.Exit: lambda op: (op.enter,),
    ir.Sequence: lambda op: op.items,
    ir.Mapping: lambda op: (*op.keys, *op.values),
    ir.Comprehension: lambda op: (op.element, op.key),
    ir.Binary: lambda op: (op.left, op.right),
    ir.Unary: lambda op: (op.value,),
    ir.Compare: lambda op: (op.left, op.right),
    ir.Truth: lambda op: (op.value,),
    ir.Format: lambda op: (op.value,),
    ir.Text: lambda op: op.parts,
    ir.MakeFunction: lambda op: (*(v for _, v in op.defaults), *(v for _, v in op.annotations), op.returns),
    ir.MakeGenerator: lambda op: (op.iterable,),
    ir.MakeClass: lambda op: [a.value for a in op.arguments],
}


def operands(op: ir.AnyOp) -> Iterable[int]:
    """The ops of the same scope whose values ``op`` reads; NONE may be among them."""
    read = _OPERANDS.get(type(op))
    return read(op) if read else ()
