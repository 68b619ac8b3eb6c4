"""What was observed with the newest and with the oldest FastAPI: two files that only ``write_page.py`` writes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "observed"
OLDEST = Path(__file__).resolve().parents[3] / "requirements" / "oldest.txt"
NAMES = ("newest", "oldest")
LIBRARIES = ("fastapi", "starlette", "pydantic")


@dataclass(frozen=True)
class Ledger:
    """Where each construct ran, by the row's key; None where it could not be run."""

    versions: dict[str, str]
    places: dict[str, str | None]


def name_here() -> str:
    """Which ledger speaks of this environment: ``oldest`` with the FastAPI that ``requirements/oldest.txt`` pins."""
    pinned = re.search(r"^fastapi==(\S+)", OLDEST.read_text(encoding="utf-8"), re.MULTILINE)
    return "oldest" if pinned and pinned[1] == metadata.version("fastapi") else "newest"


def versions_here() -> dict[str, str]:
    """The versions in this environment."""
    return {library: metadata.version(library) for library in LIBRARIES}


def load(name: str) -> Ledger:
    """One of the two."""
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Ledger(document["versions"], document["places"])


def save(name: str, ledger: Ledger) -> None:
    """Replace one of the two."""
    FOLDER.mkdir(exist_ok=True)
    document = {"versions": ledger.versions, "places": ledger.places}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
