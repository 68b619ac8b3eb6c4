"""What a rule says about itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's identity. ``code`` is stable for ever; ``name`` is the file's name with hyphens."""

    code: str
    """``FAL`` and three digits."""
    name: str
    """Completes "this code contains a …"."""
    on_by_default: bool
    kind: str
    """``blocking-io | cpu | async-misuse | thread-pool | tool``: goes into each of the rule's diagnostics."""
    summary: str
    """One line, without a full stop."""
