"""What names, bindings, literals and control flow contribute to values."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import declared, generics, holders, narrowing
from fastapi_async_lint.project.context import Context, Slot, incoming
from fastapi_async_lint.project.index import Module
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    FunctionValue,
    LibraryInstance,
    LibraryValue,
    ModuleValue,
    Provider,
    TypeVariable,
    Value,
    Values,
    is_callable,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

BUILTIN_NAMES = frozenset(dir(builtins))
MAX_TEXT = 200


def step_const(solver: Solver, context: Context, op: int, body: ir.Const) -> None:
    """A literal."""
    value = body.value
    if body.type == "none":
        solver.put(context, op, (solver.intern.nothing,))
    elif value is not None and not (isinstance(value, str) and len(value) > MAX_TEXT):
        solver.put(context, op, (solver.intern.get(Constant, value),))
    elif body.type in ("str", "bytes"):
        solver.put(context, op, (solver.intern.get(LibraryInstance, f"builtins.{body.type}", (), None),))


def step_text(solver: Solver, context: Context, op: int, body: ir.Text) -> None:
    """An f-string is a string; where every part is known, that one."""
    parts: list[str] = []
    for part in body.parts:
        source = context.scope.ops[part]
        values = solver.get(context, source.value if isinstance(source, ir.Format) else part)
        known = [v for v in values if isinstance(v, Constant)]
        if len(known) != 1 or any(v not in known and not isinstance(v, LibraryInstance) for v in values):
            solver.put(context, op, (solver.intern.get(LibraryInstance, "builtins.str", (), None),))
            return
        parts.append(str(known[0].value))
    solver.put(context, op, (solver.intern.get(Constant, "".join(parts)[:MAX_TEXT]),))


def step_phi(solver: Solver, context: Context, op: int, body: ir.Phi) -> None:
    """One of several."""
    for source in body.sources:
        values = context.values[source]
        if values:
            solver.put(context, op, values)


def step_narrow(solver: Solver, context: Context, op: int, body: ir.Narrow) -> None:
    """What is left of the value after a test."""
    solver.put(context, op, narrowing.narrow(solver, solver.get(context, body.value), body, context))


def step_parameter(solver: Solver, context: Context, op: int, body: ir.Parameter) -> None:
    """A parameter: the receiver, a context's own callable, its annotation, its provider, what callers pass."""
    if op in dict(context.key):
        solver.put(context, op, (dict(context.key)[op],))
    elif op == 0 and context.receiver is not None:
        solver.put(context, op, (context.receiver,))
    else:
        _declared_and_passed(solver, context, op, body)
    if body.name in context.scope.captures:
        solver.feed(_captured(context, body.name), solver.get(context, op))


def _declared_and_passed(solver: Solver, context: Context, op: int, body: ir.Parameter) -> None:
    facts = context.scope.facts.parameters[op]
    function = context.function
    if facts.kind in ("star", "star-star"):
        kind = "builtins.tuple" if facts.kind == "star" else "builtins.dict"
        container = solver.intern.get(Container, kind, context, op)
        solver.put(context, op, (container,))
        return
    promised: Values = {}
    passed = solver.read(incoming(context, op), context, op)
    if function is not None:
        make = function.definer.scope.ops[function.op]
        if isinstance(make, ir.MakeFunction):
            annotation = solver.read_op(function.definer, dict(make.annotations).get(body.name, ir.NONE), context, op)
            default = solver.read_op(function.definer, dict(make.defaults).get(body.name, ir.NONE), context, op)
            providers = declared.providers(annotation, default)
            if providers:
                _provided(solver, context, op, providers, annotation)
                return
            promised = dict.fromkeys(declared.instances(solver, annotation, generics.of_context(solver, context)))
            passed = passed | {v: None for v in default if not isinstance(v, Provider)}
    if promised:
        solver.put(context, op, promised)
        solver.put(context, op, [v for v in passed if is_callable(v) or isinstance(v, (Container, Constant))])
    else:
        solver.put(context, op, passed)


def _provided(solver: Solver, context: Context, op: int, providers: list[Provider], annotation: Values) -> None:
    for provider in providers:
        context.providers[provider] = None
        if not provider.callables:
            declared.provide_class(solver, provider, annotation)
        solver.put(context, op, solver.read(provider.provided, context, op))
    bindings = generics.of_context(solver, context)
    solver.fall_back(context, op, lambda: declared.instances(solver, annotation, bindings))


def _captured(context: Context, name: str) -> Slot:
    slot = context.captured.get(name)
    if slot is None:
        slot = context.captured[name] = Slot()
    return slot


def step_free(solver: Solver, context: Context, op: int, body: ir.Free) -> None:
    """A name of an enclosing function, the module, or a builtin."""
    slot = enclosing_slot(context, body.name)
    if slot is not None:
        solver.put(context, op, solver.read(slot, context, op))
    else:
        solver.put(context, op, global_values(solver, context.scope.module, body.name, context, op))


def enclosing_slot(context: Context, name: str) -> Slot | None:
    """The variable of the nearest enclosing function that binds the name."""
    outer = context.parent
    while outer is not None:
        if outer.scope.is_function and (name in outer.scope.binds or name in outer.scope.parameters):
            return _captured(outer, name)
        outer = outer.parent
    return None


def global_values(solver: Solver, module: Module, name: str, context: Context, op: int) -> Values:
    """What a global name of a module may be, or the builtin of that name."""
    found = module_attribute(solver, module, name, context, op, submodules=False)
    if found is not None:
        return found
    if name in BUILTIN_NAMES:
        return {solver.intern.get(LibraryValue, f"builtins.{name}"): None}
    if name in module.type_parameters or op in context.scope.quiet:
        solver.type_variables = True
        return {solver.intern.get(TypeVariable, module, name): None}
    return {}


def module_attribute(
    solver: Solver, module: Module, name: str, context: Context, op: int, submodules: bool = True
) -> Values | None:
    """What ``module.name`` may be; None if the module has no such name as far as known."""
    pending, seen = [module], {module}
    found: Values | None = None
    while pending:
        current = pending.pop(0)
        if name in current.scopes[0].binds or name in current.globals or name in solver.set_names:
            slot = current.globals.get(name)
            if slot is None:
                slot = current.globals[name] = Slot()
            values = solver.read(slot, context, op)
            if name in current.scopes[0].binds or values:
                found = (found or {}) | values
        if found is None:
            for star, level in current.stars:
                for absolute in current.absolute(star, level):
                    target = solver.index.find(absolute, current)
                    if target is not None and target not in seen:
                        seen.add(target)
                        pending.append(target)
    if submodules and not found:
        child = solver.index.find(f"{module.name}.{name}", module)
        if child is not None:
            return {solver.intern.get(ModuleValue, child): None}
    return found


def step_bind(solver: Solver, context: Context, op: int, body: ir.Bind) -> None:
    """A name gets a value."""
    values = solver.get(context, body.value)
    scope = context.scope
    if body.annotation >= 0:
        if context.values[op] is None:
            solver.fall_back(context, op, lambda: _annotated(solver, context, body))
        if scope.facts.kind == "class":
            solver.feed(solver.classes[scope].field(body.name), _annotated(solver, context, body))
        held = [value for value in values if holders.may_hold(solver, value)]
        if held:
            holders.declare(solver, held, _annotated(solver, context, body))
    solver.put(context, op, values)
    values = solver.get(context, op)
    slot = _bound_slot(solver, context, body)
    if slot is not None:
        solver.feed(slot, values)
        if body.annotation >= 0 and not values:
            solver.fall_back_slot(slot, lambda: _annotated(solver, context, body))


def _annotated(solver: Solver, context: Context, body: ir.Bind) -> list[Value]:
    types = solver.get(context, body.annotation)
    in_class = context.scope.facts.kind == "class"
    return declared.instances(solver, types, generics.of_context(solver, context), keep=in_class)


def _bound_slot(solver: Solver, context: Context, body: ir.Bind) -> Slot | None:
    scope = context.scope
    if body.where == "nonlocal":
        return enclosing_slot(context, body.name)
    if scope.facts.kind == "module" or body.where == "global":
        return scope.module.globals.setdefault(body.name, Slot())
    if scope.facts.kind == "class":
        return solver.classes[scope].attributes[body.name]
    return _captured(context, body.name) if body.name in scope.captures else None


def step_import_module(solver: Solver, context: Context, op: int, body: ir.ImportModule) -> None:
    """``import a.b.c``."""
    module = solver.index.find(body.bound, context.scope.module)
    if module is not None:
        solver.put(context, op, (solver.intern.get(ModuleValue, module),))
    else:
        solver.put(context, op, (solver.intern.get(LibraryValue, solver.catalog.canonical(body.bound)),))


def step_import_from(solver: Solver, context: Context, op: int, body: ir.ImportFrom) -> None:
    """``from m import name``: an attribute of a module, or a submodule."""
    importer = context.scope.module
    for absolute in importer.absolute(body.module, body.level):
        module = solver.index.find(absolute, importer)
        if module is not None:
            values = module_attribute(solver, module, body.name, context, op)
            if values is not None:
                solver.put(context, op, values)
                return
            if level_or_same(module, importer, body.level):
                return
        child = solver.index.find(f"{absolute}.{body.name}", importer)
        if child is not None:
            solver.put(context, op, (solver.intern.get(ModuleValue, child),))
            return
    if body.level == 0:
        name = solver.catalog.canonical(f"{body.module}.{body.name}")
        solver.put(context, op, library_name(solver, name))


def level_or_same(module: Module, importer: Module, level: int) -> bool:
    """Whether the module found is surely the one meant, so that the name cannot be a library's."""
    return level > 0 or module.root == importer.root


def library_name(solver: Solver, name: str) -> list[Value]:
    """What a library's name holds: an object the catalog knows the type of, else the name itself."""
    owner, _, attribute = name.rpartition(".")
    if owner:
        typed = solver.catalog.attribute(owner, attribute)
        if typed is not None:
            from fastapi_async_lint.project import expressions

            return expressions.instances_of(solver, typed)
    return [solver.intern.get(LibraryValue, name)]


def step_make_function(solver: Solver, context: Context, op: int, body: ir.MakeFunction) -> None:
    """A ``def`` or ``lambda``."""
    function = solver.intern.get(FunctionValue, context, op, body.scope)
    solver.functions[function] = None
    solver.put(context, op, (function,))


def step_yield(solver: Solver, context: Context, op: int, body: ir.Yield) -> None:
    """``yield value``."""
    solver.feed(context.yields, solver.get(context, body.value))
