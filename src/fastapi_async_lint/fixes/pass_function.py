"""``to_thread(f(x))`` → ``to_thread(f, x)``: the function itself is handed over, with its arguments."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.result import Proposal, edited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit
from fastapi_async_lint.fixes.styles import partial_name
from fastapi_async_lint.source.comments import Comment, scan

RULE = "called-instead-of-passed"
ALL, POSITIONAL = "all", "positional"
TAKEN = frozenset({"self", "func", "fn", "function", "target"})
"""What parameters that take the function are called; a keyword argument of that name would be taken for it."""
_REFUSED = "The function cannot be passed here"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Where the arguments of the call can follow the function, or be passed in the taker's way, or by ``functools.partial``."""
    if diagnostic.name != RULE or not isinstance(site.node, cst.Call):
        return None
    remedy = diagnostic.remedy
    index = _handed_over(site, diagnostic)
    if not remedy.passes:
        return refused(f"{_REFUSED}: it is a coroutine function, and only plain ones are run; await it instead")
    if index is None:
        return refused(f"{_REFUSED}: what is handed over is not written as an argument of its own")
    called = site.call.args[index].value
    assert isinstance(called, cst.Call)
    reason = _reason(site.call.args[index + 1 :], called, remedy.passes, remedy.arguments)
    if reason:
        return refused(f"{_REFUSED}: {reason}")
    return _proposal(site, index, called, remedy.passes, remedy.arguments)


def _proposal(site: CallSite, index: int, called: cst.Call, passes: str, arguments: tuple[str, str]) -> Proposal:
    by_keyword = site.call.args[index].keyword is not None
    imported = []
    if not called.args or (passes in (ALL, POSITIONAL) and not by_keyword and _can_follow(called, passes)):
        edits = _following(site, called)
    elif passes not in (ALL, POSITIONAL):
        edits = [_by_keywords(site, called, arguments)]
    else:
        partial = partial_name(site)
        if partial is None:
            return refused(f"{_REFUSED}: its arguments need `functools.partial`, whose name means something else here")
        edits = _by_partial(site, called, partial[0])
        imported.append(partial[1])
    replaced = (site.source.text[edit.start : edit.end] for edit in edits)
    if any(isinstance(one, Comment) for text in replaced for one in scan(text)):
        return refused(f"{_REFUSED}: a comment stands in between")
    message = "Pass the function and its arguments" if called.args else "Pass the function"
    whole = edited(edits, imported, Applicability.UNSAFE, message)
    return Proposal(whole.applicability, whole.message, whole.edits, claims=(site.start, site.end))


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


def _reason(following: Sequence[cst.Arg], called: cst.Call, passes: str, arguments: tuple[str, str]) -> str | None:
    if called.lpar or not isinstance(called.func, (cst.Name, cst.Attribute)) or called.func.lpar:
        return "what is called is not a plain name"
    if not called.args:
        return None  # What follows can only be meant for the function, or for the call itself as it is.
    keywords = {argument.keyword.value for argument in following if argument.keyword is not None}
    if any(argument.star or argument.keyword is None for argument in following) or not keywords.isdisjoint(arguments):
        return "further arguments follow, and it cannot be told whose they are"
    if passes == ALL and keywords:
        return "further arguments follow, and it cannot be told whose they are"
    if any(isinstance(argument.value, cst.GeneratorExp) and not argument.value.lpar for argument in called.args):
        return "its argument is a bare generator expression"
    if passes not in (ALL, POSITIONAL) and not _fit(called, arguments):
        return "it is not known how its arguments would be passed"
    return None


def _is_named(argument: cst.Arg) -> bool:
    return argument.keyword is not None or argument.star == "**"


def _can_follow(called: cst.Call, passes: str) -> bool:
    """Whether the call that gets the function hands all these arguments on as they are."""
    if passes == ALL:
        return not any(argument.keyword and argument.keyword.value in TAKEN for argument in called.args)
    return not any(map(_is_named, called.args))


def _fit(called: cst.Call, arguments: tuple[str, str]) -> bool:
    """Whether all arguments of the call have a keyword of the taker that holds them."""
    needed = {_is_named(argument) for argument in called.args}
    return all(arguments[is_named] for is_named in needed)


def _following(site: CallSite, called: cst.Call) -> list[TextEdit]:
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


def _by_partial(site: CallSite, called: cst.Call, partial: str) -> list[TextEdit]:
    """``f(x)`` → ``partial(f, x)``."""
    start, _ = site.source.tree.span(called)
    _, name_end = site.source.tree.span(called.func)
    first, _ = site.source.tree.span(called.args[0])
    gap = site.source.text[name_end:first].partition("(")[2]
    return [
        TextEdit(start, start, f"{partial}("),
        TextEdit(name_end, first, "," + (gap if "\n" in gap else " ")),
    ]


def _by_keywords(site: CallSite, called: cst.Call, arguments: tuple[str, str]) -> TextEdit:
    """``f(x, k=v)`` → ``f, args=(x,), kwargs={"k": v}``."""
    text, span = site.source.text, site.source.tree.span
    positional, named = [], []
    for argument in called.args:
        written = text[slice(*span(argument))]
        if argument.keyword is not None:
            named.append(f'"{argument.keyword.value}": {written.partition("=")[2].strip()}')
        elif argument.star == "**":
            named.append(written)
        else:
            positional.append(written)
    listed = ", ".join(positional) + "," * (len(positional) == 1)
    parts = [f"{arguments[0]}=({listed})"] if positional else []
    parts += [f"{arguments[1]}={{{', '.join(named)}}}"] if named else []
    return TextEdit(span(called.func)[1], span(called)[1], "".join(f", {part}" for part in parts))
