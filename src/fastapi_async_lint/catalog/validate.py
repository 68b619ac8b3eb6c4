"""What the schema's types cannot say: consistency of the entries of one catalog file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.compile import alias_cycle
from fastapi_async_lint.catalog.schema import (
    BLOCKING_CATEGORIES,
    CALLBACK_KINDS,
    CPU_CATEGORIES,
    Callback,
    CatalogFile,
    ClassEntry,
    Condition,
    Effect,
    Override,
)

USED = frozenset({"validator", "serializer", "response"})
"""Kinds of callbacks and overrides that belong to a class of the project."""


class Problem(NamedTuple):
    """What is wrong with entry number ``entry`` (from 0) of the table ``table``; -1 where the table has no entries."""

    table: str
    entry: int
    message: str


def problems(file: CatalogFile) -> Iterator[Problem]:
    """Every inconsistency of the file, in file order within each table."""
    cycle = alias_cycle(file.aliases)
    if cycle:
        yield Problem("aliases", -1, f"{cycle!r} is rewritten for ever; let it point at a name that is no alias itself")
    for table, texts in (("returns", file.returns), ("attributes", file.attributes)):
        for name, text in texts.items():
            yield from (Problem(table, -1, f"{name}: {message}") for message in _expression(text))
    for index, effect in enumerate(file.effect):
        yield from (Problem("effect", index, message) for message in _effect(effect))
    for index, entry in enumerate(file.class_):
        yield from (Problem("class", index, message) for message in _class(entry))
    for index, callback in enumerate(file.callback):
        yield from (Problem("callback", index, message) for message in _callback(callback))
    for index, use in enumerate(file.use):
        yield from (Problem("use", index, f"kind {kind!r} never has the place `use`") for kind in {*use.kinds} - USED)
    for index, override in enumerate(file.override):
        yield from (Problem("override", index, message) for message in _kind(override))


def _expression(text: str) -> Iterator[str]:
    try:
        types.parse(text)
    except types.TypeExpressionError as error:
        yield f"type expression {error}"


def _effect(effect: Effect) -> Iterator[str]:
    if not effect.names and not (effect.on and (effect.methods or effect.properties)):
        yield "names nothing: give `names`, or `on` with `methods` or `properties`"
    if (effect.methods or effect.properties) and not effect.on:
        yield "has `methods` or `properties` without `on`, the class they belong to"
    categories = {"blocking": BLOCKING_CATEGORIES | {""}, "cpu": CPU_CATEGORIES}.get(effect.kind)
    if categories is not None and effect.category not in categories:
        yield f"category {effect.category!r} of a {effect.kind} effect: must be one of {', '.join(sorted(filter(None, categories)))}"
    if effect.uninterrupted and effect.releases_gil is not False:
        yield "only what holds the GIL (`releases_gil = false`) can be `uninterrupted`"
    if effect.kind == "cpu" and effect.releases_gil is None:
        yield "a cpu effect must state `releases_gil`: whether other Python threads run meanwhile"
    if effect.returns:
        yield from _expression(effect.returns)
    for condition in (*effect.when, *effect.unless):
        yield from _condition(condition)


def _condition(condition: Condition) -> Iterator[str]:
    tests = (condition.equals, condition.missing, condition.type, condition.greater, condition.flags)
    if sum(test is not None for test in tests) != 1:
        yield f"condition on {condition.argument!r}: give exactly one of `equals`, `missing`, `type`, `greater`, `flags`"


def _class(entry: ClassEntry) -> Iterator[str]:
    for where, texts in (("attributes", entry.attributes), ("returns", entry.returns)):
        for name, text in texts.items():
            yield from (f"{entry.name}, {where}, {name}: {message}" for message in _expression(text))
    if (entry.pool or entry.given_by or entry.borrows) and not entry.reuse:
        yield f"{entry.name}: `pool`, `given_by` and `borrows` are for classes with `reuse`"


def _callback(callback: Callback) -> Iterator[str]:
    yield from _kind(callback)
    if not callback.names:
        yield "names nothing: give `names`"
    if callback.argument.position is None and not callback.argument.keyword:
        yield "`argument` needs a `position` or a `keyword`"
    if callback.becomes:
        yield from _expression(callback.becomes)
    if callback.adds and callback.kind != "wrapper":
        yield "`adds` is for callbacks of kind `wrapper`"
    for condition in (*callback.when, *callback.unless):
        yield from _condition(condition)


def _kind(entry: Callback | Override) -> Iterator[str]:
    if entry.kind not in CALLBACK_KINDS:
        yield f"kind {entry.kind!r}: must be one of {', '.join(sorted(CALLBACK_KINDS))}"
