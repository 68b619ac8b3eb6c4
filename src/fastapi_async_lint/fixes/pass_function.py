"""``to_thread(f(x))`` → ``to_thread(f, x)``: the function itself is handed over, with its arguments."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

RULE = "called-instead-of-passed"
ALL, NONE = "all", "none"
TAKEN = frozenset({"self", "func", "fn", "function", "target"})
"""What parameters that take the function are called; a keyword argument of that name would be taken for it."""
_REFUSED = "The function cannot be passed here"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Where the arguments of the call can follow the function that takes its place."""
    if diagnostic.name != RULE or not isinstance(site.node, cst.Call):
        return None
    passes = diagnostic.remedy.passes
    index = _handed_over(site, diagnostic)
    if not passes:
        return refused(f"{_REFUSED}: it is a coroutine function, and only plain ones are run; await it instead")
    if index is None:
        return refused(f"{_REFUSED}: what is handed over is not written as an argument of its own")
    called = site.call.args[index].value
    assert isinstance(called, cst.Call)
    reason = _reason(site.call.args, index, called, passes)
    if reason:
        return refused(f"{_REFUSED}: {reason}")
    edits = _edits(site, called)
    if any("#" in site.source.text[edit.start : edit.end] for edit in edits):
        return refused(f"{_REFUSED}: a comment stands in between")
    message = "Pass the function and its arguments" if called.args else "Pass the function"
    return Proposal(Applicability.UNSAFE, message, tuple(edits), claims=(site.start, site.end))


def _handed_over(site: CallSite, diagnostic: Diagnostic) -> int | None:
    """The index of the argument that is the call."""
    if not diagnostic.chain:
        return None
    lines, place = site.source.lines, diagnostic.chain[0].place
    wanted = (lines.offset(place.start), lines.offset(place.end))
    for index, argument in enumerate(site.call.args):
        if isinstance(argument.value, cst.Call) and site.source.tree.span(argument.value) == wanted:
            return index
    return None


def _reason(outer: Sequence[cst.Arg], index: int, called: cst.Call, passes: str) -> str | None:
    if called.lpar or not isinstance(called.func, (cst.Name, cst.Attribute)) or called.func.lpar:
        return "what is called is not a plain name"
    following = outer[index + 1 :]
    if any(argument.star or argument.keyword is None for argument in following):
        return "further arguments follow, and it cannot be told whose they are"
    if passes == ALL and any(argument.keyword is not None for argument in following):
        return "further arguments follow, and it cannot be told whose they are"
    if not called.args:
        return None
    if passes == NONE:
        return "its arguments are passed in another way (`args=…`), or need `functools.partial`"
    if outer[index].keyword is not None:
        return "it is given by keyword, so that its arguments cannot follow"
    if passes != ALL and any(argument.keyword is not None or argument.star == "**" for argument in called.args):
        return "its keyword arguments are not passed on; `functools.partial` takes them"
    if any(argument.keyword is not None and argument.keyword.value in TAKEN for argument in called.args):
        return "one of its keyword arguments may be taken for the call's own; `functools.partial` takes it"
    if any(isinstance(argument.value, cst.GeneratorExp) and not argument.value.lpar for argument in called.args):
        return "its argument is a bare generator expression"
    return None


def _edits(site: CallSite, called: cst.Call) -> list[TextEdit]:
    """The bracket behind the function becomes a comma; the one at the end goes, with a comma before it."""
    source = site.source
    _, name_end = source.tree.span(called.func)
    _, end = source.tree.span(called)
    if not called.args:
        return [TextEdit(name_end, end, "")]
    first, _ = source.tree.span(called.args[0])
    _, last = source.tree.span(called.args[-1])
    gap = source.text[name_end:first].partition("(")[2]
    return [TextEdit(name_end, first, "," + (gap if "\n" in gap else " ")), TextEdit(last, end, "")]
