"""SARIF 2.1.0, with the chain of each finding as a code flow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from fastapi_async_lint.diagnostics import Diagnostic, Edit, Fix, Hop, Place, Position, Severity
from fastapi_async_lint.reporters._fingerprint import fingerprints
from fastapi_async_lint.reporters._jsonable import Json
from fastapi_async_lint.reporters._model import Context, Findings, rule_url
from fastapi_async_lint.reporters._text import uri_path

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SOURCE_ROOT = "SRCROOT"
SUMMARY_LIMIT = 1024
"""Characters of a description that GitHub's code scanning accepts."""


def report(findings: Findings, context: Context) -> Iterator[str]:
    """One document with one run. Paths are relative to the working directory, where they lie below it."""
    codes = sorted({diagnostic.code for diagnostic in findings.diagnostics} | set(context.rules))
    identities = fingerprints(findings.diagnostics, findings.root)
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "fastapi-async-lint",
                "semanticVersion": context.version,
                "rules": [_rule(code, context) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {SOURCE_ROOT: {"uri": context.cwd.as_uri().rstrip("/") + "/"}},
        "results": [
            _result(diagnostic, codes.index(diagnostic.code), identity, context)
            for diagnostic, identity in zip(findings.diagnostics, identities, strict=True)
        ],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str, context: Context) -> dict[str, Json]:
    text = context.rules.get(code)
    if text is None:
        return {"id": code}
    return {
        "id": code,
        "name": text.name,
        "shortDescription": {"text": text.summary},
        "fullDescription": {"text": text.summary[:SUMMARY_LIMIT]},
        "help": {"text": text.page, "markdown": text.page},
        "helpUri": rule_url(text.name),
    }


def _result(diagnostic: Diagnostic, rule_index: int, identity: str, context: Context) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": "error" if diagnostic.severity is Severity.CRITICAL else "warning",
        "message": {"text": diagnostic.message},
        "locations": [_location(diagnostic.place, context)],
        "partialFingerprints": {"fastapiAsyncLint/v1": identity},
        "properties": {
            "severity": diagnostic.severity.value,
            "confidence": diagnostic.confidence.value,
            "category": diagnostic.category,
            "entryPoints": [entry.title for entry in diagnostic.entry_points],
        },
    }
    if diagnostic.chain:
        result["codeFlows"] = [_code_flow(diagnostic.chain, context)]
    fixes: list[Json] = [_fix(fix, context) for fix in diagnostic.fixes if fix.edits]
    if fixes:
        result["fixes"] = fixes
    return result


def _code_flow(chain: Sequence[Hop], context: Context) -> dict[str, Json]:
    last = len(chain) - 1
    steps: list[Json] = [
        {
            "location": {**_location(hop.place, context), "message": {"text": f"{hop.function}: {hop.text}"}},
            "nestingLevel": number,
            "executionOrder": number + 1,
            "importance": "essential" if number in (0, last) else "important",
        }
        for number, hop in enumerate(chain)
    ]
    return {"threadFlows": [{"locations": steps}]}


def _fix(fix: Fix, context: Context) -> dict[str, Json]:
    changes: list[Json] = [
        {"artifactLocation": _artifact(path, context), "replacements": [_replacement(edit) for edit in edits]}
        for path, edits in fix.edits
    ]
    return {
        "description": {"text": f"{fix.message} ({fix.applicability.value})"},
        "artifactChanges": changes,
    }


def _replacement(edit: Edit) -> dict[str, Json]:
    return {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": edit.content}}


def _location(place: Place, context: Context) -> dict[str, Json]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.path, context),
            "region": _region(place.start, place.end),
        }
    }


def _artifact(path: Path, context: Context) -> dict[str, Json]:
    relative = uri_path(path, context.cwd)
    if relative is None:
        return {"uri": path.as_uri()}
    from urllib.parse import quote

    return {"uri": quote(relative), "uriBaseId": SOURCE_ROOT}


def _region(start: Position, end: Position) -> dict[str, Json]:
    return {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}
