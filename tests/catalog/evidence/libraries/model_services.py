"""SDKs of language and voice models against a slow web server: mistralai, cohere, ollama."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cohere
import cohere.utils
import ollama
from evidence.arguments import Arguments
from evidence.subjects import sweeps, web
from evidence.sweep import Sweep
from evidence.world import World
from mistralai.client import Mistral

cohere_1 = web(lambda url: cohere.Client("x", base_url=url))
cohere_1_async = web(lambda url: cohere.AsyncClient("x", base_url=url))
cohere_2 = web(lambda url: cohere.ClientV2("x", base_url=url))
cohere_2_async = web(lambda url: cohere.AsyncClientV2("x", base_url=url))
SAY: dict[str, Arguments] = {"chat_stream": ((), {"model": "x", "message": "x"})}
SAY_2: dict[str, Arguments] = {"chat_stream": ((), {"model": "x", "messages": [{"role": "user", "content": "x"}]})}


def raises(make: Callable[..., Any], method: str) -> Callable[[World], Iterator[Callable[[], object]]]:
    """What is gone: it says so at once."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            client = make("x", base_url=f"http://{host}:{port}")

            def refused() -> None:
                try:
                    getattr(client, method)()
                except ValueError:
                    return
                raise AssertionError("it is still there")

            yield refused

    return case


def saved(kind: str) -> Callable[[World], Iterator[Callable[[], object]]]:
    """Save a data set whose one part is on a server that answers late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            part = cohere.DatasetPart(id="x", name="x", url=f"http://{host}:{port}")
            found = cohere.Dataset.construct(dataset_parts=[part])
            utils = getattr(cohere.utils, kind)()
            yield lambda: utils.save_dataset(found, str(world.folder / "x"))

    return case


GONE = (
    "batch_detokenize", "batch_generate", "batch_tokenize", "cancel_embed_job", "check_api_key", "codebook", "create_cluster_job",
    "create_connector", "create_custom_model", "create_dataset", "create_embed_job", "delete_connector", "delete_dataset",
    "detect_language", "generate_feedback", "generate_preference_feedback", "get_cluster_job", "get_connector", "get_custom_model",
    "get_custom_model_by_name", "get_custom_model_metrics", "get_dataset", "get_dataset_usage", "get_embed_job",
    "list_cluster_jobs", "list_connectors", "list_custom_models", "list_datasets", "list_embed_jobs", "loglikelihood",
    "oauth_authorize_connector", "update_connector", "wait_for_cluster_job", "wait_for_custom_model", "wait_for_dataset",
    "wait_for_embed_job",
)  # fmt: skip
SILENT = {
    f"cohere.{module}.{make.__name__}.{method}": raises(make, method)
    for module, make in (("client", cohere.AsyncClient), ("client_v2", cohere.AsyncClientV2))
    for method in GONE
}
BLOCKING = {f"cohere.utils.{kind}.save_dataset": saved(kind) for kind in ("SyncSdkUtils", "AsyncSdkUtils")}
MISTRAL = {"document": {"type": "document_url", "document_url": "http://x"}, "model": "x", "modname": "json"}

SWEEPS = [
    *sweeps("mistralai", web(lambda url: Mistral(api_key="x", server_url=url)), given=MISTRAL),
    *(
        sweep
        for sweep in sweeps("cohere", cohere_2, cohere_2_async, calls=SAY_2, apart={"save_dataset": "see above"})
        if not sweep.on.startswith("cohere.client.")
    ),
    Sweep("cohere.client.Client", cohere_1, calls=SAY),
    Sweep("cohere.client.AsyncClient", cohere_1_async, calls=SAY),
    Sweep("ollama.Client", web(ollama.Client), {"model": "x"}),
    Sweep("ollama.AsyncClient", web(ollama.AsyncClient), {"model": "x"}),
    Sweep("ollama", web(ollama.Client), {"model": "x"}),
]
DOCUMENTED = {
    "Needs the extra voice-agents with livekit and PyAudio, which needs a sound device; asks for the session and connects with await "
    "(mistralai 3.7.0, extra/voice_agents/client.py).": ("mistralai.client.audio_sessions.AudioSessions.init",),
}
