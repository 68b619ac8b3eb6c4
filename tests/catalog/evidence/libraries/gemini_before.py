"""Google's first client of Gemini: by REST against a slow web server, by gRPC against one that never greets."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from evidence.world import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import google.generativeai as genai

BRIEF: dict[str, Any] = {"request_options": {"timeout": 0.5, "retry": None}}


def asked(call: Callable[[], object], transport: str = "rest") -> Any:
    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"{}", headers="Content-Type: application/json\r\n") as (host, port):
            where = f"http://{host}:{port}" if transport == "rest" else f"{host}:{port}"
            genai.configure(api_key="x", transport=transport, client_options={"api_endpoint": where})
            yield call

    return case


def model() -> Any:
    return genai.GenerativeModel("x")


BLOCKING = {
    "google.generativeai.GenerativeModel.generate_content": asked(lambda: model().generate_content("x", **BRIEF)),
    "google.generativeai.GenerativeModel.count_tokens": asked(lambda: model().count_tokens("x", **BRIEF)),
    "google.generativeai.ChatSession.send_message": asked(lambda: model().start_chat().send_message("x", **BRIEF)),
    "google.generativeai.embed_content": asked(lambda: genai.embed_content("models/x", "x", **BRIEF)),
    "google.generativeai.get_file": asked(lambda: genai.get_file("x")),
    "google.generativeai.delete_file": asked(lambda: genai.delete_file("x")),
    "google.generativeai.get_model": asked(lambda: genai.get_model("models/x", **BRIEF)),
    "google.generativeai.list_models": asked(lambda: next(iter(genai.list_models(**BRIEF)), None)),
    "google.generativeai.list_files": asked(lambda: next(iter(genai.list_files()), None)),
}
ASYNC = {
    "google.generativeai.GenerativeModel.generate_content_async": asked(
        lambda: model().generate_content_async("x", **BRIEF), "grpc_asyncio"
    ),
    "google.generativeai.GenerativeModel.count_tokens_async": asked(
        lambda: model().count_tokens_async("x", **BRIEF), "grpc_asyncio"
    ),
    "google.generativeai.ChatSession.send_message_async": asked(
        lambda: model().start_chat().send_message_async("x", **BRIEF), "grpc_asyncio"
    ),
    "google.generativeai.embed_content_async": asked(
        lambda: genai.embed_content_async("models/x", "x", **BRIEF), "grpc_asyncio"
    ),
}
DOCUMENTED = {
    "Asks Google's own server for the description of its service first (client.py, _setup_discovery_api), whose name httplib2 leaves "
    "to the system's resolver": ("google.generativeai.upload_file",),
}
