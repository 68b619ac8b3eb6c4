"""Rules: one file per rule, found by looking into this package, never registered.

A module whose name does not start with an underscore is a rule. It has

* a docstring: the rule's manual page, with the headings of :data:`HEADINGS`;
* ``META``: a :class:`Rule`;
* ``check(view)``: yields the rule's diagnostics.

Underscored modules are machinery that rules share.
"""

from fastapi_async_lint.rules._load import HEADINGS, OPTIONAL_HEADINGS, LoadedRule, load_rules
from fastapi_async_lint.rules._rule import Rule

__all__ = ["HEADINGS", "OPTIONAL_HEADINGS", "LoadedRule", "Rule", "load_rules"]
