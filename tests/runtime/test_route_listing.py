"""``routes`` against ``app.routes``, for applications of different layouts."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from stallrun import RealRoute, real_routes, verdicts

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@dataclass(frozen=True)
class Project:
    """A folder that holds applications."""

    name: str
    apps: tuple[tuple[str, str], ...]
    """(folder below the project that the application is started in, ``module:app``)"""
    libraries: tuple[str, ...] = ()
    """Folders below the project that are on the import path as well."""
    count: int = 0
    """Routes that the project has: guards the referee."""


PROJECTS = [
    Project("ledger", (("src", "ledger:create_app()"),), count=15),
    Project("notebook", ((".", "app:app"),), count=8),
    Project(
        "fleet",
        (("services/tracking", "tracking.main:app"), ("services/billing", "billing.main:app")),
        libraries=("libs",),
        count=16,
    ),
]


def flat(routes: list[RealRoute]) -> list[RealRoute]:
    """One route per method, and functions within functions named without ``<locals>``."""
    return sorted(
        replace(route, methods=(method,), function=route.function.replace(".<locals>", ""))
        for route in routes
        for method in route.methods
    )


def real(folder: Path, project: Project) -> list[RealRoute]:
    """What the applications of a project say themselves."""
    found: list[RealRoute] = []
    for below, app in project.apps:
        start = folder / below
        path = os.pathsep.join(str(each) for each in (start, *(folder / library for library in project.libraries)))
        found += real_routes(start, app, {"PYTHONPATH": path})
    return flat(found)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_routes_lists_what_the_applications_have(project: Project, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns(".*", "__pycache__")
    folder = Path(shutil.copytree(FIXTURES / project.name, tmp_path / project.name, ignore=ignored))
    truth = real(folder, project)
    assert len(truth) == project.count
    assert flat(verdicts.listed_routes(verdicts.routes(folder))) == truth
