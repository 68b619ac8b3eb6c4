"""Hand-built answers of the analysis, so that rules are tested without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fastapi_async_lint.analysis.view import Endpoint, LoopSite, Misuse, Unresolved
from fastapi_async_lint.diagnostics import Blocker, Confidence, EntryPoint, Hop, Place, Position, Severity

ROOT = Path("/project")


@dataclass(frozen=True)
class FakeView:
    """A view with given loop sites and nothing else."""

    sites: Sequence[LoopSite] = ()
    wrong: Sequence[Misuse] = ()

    def loop_sites(self) -> Sequence[LoopSite]:
        return self.sites

    def misuses(self) -> Sequence[Misuse]:
        return self.wrong

    def endpoints(self) -> Sequence[Endpoint]:
        return ()

    def unresolved(self) -> Sequence[Unresolved]:
        return ()


def place(path: str, row: int = 1, column: int = 1) -> Place:
    return Place(ROOT / path, Position(row, column), Position(row, column + 5))


def hop(function: str, path: str, row: int, text: str = "f()") -> Hop:
    return Hop(function, place(path, row), text)


def route(path: str, method: str = "GET") -> EntryPoint:
    return EntryPoint("route", "app.main.handler", place("app/main.py"), method, path)


@pytest.fixture
def make_site() -> Callable[..., LoopSite]:
    """Makes a direct ``requests.get()`` in ``GET /users``; keyword arguments replace fields."""

    def make(**fields: Any) -> LoopSite:
        name = fields.pop("blocker", "requests.get")
        chain = fields.pop("chain", (hop("app.main.handler", "app/main.py", 7, f"{name}()"),))
        values: dict[str, Any] = {
            "place": place("app/main.py", 7),
            "noqa_rows": (7, 7),
            "function": "app.main.handler",
            "effect": "blocking",
            "category": "http",
            "severity": Severity.CRITICAL,
            "confidence": Confidence.CERTAIN,
            "blocker": Blocker(name, chain[-1].place),
            "chain": chain,
            "entry_points": (route("/users"),),
        }
        return LoopSite(**{**values, **fields})

    return make


@pytest.fixture
def make_view() -> Callable[..., FakeView]:
    return lambda *sites: FakeView(sites)


@pytest.fixture
def make_route() -> Callable[..., EntryPoint]:
    return route


@pytest.fixture
def make_hop() -> Callable[..., Hop]:
    return hop
