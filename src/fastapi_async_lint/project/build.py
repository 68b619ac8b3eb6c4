"""From the facts of all files to the project: modules linked, values and callees at their fixed point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.catalog.schema import Argument, Callback
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import ModuleFacts
from fastapi_async_lint.project import arguments, attributes, calls, guesses, handover, hooks, promises
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.forwarding import forwarding
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.index import Module, ModuleIndex
from fastapi_async_lint.project.plausible import drop_what_is_not_awaited
from fastapi_async_lint.project.solver import Solver
from fastapi_async_lint.project.steps import STEPS
from fastapi_async_lint.project.values import BoundMethod, ClassValue, Instance, Wrapped
from fastapi_async_lint.source.modules import SourceFile

PROTOCOL_BASES = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


SUBCLASS_HOOK = "__init_subclass__"


@dataclass(frozen=True, slots=True)
class Project:
    """The finished project: all that the analysis reads. ``solver`` holds contexts, edges, hand-overs, values."""

    modules: tuple[Module, ...]
    catalog: Catalog
    solver: Solver

    def arguments(self, context: Context, op: int) -> Arguments:
        """The values of a call op's arguments."""
        body = context.scope.ops[op]
        return arguments.of_call(self.solver, context, body) if isinstance(body, ir.Call) else arguments.NO_ARGUMENTS

    def unpacked(self, context: Context, op: int) -> Arguments:
        """The same, and what is known of ``*x`` and ``**x`` among them."""
        return arguments.unpacked(self.solver, self.arguments(context, op))


def build_project(
    files: Sequence[tuple[SourceFile, ModuleFacts]], catalog: Catalog, libraries: frozenset[Path] = frozenset()
) -> Project:
    """Link the files and resolve values and calls across all of them. ``libraries``: those that are not the project's own."""
    modules = []
    for file, facts in files:
        module = Module(file.names[0], file.names, file.path, file.root, file.is_package, facts)
        module.is_library = file.path in libraries
        module.link()
        modules.append(module)
    index = ModuleIndex(modules)
    solver = Solver(index, catalog, STEPS, promises.begin)
    _collect_names(solver, modules)
    solver.forwarding = forwarding(modules, catalog)
    for module in modules:
        solver.module_context(module)
    solver.run(
        lambda: _implement_protocols(solver),
        [
            _for_each_class(solver, lambda info: _overrides(solver, info)),
            _for_each_class(solver, lambda info: _subclass_hook(solver, info)),
            hooks.seed(solver),
            _roots(solver),
            guesses.seed(solver),
        ],
    )
    drop_what_is_not_awaited(solver)
    return Project(tuple(modules), catalog, solver)


def _collect_names(solver: Solver, modules: Sequence[Module]) -> None:
    for module in modules:
        for scope in module.scopes:
            if scope.facts.kind == "class":
                solver.class_names.update(scope.binds)
            if scope.facts.is_generator:
                solver.set_names.update(_mapping_keys(scope.ops))  # a lifespan's state is a mapping it yields
            for op in scope.ops:
                kind = type(op)
                if kind is ir.SetAttribute:
                    assert isinstance(op, ir.SetAttribute)
                    solver.set_names.add(op.name)
                elif kind is ir.Call:
                    assert isinstance(op, ir.Call)
                    _note_setattr(solver, scope.ops, op)
                elif kind is ir.Bind:
                    assert isinstance(op, ir.Bind)
                    if op.where == "global" and op.name not in module.scopes[0].binds:
                        module.scopes[0].binds[op.name] = []


def _mapping_keys(ops: tuple[ir.AnyOp, ...]) -> Iterator[str]:
    for op in ops:
        for key in op.keys if isinstance(op, ir.Mapping) else ():
            const = ops[key] if key >= 0 else None
            if isinstance(const, ir.Const) and isinstance(const.value, str):
                yield const.value


def _note_setattr(solver: Solver, ops: tuple[ir.AnyOp, ...], call: ir.Call) -> None:
    function = ops[call.function]
    if isinstance(function, ir.Free) and function.name == "setattr" and len(call.arguments) > 1:
        name = ops[call.arguments[1].value]
        if isinstance(name, ir.Const) and isinstance(name.value, str):
            solver.set_names.add(name.value)


def _implement_protocols(solver: Solver) -> None:
    """A class that has all methods of a Protocol counts as its subclass."""
    for protocol in list(solver.classes.values()):
        bases = {base for base in protocol.bases.values if getattr(base, "name", "") in PROTOCOL_BASES}
        members = [name for name in protocol.attributes if not name.startswith("__")] if bases else []
        if not members:
            continue
        for info in solver.classes.values():
            if info is not protocol and not info.inherits(protocol) and _has_all(info, members):
                protocol.subclasses[info] = None


def _has_all(info: ClassInfo, members: list[str]) -> bool:
    owned = list(info.project_classes())
    return all(any(name in base.attributes or name in base.fields for base in owned) for name in members)


def _for_each_class(solver: Solver, visit: Callable[[ClassInfo], None]) -> Callable[[], bool]:
    """A seed that visits every class once, as soon as it is known."""
    seen: set[ClassInfo] = set()

    def seed() -> bool:
        fresh = [info for info in solver.classes.values() if info not in seen]
        for info in fresh:
            seen.add(info)
            visit(info)
        return bool(fresh)

    return seed


def _overrides(solver: Solver, info: ClassInfo) -> None:
    """Methods that a library calls on the project's subclasses of its classes."""
    context, op = solver.class_sites[info]
    for library in info.libraries():
        for entry in solver.catalog.overrides(library):
            _hand_over_methods(solver, context, op, info, library, entry)


def _subclass_hook(solver: Solver, info: ClassInfo) -> None:
    """``__init_subclass__`` of a base runs when the class is made: it may enter the class into a table."""
    context, op = solver.class_sites[info]
    made = solver.intern.get(ClassValue, info, ())
    above = next((b for b in info.project_classes() if b is not info and SUBCLASS_HOOK in b.attributes), None)
    for function in attributes.functions_of(solver, context, op, above, SUBCLASS_HOOK) if above else ():
        plain = function.function if isinstance(function, Wrapped) else function
        bound = solver.intern.get(BoundMethod, plain, made, False)
        list(calls.call(solver, context, op, bound, arguments.NO_ARGUMENTS, calls.CERTAIN))


def _hand_over_methods(solver: Solver, context: Context, op: int, info: ClassInfo, library: str, entry: object) -> None:
    from fastapi_async_lint.catalog.schema import Override

    assert isinstance(entry, Override)
    callback = Callback(
        names=(),
        kind=entry.kind,
        sync=entry.sync,
        asynchronous=entry.asynchronous,
        argument=Argument(),
        passes="none",
        gives=entry.gives,
    )
    instance = solver.intern.get(Instance, info, False, ())
    for name in entry.methods:
        if not any(name in base.attributes for base in info.project_classes()):
            continue
        for method in attributes.methods(solver, context, op, instance, name):
            handover.run(
                solver, context, op, f"{library}.{name}", callback, method, arguments.NO_ARGUMENTS, calls.CERTAIN
            )


def _roots(solver: Solver) -> Callable[[], bool]:
    """Functions that nothing seen calls: analysed as their signature says, so that what they store is known."""

    def seed() -> bool:
        called = {context.function for context in solver.contexts}
        fresh = [f for f in solver.functions if f not in called and not f.definer.scope.module.is_library]
        for function in fresh:
            scope = function.definer.scope.module.scopes[function.scope]
            receiver = None
            if scope.owner is not None and scope.parameters:
                receiver = _declared(solver, scope.owner)
            solver.roots[solver.context_for(function, receiver)] = None
        return bool(fresh)

    return seed


def _declared(solver: Solver, owner: object) -> Instance | None:
    info = solver.classes.get(owner)  # type: ignore[call-overload]
    return solver.intern.get(Instance, info, False, ()) if info else None
