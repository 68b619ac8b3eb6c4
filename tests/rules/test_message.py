"""Messages of loop sites: one line, in a reader's order."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.diagnostics import Confidence, EntryPoint
from fastapi_async_lint.rules._message import (
    blocker_title,
    counterpart_title,
    loop_site_message,
    short_name,
    source_path,
)

VERB = "blocks the event loop"


def test_direct_call_names_blocker_route_and_advice(make_site):
    site = make_site(blocker="time.sleep")
    assert loop_site_message(site, VERB, "wait") == "time.sleep() blocks the event loop in GET /users; wait"


def test_chain_names_the_functions_on_the_way_and_where_the_blocker_is(make_site, make_hop):
    chain = (
        make_hop("app.main.handler", "app/main.py", 7),
        make_hop("app.users.load_user", "app/users.py", 3),
        make_hop("app.http.Client.fetch", "app/http.py", 41, "requests.get(url)"),
    )
    assert loop_site_message(make_site(chain=chain), VERB, "move it") == (
        "requests.get() blocks the event loop in GET /users via load_user → Client.fetch (app/http.py:41); move it"
    )


def test_long_chain_is_cut_in_the_middle(make_site, make_hop):
    chain = tuple(make_hop(f"app.m.f{n}", "app/m.py", n) for n in range(1, 12))
    message = loop_site_message(make_site(chain=chain), VERB, "move it")
    assert "via f2 → f3 → … → f10 → f11 (app/m.py:11);" in message


@pytest.mark.parametrize(
    ("count", "shown"),
    [(1, "in GET /0;"), (2, "in GET /0 and GET /1;"), (3, "in GET /0 and 2 more;"), (200, "in GET /0 and 199 more;")],
)
def test_entry_points_are_cut(make_site, make_route, count, shown):
    site = make_site(entry_points=tuple(make_route(f"/{n}") for n in range(count)))
    assert shown in loop_site_message(site, VERB, "move it")


def test_same_entry_point_twice_is_named_once(make_site, make_route):
    site = make_site(entry_points=(make_route("/a"), make_route("/a")))
    assert "in GET /a;" in loop_site_message(site, VERB, "move it")


def test_without_entry_point_the_function_is_named(make_site):
    site = make_site(entry_points=(), function="app.main.Worker.poll")
    assert "in async def Worker.poll;" in loop_site_message(site, VERB, "move it")


def test_entry_point_without_path_is_named_by_kind_and_function(make_site):
    entry = EntryPoint("middleware", "app.main.Timing.dispatch", make_site().place)
    assert "in middleware Timing.dispatch;" in loop_site_message(make_site(entry_points=(entry,)), VERB, "move it")


@pytest.mark.parametrize(
    ("kind", "when"),
    [("startup", "at start-up in"), ("shutdown", "at shut-down in"), ("lifespan", "at start-up or shut-down in")],
)
def test_code_that_runs_once_says_when(make_site, kind, when):
    entry = EntryPoint(kind, "app.main.prepare", make_site().place)
    message = loop_site_message(make_site(entry_points=(entry,), runs_once=True), VERB, "move it")
    assert f"blocks the event loop {when} {kind} prepare;" in message


def test_code_that_runs_per_request_does_not_say_when(make_site):
    assert "start-up" not in loop_site_message(make_site(), VERB, "move it")


def test_possible_finding_is_worded_as_such(make_site):
    message = loop_site_message(make_site(confidence=Confidence.POSSIBLE), VERB, "move it")
    assert message.startswith("requests.get() may block the event loop in ")


@pytest.mark.parametrize("confidence", [Confidence.CERTAIN, Confidence.PROBABLE])
def test_other_findings_do_not_hedge(make_site, confidence):
    assert " may " not in loop_site_message(make_site(confidence=confidence), VERB, "move it")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("builtins.open", "open()"),
        ("sqlalchemy.orm.Query.__iter__", "iterating sqlalchemy.orm.Query"),
        ("redis.lock.Lock.__enter__", "entering redis.lock.Lock"),
        ("concurrent.futures.ThreadPoolExecutor.__exit__", "leaving concurrent.futures.ThreadPoolExecutor"),
        ("acme.Client.__call__", "acme.Client()"),
        ("acme.Client.__matmul__", "acme.Client.__matmul__()"),
        ("__import__", "__import__()"),
    ],
)
def test_blocker_is_spelled_as_a_reader_would(name, title):
    assert blocker_title(name) == title


def test_property_has_no_parentheses(make_hop):
    assert blocker_title("acme.Row.owner", [make_hop("m.f", "m.py", 1, "row.owner")]) == "acme.Row.owner"
    assert blocker_title("acme.Row.owner", [make_hop("m.f", "m.py", 1, "row().owner")]) == "acme.Row.owner"


def test_method_has_parentheses(make_hop):
    assert blocker_title("acme.Row.owner", [make_hop("m.f", "m.py", 1, "row.owner()")]) == "acme.Row.owner()"
    assert blocker_title("acme.Row.owner", [make_hop("m.f", "m.py", 1, "get_owner(…)")]) == "acme.Row.owner()"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("httpx.AsyncClient.get", "httpx.AsyncClient.get"),
        ("neo4j.AsyncResult.__anext__", "`async for` on neo4j.AsyncResult"),
        ("psycopg_pool.AsyncConnectionPool.__aexit__", "`async with` on psycopg_pool.AsyncConnectionPool"),
        ("__aiter__", "__aiter__"),
    ],
)
def test_counterpart_is_spelled_as_it_is_written(name, title):
    assert counterpart_title(name) == title


@pytest.mark.parametrize(
    ("path", "function", "name", "source"),
    [
        ("/x/src/app/http.py", "app.http.Client.get", "Client.get", "app/http.py"),
        ("/x/app/http/__init__.py", "app.http.get", "get", "app/http/__init__.py"),
        ("/x/app/http.py", "app.http.outer.<locals>.inner", "inner", "app/http.py"),
        ("/x/main.py", "main.main", "main", "main.py"),
        ("/x/app/http.py", "elsewhere.get", "elsewhere.get", "http.py"),
    ],
)
def test_names_and_paths_are_told_apart_by_the_module(path, function, name, source):
    assert short_name(function, Path(path)) == name
    assert source_path(Path(path), function) == source
