"""All finders, and their findings as one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi_async_lint.analysis.misuse.called_instead_of_passed import find_called_instead_of_passed
from fastapi_async_lint.analysis.misuse.client_per_request import find_clients_per_request
from fastapi_async_lint.analysis.misuse.counterpart_available import find_available_counterparts
from fastapi_async_lint.analysis.misuse.cpu_work_in_thread import find_cpu_work_in_threads
from fastapi_async_lint.analysis.misuse.dangling_task import find_dangling_tasks
from fastapi_async_lint.analysis.misuse.get_event_loop import find_get_event_loop
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.loop_api_in_thread import find_loop_apis_in_threads
from fastapi_async_lint.analysis.misuse.missing_await import find_missing_awaits
from fastapi_async_lint.analysis.misuse.needless_thread_hop import find_needless_thread_hops
from fastapi_async_lint.analysis.misuse.offloaded_coroutine import find_offloaded_coroutines
from fastapi_async_lint.analysis.misuse.sequential_awaits import find_sequential_awaits
from fastapi_async_lint.analysis.misuse.unguarded_shared_state import find_unguarded_shared_state
from fastapi_async_lint.analysis.view import Misuse

FINDERS: tuple[Callable[[Ground], Iterable[Misuse]], ...] = (
    find_missing_awaits,
    find_sequential_awaits,
    find_called_instead_of_passed,
    find_offloaded_coroutines,
    find_get_event_loop,
    find_dangling_tasks,
    find_clients_per_request,
    find_loop_apis_in_threads,
    find_cpu_work_in_threads,
    find_available_counterparts,
    find_unguarded_shared_state,
    find_needless_thread_hops,
)


def find_misuses(ground: Ground) -> list[Misuse]:
    """What all finders report, in file and line order; of several contexts of one place, the surest."""
    best: dict[tuple[object, ...], Misuse] = {}
    for finder in FINDERS:
        for misuse in finder(ground):
            key = (misuse.kind, misuse.place, misuse.subject)
            known = best.get(key)
            if known is None or misuse.confidence.rank > known.confidence.rank:
                best[key] = misuse
    return sorted(best.values(), key=lambda m: (str(m.place.path), m.place.start, m.kind))
