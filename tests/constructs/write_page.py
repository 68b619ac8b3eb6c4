"""Runs all constructs in this environment, keeps what was seen, and writes ``docs/constructs.md``.

Run it in an environment with ``requirements/test.txt``, and in one with ``requirements/oldest.txt``.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from placerun.ledger import FOLDER, NAMES, Ledger, load, name_here, save, versions_here
from placerun.page import PAGE, page
from placerun.recording import observe
from placerun.rows import apps, rows


def main() -> None:
    """Observe, keep, write."""
    seen: dict[str, str] = {}
    for group in dict.fromkeys(app.group for app in apps()):
        seen |= observe([app for app in apps() if app.group == group])
    name = name_here()
    save(name, Ledger(versions_here(), {row.key: seen.get(row.key) for row in rows()}))
    if all((FOLDER / f"{each}.json").exists() for each in NAMES):
        PAGE.write_text(page(*(load(each) for each in NAMES)), encoding="utf-8")
    print(f"{name}: {len(seen)} of {len(rows())} constructs run")


if __name__ == "__main__":
    main()
