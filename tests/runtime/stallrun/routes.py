"""The routes that an application really has, asked of the application itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class RealRoute:
    """One route of a running application."""

    path: str
    """Prefixes and mounts included."""
    methods: tuple[str, ...]
    """Sorted; ``("WEBSOCKET",)`` for a WebSocket."""
    function: str
    """Qualified name of the endpoint, module included."""
    is_async: bool


def real_routes(folder: Path, app: str, environment: dict[str, str] | None = None) -> list[RealRoute]:
    """Import ``app`` (``module:name`` or ``module:factory()``) from ``folder`` in a fresh process and list its routes.

    The documentation routes that FastAPI adds are left out. Raises CalledProcessError if the import fails.
    """
    script = Path(__file__).with_name("print_routes.py")
    output = subprocess.run(
        [sys.executable, str(script), app],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return sorted(
        RealRoute(entry["path"], tuple(entry["methods"]), entry["function"], entry["is_async"])
        for entry in json.loads(output)
    )
