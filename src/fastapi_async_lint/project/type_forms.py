"""Types with arguments: ``list[User]``, ``Repository[Order]``, ``Annotated[Session, Depends(get_db)]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import declared, generics
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import ClassValue, LibraryValue, TypeForm, Value

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


def subscripted(
    solver: Solver, context: Context, base: LibraryValue | ClassValue | TypeForm, body: ir.Subscript
) -> list[Value]:
    """The value of ``base[…]`` where ``base`` is a type."""
    key = context.scope.ops[body.key]
    items = key.items if isinstance(key, ir.Sequence) and key.type == "tuple" else (body.key,)
    arguments = tuple(tuple(solver.get(context, item)) for item in items)
    if isinstance(base, ClassValue):
        return [solver.intern.get(ClassValue, base.info, arguments)]
    if isinstance(base, TypeForm):  # a generic alias
        names = dict.fromkeys(generics.variables([base]))
        bindings = {
            name: dict.fromkeys(declared.instances(solver, a)) for name, a in zip(names, arguments, strict=False)
        }
        return [solver.intern.get(TypeForm, base.origin, declared.substitute(solver, base, bindings))]
    return [solver.intern.get(TypeForm, base, arguments)]
