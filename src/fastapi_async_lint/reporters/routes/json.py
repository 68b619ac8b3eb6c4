"""A JSON array, one object per endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi_async_lint.reporters._jsonable import Json, where
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters.routes._rows import Row, rows


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The whole array; paths are absolute."""
    yield json.dumps([_endpoint(row) for row in rows(findings)], indent=2)


def _endpoint(row: Row) -> dict[str, Json]:
    endpoint = row.endpoint
    return {
        "methods": [*endpoint.methods],
        "path": endpoint.path,
        "function": endpoint.function,
        **where(endpoint.place),
        "is_async": endpoint.is_async,
        "runs_on": endpoint.runs_on,
        "calls": {
            "blocking_io": endpoint.blocking_io,
            "async_io": endpoint.async_io,
            "offloaded": endpoint.offloaded,
            "cpu": endpoint.cpu,
        },
        "depth": endpoint.depth,
        "verdict": endpoint.verdict,
        "findings": [*row.codes],
    }
