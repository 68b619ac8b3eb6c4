"""All fixes for one finding, the one to offer first leading."""

from __future__ import annotations

from collections.abc import Callable

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.fixes import (
    add_await,
    await_nested,
    await_offloaded,
    counterpart,
    gather_awaits,
    keep_task,
    make_async,
    make_def,
    move_block,
    offload_call,
    pass_function,
    remove_suppression,
    replace_sleep,
    share_client,
    twin,
    use_processes,
    use_running_loop,
)
from fastapi_async_lint.fixes.result import Proposal
from fastapi_async_lint.fixes.site import CallSite, Source

FIXES: tuple[Callable[[CallSite, Diagnostic], Proposal | None], ...] = (
    replace_sleep.propose,
    make_def.propose,
    make_async.propose,
    counterpart.propose,
    twin.propose,
    move_block.propose,
    offload_call.propose,
    add_await.propose,
    gather_awaits.propose,
    await_offloaded.propose,
    pass_function.propose,
    await_nested.propose,
    use_running_loop.propose,
    keep_task.propose,
    share_client.propose,
    use_processes.propose,
)
"""In the order of preference: what is safe, then a plain function, then a true counterpart before a thread."""
OF_COMMENTS: tuple[Callable[[Source, Diagnostic], Proposal | None], ...] = (remove_suppression.propose,)
"""Fixes for findings about comments, where there is no expression."""


def propose(source: Source, diagnostic: Diagnostic) -> tuple[Proposal, ...]:
    """What can be done about the finding in its file; empty where no fix speaks of such findings."""
    comments = [proposal for each in OF_COMMENTS if (proposal := each(source, diagnostic)) is not None]
    if comments:
        return tuple(comments)
    site = source.site_at(diagnostic)
    if site is None or source.syntax is None:
        return ()
    found = [proposal for fix in FIXES if (proposal := fix(site, diagnostic)) is not None]
    return tuple(sorted(found, key=lambda p: not p.edits))
