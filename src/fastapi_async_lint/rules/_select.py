"""Which rules are on: codes and prefixes of codes, the longest matching prefix wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi_async_lint.errors import ConfigError
from fastapi_async_lint.rules._rule import Rule

ALL = "ALL"


def match_length(code: str, selectors: Iterable[str]) -> int:
    """Length of the longest of ``selectors`` that is a prefix of ``code``; 0 for ``ALL``, -1 where none matches."""
    lengths = [0 if selector == ALL else len(selector) for selector in selectors if covers(selector, code)]
    return max(lengths, default=-1)


def covers(selector: str, code: str) -> bool:
    """Whether the selector (a code, a prefix of codes, or ``ALL``) stands for the code."""
    return selector == ALL or bool(selector) and code.startswith(selector)


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
        chosen = match_length(rule.code, (*self.select, *self.extend_select))
        ignored = match_length(rule.code, self.ignore)
        if chosen < 0 and ignored < 0:
            return not self.select and rule.on_by_default
        if chosen < 0:
            return False
        return chosen > ignored

    def require_known(self, rules: Sequence[Rule], also: Iterable[str] = ()) -> None:
        """Raise ``ConfigError``, with a suggestion, for a selector (of ``also``, too) that stands for no rule."""
        codes = [rule.code for rule in rules]
        for selector in (*self.select, *self.extend_select, *self.ignore, *also):
            if not any(covers(selector, code) for code in codes):
                raise ConfigError(f"unknown rule selector {selector!r}{_suggestion(selector, rules)}")


def _suggestion(selector: str, rules: Sequence[Rule]) -> str:
    """``; did you mean FAL102 (blocking-http-call)?`` where something is near, else how codes look."""
    from difflib import get_close_matches

    by_word = {word: rule for rule in rules for word in (rule.code, rule.name)}
    near = get_close_matches(selector.upper(), by_word, n=1) or get_close_matches(selector.lower(), by_word, n=1)
    if near:
        rule = by_word[near[0]]
        return f"; did you mean {rule.code} ({rule.name})?"
    return "; use a code such as FAL102, a prefix such as FAL1, or ALL"
