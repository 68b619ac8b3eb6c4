"""Machinery of the rules that report loop sites of certain categories."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from fastapi_async_lint.analysis.view import LoopSite, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._message import SHARE, counterpart_title, loop_site_message
from fastapi_async_lint.rules._rule import Rule

THREAD = "move it to a thread pool"
PROCESS = "move it to a process pool"


def report_blocking(
    view: View,
    rule: Rule,
    categories: Container[str],
    *,
    counterpart: str = "use {replacement}",
    otherwise: str = THREAD,
) -> Iterator[Diagnostic]:
    """Diagnostics for the blocking loop sites of ``categories``.

    ``counterpart`` is the advice where the catalog knows an asynchronous counterpart, ``otherwise`` where not.
    """
    for site in view.loop_sites():
        if site.effect == "blocking" and site.category in categories:
            known = counterpart_title(site.replacement) if site.replacement else ""
            advice = counterpart.format(replacement=known) if known else SHARE if site.remedy.share else otherwise
            yield diagnostic(site, rule, loop_site_message(site, "blocks the event loop", advice))


def report_cpu(view: View, rule: Rule, applies: Callable[[LoopSite], bool]) -> Iterator[Diagnostic]:
    """Diagnostics for the CPU work on the loop that the rule ``applies`` to."""
    for site in view.loop_sites():
        if site.effect == "cpu" and applies(site):
            pool = f"{THREAD} (it releases the GIL)" if site.releases_gil else f"{PROCESS} (it holds the GIL)"
            advice = SHARE if site.remedy.share else pool
            yield diagnostic(site, rule, loop_site_message(site, "keeps the event loop busy", advice))


def diagnostic(site: LoopSite, rule: Rule, message: str) -> Diagnostic:
    """The loop site as a finding of ``rule``."""
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        message=message,
        place=site.place,
        noqa_rows=site.noqa_rows,
        severity=site.severity,
        confidence=site.confidence,
        kind=rule.kind,
        category=site.category,
        blocker=site.blocker,
        chain=site.chain,
        entry_points=site.entry_points,
        also=site.also,
        replacement=site.replacement,
        remedy=site.remedy,
    )
