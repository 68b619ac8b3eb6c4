"""One round of fixing: which edits to try, and which of them keep their promise."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.engine.pipeline import Report
from fastapi_async_lint.rules import unused_suppression

if TYPE_CHECKING:
    from fastapi_async_lint.fixes import Source, TextEdit
    from fastapi_async_lint.fixes.result import Proposal

MAX_CHECKS = 16
"""How often a round may check the project again to find out which of its edits are to blame."""
_NUMBERS = re.compile(r"\d+")

Identity = tuple[Path, str, str, str, str]
"""What makes a finding the same after an edit elsewhere: file, code, function, the call without its arguments, the blocker."""
Refusal = tuple[Identity, str]
"""A finding, and the message of a fix for it that does not keep its promise."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Edits of one file that belong together, and the findings that they are to mend: several where one edit mends them all."""

    source: Source
    path: Path
    proposal: Proposal
    findings: tuple[Identity, ...]

    @property
    def functions(self) -> frozenset[str]:
        """The functions that hold the findings."""
        return frozenset(function for _, _, function, _, _ in self.findings)


@dataclass(slots=True)
class Settled:
    """What a round comes to: the changed texts, the report on them, and the fixes that are not to be tried again."""

    report: Report
    texts: dict[Path, bytes] = field(default_factory=dict)
    refused: set[Refusal] = field(default_factory=set)


def identity(finding: Diagnostic) -> Identity:
    """Independent of where in the file the finding stands."""
    first = finding.chain[0] if finding.chain else None
    text = first.text if first else _NUMBERS.sub("", finding.message)
    blocker = finding.blocker.name if finding.blocker else ""
    return finding.place.path, finding.code, first.function if first else "", text, blocker


def plan(report: Report, sources: Mapping[Path, Source], refused: set[Refusal], unsafe: bool) -> list[Attempt]:
    """The first applicable fix of each finding; left out are those that get in another's way, for a later round."""
    from fastapi_async_lint.fixes import propose

    allowed = (Applicability.SAFE, Applicability.UNSAFE) if unsafe else (Applicability.SAFE,)
    wanted: dict[tuple[Path, tuple[TextEdit, ...]], tuple[Proposal, list[Identity]]] = {}
    for finding in sorted(report.diagnostics, key=lambda f: (str(f.place.path), f.place.start, f.code)):
        path, name = finding.place.path, identity(finding)
        for proposal in propose(sources[path], finding) if path in sources else ():
            if proposal.edits and proposal.applicability in allowed and (name, proposal.message) not in refused:
                wanted.setdefault((path, proposal.edits), (proposal, []))[1].append(name)
                break
    ordered = sorted(wanted.items(), key=lambda item: item[1][0].claims is None)
    made: dict[Path, list[Proposal]] = defaultdict(list)
    attempts: list[Attempt] = []
    for (path, _), (proposal, findings) in ordered:
        if not any(_conflict(proposal, other) for other in made[path]):
            made[path].append(proposal)
            attempts.append(Attempt(sources[path], path, proposal, tuple(findings)))
    return attempts


def _conflict(one: Proposal, other: Proposal) -> bool:
    for claiming, claimed in ((one, other), (other, one)):
        if claiming.claims is not None:
            start, end = claiming.claims
            if any(start < edit.end and edit.start < end for edit in claimed.edits):
                return True
    return any(new.overlaps(old) for new in one.edits for old in other.edits if new != old)


def settle(
    attempts: Sequence[Attempt],
    report: Report,
    check: Callable[[Mapping[Path, bytes]], Report],
) -> Settled:
    """Make the edits together and check the result; where it is not as promised, find out by which of them.

    ``report`` is about the texts that the attempts are made for; ``check`` gives the report when some have changed. Edits that do not
    even parse are left out first. Groups that fail without a clear culprit are halved. What is undecided after so many checks is not
    made, nor tried again.
    """
    settled = Settled(report)
    accepted: list[Attempt] = []
    pending = [list(attempts)]
    checks = 0
    while pending:
        group = pending.pop()
        if checks >= MAX_CHECKS:
            settled.refused.update(_refusals(group))
            continue
        changed = _texts([*accepted, *group])
        if changed is None:
            broken = [attempt for attempt in group if _texts([attempt]) is None]
            settled.refused.update(_refusals(broken))
            rest = [attempt for attempt in group if attempt not in broken]
            pending.extend([rest] if broken and rest else _halves(rest, settled) if rest else [])
            continue
        checks += 1
        outcome = check(changed)
        culprits, clear = _blame(settled.report, outcome, group)
        if not culprits and clear:
            accepted.extend(group)
            settled.texts, settled.report = changed, outcome
        elif culprits and len(culprits) < len(group):
            innocent = [attempt for attempt in group if attempt not in culprits]
            pending += [culprits, innocent]
        else:
            pending.extend(_halves(group, settled))
    return settled


def _halves(group: list[Attempt], settled: Settled) -> list[list[Attempt]]:
    """The two halves of a group that fails; nothing for a single one, which is refused."""
    if len(group) == 1:
        settled.refused.update(_refusals(group))
        return []
    middle = len(group) // 2
    return [group[middle:], group[:middle]]


def _refusals(group: Iterable[Attempt]) -> Iterable[Refusal]:
    return [(name, attempt.proposal.message) for attempt in group for name in attempt.findings]


def _blame(old: Report, new: Report, group: Sequence[Attempt]) -> tuple[list[Attempt], bool]:
    """The attempts that are plainly to blame, and whether all is as promised but for them."""
    earlier = Counter(identity(d) for d in old.diagnostics)
    later = Counter(identity(d) for d in new.diagnostics)
    tried = Counter(name for attempt in group for name in attempt.findings)
    left = {name for name in tried if later[name] > earlier[name] - tried[name]}
    fresh = _fresh(earlier - tried, later - earlier, later)
    ways = (d.chain for d in new.diagnostics if fresh[identity(d)])
    places = {(name[0], name[2]) for name in fresh} | {(hop.place.path, hop.function) for way in ways for hop in way}
    culprits = [
        attempt
        for attempt in group
        if not left.isdisjoint(attempt.findings) or any((attempt.path, f) in places for f in attempt.functions)
    ]
    return culprits, not left and not fresh


def _fresh(untouched: Counter[Identity], added: Counter[Identity], later: Counter[Identity]) -> Counter[Identity]:
    """The findings that have come; one that only reads differently now (its receiver or its class was exchanged) has not."""
    reworded = Counter(n[:3] for n in (untouched - later).elements())
    fresh: Counter[Identity] = Counter()
    for name in added.elements():
        if name[1] == unused_suppression.META.code:
            continue  # Its finding went with the fix; removing the comment is the next round's business.
        if reworded[name[:3]]:
            reworded[name[:3]] -= 1
        else:
            fresh[name] += 1
    return fresh


def _texts(attempts: Sequence[Attempt]) -> dict[Path, bytes] | None:
    """The changed texts of all files; None where one cannot be written in its encoding, or does not parse."""
    edits: dict[Path, dict[TextEdit, None]] = defaultdict(dict)
    sources: dict[Path, Source] = {}
    for attempt in attempts:
        edits[attempt.path].update(dict.fromkeys(attempt.proposal.edits))
        sources[attempt.path] = attempt.source
    found: dict[Path, bytes] = {}
    for path, source in sources.items():
        after = source.encoded(_spliced(source.text, edits[path]))
        if after is None or not _parses(after):
            return None
        found[path] = after
    return found


def _spliced(text: str, edits: Iterable[TextEdit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        parts += [text[at : edit.start], edit.content]
        at = edit.end
    return "".join([*parts, text[at:]])


def _parses(data: bytes) -> bool:
    """Whether it is Python: of this interpreter's version, which is told in a tenth of the time, or of any that is known."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _parses_otherwise(data)
    return True


def _parses_otherwise(data: bytes) -> bool:
    from fastapi_async_lint.syntax.tree import parse
    from fastapi_async_lint.syntax.unreadable import Unreadable

    try:
        parse(data)
    except Unreadable:
        return False
    return True
