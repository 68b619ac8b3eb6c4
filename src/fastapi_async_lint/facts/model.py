"""What one file says, as frozen plain data: the seam between the text and everything that thinks.

A file is a tree of *scopes* (module, class, function, lambda, generator expression). The body of a scope
is a flat list of *ops* in evaluation order. Every op is also a value: other ops name it by its position in
the same scope's ``ops``, so an expression of any depth is followed without recursion.

Local names are already resolved: where the text says ``session.execute(q)`` and ``session`` is a local
variable, the op refers straight to the op (or the :class:`Phi` of ops) whose value the name has there.
Only names that come from outside the scope stay names (:class:`Free`).

Nothing here is an opinion: no library, route or blocking call is known on this level.
"""

from __future__ import annotations

import struct
from typing import Union

import msgspec

SCHEMA = 1
"""Raised with every change of this module; part of the key of cached facts."""

NONE = -1
"""Stands in an op's field where the text has no such value (``return`` without one, say)."""


class Op(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="op"):
    """One step of a scope's body; its index in ``Scope.ops`` is the name of its value."""


class Const(Op, frozen=True, tag=0):
    """A literal. ``type`` is ``str | bytes | int | float | complex | bool | none | ellipsis``.

    ``value`` is kept for str (up to 500 characters), int (64 bit), float, bool; else it is None.
    """

    type: str
    value: str | int | float | bool | None = None


class Parameter(Op, frozen=True, tag=1):
    """The value a parameter has on entry. One for each of ``Scope.parameters``, first in ``ops``, same order."""

    name: str


class Free(Op, frozen=True, tag=2):
    """A name read that is not bound in this scope: enclosing function, module global or builtin."""

    name: str


class Unbound(Op, frozen=True, tag=3):
    """A local name read where no assignment reaches it, or after ``del``."""

    name: str


class Phi(Op, frozen=True, tag=4):
    """The value is one of several: joined branches, ``a or b``, ``x if c else y``, a loop's previous round.

    Only for loops may a source be a later op than this one.
    """

    sources: tuple[int, ...]


class Narrow(Op, frozen=True, tag=5):
    """``value``, where a test has held (or, with ``positive=False``, has failed).

    ``test``: ``isinstance`` (``operand`` = the class or tuple of classes), ``none`` (``is None``), ``truth``,
    ``callable``, ``class-pattern`` (``operand`` = the class of a ``match`` pattern).
    """

    value: int
    test: str
    operand: int
    positive: bool


class Bind(Op, frozen=True, tag=6):
    """A name gets a value. ``where`` is ``local`` (this scope), ``global`` or ``nonlocal``.

    Every binding of a scope is there (assignment, ``for``, ``with``, ``import``, ``def``, ``class``, ``except``,
    walrus, ``match``). ``annotation`` is the op of ``x: T``; ``value`` is NONE for a bare annotation.
    """

    name: str
    value: int
    annotation: int = NONE
    where: str = "local"


class ImportModule(Op, frozen=True, tag=7):
    """``import a.b.c`` (``bound="a"``) or ``import a.b.c as x`` (``bound="a.b.c"``). The value is the module ``bound``."""

    name: str
    bound: str


class ImportFrom(Op, frozen=True, tag=8):
    """``from <level dots><module> import <name>``; the value is that attribute or submodule."""

    module: str
    level: int
    name: str


class ImportStar(Op, frozen=True, tag=9):
    """``from module import *``: binds names that only the project knows."""

    module: str
    level: int


class Attribute(Op, frozen=True, tag=10):
    """``base.name`` read."""

    base: int
    name: str


class SetAttribute(Op, frozen=True, tag=11):
    """``base.name = value`` (``value`` NONE for ``base.name: T``)."""

    base: int
    name: str
    value: int
    annotation: int = NONE


class DeleteAttribute(Op, frozen=True, tag=12):
    base: int
    name: str


class Subscript(Op, frozen=True, tag=13):
    """``base[key]`` read. A slice is a :class:`Sequence` of type ``slice``, ``a[b, c]`` one of type ``tuple``."""

    base: int
    key: int


class SetSubscript(Op, frozen=True, tag=14):
    base: int
    key: int
    value: int


class DeleteSubscript(Op, frozen=True, tag=15):
    base: int
    key: int


class Argument(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``value``, ``*value`` (stars=1), ``**value`` (stars=2) or ``keyword=value``."""

    value: int
    keyword: str = ""
    stars: int = 0


class Call(Op, frozen=True, tag=16):
    """``function(arguments)``. ``decorator``: the call is implied by ``@function`` over a ``def`` or ``class``."""

    function: int
    arguments: tuple[Argument, ...]
    decorator: bool = False


class Await(Op, frozen=True, tag=17):
    value: int


class Yield(Op, frozen=True, tag=18):
    """The value of the op is what ``send`` delivers."""

    value: int


class YieldFrom(Op, frozen=True, tag=19):
    value: int


class Return(Op, frozen=True, tag=20):
    """``return value``; a lambda's body and a generator expression's element end as Return and Yield too."""

    value: int


class Raise(Op, frozen=True, tag=21):
    value: int
    cause: int = NONE


class Iterate(Op, frozen=True, tag=22):
    """Start and step an iteration: ``for x in value``, a comprehension's ``for``. The value is one element."""

    value: int
    is_async: bool = False


class Unpack(Op, frozen=True, tag=23):
    """Element ``index`` of ``count`` targets unpacked from ``value``; ``starred``: the target ``*rest``.

    Indices behind a starred target are negative (counted from the end).
    """

    value: int
    index: int
    count: int
    starred: bool = False


class Enter(Op, frozen=True, tag=24):
    """``with value as x``: the value is what ``__enter__`` / ``__aenter__`` gives."""

    value: int
    is_async: bool = False


class Exit(Op, frozen=True, tag=25):
    """The end of the ``with`` whose Enter op is ``enter``."""

    enter: int
    is_async: bool = False


class Sequence(Op, frozen=True, tag=26):
    """A display: ``type`` is ``list | tuple | set | slice``. ``stars`` holds the positions of ``*items``."""

    type: str
    items: tuple[int, ...]
    stars: tuple[int, ...] = ()


class Mapping(Op, frozen=True, tag=27):
    """A dict display; a key of NONE is ``**value``."""

    keys: tuple[int, ...]
    values: tuple[int, ...]


class Comprehension(Op, frozen=True, tag=28):
    """The finished ``list | set | dict`` comprehension; its loops are ops before it, in ``comprehension`` blocks.

    ``element`` (and ``key`` for dicts) are the ops of one round.
    """

    type: str
    element: int
    key: int = NONE


class Binary(Op, frozen=True, tag=29):
    """``left operator right``; ``in_place`` for ``+=``."""

    operator: str
    left: int
    right: int
    in_place: bool = False


class Unary(Op, frozen=True, tag=30):
    """``-x  +x  ~x``; ``not x`` is Truth followed by Unary('not')."""

    operator: str
    value: int


class Compare(Op, frozen=True, tag=31):
    """One link of a comparison: ``== != < <= > >= in not-in is is-not``."""

    operator: str
    left: int
    right: int


class Truth(Op, frozen=True, tag=32):
    """The implicit ``bool(value)`` of ``if``, ``while``, ``and``, ``or``, ``not``, ``assert`` and the like."""

    value: int


class Format(Op, frozen=True, tag=33):
    """One ``{value}`` of an f-string or t-string. ``conversion`` is ``'' | 'r' | 's' | 'a'``."""

    value: int
    conversion: str = ""


class Text(Op, frozen=True, tag=34):
    """The finished f-string: its parts in order, Const for literal text."""

    parts: tuple[int, ...]


class MakeFunction(Op, frozen=True, tag=35):
    """``def`` or ``lambda``: a function object. Defaults and annotations are ops of this (the defining) scope."""

    scope: int
    defaults: tuple[tuple[str, int], ...] = ()
    annotations: tuple[tuple[str, int], ...] = ()
    returns: int = NONE


class MakeGenerator(Op, frozen=True, tag=36):
    """A generator expression. The first iterable is evaluated here; the rest of it is ``scope``,
    whose one parameter ``.0`` is that iterable."""

    scope: int
    iterable: int


class MakeClass(Op, frozen=True, tag=37):
    """``class``: bases as positional arguments, ``metaclass=…`` and others as keywords."""

    scope: int
    arguments: tuple[Argument, ...]


AnyOp = Union[
    Const, Parameter, Free, Unbound, Phi, Narrow, Bind, ImportModule, ImportFrom, ImportStar,
    Attribute, SetAttribute, DeleteAttribute, Subscript, SetSubscript, DeleteSubscript, Call, Await,
    Yield, YieldFrom, Return, Raise, Iterate, Unpack, Enter, Exit, Sequence, Mapping, Comprehension,
    Binary, Unary, Compare, Truth, Format, Text, MakeFunction, MakeGenerator, MakeClass,
]  # fmt: skip


class Block(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A region of a scope's body. Block 0 is the whole body (``parent`` NONE).

    ``kind``, with what ``test`` (an op index or NONE) means:

    - ``body``; ``then`` / ``else``: branches of ``if`` and of ``x if c else y`` (the Truth op of the condition)
    - ``short-circuit``: what ``and`` / ``or`` evaluates only sometimes (the Truth op of the left operand)
    - ``loop``: body of ``for`` (its Iterate op) or ``while`` (its Truth op, which itself lies in the block);
      ``loop-else``; ``comprehension`` (its Iterate op)
    - ``try``, ``except`` (the op of the exception class, or NONE), ``try-else``, ``finally``
    - ``with`` (its Enter op), ``case`` (NONE)
    - ``annotation``: type annotations, never executed as code
    - ``typing``: under ``if TYPE_CHECKING``; ``main``: under ``if __name__ == "__main__"``
    - ``dead``: cannot be reached (behind ``return``, ``raise``, ``break``, ``continue``, an endless loop; ``if False``)
    """

    parent: int
    kind: str
    test: int = NONE


class ParameterFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``kind``: ``positional-only | positional | keyword-only | star | star-star``."""

    name: str
    kind: str


class Scope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One body of code.

    ``spans`` holds two little-endian uint32 per op: start and end of its text, in code points of the file's
    text. ``op_blocks`` holds one uint32 per op: its index into ``blocks``. ``start``/``end`` is the whole
    ``def``/``class``/``lambda`` (decorators excluded), ``name_start`` the name in it.
    """

    kind: str
    """``module | class | function | lambda | generator``"""
    name: str
    qualname: str
    """As Python's ``__qualname__`` but with plain dots: ``Shop.get``, ``make.inner``, ``f.lambda``; '' for the module."""
    parent: int
    is_async: bool
    is_generator: bool
    parameters: tuple[ParameterFacts, ...]
    ops: tuple[AnyOp, ...]
    spans: bytes
    op_blocks: bytes
    blocks: tuple[Block, ...]
    start: int = 0
    end: int = 0
    name_start: int = 0
    type_parameters: tuple[str, ...] = ()

    def span(self, op: int) -> tuple[int, int]:
        """Start and end of an op's text, in code points."""
        start, end = struct.unpack_from("<2I", self.spans, 8 * op)
        return start, end

    def block(self, op: int) -> int:
        """The innermost block that holds the op."""
        (index,) = struct.unpack_from("<I", self.op_blocks, 4 * op)
        return int(index)


class ModuleFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that is known of one file's text. ``scopes[0]`` is the module itself.

    ``line_starts``: uint32 offsets (code points) of each line's first character. ``statements``: pairs of
    uint32, start and end of every simple statement and every compound statement's header, sorted, not nested:
    the lines on which a suppression counts.
    """

    scopes: tuple[Scope, ...]
    line_starts: bytes
    statements: bytes
