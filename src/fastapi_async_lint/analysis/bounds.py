"""How large a number can get, as far as the text tells: literals, constants of modules, `min(…)` of them."""

from __future__ import annotations

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import ClassValue, Constant, Container, LibraryInstance, ModuleValue

MAX_DEPTH = 12
"""How deep an expression is looked into."""
_TEXT = frozenset({"builtins.str", "builtins.bytes"})


class Bounds:
    """Upper bounds of the values in one body. What a parameter gets is never known: not all callers are."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ops = context.scope.ops
        self._known: dict[int, float | None] = {}

    def most(self, op: int, depth: int = 0) -> float | None:
        """The largest number that the op can give; None where that is not known."""
        if depth > MAX_DEPTH:
            return None
        if op not in self._known:
            self._known[op] = None  # A loop's value that depends on itself has no bound.
            self._known[op] = self._most(op, depth)
        return self._known[op]

    def _most(self, op: int, depth: int) -> float | None:
        body = self._ops[op]
        if isinstance(body, ir.Const):
            return float(body.value) if isinstance(body.value, (int, float)) else None
        if isinstance(body, (ir.Bind, ir.Narrow)):
            return self.most(body.value, depth + 1) if body.value != ir.NONE else None
        if isinstance(body, ir.Unary) and body.operator in ("-", "+"):
            value = self.most(body.value, depth + 1)
            return -value if value is not None and body.operator == "-" else value
        if isinstance(body, ir.Phi):
            return self._largest(body.sources, depth)
        if isinstance(body, ir.Unpack):
            return self._unpacked(body, depth)
        if isinstance(body, ir.Binary):
            return self._computed(body, depth)
        if isinstance(body, ir.Call):
            return self._called(body, depth)
        return self._constant(op)

    def apart(self, one: int, other: int) -> float | None:
        """How far apart ``x - 1`` and ``x + 2`` are: two values that differ by constants only."""
        (base, low), (same, high) = self._offset(one), self._offset(other)
        return abs(high - low) if base == same else None

    def _offset(self, op: int) -> tuple[int, float]:
        """``x + 2`` as x and 2."""
        body = self._ops[op]
        if isinstance(body, ir.Binary) and body.operator in ("+", "-"):
            constant = self.most(body.right)
            if constant is not None:
                return body.left, constant if body.operator == "+" else -constant
        return op, 0.0

    def is_text(self, op: int) -> bool:
        """Whether the op gives text: ``%`` then formats."""
        body = self._ops[op]
        while isinstance(body, ir.Binary):
            op = body.left
            body = self._ops[op]
        if isinstance(body, (ir.Const, ir.Text)):
            return isinstance(body, ir.Text) or body.type in ("str", "bytes")
        values = self._context.values[op] or {}
        return any(
            isinstance(value.value, str)
            if isinstance(value, Constant)
            else isinstance(value, LibraryInstance) and value.name in _TEXT
            for value in values
            if isinstance(value, (Constant, LibraryInstance))
        )

    def is_display(self, op: int) -> bool:
        """Whether the op gives a collection that is written down, here or in a module's body: as long as its text."""
        body = self._ops[op]
        if isinstance(body, (ir.Const, ir.Sequence, ir.Mapping)):
            return True
        values = self._context.values[op] if self._is_global(op) else None
        return bool(values) and all(isinstance(value, Container) and _is_written(value) for value in values or ())

    def is_captured(self, op: int) -> bool:
        """Whether the op reads a name of a function around this one: a parameter or a variable."""
        body = self._ops[op]
        return isinstance(body, ir.Free) and self._is_of_a_function(body.name)

    def _largest(self, ops: tuple[int, ...], depth: int) -> float | None:
        found = [self.most(op, depth + 1) for op in ops]
        numbers = [number for number in found if number is not None]
        return max(numbers) if numbers and len(numbers) == len(found) else None

    def _unpacked(self, body: ir.Unpack, depth: int) -> float | None:
        source = self._ops[body.value]
        if (
            isinstance(source, ir.Sequence)
            and not source.stars
            and not body.starred
            and len(source.items) == body.count
        ):
            return self.most(source.items[body.index], depth + 1)
        return None

    def _computed(self, body: ir.Binary, depth: int) -> float | None:
        left, right = self.most(body.left, depth + 1), self.most(body.right, depth + 1)
        if body.operator == "%" and right is not None:
            return right
        if left is None or right is None:
            return None
        if body.operator == "**":
            return left**right if 0 <= left < 1e6 and 0 <= right < 64 else None
        if body.operator in ("/", "//"):
            return left / right if right else None
        return {"*": left * right, "+": left + right, "-": left - right}.get(body.operator)

    def _called(self, body: ir.Call, depth: int) -> float | None:
        """``min(n, 100)`` is at most 100; ``int(…)`` and the like give what they get."""
        function = self._ops[body.function]
        name = function.name if isinstance(function, ir.Free) else ""
        given = [self.most(a.value, depth + 1) for a in body.arguments if not a.keyword and not a.stars]
        numbers = [number for number in given if number is not None]
        if name == "min" and len(given) > 1:
            return min(numbers, default=None)
        if name in ("max", "int", "float", "abs", "round") and numbers and len(numbers) == len(body.arguments):
            return max(numbers)
        return None

    def _constant(self, op: int) -> float | None:
        """A constant of a module or class, read by its name."""
        if not self._is_global(op):
            return None
        values = self._context.values[op] or {}
        numbers = [float(v.value) for v in values if isinstance(v, Constant) and isinstance(v.value, (int, float))]
        return max(numbers) if numbers and len(numbers) == len(values) else None

    def _is_global(self, op: int) -> bool:
        body = self._ops[op]
        if isinstance(body, ir.Attribute):
            holders = self._context.values[body.base] or {}
            return bool(holders) and all(isinstance(holder, (ClassValue, ModuleValue)) for holder in holders)
        return isinstance(body, (ir.Free, ir.ImportFrom)) and not self._is_of_a_function(getattr(body, "name", ""))

    def _is_of_a_function(self, name: str) -> bool:
        """Whether the name read belongs to a function around this one: a parameter or a variable."""
        around = self._context.scope.parent
        while around is not None:
            if around.is_function and (name in around.parameters or name in around.binds):
                return True
            around = around.parent
        return False


def _is_written(container: Container) -> bool:
    """A display in a module's or class's body."""
    scope = container.context.scope
    return not scope.is_function and isinstance(scope.ops[container.op], (ir.Sequence, ir.Mapping))
