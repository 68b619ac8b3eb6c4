"""Instances that are read like tuples or dicts: of ``NamedTuple`` and ``TypedDict`` classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.project import attributes
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import Constant, Instance, Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
_TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})


def is_named_tuple(info: ClassInfo) -> bool:
    """Whether instances unpack into their fields."""
    return any(base in _NAMED_TUPLES for base in info.libraries())


def is_typed_dict(info: ClassInfo) -> bool:
    """Whether the annotations are keys and the types of their values."""
    return any(base in _TYPED_DICTS for base in info.libraries())


def item(solver: Solver, context: Context, op: int, record: Instance, index: int) -> Values:
    """A field of a named tuple by its position."""
    names = record.info.annotated
    if not -len(names) <= index < len(names):
        return {}
    return dict.fromkeys(attributes.read(solver, context, op, record, names[index]))


def looked_up(solver: Solver, context: Context, op: int, record: Instance, keys: Values) -> Values:
    """``record[key]``: for constant keys the fields they name, else every field."""
    constants = [v.value for v in keys if isinstance(v, Constant)]
    if is_named_tuple(record.info):
        indices = [c for c in constants if isinstance(c, int)] or list(range(len(record.info.annotated)))
        return {v: None for i in indices for v in item(solver, context, op, record, i)}
    declared = [name for base in record.info.project_classes() for name in base.annotated]
    names = [c for c in constants if isinstance(c, str)] or declared
    return {v: None for name in names if name in declared for v in attributes.read(solver, context, op, record, name)}
