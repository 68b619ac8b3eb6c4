"""Which op each local name stands for, at one point of a walk that branches and comes back."""

from __future__ import annotations

from fastapi_async_lint.facts.model import NONE

State = dict[str, int]
"""Names with other values than at some earlier mark; NONE for a name that has none."""


class Names:
    """The values of local names, with an undo log instead of copies: a branch costs what it changes.

    ``values`` is read directly where speed counts; every change goes through the methods. ``history`` keeps all
    definitions in the order of the text, undone or not: what a handler of an exception may see.
    """

    __slots__ = ("history", "log", "values")

    def __init__(self) -> None:
        self.values: State = {}
        self.log: list[tuple[str, int]] = []
        self.history: list[tuple[str, int]] = []

    def define(self, name: str, value: int) -> None:
        """The text gives the name a value (NONE: takes it away)."""
        self.history.append((name, value))
        self.put(name, value)

    def put(self, name: str, value: int) -> None:
        """The name's value is known better or joined: not a definition."""
        values = self.values
        self.log.append((name, values.get(name, NONE)))
        values[name] = value

    def get(self, name: str) -> int:
        """The op, or NONE."""
        return self.values.get(name, NONE)

    def mark(self) -> int:
        """This point, to come back to."""
        return len(self.log)

    def changes(self, mark: int) -> State:
        """The names changed since the mark, in order of their first change, with their values now."""
        values = self.values
        return {name: values[name] for name, _ in self.log[mark:]}

    def rewind(self, mark: int) -> None:
        """Back to the values at the mark."""
        log, values = self.log, self.values
        while len(log) > mark:
            name, value = log.pop()
            values[name] = value

    def definitions(self, start: int, end: int) -> dict[str, list[int]]:
        """All values given between two lengths of ``history``, by name."""
        found: dict[str, list[int]] = {}
        for name, value in self.history[start:end]:
            found.setdefault(name, []).append(value)
        return found
