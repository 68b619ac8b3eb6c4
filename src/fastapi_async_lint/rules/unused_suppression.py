"""Unused suppression.

## What it does
Reports codes in `# noqa: FAL…` that suppress nothing: the rule finds nothing in the statement, there is no rule of that code, or
the code stands twice in one comment.

## Why is this bad?
The comment says that something blocks where nothing does, or no longer does. If the next change makes the line block, nobody will
hear of it.

## Example
```python
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/slow")
async def slow() -> None:
    time.sleep(1)  # noqa: FAL101
    print("done")  # noqa: FAL101  # error
    time.sleep(1)  # noqa: FAL101, E501, FAL102: on purpose  # error


@app.get("/pooled")
def pooled() -> None:
    time.sleep(1)  # noqa: FAL101  # error
```

## Use instead
```python
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/slow")
async def slow() -> None:
    time.sleep(1)  # noqa: FAL101
    print("done")
    time.sleep(1)  # noqa: FAL101, E501: on purpose


@app.get("/pooled")
def pooled() -> None:
    time.sleep(1)
    print("done")  # noqa
    print("done")  # noqa: FAL101, FAL900
```

## Fix safety
Removing the codes is safe: other tools' codes, explanations and all else stay as they are, and of a comment that says nothing more,
nothing is left. While a file of the project cannot be read (FAL999), the fix is unsafe and the finding only *probable*: what is
suppressed may lie behind a call into that file.

## Limits
- A code is in use where its rule finds something, be the rule on or off, the finding sure or not, and also where another
  finding of the same call is shown in its stead. So what is reported does not depend on `select`, `ignore` and `min-confidence`,
  and a rule that is off keeps the comments that it will need. Settings that change what is analysed (`catalogs`,
  `whole-project`, `follow-libraries`) do matter.
- Only codes that begin with `FAL` are looked at. `# noqa` and `# flake8: noqa` without a code may be meant for other tools and are never
  reported. A comment that names `FAL900` is left alone.
- With `--ignore-noqa` nothing is reported.
- As a flake8 plugin: switch it on with `fal-extend-select = FAL900`. flake8 applies comments to what the plugin hands it, so that the
  findings are the same; it cannot fix them, and `--disable-noqa` turns the rule off.

## References
- [noqa in flake8](https://flake8.pycqa.org/en/latest/user/violations.html)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic, Place, Remedy, Severity
from fastapi_async_lint.rules._rule import Rule
from fastapi_async_lint.source.suppressions import Noqa, NoqaCode

META = Rule(
    code="FAL900",
    name="unused-suppression",
    on_by_default=False,
    kind="tool",
    summary="A `# noqa: FAL…` that suppresses nothing",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Yields nothing: what is unused shows once all rules have spoken; the engine asks :func:`report_unused` instead."""
    return iter(())


def report_unused(
    path: Path, comment: Noqa, idle: Sequence[NoqaCode], known: Collection[str], *, is_sure: bool
) -> Diagnostic:
    """The finding about a comment whose ``idle`` codes suppress nothing. ``known``: the codes of all rules."""
    return Diagnostic(
        code=META.code,
        name=META.name,
        message=_message(comment, idle, known),
        place=Place(path, comment.start, comment.end),
        noqa_rows=(comment.start.row, comment.start.row),
        severity=Severity.MINOR,
        confidence=Confidence.CERTAIN if is_sure else Confidence.PROBABLE,
        kind=META.kind,
        category="suppression",
        remedy=Remedy(idle=tuple(code.start for code in idle)),
    )


def _message(comment: Noqa, idle: Sequence[NoqaCode], known: Collection[str]) -> str:
    """One clause for each way of being unused."""
    useful = {code.code for code in comment.codes or () if code not in idle}
    strange, twice, nothing = [], [], []
    for code in dict.fromkeys(code.code for code in idle):
        if not any(one.startswith(code) for one in known):
            strange.append(code)
        elif code in useful:
            twice.append(code)
        else:
            nothing.append(code)
    clauses = [f"noqa for {_listed(nothing, 'and')} suppresses nothing here"] if nothing else []
    clauses += [f"no rule has the code {_listed(strange, 'or')}"] if strange else []
    clauses += [f"noqa for {_listed(twice, 'and')} stands here twice"] if twice else []
    return "; ".join(clauses)


def _listed(words: Sequence[str], joint: str) -> str:
    *others, last = words
    return f"{', '.join(others)} {joint} {last}" if others else last
