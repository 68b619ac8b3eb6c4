"""The linter's words about an application, read from its documented JSON."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stallrun.cases import Case
from stallrun.routes import RealRoute

STALLING_KINDS = frozenset({"blocking-io", "cpu"})
"""The ``kind`` of findings that say the loop stands still."""
STALLING_VERDICTS = frozenset({"blocks the loop", "CPU on the loop"})


@dataclass(frozen=True)
class Finding:
    """One object of ``check --output-format json``, as far as the comparison needs it."""

    code: str
    path: str
    """Below the application's folder."""
    function: str
    """Qualified name of the function that holds the reported place, found in the text."""
    chain_start: str
    """The function that the first hop of the chain names; empty without a chain."""
    severity: str
    kind: str
    entry_points: frozenset[tuple[str, str]]
    """(method, path) of the routes and WebSockets named."""

    @property
    def stalls(self) -> bool:
        """Whether it claims that the loop stands still."""
        return self.kind in STALLING_KINDS


def _linter(folder: Path, *arguments: str) -> Any:
    """Run the linter on a folder; its decoded JSON. Raises AssertionError if it fails."""
    command = [sys.executable, "-m", "fastapi_async_lint", *arguments, "--output-format", "json", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def _route(entry: dict[str, Any]) -> tuple[str, str]:
    method = "WEBSOCKET" if entry["kind"] == "websocket" else entry["method"]
    return method, entry["path"]


def function_at(folder: Path, path: str, row: int) -> str:
    """Qualified name of the innermost function around a row of a file (module ``a.b`` is ``a/b.py`` below the folder)."""
    scopes: list[ast.AST] = [ast.parse((folder / path).read_text(encoding="utf-8"))]
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    while scopes:
        node = scopes.pop()
        for child in ast.iter_child_nodes(node):
            if getattr(child, "lineno", row) <= row <= getattr(child, "end_lineno", row):
                scopes.append(child)
                if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    name += f".{child.name}"
    return name


def check(folder: Path) -> list[Finding]:
    """What ``check`` finds with its default rules."""
    findings = []
    for entry in _linter(folder, "check"):
        path = Path(entry["filename"]).relative_to(folder).as_posix()
        points = [point for point in entry["entry_points"] if point["kind"] in ("route", "websocket")]
        findings.append(
            Finding(
                code=entry["code"],
                path=path,
                function=function_at(folder, path, entry["location"]["row"]),
                chain_start=entry["chain"][0]["function"] if entry["chain"] else "",
                severity=entry["severity"],
                kind=entry["kind"],
                entry_points=frozenset(_route(point) for point in points),
            )
        )
    return findings


def routes(folder: Path) -> list[dict[str, Any]]:
    """What ``routes`` lists."""
    listed: list[dict[str, Any]] = _linter(folder, "routes")
    return listed


def listed_routes(entries: Iterable[dict[str, Any]]) -> list[RealRoute]:
    """The entries of ``routes`` in the form of the application's own list."""
    return sorted(
        RealRoute(entry["path"], tuple(sorted(entry["methods"])), entry["function"], entry["is_async"])
        for entry in entries
    )


def claims(findings: Iterable[Finding], case: Case, endpoint: str) -> list[Finding]:
    """The findings that say this case stalls: in its culprit, or in the endpoint function itself."""
    culprit = case.culprit or endpoint
    return [finding for finding in findings if finding.stalls and finding.function == culprit]


def accusations(findings: Iterable[Finding], case: Case, endpoint: str) -> list[Finding]:
    """The critical findings that say this route stalls: in its function, or naming it as the way in."""
    return [
        finding
        for finding in findings
        if finding.stalls
        and finding.severity == "critical"
        and (finding.function == endpoint or (case.method, case.route) in finding.entry_points)
    ]
