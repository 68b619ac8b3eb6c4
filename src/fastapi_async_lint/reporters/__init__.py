"""Reporters: one file per output format, found by looking into the package, never registered.

There are three kinds of report, each with its formats as modules whose names do not start with an underscore:

* findings, in this package: ``report(findings, context)``;
* the table of endpoints, in ``routes``: ``report(findings, context)``;
* counts per rule, in ``statistics``: ``report(findings, context)``.

``report`` yields lines without their line ends. The first line of a module's docstring describes the format in ``--help``.
"""

from fastapi_async_lint.reporters._load import Kind, format_names, load_format
from fastapi_async_lint.reporters._model import Context, Findings, RuleText

__all__ = ["Context", "Findings", "Kind", "RuleText", "format_names", "load_format"]
