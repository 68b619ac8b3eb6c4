"""JUnit XML: a test suite per file, a failed test case per finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._text import display_path, location, printable


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The document; without findings it holds one suite with one passed test, as an empty one counts as an error."""
    total = len(findings.diagnostics)
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield f'<testsuites name="fastapi-async-lint" tests="{max(total, 1)}" failures="{total}" errors="0">'
    if not total:
        yield '  <testsuite name="fastapi-async-lint" tests="1" failures="0" errors="0" skipped="0">'
        yield '    <testcase name="no findings" classname="fastapi-async-lint"/>'
        yield "  </testsuite>"
    for path, group in groupby(findings.diagnostics, key=lambda diagnostic: diagnostic.place.path):
        diagnostics = list(group)
        name = quoteattr(display_path(path, context.cwd))
        count = len(diagnostics)
        yield f'  <testsuite name={name} tests="{count}" failures="{count}" errors="0" skipped="0">'
        for diagnostic in diagnostics:
            yield from _test_case(diagnostic, name, context)
        yield "  </testsuite>"
    yield "</testsuites>"


def _test_case(diagnostic: Diagnostic, file: str, context: Context) -> Iterator[str]:
    start = diagnostic.place.start
    name = quoteattr(f"{diagnostic.code} {diagnostic.name} at {start.row}:{start.column}")
    body = [location(diagnostic.place, context.cwd)]
    body += [f"{location(hop.place, context.cwd)}: {hop.function}: {hop.text}" for hop in diagnostic.chain[1:]]
    yield f'    <testcase name={name} classname={file} file={file} line="{start.row}">'
    yield f"      <failure message={quoteattr(printable(diagnostic.message))} type={quoteattr(diagnostic.code)}>"
    yield from (escape(printable(line)) for line in body)
    yield "      </failure>"
    yield "    </testcase>"
