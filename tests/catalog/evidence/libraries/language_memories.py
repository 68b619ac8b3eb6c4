"""LangChain: what keeps conversations, documents and other things, its own part a request to a web server that answers late; and
splitters of long texts."""

from __future__ import annotations

import importlib.util
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from evidence.arguments import Arguments
from evidence.libraries.tokens import kept_in, unkept
from evidence.subjects import plain, web
from evidence.sweep import Sweep
from evidence.world import World
from langchain_core.chat_history import BaseChatMessageHistory, InMemoryChatMessageHistory
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import InMemoryRecordManager, aindex, index
from langchain_core.messages import HumanMessage
from langchain_core.stores import BaseStore, InMemoryStore
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter, TokenTextSplitter


def ask(url: str) -> None:
    urllib.request.urlopen(url).read()


class History(BaseChatMessageHistory):
    """A conversation that is kept at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def messages(self) -> Any:
        ask(self.url)
        return []

    def add_messages(self, messages: Sequence[Any]) -> None:
        ask(self.url)

    def clear(self) -> None:
        ask(self.url)


class Store(BaseStore):
    """Things that are kept at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def mget(self, keys: Any) -> Any:
        ask(self.url)

    mset = mdelete = mget

    def yield_keys(self, *, prefix: str | None = None) -> Iterator[str]:
        ask(self.url)
        yield "x"


class Vectors(DeterministicFakeEmbedding):
    """Embeddings that come from ``url``."""

    url: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        ask(self.url)
        return super().embed_documents(texts)


def indexed(call: Callable[..., object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            store = InMemoryVectorStore(Vectors(size=2, url=f"http://{host}:{port}"))
            kept = InMemoryRecordManager("x")
            kept.create_schema()
            yield lambda: call([Document("x")], kept, store, key_encoder="sha256")

    return case


def read(world: World) -> Iterator[Callable[[], object]]:
    with world.http() as (host, port):
        kept = History(f"http://{host}:{port}")
        yield lambda: kept.messages


TEXT = "A heading and some words of it\n\nAnother one. " * 5000
SPLITTERS = "langchain_text_splitters"


def tokens(world: World) -> Iterator[Callable[[], object]]:
    """With a vocabulary that LlamaIndex brings along."""
    core = importlib.util.find_spec("llama_index.core")
    assert core is not None and core.origin is not None
    with kept_in(str(Path(core.origin).parent / "_static" / "tiktoken_cache")):
        made = TokenTextSplitter("cl100k_base")
    yield lambda: made.split_text(TEXT)


BLOCKING = {
    "langchain_core.indexing.api.index": indexed(index),
    "langchain_core.chat_history.BaseChatMessageHistory.messages": read,
    f"{SPLITTERS}.TokenTextSplitter": unkept(lambda: TokenTextSplitter("p50k_base")),
    f"{SPLITTERS}.base.TextSplitter.from_tiktoken_encoder": unkept(
        lambda: RecursiveCharacterTextSplitter.from_tiktoken_encoder("p50k_base")
    ),
}
ASYNC = {"langchain_core.indexing.api.aindex": indexed(aindex)}
CPU = {f"{SPLITTERS}.TokenTextSplitter.split_text": tokens}
SILENT = {
    "langchain_core.chat_history.InMemoryChatMessageHistory.messages": lambda world: (
        InMemoryChatMessageHistory().messages
    ),
}
AI: dict[str, Arguments] = {"add_ai_message": (("x",), {})}
KEPT = {"keys": ["x"], "key_value_pairs": [("x", "x")], "messages": [HumanMessage("x")], "message": HumanMessage("x")}


SWEEPS = [
    Sweep("langchain_core.chat_history.BaseChatMessageHistory", web(History), KEPT, AI),
    Sweep(
        "langchain_core.chat_history.InMemoryChatMessageHistory",
        plain(lambda world: InMemoryChatMessageHistory()),
        KEPT,
        AI,
    ),
    Sweep("langchain_core.stores.BaseStore", web(Store), KEPT),
    Sweep("langchain_core.stores.InMemoryBaseStore", plain(lambda world: InMemoryStore()), KEPT),
]
