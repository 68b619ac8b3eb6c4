"""An identity for each finding that survives edits elsewhere in the file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.reporters._text import display_path


def fingerprints(diagnostics: Sequence[Diagnostic], root: Path) -> list[str]:
    """One hexadecimal text per finding, unique in the report.

    Made of file, code, function, blocker and, among those that agree in all of these, the number; neither of lines nor
    of the chain, which change whenever somebody moves code.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    result = []
    for diagnostic in diagnostics:
        key = (
            Path(display_path(diagnostic.place.path, root)).as_posix(),
            diagnostic.code,
            diagnostic.chain[0].function if diagnostic.chain else "",
            diagnostic.blocker.name if diagnostic.blocker else diagnostic.message,
        )
        seen[key] += 1
        result.append(hashlib.sha256("\0".join((*key, str(seen[key]))).encode()).hexdigest())
    return result
