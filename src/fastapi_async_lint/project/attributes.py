"""Attributes: methods, properties, fields, descriptors, what library classes have, and assignment to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import calls, containers, declared, expressions, generics, guesses
from fastapi_async_lint.project.arguments import NO_ARGUMENTS, Arguments
from fastapi_async_lint.project.context import Context, Slot
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.steps_names import library_name, module_attribute
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Constant,
    Container,
    ContainerMethod,
    Dispatcher,
    FunctionValue,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    ModuleValue,
    SuperValue,
    TypeForm,
    Value,
    Values,
    Wrapped,
    Wrapper,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

MAX_OVERRIDES = 40
"""Subclass overrides that a call on an inexact receiver is followed into."""
FEW_OVERRIDES = 8
"""Up to here such a call is probable; beyond it is only possible."""


def step_attribute(solver: Solver, context: Context, op: int, body: ir.Attribute) -> None:
    """``base.name``."""
    for base in solver.get(context, body.base):
        solver.put(context, op, list(read(solver, context, op, base, body.name)))


def read(solver: Solver, context: Context, op: int, base: Value, name: str) -> Iterable[Value]:
    """What ``base.name`` may be."""
    if isinstance(base, Instance):
        return _of_instance(solver, context, op, base, name)
    if isinstance(base, LibraryInstance):
        return _of_library_instance(solver, context, op, base, name)
    if isinstance(base, LibraryValue):
        return _of_library(solver, context, base, name)
    if isinstance(base, ModuleValue):
        return module_attribute(solver, base.module, name, context, op) or ()
    if isinstance(base, ClassValue):
        return on_class(solver, context, op, base, name)
    if isinstance(base, Container):
        return (solver.intern.get(ContainerMethod, base, name),)
    if isinstance(base, Constant) and isinstance(base.value, str):
        return (solver.intern.get(LibraryMember, f"builtins.str.{name}", base),)
    if isinstance(base, Dispatcher) and name == "register":
        return (solver.intern.get(LibraryMember, "functools.singledispatch.register", base),)
    if isinstance(base, SuperValue):
        return _of_super(solver, context, op, base, name)
    if isinstance(base, Wrapped) and base.kind == "property" and name in ("setter", "getter", "deleter"):
        return (solver.intern.get(LibraryMember, f"property.{name}", base),)
    return ()


def _of_instance(solver: Solver, context: Context, op: int, base: Instance, name: str) -> Iterator[Value]:
    if name == "__class__":
        yield solver.intern.get(ClassValue, base.info, base.arguments)
        return
    settable = name in solver.set_names
    found = False
    for info in base.info.mro:
        if isinstance(info, str):
            if not found:
                yield from _inherited(solver, context, op, info, base, name)
                found = True
            continue
        fields: Values = {}
        if settable or name in info.annotated:
            fields = solver.read(info.field(name), context, op)
            yield from generics.solved(solver, fields, base, info)
            found = found or bool(fields)
        slot = info.attributes.get(name)
        if slot is not None:
            if not (fields and name in info.annotated):
                for value in list(solver.read(slot, context, op)):
                    yield from bind(solver, context, op, value, base, info)
            found = True
            break
    if not base.exact:
        yield from _overridden(solver, context, op, base, name)
    elif not found:
        yield from _delegated(solver, context, op, base, name)


def _inherited(solver: Solver, context: Context, op: int, library: str, base: Instance, name: str) -> Iterator[Value]:
    full = f"{library}.{name}"
    solver.library_read(context, op, full, base, calls.CERTAIN)
    expression = solver.catalog.attribute(library, name)
    if expression is not None:
        yield from expressions.evaluate(solver, context, op, expression, receiver=base)
    else:
        yield solver.intern.get(LibraryMember, full, base)


def _overridden(solver: Solver, context: Context, op: int, base: Instance, name: str) -> Iterator[Value]:
    overriding = [d for d in base.info.descendants() if name in d.attributes or name in d.fields]
    many = len(overriding) > FEW_OVERRIDES
    for info in overriding[:MAX_OVERRIDES]:
        if name in info.fields:
            yield from generics.solved(solver, solver.read(info.field(name), context, op), base, info)
        if name in info.attributes:
            instance = solver.intern.get(Instance, info, False, base.arguments)
            for value in list(solver.read(info.attributes[name], context, op)):
                yield from bind(solver, context, op, value, instance, info, widened=many)
    if not overriding and not any(name in i.attributes for i in base.info.project_classes()):
        yield from _delegated(solver, context, op, base, name)


def _delegated(solver: Solver, context: Context, op: int, base: Instance, name: str) -> Iterator[Value]:
    if name.startswith("__"):
        return
    for function in functions_of(solver, context, op, base.info, "__getattr__"):
        asked = solver.intern.get(Constant, name)
        if isinstance(function, FunctionValue):  # for each name apart: mostly it is passed on to another object
            target = solver.context_for(function, base, ((1, asked),))
            yield from calls.result(solver, context, op, target, calls.PROBABLE)
        else:
            bound = solver.intern.get(BoundMethod, function, base, False)
            yield from calls.call(solver, context, op, bound, Arguments(({asked: None},)), calls.PROBABLE)


def bind(
    solver: Solver,
    context: Context,
    op: int,
    value: Value,
    receiver: Instance,
    owner: ClassInfo,
    widened: bool = False,
) -> Iterable[Value]:
    """What a class attribute gives when it is read through an instance."""
    if isinstance(value, (FunctionValue, Wrapper, Dispatcher)):
        return (solver.intern.get(BoundMethod, value, receiver, widened),)
    if isinstance(value, Wrapped):
        if value.kind == "property":
            getter = solver.intern.get(BoundMethod, value.function, receiver, widened)
            return calls.call(solver, context, op, getter, NO_ARGUMENTS, calls.CERTAIN)
        if value.kind == "classmethod":
            klass = solver.intern.get(ClassValue, receiver.info, receiver.arguments)
            return (solver.intern.get(BoundMethod, value.function, klass, widened),)
        if value.kind == "staticmethod":
            return (value.function,)
        return (solver.intern.get(BoundMethod, value, receiver, widened),)
    if isinstance(value, Instance) and value.info is not owner:
        getters = list(functions_of(solver, context, op, value.info, "__get__"))
        if getters:
            found: Values = {}
            for function in getters:
                getter = solver.intern.get(BoundMethod, function, value, False)
                passed = Arguments(({receiver: None}, {solver.intern.get(ClassValue, owner, ()): None}))
                found |= dict.fromkeys(calls.call(solver, context, op, getter, passed, calls.CERTAIN))
            return found
    return (value,)


def on_class(solver: Solver, context: Context, op: int, base: ClassValue, name: str) -> Iterator[Value]:
    """What ``Class.name`` may be."""
    for info in base.info.mro:
        if isinstance(info, str):
            yield from _inherited_on_class(solver, context, op, info, base, name)
            return
        if name in solver.set_names:
            yield from list(solver.read(info.field(name), context, op))
        slot = info.attributes.get(name)
        if slot is not None:
            for value in list(solver.read(slot, context, op)):
                if isinstance(value, Wrapped) and value.kind == "classmethod":
                    yield solver.intern.get(BoundMethod, value.function, base, False)
                elif isinstance(value, Wrapped) and value.kind == "staticmethod":
                    yield value.function
                else:
                    yield value
            return
    for meta in base.info.keywords["metaclass"].values if "metaclass" in base.info.keywords else ():
        if isinstance(meta, ClassValue):
            for function in functions_of(solver, context, op, meta.info, name):
                yield solver.intern.get(BoundMethod, function, base, False)


def _inherited_on_class(
    solver: Solver, context: Context, op: int, library: str, base: ClassValue, name: str
) -> list[Value]:
    """What a project class has from a library: what the catalog says of it knows the class it is asked of."""
    full = solver.catalog.canonical(f"{library}.{name}")
    expression = solver.catalog.attribute(library, name)
    if expression is not None:
        return list(expressions.evaluate(solver, context, op, expression, receiver=base))
    if solver.catalog.returns(full) is not None:
        return [solver.intern.get(LibraryMember, full, base)]
    return library_name(solver, full)


def functions_of(solver: Solver, context: Context, op: int, info: ClassInfo, name: str) -> list[Value]:
    """The functions a project class has under a (special) name, itself or a base; ``[]`` if none."""
    if name not in solver.class_names:
        return []
    for base in info.project_classes():
        slot = base.attributes.get(name)
        if slot is not None:
            values = solver.read(slot, context, op)
            return [
                v.function if isinstance(v, Wrapped) else v for v in values if isinstance(v, (FunctionValue, Wrapped))
            ]
    return []


def methods(solver: Solver, context: Context, op: int, receiver: Instance, name: str) -> list[Value]:
    """The bound special methods of an instance: its class's, or those its subclasses may bring."""
    if name not in solver.class_names and not any(True for _ in receiver.info.libraries()):
        return []
    found: Values = {}
    for base in receiver.info.mro:
        if isinstance(base, str):
            if solver.catalog.effects(f"{base}.{name}") or solver.catalog.returns(f"{base}.{name}"):
                found[solver.intern.get(LibraryMember, f"{base}.{name}", receiver)] = None
                break
            continue
        if name in base.attributes:
            for value in list(solver.read(base.attributes[name], context, op)):
                found |= dict.fromkeys(bind(solver, context, op, value, receiver, base))
            break
    if not receiver.exact:
        for info in receiver.info.descendants():
            if name in info.attributes and len(found) < FEW_OVERRIDES:
                instance = solver.intern.get(Instance, info, False, receiver.arguments)
                for value in list(solver.read(info.attributes[name], context, op)):
                    found |= dict.fromkeys(bind(solver, context, op, value, instance, info))
    return list(found)


def _of_library_instance(
    solver: Solver, context: Context, op: int, base: LibraryInstance, name: str
) -> Iterator[Value]:
    full = f"{base.name}.{name}"
    solver.library_read(context, op, full, base, guesses.POSSIBLE if base.guessed else calls.CERTAIN)
    if name in solver.set_names:
        fields = list(solver.read(library_field(solver, base.name, name), context, op))
        yield from fields
        if fields:
            return
    expression = solver.catalog.attribute(base.name, name)
    if expression is not None:
        found = expressions.evaluate(solver, context, op, expression, receiver=base)
        yield from guesses.passed_on(solver, found) if base.guessed else found
    else:
        yield solver.intern.get(LibraryMember, full, base)


def library_field(solver: Solver, owner: str, name: str) -> Slot:
    """What is assigned to an attribute of a library's instances, all of them together."""
    return solver.library_fields.setdefault((owner, name), Slot())


def _of_library(solver: Solver, context: Context, base: LibraryValue, name: str) -> list[Value]:
    full = f"{base.name}.{name}"
    module = solver.index.find(full, context.scope.module)
    if module is not None:
        return [solver.intern.get(ModuleValue, module)]
    return library_name(solver, solver.catalog.canonical(full))


def _of_super(solver: Solver, context: Context, op: int, base: SuperValue, name: str) -> Iterator[Value]:
    receiver = base.receiver
    info = receiver.info if isinstance(receiver, (Instance, ClassValue)) else base.owner
    order = info.mro if base.owner in info.mro else base.owner.mro
    for candidate in order[order.index(base.owner) + 1 :]:
        if isinstance(candidate, str):
            yield solver.intern.get(LibraryMember, f"{candidate}.{name}", receiver)
            return
        slot = candidate.attributes.get(name)
        if slot is not None:
            for value in list(solver.read(slot, context, op)):
                if isinstance(receiver, Instance):
                    yield from bind(solver, context, op, value, receiver, candidate)
                elif isinstance(value, Wrapped):
                    yield solver.intern.get(BoundMethod, value.function, receiver, False)
                else:
                    yield solver.intern.get(BoundMethod, value, receiver, False)
            return


def step_set_attribute(solver: Solver, context: Context, op: int, body: ir.SetAttribute) -> None:
    """``base.name = value``."""
    values = solver.get(context, body.value)
    for base in solver.get(context, body.base):
        write(solver, context, op, base, body.name, values)
        if body.annotation >= 0 and isinstance(base, Instance):
            solver.fall_back_slot(
                base.info.field(body.name),
                lambda: declared.instances(solver, solver.get(context, body.annotation), keep=True),
            )


def write(solver: Solver, context: Context, op: int, base: Value, name: str, values: Values) -> None:
    """Assign to an attribute: property and descriptor setters run, else the field gets the values."""
    if isinstance(base, (Instance, ClassValue)):
        if isinstance(base, Instance) and _ran_setter(solver, context, op, base, name, values):
            return
        kept = generics.stored(solver, base, values) if isinstance(base, Instance) else values
        solver.feed(base.info.field(name), kept)
    elif isinstance(base, ModuleValue):
        solver.feed(base.module.globals.setdefault(name, Slot()), values)
    elif isinstance(base, LibraryInstance):
        solver.feed(library_field(solver, base.name, name), values)


def _ran_setter(solver: Solver, context: Context, op: int, base: Instance, name: str, values: Values) -> bool:
    for info in base.info.project_classes():
        slot = info.attributes.get(name)
        if slot is None:
            continue
        for value in list(solver.read(slot, context, op)):
            if isinstance(value, Wrapped) and value.kind == "property":
                for setter in solver.setters.get(value, {}):
                    bound = solver.intern.get(BoundMethod, setter, base, False)
                    list(calls.call(solver, context, op, bound, Arguments((values,)), calls.CERTAIN))
                return True
            if isinstance(value, Instance):
                for function in functions_of(solver, context, op, value.info, "__set__"):
                    bound = solver.intern.get(BoundMethod, function, value, False)
                    passed = Arguments(({base: None}, values))
                    list(calls.call(solver, context, op, bound, passed, calls.CERTAIN))
        break
    for function in functions_of(solver, context, op, base.info, "__setattr__"):
        bound = solver.intern.get(BoundMethod, function, base, False)
        list(calls.call(solver, context, op, bound, Arguments(({}, values)), calls.PROBABLE))
    return False


def step_subscript(solver: Solver, context: Context, op: int, body: ir.Subscript) -> None:
    """``base[key]``: an element, or a type with arguments."""
    from fastapi_async_lint.project import records, type_forms

    keys = solver.get(context, body.key)
    for base in solver.get(context, body.base):
        if isinstance(base, Container):
            solver.put(context, op, containers.look_up(solver, base, keys, (context, op)))
        elif isinstance(base, (LibraryValue, ClassValue, TypeForm)):
            solver.put(context, op, type_forms.subscripted(solver, context, base, body))
        elif isinstance(base, Instance) and (records.is_named_tuple(base.info) or records.is_typed_dict(base.info)):
            solver.put(context, op, records.looked_up(solver, context, op, base, keys))
        elif isinstance(base, LibraryInstance) and base.name in containers.GENERICS:
            solver.put(context, op, containers.generic_method(solver, base, "__getitem__", context, op))
        elif isinstance(base, (Instance, LibraryInstance)):
            found = calls.method(solver, context, op, base, "__getitem__", Arguments((keys,)), calls.CERTAIN)
            solver.put(context, op, list(found))


def step_set_subscript(solver: Solver, context: Context, op: int, body: ir.SetSubscript) -> None:
    """``base[key] = value``."""
    keys, values = solver.get(context, body.key), solver.get(context, body.value)
    for base in solver.get(context, body.base):
        if isinstance(base, Container):
            for key in calls.constant_keys(keys):
                containers.store(solver, base, key, values)
        else:
            list(calls.method(solver, context, op, base, "__setitem__", Arguments((keys, values)), calls.CERTAIN))


def step_delete_subscript(solver: Solver, context: Context, op: int, body: ir.DeleteSubscript) -> None:
    """``del base[key]``."""
    keys = solver.get(context, body.key)
    for base in solver.get(context, body.base):
        list(calls.method(solver, context, op, base, "__delitem__", Arguments((keys,)), calls.CERTAIN))
