"""Abstract values: what an expression may hold, as far as the text tells.

Values are interned by :class:`Interner`, so identity is equality and sets of them are cheap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_async_lint.catalog.schema import Callback
    from fastapi_async_lint.project.context import Context, Reader, Slot
    from fastapi_async_lint.project.hierarchy import ClassInfo
    from fastapi_async_lint.project.index import Module


Key = str | int | float | bool | None
"""A constant key of a dict, an index of a tuple; None where it is not known."""


class Value:
    """Base of all abstract values."""

    __slots__ = ()


Values = dict[Value, None]
"""An insertion-ordered set: iteration order, and with it every result, is the same in every run."""

value_class = dataclass(frozen=True, slots=True, eq=False)


@value_class
class Nothing(Value):
    """``None``."""


@value_class
class Constant(Value):
    """A literal string, number or bool."""

    value: str | int | float | bool


@value_class
class ModuleValue(Value):
    """A module of the project."""

    module: Module


@value_class
class LibraryValue(Value):
    """Anything of a library by its canonical public name: a module, function or class."""

    name: str


@value_class
class TypeForm(Value):
    """A subscripted type: ``list[User]``, ``Optional[Session]``, ``Annotated[Session, Depends(get_db)]``.

    ``origin`` is the subscripted value, each argument the values it may be.
    """

    origin: Value
    arguments: tuple[tuple[Value, ...], ...]


@value_class
class LibraryInstance(Value):
    """An instance of a library class. ``arguments`` are its type arguments as *instances* (``list[User]``).

    ``origin`` is the call site that made it, kept only for classes whose constructor arguments matter.
    """

    name: str
    arguments: tuple[tuple[Value, ...], ...] = ()
    origin: tuple[Context, int] | None = None
    guessed: bool = False
    """Only a parameter's name and the methods used on it say so; likewise all that comes from it."""


@value_class
class LibraryMember(Value):
    """A method of a library class bound to its receiver: ``name`` is the full name, ``requests.Session.get``."""

    name: str
    receiver: Value


@value_class
class TypeVariable(Value):
    """``T = TypeVar("T")``: the context and op of the call; ``[T]`` in a header: the module and the name."""

    owner: Context | Module
    name: int | str


@value_class
class Unsolved(Value):
    """In the field of a generic class: whatever the variable stands for on the instance that is asked."""

    variable: TypeVariable


@value_class
class ClassValue(Value):
    """A class of the project; ``arguments`` are the types given to a generic one."""

    info: ClassInfo
    arguments: tuple[tuple[Value, ...], ...] = ()


@value_class
class Instance(Value):
    """An instance of a project class; ``exact`` when it was constructed as such, so that overrides cannot apply."""

    info: ClassInfo
    exact: bool
    arguments: tuple[tuple[Value, ...], ...] = ()
    mode: tuple[tuple[str, Value], ...] = ()
    """Fields that hold one literal for the life of the object, and decide branches of its methods."""
    origin: tuple[Context, int] | None = None
    """The call site that made it, kept only for subclasses of library classes whose constructor arguments matter (routers)."""


@value_class
class FunctionValue(Value):
    """A function object: the scope, and the context whose ``def`` or ``lambda`` op made it (its closure)."""

    definer: Context
    op: int
    scope: int

    @property
    def depth(self) -> int:
        """How many function contexts the closure is nested in."""
        return self.definer.depth


@value_class
class BoundMethod(Value):
    """A callable of the project with its first argument given."""

    function: Value
    receiver: Value
    widened: bool = False
    """The receiver's class is only known as one of many subclasses."""


@value_class
class Wrapped(Value):
    """A function under a decorator that changes how it is used.

    ``kind``: ``property | classmethod | staticmethod | context``.
    """

    kind: str
    function: Value


@value_class
class Wrapper(Value):
    """A function under a library's decorator that runs it where ``callback`` says (``retry``, ``sync_to_async``)."""

    callback: Callback
    function: Value


@value_class
class Dispatcher(Value):
    """A generic function (``functools.singledispatch``) with its default implementation."""

    function: Value


@value_class
class Registering(Value):
    """What ``generic.register(cls)`` gives: a decorator that registers a function for the classes."""

    dispatcher: Dispatcher
    classes: tuple[Value, ...]


@value_class
class Implementation(Value):
    """A function registered for classes of a generic function's first argument."""

    function: Value
    classes: tuple[Value, ...]


@value_class
class SuperValue(Value):
    """``super()`` in a method of ``owner`` called on ``receiver``."""

    owner: ClassInfo
    receiver: Value


@value_class
class Coroutine(Value):
    """A coroutine object: the body ``context`` runs when it is awaited or scheduled."""

    context: Context
    promised: tuple[Value, ...] = ()
    """What awaiting gives where the call told it: the solved return type of a generic function."""


@value_class
class Generator(Value):
    """A generator object (sync or async): the body runs when it is iterated."""

    context: Context


@value_class
class Managed(Value):
    """What calling a ``context-manager`` function gives: entering runs the generator's body."""

    context: Context


@value_class
class Container(Value):
    """A list, tuple, set or dict made at one place; its contents live in slots."""

    type: str
    context: Context
    op: int
    part: str = ""
    slots: dict[Key, Slot] = field(default_factory=dict)
    """Contents by constant key or index; None: by unknown key (all elements of a list or set)."""
    readers: dict[Reader, None] = field(default_factory=dict)
    """Ops that look at all of the contents: evaluated again when a key is added."""


@value_class
class ContainerMethod(Value):
    container: Container
    name: str


@value_class
class Partial(Value):
    """``functools.partial(f, …)``: the call site that made it."""

    context: Context
    op: int


@value_class
class Decorator(Value):
    """What a registering call gives (``app.get("/x")``): calling it with a function registers that function."""

    context: Context
    op: int
    name: str
    receiver: Value | None


@dataclass(frozen=True, slots=True, eq=False)
class Provider(Value):
    """``Depends(f)``: a parameter that has it gets what ``f`` provides.

    ``provided`` collects the provided values; ``callables`` are the dependencies.
    """

    context: Context
    op: int
    provided: Slot
    callback: Callback
    callables: Values = field(default_factory=dict)


V = TypeVar("V", bound=Value)


class Interner:
    """Makes every distinct value once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Value] = {}
        self.nothing = Nothing()

    def get(self, kind: Callable[..., V], *parts: object) -> V:
        """The one value of class ``kind`` with these fields."""
        key = (kind, *parts)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = kind(*parts)
        return cast("V", value)


def is_callable(value: Value) -> bool:
    """Whether calls on the value run code of the project that depends on which value it is."""
    return isinstance(
        value, (FunctionValue, BoundMethod, ClassValue, Partial, LibraryMember, LibraryValue, Wrapped, Wrapper)
    )
