"""From a type as it is written to the values it promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.values import (
    ClassValue,
    Constant,
    Container,
    Instance,
    LibraryInstance,
    LibraryValue,
    Provider,
    TypeForm,
    TypeVariable,
    Unsolved,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_TYPING = ("typing.", "typing_extensions.")
_TRANSPARENT = frozenset(
    [
        "Optional",
        "Union",
        "ClassVar",
        "Final",
        "Required",
        "NotRequired",
        "ReadOnly",
        "TypeAlias",
        "Self",
        "Unpack",
        "NewType",
    ]
)
NEW_TYPES = frozenset({"typing.NewType", "typing_extensions.NewType"})
_SILENT = frozenset(
    [
        "Any",
        "Literal",
        "NoReturn",
        "Never",
        "TypeVar",
        "Generic",
        "Protocol",
        "LiteralString",
        "Hashable",
        "AnyStr",
        "Self",
    ]
)
_GENERIC = {
    "List": "builtins.list", "Sequence": "builtins.list", "MutableSequence": "builtins.list", "Collection": "builtins.list",
    "Iterable": "iterator", "Iterator": "iterator", "Generator": "iterator", "Reversible": "iterator",
    "Deque": "builtins.list", "deque": "builtins.list",
    "Tuple": "builtins.tuple", "Set": "builtins.set", "FrozenSet": "builtins.set", "AbstractSet": "builtins.set",
    "MutableSet": "builtins.set", "frozenset": "builtins.set",
    "Dict": "builtins.dict", "Mapping": "builtins.dict", "MutableMapping": "builtins.dict", "DefaultDict": "builtins.dict",
    "OrderedDict": "builtins.dict", "defaultdict": "builtins.dict",
    "Awaitable": "awaitable", "Coroutine": "awaitable", "Future": "awaitable", "Task": "awaitable",
    "AsyncIterable": "async_iterator", "AsyncIterator": "async_iterator", "AsyncGenerator": "async_iterator",
    "ContextManager": "context", "AbstractContextManager": "context",
    "AsyncContextManager": "async_context", "AbstractAsyncContextManager": "async_context",
    "Callable": "callable", "Type": "builtins.type",
}  # fmt: skip
_GENERIC_MODULES = ("typing.", "typing_extensions.", "collections.abc.", "collections.", "contextlib.", "builtins.")
_LAST_ARGUMENT = frozenset({"Coroutine", "Callable"})


def generic_name(name: str) -> str:
    """The built-in or special form that a generic alias of the standard library stands for; else the name itself.

    Source: the ``typing`` module's documentation of deprecated aliases (Python 3.13).
    """
    for prefix in _GENERIC_MODULES:
        if name.startswith(prefix) and name[len(prefix) :] in _GENERIC:
            return _GENERIC[name[len(prefix) :]]
    return name


Bindings = dict[TypeVariable, Values]
"""What type variables stand for, as instances."""


def instances(
    solver: Solver,
    types: Iterable[Value],
    bindings: Mapping[TypeVariable, Values] = MappingProxyType({}),
    *,
    keep: bool = False,
) -> list[Value]:
    """Instances of the types; nothing for ``Any``, ``None`` and what is no type.

    A type variable is what it is bound to; else, with ``keep``, it stays :class:`Unsolved`; else its upper bound.
    """
    found: dict[Value, None] = {}
    pending = list(types)
    for value in _each_once(pending):
        if isinstance(value, ClassValue):
            found[solver.intern.get(Instance, value.info, False, substitute(solver, value, bindings))] = None
        elif isinstance(value, LibraryValue):
            if not _says_nothing(value.name):
                found[solver.intern.get(LibraryInstance, generic_name(value.name), (), None)] = None
        elif isinstance(value, TypeForm):
            _form(solver, value, pending, found, bindings, keep)
        elif isinstance(value, TypeVariable):
            if value in bindings:
                found.update(bindings[value])
            elif keep:
                found[solver.intern.get(Unsolved, value)] = None
            else:
                found.update(dict.fromkeys(bound(solver, value)))
    return list(found)


def _each_once(pending: list[Value]) -> Iterator[Value]:
    """The values of a list that grows meanwhile. Unions of unions hold the same types in very many places."""
    seen: set[Value] = set()
    for value in pending:
        if value not in seen:
            seen.add(value)
            yield value


def bound(solver: Solver, variable: TypeVariable) -> list[Value]:
    """Instances of a type variable's upper bound or constraints; nothing where it has none."""
    from fastapi_async_lint.project.context import Context

    if not isinstance(variable.owner, Context) or not isinstance(variable.name, int):
        return []
    context = variable.owner
    body = context.scope.ops[variable.name]
    if not isinstance(body, ir.Call):
        return []
    given = [a.value for i, a in enumerate(body.arguments) if a.keyword == "bound" or (i and not a.keyword)]
    return instances(solver, [v for op in given for v in solver.get(context, op) if not isinstance(v, TypeVariable)])


def substitute(
    solver: Solver, value: ClassValue | TypeForm | Instance, bindings: Mapping[TypeVariable, Values]
) -> tuple[tuple[Value, ...], ...]:
    """The type arguments of a value with what is known of the variables put in; none where they would nest too deep."""
    if not bindings:
        return value.arguments
    found = _substituted(solver, value, bindings, {})
    return found if _is_shallow(found) else ()


Done = dict[Value, list[Value]]
"""What has become of a type already: the same type may stand in very many places of another."""


def _substituted(
    solver: Solver,
    value: ClassValue | TypeForm | Instance,
    bindings: Mapping[TypeVariable, Values],
    done: Done,
) -> tuple[tuple[Value, ...], ...]:
    """Recurses over the type's depth, which ``MAX_TYPE_DEPTH`` bounds."""
    return tuple(
        tuple(v for each in argument for v in _put_in(solver, each, bindings, done)) for argument in value.arguments
    )


MAX_TYPE_DEPTH = 5
"""How deep type arguments made by substitution nest: ``Node[T]`` with a field ``Node[list[T]]`` would grow for ever."""


def _is_shallow(arguments: tuple[tuple[Value, ...], ...]) -> bool:
    level = {arguments}
    for _ in range(MAX_TYPE_DEPTH):
        level = {
            inner
            for each in level
            for argument in each
            for value in argument
            if (inner := getattr(value, "arguments", ()))
        }
        if not level:
            return True
    return False


def _put_in(solver: Solver, value: Value, bindings: Mapping[TypeVariable, Values], done: Done) -> list[Value]:
    known = done.get(value)
    if known is not None:
        return known
    found = [value]
    if isinstance(value, TypeVariable):
        found = as_types(solver, bindings[value]) if value in bindings else [value]
    elif isinstance(value, TypeForm):
        found = [solver.intern.get(TypeForm, value.origin, _substituted(solver, value, bindings, done))]
    elif isinstance(value, ClassValue):
        found = [solver.intern.get(ClassValue, value.info, _substituted(solver, value, bindings, done))]
    done[value] = found
    return found


def as_types(solver: Solver, values: Iterable[Value]) -> list[Value]:
    """The types that values are instances of, each once; those without one are left out."""
    found: dict[Value, None] = {}
    for value in values:
        if isinstance(value, Instance):
            found[solver.intern.get(ClassValue, value.info, value.arguments)] = None
        elif isinstance(value, LibraryInstance):
            origin = solver.intern.get(LibraryValue, value.name)
            types = tuple(tuple(as_types(solver, argument)) for argument in value.arguments)
            found[solver.intern.get(TypeForm, origin, types) if types else origin] = None
        elif isinstance(value, (Container, Constant)):
            name = value.type if isinstance(value, Container) else f"builtins.{type(value.value).__name__}"
            found[solver.intern.get(LibraryValue, name)] = None
    return list(found)


def is_transparent(name: str) -> bool:
    """Whether a special form lets through what its arguments say: ``Optional``, ``Union``, ``Annotated``, ``Final``."""
    word = _typing_word(name)
    return word == "Annotated" or word in _TRANSPARENT


def _says_nothing(name: str) -> bool:
    return name in ("builtins.object", "builtins.None") or any(
        name == prefix + word for prefix in _TYPING for word in _SILENT | _TRANSPARENT
    )


def _form(
    solver: Solver,
    form: TypeForm,
    pending: list[Value],
    found: Values,
    bindings: Mapping[TypeVariable, Values],
    keep: bool,
) -> None:
    name = form.origin.name if isinstance(form.origin, LibraryValue) else ""
    word = _typing_word(name)
    if word == "Annotated":
        pending.extend(form.arguments[0] if form.arguments else ())
    elif word in _TRANSPARENT:
        for argument in form.arguments:
            pending.extend(argument)
    elif word in _SILENT:
        return
    elif generic_name(name) == "builtins.type":
        for value in substitute(solver, form, bindings)[0]:
            found[value] = None
    elif name:
        chosen = form.arguments[-1:] if name.rpartition(".")[2] in _LAST_ARGUMENT else form.arguments
        arguments = tuple(tuple(instances(solver, argument, bindings, keep=keep)) for argument in chosen)
        found[solver.intern.get(LibraryInstance, generic_name(name), arguments, None)] = None


def _typing_word(name: str) -> str:
    for prefix in _TYPING:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return ""


def providers(annotation: Values, default: Values) -> list[Provider]:
    """The providers in a parameter's default or in the metadata of its ``Annotated`` type; the default's win."""
    found = [value for value in default if isinstance(value, Provider)]
    if found:
        return found
    pending = list(annotation)
    for value in _each_once(pending):
        if isinstance(value, TypeForm) and isinstance(value.origin, LibraryValue):
            if _typing_word(value.origin.name) == "Annotated":
                for argument in value.arguments[1:]:
                    found.extend(v for v in argument if isinstance(v, Provider))
                pending.extend(value.arguments[0])
            elif _typing_word(value.origin.name) in _TRANSPARENT:
                pending.extend(v for argument in value.arguments for v in argument)
    return found[-1:]


def provide_class(solver: Solver, provider: Provider, annotation: Values) -> None:
    """``Depends()`` without a callable: the annotated class is the dependency."""
    from fastapi_async_lint.project import handover

    pending = list(annotation)
    for value in _each_once(pending):
        if isinstance(value, TypeForm):
            pending.extend(value.arguments[0] if value.arguments else ())
        elif isinstance(value, ClassValue):
            handover.provide(solver, provider, value)
