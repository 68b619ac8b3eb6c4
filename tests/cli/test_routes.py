"""``routes``: a table, and never a bad exit status for what it finds."""

from __future__ import annotations

import json

from fastapi_async_lint.analysis.view import Endpoint


def test_table_of_endpoints_ends_with_0_whatever_was_found(engine, finding, run):
    engine.report.diagnostics = (finding,)
    engine.report.endpoints = (
        Endpoint(("GET",), "/", "main.root", finding.place, True, "event-loop", 1, 0, 0, 0, 1, "blocks the loop"),
    )
    outcome = run("routes")
    assert outcome.status == 0
    assert outcome.out.splitlines()[1].split() == [
        "GET", "/", "async", "def", "root", "(main.py:1)", "event", "loop", "1", "–", "–", "–", "1", "blocks", "the",
        "loop", "FAL101",
    ]  # fmt: skip
    assert json.loads(run("routes", "--output-format", "json").out)[0]["findings"] == ["FAL101"]


def test_no_endpoints_is_said(engine, run):
    outcome = run("routes")
    assert (outcome.status, outcome.out) == (0, "No endpoints found in 3 files.\n")


def test_formats_of_findings_are_no_formats_of_routes(engine, run):
    assert run("routes", "--output-format", "sarif").status == 2
