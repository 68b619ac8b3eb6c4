"""Machinery of the rules that report misuses of one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic, Remedy
from fastapi_async_lint.rules._message import arrows, entry_point_title
from fastapi_async_lint.rules._rule import Rule


def report_misuses(view: View, rule: Rule, message: Callable[[Misuse], str]) -> Iterator[Diagnostic]:
    """Diagnostics for the misuses whose kind is the rule's name; ``message`` words each, in one line."""
    for misuse in view.misuses():
        if misuse.kind == rule.name:
            yield Diagnostic(
                code=rule.code,
                name=rule.name,
                message=message(misuse),
                place=misuse.place,
                noqa_rows=misuse.noqa_rows,
                severity=misuse.severity,
                confidence=misuse.confidence,
                kind=rule.kind,
                category=rule.name,
                chain=misuse.chain,
                entry_points=misuse.entry_points,
                replacement=misuse.replacement,
                remedy=Remedy(
                    no_await=misuse.no_await,
                    passes=misuse.passes,
                    arguments=misuse.arguments,
                    conversion=misuse.conversion,
                ),
            )


def entry_titles(misuse: Misuse, otherwise: str) -> str:
    """The first entry point, and how many more there are; ``otherwise`` where none is known."""
    titles = list(dict.fromkeys(entry_point_title(entry) for entry in misuse.entry_points))
    if len(titles) > 2:
        return f"{titles[0]} and {len(titles) - 1} more"
    return " and ".join(titles) or otherwise


def way(misuse: Misuse) -> str:
    """`` via first → last``: the functions between the entry point and the place; empty where there are none."""
    return f" via {arrows(misuse.chain[1:])}" if len(misuse.chain) > 1 else ""
