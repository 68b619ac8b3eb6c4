"""The report that every format is shown on: each shape of finding and endpoint once, awkward characters included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fastapi_async_lint.analysis.view import Endpoint, Unresolved
from fastapi_async_lint.diagnostics import (
    Applicability,
    Blocker,
    Confidence,
    Diagnostic,
    Edit,
    EntryPoint,
    Fix,
    Hop,
    Place,
    Position,
    Severity,
)
from fastapi_async_lint.reporters import Context, RuleText

ROOT = Path("/project")


@dataclass(frozen=True)
class Sample:
    """What the engine would hand over."""

    root: Path = ROOT
    diagnostics: tuple[Diagnostic, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    files: int = 12
    suppressed: Mapping[str, int] = field(default_factory=dict)


def place(path: str, row: int, column: int = 5, end_row: int = 0, length: int = 10) -> Place:
    return Place(ROOT / path, Position(row, column), Position(end_row or row, column + length))


def route(path: str, method: str, row: int) -> EntryPoint:
    return EntryPoint("route", "app.main.endpoint", place("app/main.py", row), method, path)


REPORT_ROUTE = route("/report", "GET", 10)
HTTP = Blocker("requests.get", place("app/http.py", 41))
SLEEP = Diagnostic(
    code="FAL101",
    name="blocking-sleep",
    message="time.sleep() blocks the event loop in GET /report; use `await asyncio.sleep()`",
    place=place("app/main.py", 12),
    noqa_rows=(12, 12),
    severity=Severity.CRITICAL,
    confidence=Confidence.CERTAIN,
    kind="blocking-io",
    category="sleep",
    blocker=Blocker("time.sleep", place("app/main.py", 12)),
    chain=(Hop("app.main.report", place("app/main.py", 12), "time.sleep(2)"),),
    entry_points=(REPORT_ROUTE,),
    replacement="asyncio.sleep",
    fixes=(
        Fix(
            Applicability.SAFE,
            "await asyncio.sleep() instead",
            (
                (
                    ROOT / "app/main.py",
                    (
                        Edit(Position(1, 1), Position(1, 1), "import asyncio\n"),
                        Edit(Position(12, 5), Position(12, 15), "await asyncio.sleep"),
                    ),
                ),
            ),
        ),
        Fix(Applicability.UNSAFE, "make the endpoint a plain def"),
    ),
)


def chained(path: str, row: int, entry: EntryPoint, *more: EntryPoint) -> Diagnostic:
    """One of several findings with the same root cause."""
    return Diagnostic(
        code="FAL102",
        name="blocking-http-call",
        message=f"requests.get() blocks the event loop in {entry.title} via load_user → fetch (app/http.py:41); "
        "use httpx.AsyncClient.get",
        place=place(path, row, end_row=row + 2),
        noqa_rows=(row, row + 2),
        severity=Severity.CRITICAL,
        confidence=Confidence.PROBABLE,
        kind="blocking-io",
        category="http",
        blocker=HTTP,
        chain=(
            Hop("app.users.handler", place(path, row), "load_user(user_id)"),
            Hop("app.services.load_user", place("app/services.py", 8), "fetch(url)"),
            Hop("app.http.fetch", HTTP.place, "requests.get(url)"),
        ),
        entry_points=(entry, *more),
        also=(Blocker("redis.Redis.get", place("app/cache.py", 9)),),
        replacement="httpx.AsyncClient.get",
        fixes=(Fix(Applicability.DISPLAY, "use httpx.AsyncClient and make load_user async"),),
    )


OPEN = Diagnostic(
    code="FAL105",
    name="blocking-file-io",
    message="open() blocks the event loop in WEBSOCKET /feed/{a|b} and 2 more; move it to a thread pool",
    place=place("app/zoo, 100%.py", 3),
    noqa_rows=(3, 4),
    severity=Severity.MINOR,
    confidence=Confidence.CERTAIN,
    kind="blocking-io",
    category="file",
    blocker=Blocker("builtins.open", place("app/files.py", 5)),
    chain=(
        Hop("app.zoo.feed", place("app/zoo, 100%.py", 3), 'save("<a> & \x1b[31mb")'),
        Hop("app.files.save", place("app/files.py", 5), "open(name)"),
    ),
    entry_points=(
        EntryPoint("websocket", "app.zoo.feed", place("app/zoo, 100%.py", 1), None, "/feed/{a|b}"),
        EntryPoint("background-task", "app.zoo.flush", place("app/zoo, 100%.py", 30)),
        EntryPoint("lifespan", "app.main.lifespan", place("app/main.py", 5)),
    ),
    fixes=(
        Fix(
            Applicability.UNSAFE,
            "run it in the thread pool",
            ((ROOT / "app/files.py", (Edit(Position(5, 5), Position(5, 15), "await run_in_threadpool(open, name)"),)),),
        ),
    ),
)
BROKEN = Diagnostic(
    code="FAL999",
    name="unreadable-file",
    message="file could not be analysed: '(' was never closed",
    place=place("broken.py", 7, length=0),
    noqa_rows=(7, 7),
    severity=Severity.CRITICAL,
    confidence=Confidence.CERTAIN,
    kind="tool",
    category="unreadable",
)


def endpoint(methods: str, path: str, row: int, runs_on: str, counts: tuple[int, ...], verdict: str) -> Endpoint:
    blocking_io, async_io, offloaded, cpu, depth = counts
    return Endpoint(
        methods=tuple(methods.split()),
        path=path,
        function=f"app.main.handle_{row}",
        place=place("app/main.py", row),
        is_async=runs_on == "event-loop",
        runs_on=runs_on,
        blocking_io=blocking_io,
        async_io=async_io,
        offloaded=offloaded,
        cpu=cpu,
        depth=depth,
        verdict=verdict,
    )


REPORT = Sample(
    diagnostics=(
        SLEEP,
        chained("app/users.py", 20, route("/users/{id}", "GET", 18)),
        chained("app/users.py", 30, route("/users", "POST", 28), route("/users", "PUT", 28)),
        chained("app/users.py", 40, route("/me", "GET", 38)),
        OPEN,
        BROKEN,
    ),
    endpoints=(
        endpoint("WEBSOCKET", "/feed/{a|b}", 70, "event-loop", (1, 2, 0, 0, 2), "blocks the loop"),
        endpoint("GET", "/health", 80, "event-loop", (0, 0, 0, 0, 0), "trivial"),
        endpoint("GET", "/report", 10, "event-loop", (1, 0, 0, 0, 1), "blocks the loop"),
        endpoint("GET HEAD", "/sync", 90, "thread-pool", (3, 0, 0, 0, 4), "in the pool"),
        endpoint("GET", "/thumb", 95, "event-loop", (0, 0, 0, 1, 2), "CPU on the loop"),
        endpoint("POST PUT", "/users", 28, "event-loop", (2, 1, 1, 0, 3), "blocks the loop"),
        endpoint("GET", "/wait", 99, "event-loop", (0, 2, 1, 0, 1), "waits"),
    ),
    unresolved=(
        Unresolved(place("app/main.py", 15), "plugin.run()", "the type of plugin is not known"),
        Unresolved(place("app/users.py", 9), "hook()", "a parameter that nobody passes"),
    ),
    suppressed={"noqa": 3, "confidence": 2},
)
CLEAN = Sample(files=1)

CONTEXT = Context(
    cwd=ROOT,
    version="0.0.0",
    rules={
        "FAL101": RuleText("FAL101", "blocking-sleep", "A sleep that holds up the event loop", "Page of **FAL101**."),
        "FAL105": RuleText("FAL105", "blocking-file-io", "Reading or writing files", "Page of FAL105."),
    },
)
