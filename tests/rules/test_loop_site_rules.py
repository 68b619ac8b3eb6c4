"""Each rule reports its own categories and is silent about all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.diagnostics import Blocker, Place, Position, Remedy, Severity
from fastapi_async_lint.rules import load_rules

BLOCKING = {
    "sleep": "FAL101",
    "http": "FAL102",
    "database": "FAL103",
    "subprocess": "FAL104",
    "file": "FAL105",
    "network": "FAL106",
    "sdk": "FAL107",
    "wait": "FAL108",
    "input": "FAL109",
    "path": "FAL110",
    "import": "FAL111",
    "custom": "FAL120",
}
SHARED = Remedy(share="library.Client")


def reported(view):
    return [diagnostic for rule in load_rules() for diagnostic in rule.check(view)]


@pytest.mark.parametrize(("category", "code"), BLOCKING.items())
def test_blocking_category_is_reported_by_exactly_one_rule(make_site, make_view, category, code):
    assert [d.code for d in reported(make_view(make_site(category=category)))] == [code]


@pytest.mark.parametrize("category", ["hash", "compression", "image", "inference", "cpu", "http"])
def test_cpu_work_is_reported_by_the_cpu_rule_whatever_its_category(make_site, make_view, category):
    assert [d.code for d in reported(make_view(make_site(effect="cpu", category=category)))] == ["FAL201"]


def test_no_loop_site_no_finding(make_view):
    assert reported(make_view()) == []


def test_finding_carries_over_what_the_analysis_says(make_site, make_view):
    also = (Blocker("redis.Redis.get", make_site().place),)
    site = make_site(also=also, severity=Severity.MINOR, replacement="httpx.AsyncClient.get", noqa_rows=(6, 9))
    (found,) = reported(make_view(site))
    for name in ("place", "noqa_rows", "severity", "confidence", "category", "blocker", "chain", "entry_points"):
        assert getattr(found, name) == getattr(site, name)
    assert (found.also, found.replacement, found.kind) == (also, "httpx.AsyncClient.get", "blocking-io")


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"category": "sleep", "replacement": "asyncio.sleep"}, "; use `await asyncio.sleep()`"),
        ({"category": "sleep"}, "; move it to a thread pool"),
        ({"category": "http", "replacement": "httpx.AsyncClient.get"}, "; use httpx.AsyncClient.get"),
        ({"category": "database"}, "; move it to a thread pool"),
        ({"category": "import"}, "; import it at the top of the module"),
        ({"effect": "cpu", "releases_gil": True}, "; move it to a thread pool (it releases the GIL)"),
        ({"effect": "cpu", "releases_gil": False}, "; move it to a process pool (it holds the GIL)"),
        ({"effect": "cpu", "remedy": SHARED}, "; make it once, at start-up, and share it"),
        ({"category": "database", "remedy": SHARED}, "; make it once, at start-up, and share it"),
        ({"category": "sdk", "remedy": SHARED, "replacement": "aio.Client"}, "; use aio.Client"),
    ],
)
def test_message_ends_with_what_to_do(make_site, make_view, fields, end):
    (found,) = reported(make_view(make_site(**fields)))
    assert found.message.endswith(end)


def test_messages_are_one_line_without_trailing_stop(make_site, make_view):
    for category in BLOCKING:
        (found,) = reported(make_view(make_site(category=category)))
        assert "\n" not in found.message
        assert not found.message.endswith(".")


def test_unreadable_file_has_a_place_even_where_the_reason_has_none():
    from fastapi_async_lint.rules.unreadable_file import unreadable

    found = unreadable(Path("/project/a.py"), "null byte\nin line 3", row=0, column=0)
    assert found.place == Place(Path("/project/a.py"), Position(1, 1), Position(1, 1))
    assert (found.code, found.message) == ("FAL999", "file could not be analysed: null byte")


def test_unreadable_file_is_never_reported_from_the_analysis(make_site, make_view):
    assert "FAL999" not in {d.code for d in reported(make_view(make_site()))}
