"""Which rules are on: codes and prefixes of codes, the longest matching prefix wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi_async_lint.config.codes import ALL, covers
from fastapi_async_lint.rules._rule import Rule


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user selected and ignored. An empty ``select`` means the rules that are on by default.

    On equal length, ``ignore`` wins. A prefix turns on the rules below it that are off by default, too.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def is_on(self, rule: Rule) -> bool:
        """Whether the rule takes part in the run."""
        chosen = _match_length(rule.code, (*self.select, *self.extend_select))
        ignored = _match_length(rule.code, self.ignore)
        if chosen == ignored == _NO_MATCH:
            return not self.select and rule.on_by_default
        return chosen > ignored


_NO_MATCH = -1


def _match_length(code: str, selectors: Iterable[str]) -> int:
    """Length of the longest of ``selectors`` that stands for ``code``; 0 for ``ALL``."""
    lengths = (0 if selector == ALL else len(selector) for selector in selectors if covers(selector, code))
    return max(lengths, default=_NO_MATCH)
