"""Langfuse and Sentry: what waits for a server that answers late, and what only puts something into a queue."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator

import langfuse
import sentry_sdk
from evidence.subjects import JSON, web
from evidence.sweep import Sweep
from evidence.world import World


def traced(url: str) -> langfuse.Langfuse:
    """With an observation that is still to be sent."""
    made = langfuse.Langfuse(public_key=f"x{url}", secret_key="x", base_url=url, flush_interval=60)
    made.start_observation(name="x").end()
    return made


def reporting(call: Callable[[], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """With an event that is still to be sent."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http(body=b"{}", headers=JSON) as (host, port):
            sentry_sdk.init(f"http://x@{host}:{port}/1")
            sentry_sdk.capture_message("x")
            yield call

    return case


SILENT = {
    "sentry_sdk.capture_event": reporting(lambda: sentry_sdk.capture_event({"message": "x"})),
    "sentry_sdk.capture_exception": reporting(lambda: sentry_sdk.capture_exception(ValueError("x"))),
    "sentry_sdk.capture_message": reporting(lambda: sentry_sdk.capture_message("x")),
}


def experiment(world: World) -> Iterator[Callable[[], object]]:
    """Whose task asks a server that answers late."""
    with world.http(body=b"{}", headers=JSON) as (host, port):
        url = f"http://{host}:{port}"
        made = langfuse.Langfuse(public_key=f"y{url}", secret_key="x", base_url=url, flush_interval=60)

        def ask(**given: object) -> str:
            return str(urllib.request.urlopen(url).read())

        yield lambda: made.run_experiment(name="x", data=[{"input": "x"}], task=ask)


BLOCKING = {"langfuse.Langfuse.run_experiment": experiment, "sentry_sdk.flush": reporting(lambda: sentry_sdk.flush())}

GIVEN = {"name": "x", "prompt": "x", "value": 1.0, "data": [], "task": print, "obj": "x"}

SWEEPS = [Sweep("langfuse.Langfuse", web(traced), GIVEN, {"get_trace_url": ((), {"trace_id": "0" * 32})})]
