"""The page of the documentation, made from the applications and the two ledgers."""

from __future__ import annotations

from pathlib import Path

from placerun.ledger import Ledger
from placerun.rows import Row, apps

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "constructs.md"
CHAPTERS = {
    "routes": "Endpoints",
    "dependencies": "Dependencies",
    "around": "Around the request",
    "models": "Models",
    "tasks": "Tasks and callbacks of the event loop",
    "offloading": "Off-loading",
    "libraries": "Libraries in the same process",
}
WORDS: dict[str | None, str] = {
    "loop": "**event loop**",
    "thread": "thread",
    "process": "another process",
    "other loop": "another event loop, in a thread",
    "import": "while the module is imported",
    "never": "nowhere",
    "held up": "**holds up the event loop**",
    "free": "the event loop goes on",
    None: "–",
}
INTRODUCTION = """\
# Constructs, and where they run

<!-- Generated: run `python tests/constructs/write_page.py`, do not edit. -->

Whether a blocking call does harm depends on where it runs. FastAPI and Starlette decide that in many places, and this table
has them in all their spellings ([the short table](where-code-runs.md) has one of each). Nothing in it was written by hand: for each row, a test runs the construct in a real application and looks at
the thread and its event loop, and a second test runs the linter on the same source. It must report a blocking call in the
construct exactly where the table says **event loop**, and exactly the lines that hold up the event loop.

Observed with {newest}, and with {oldest}, the oldest FastAPI that is supported. The second column is the first; the third
says where the oldest differs. – means that the construct could not be run there: the version, or a library, lacks it.

The link in the last column leads to the construct. Its tests:
`python -m pytest tests/constructs -k "routes/verbs"`.

Three things are decided by more than one row:

- A dependency that `app.dependency_overrides` replaces is still reported: an override may depend on the configuration.
- Validators, serializers and `Response.render` run where the model or response is made or dumped. Where nothing in the
  project is seen to do so, they are taken to run on the event loop, since that is where FastAPI would.
- An `async def` that nothing is seen to call is taken to run on the event loop: it cannot run anywhere else.
"""


def page(newest: Ledger, oldest: Ledger) -> str:
    """The whole page."""
    introduction = INTRODUCTION.format(newest=_versions(newest), oldest=_versions(oldest))
    return introduction + "".join(_chapter(group, title, newest, oldest) for group, title in CHAPTERS.items())


def _versions(ledger: Ledger) -> str:
    words = {"fastapi": "FastAPI", "starlette": "Starlette", "pydantic": "pydantic"}
    return ", ".join(f"{words[library]} {version}" for library, version in ledger.versions.items())


def _chapter(group: str, title: str, newest: Ledger, oldest: Ledger) -> str:
    lines = [f"\n## {title}\n"]
    for app in apps():
        if app.group == group:
            lines += ["", f"### {app.subject}", ""]
            old = f"FastAPI {oldest.versions['fastapi']}"
            lines += [f"| construct | FastAPI {newest.versions['fastapi']} | {old} | test |", "|---|---|---|---|"]
            lines += [_line(row, newest, oldest) for row in app.rows]
    return "\n".join(lines) + "\n"


def _line(row: Row, newest: Ledger, oldest: Ledger) -> str:
    now, before = newest.places[row.key], oldest.places[row.key]
    earlier = "" if now == before else _words(before)
    link = row.app.path.relative_to(ROOT).as_posix()
    construct = row.construct.replace("|", "\\|")
    return f"| {construct} | {_words(now)} | {earlier} | [{row.app.name}](../{link}#L{row.line}) |"


def _words(place: str | None) -> str:
    return WORDS[None] if place is None else " and ".join(WORDS[each] for each in place.split(" and "))
