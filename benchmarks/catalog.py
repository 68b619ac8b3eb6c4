"""What loading the built-in catalog costs: ``python benchmarks/catalog.py``.

Cold: all TOML files are read and compiled. Warm: the compiled tables come from the cache, as in every run but the first. Each is
measured in processes of its own, the shortest of several counts. The bar: warm at most 30 ms.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

BAR = 30.0
"""Milliseconds that a warm load may take."""

LOAD = """
import json, resource, sys, time
from pathlib import Path
from fastapi_async_lint.catalog import load
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
catalog = load.load_catalog(cache=Path(sys.argv[1]))
seconds = time.perf_counter() - start
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tables = catalog.tables
names = len(tables.effect_names) + len(tables.property_names)
print(json.dumps([seconds * 1000, (after - before) / 1024, len(load.builtin_files()), names, len(tables.classes)]))
"""


def load(cache: Path) -> list[float]:
    """Load once, in a new process: milliseconds, megabytes of memory, files, names with an effect, classes."""
    ended = subprocess.run([sys.executable, "-c", LOAD, str(cache)], capture_output=True, text=True, check=True)
    found: list[float] = json.loads(ended.stdout)
    return found


def main() -> int:
    """Measure and print; 1 where the bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        cold = min(load(Path(folder) / str(number)) for number in range(3))
        warm = min(load(Path(folder) / "0") for _ in range(15))
        size = sum(path.stat().st_size for path in (Path(folder) / "0").rglob("*") if path.is_file())
    print(f"{cold[2]:.0f} files, {cold[3]:,.0f} names with an effect, {cold[4]:,.0f} classes")
    print(f"cold {cold[0]:7.1f} ms {cold[1]:6.1f} MB")
    print(f"warm {warm[0]:7.1f} ms {warm[1]:6.1f} MB, of a cache of {size / 1e6:.1f} MB (at most {BAR:.0f} ms)")
    return int(warm[0] > BAR)


if __name__ == "__main__":
    sys.exit(main())
