"""litellm against a slow web server that stands for every provider."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
"""litellm's own way to import it without asking for a price list."""

import litellm  # noqa: E402
from evidence.arguments import Arguments  # noqa: E402
from evidence.subjects import JSON, web  # noqa: E402
from evidence.sweep import Sweep  # noqa: E402
from evidence.world import World  # noqa: E402

litellm.suppress_debug_info = True
MODEL = "openai/gpt-4o"
MESSAGES = [{"role": "user", "content": "x"}]
TEXT = "one and another " * 20_000
OPTIONS: dict[str, object] = {"max_retries": 0, "num_retries": 0}


def gateway(url: str) -> Any:
    """The module; the address for all it asks stands where its documentation says."""
    os.environ.update(dict.fromkeys(("OPENAI_BASE_URL", "OPENAI_API_BASE", "TAVILY_API_BASE"), url))
    os.environ.update(dict.fromkeys(("OPENAI_API_KEY", "COHERE_API_KEY", "TAVILY_API_KEY"), "x"))
    litellm.api_base = url
    return litellm


def router(url: str) -> litellm.Router:
    """A model of OpenAI's and one of Cohere's."""
    models = {"x": MODEL, "ranks": "cohere/rerank-v3.5"}
    here = {"api_base": url, "api_key": "x"}
    return litellm.Router(
        [{"model_name": name, "litellm_params": {"model": model, **here}} for name, model in models.items()],
        num_retries=0,
    )


def counted(world: World) -> Iterator[Callable[[], object]]:
    litellm.token_counter(model=MODEL, text="x")
    yield lambda: litellm.token_counter(model=MODEL, text=TEXT)


def at(name: str, **keywords: Any) -> Callable[[World], Iterator[Callable[[], object]]]:
    """What only takes the address with the call."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http(body=b"{}", headers=JSON) as (host, port):
            asked = functools.partial(getattr(litellm, name), api_base=f"http://{host}:{port}", api_key="x", **keywords)
            yield lambda: asked(**OPTIONS)

    return case


VIDEO: dict[str, Any] = {"custom_llm_provider": "openai"}
APART: dict[str, dict[str, Any]] = {
    "ocr": {"model": "mistral/mistral-ocr-latest", "document": {"type": "document_url", "document_url": "data:x"}},
    "video_content": {**VIDEO, "video_id": "x"},
    "video_generation": {**VIDEO, "prompt": "x", "model": "openai/sora-2"},
    "video_remix": {**VIDEO, "video_id": "x", "prompt": "x"},
    "video_status": {**VIDEO, "video_id": "x"},
}
BLOCKING = {
    **{f"litellm.{name}": at(name, **keywords) for name, keywords in APART.items()},
    "litellm.acompletion_with_retries": at("acompletion_with_retries", model=MODEL, messages=MESSAGES),
}
ASYNC = {
    **{f"litellm.a{name}": at(f"a{name}", **keywords) for name, keywords in APART.items()},
    "litellm.avideo_list": at("avideo_list", **VIDEO),
}
CPU = {"litellm.token_counter": counted}

AUDIO = ("x.wav", b"x")
GIVEN: dict[str, object] = {
    "model": MODEL, "messages": MESSAGES, "prompt": "x", "input": "x", "file": AUDIO, "voice": "x", "custom_llm_provider": "openai",
}  # fmt: skip


def saying(**keywords: object) -> Arguments:
    return (), {**keywords, **OPTIONS}


BATCH = {"completion_window": "24h", "endpoint": "/v1/chat/completions", "input_file_id": "x"}
CALLS = {
    "completion": saying(model=MODEL, messages=MESSAGES),
    "completion_with_retries": saying(model=MODEL, messages=MESSAGES),
    "batch_completion": saying(model=MODEL, messages=[MESSAGES]),
    "batch_completion_models": saying(models=[MODEL], messages=MESSAGES),
    "batch_completion_models_all_responses": saying(models=[MODEL], messages=MESSAGES),
    "text_completion": saying(model=f"text-completion-{MODEL}", prompt="x"),
    "embedding": saying(model="openai/text-embedding-3-small", input=["x"]),
    "image_generation": saying(model="openai/dall-e-3", prompt="x"),
    "transcription": saying(model="openai/whisper-1", file=AUDIO),
    "speech": saying(model="openai/tts-1", input="x", voice="alloy"),
    "rerank": saying(model="cohere/rerank-v3.5", query="x", documents=["x"]),
    "moderation": saying(model="openai/omni-moderation-latest", input="x"),
    "responses": saying(model=MODEL, input="x"),
    "responses_with_retries": saying(model=MODEL, input="x"),
    "search": saying(query="x", search_provider="tavily"),
    "create_assistants": saying(custom_llm_provider="openai", model="gpt-4o"),
    "delete_assistant": saying(custom_llm_provider="openai", assistant_id="x"),
}
"""Also of the asynchronous counterparts."""
ROUTED = {
    "abatch_completion_one_model_multiple_requests": saying(model="x", messages=[MESSAGES]),
    "acancel_batch": saying(model="x", batch_id="x"),
    "aretrieve_batch": saying(model="x", batch_id="x"),
    "acreate_batch": saying(model="x", **BATCH),
    "acreate_file": saying(model="x", file=AUDIO, purpose="batch"),
    "atranscription": saying(model="x", file=AUDIO),
    "arerank": saying(model="ranks", query="x", documents=["x"]),
}

SWEEPS = [
    Sweep("litellm", web(gateway), GIVEN, {**CALLS, **{f"a{name}": call for name, call in CALLS.items()}}),
    Sweep("litellm.Router", web(router), {**GIVEN, "model": "x"}, ROUTED),
]
