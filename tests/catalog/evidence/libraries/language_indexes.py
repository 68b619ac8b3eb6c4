"""LlamaIndex: models, embeddings, engines and stores whose own part is a request to a web server that answers late."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evidence.arguments import Arguments
from evidence.subjects import web
from evidence.sweep import Sweep
from evidence.world import World
from llama_index.core import Settings, SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.agent.react import ReActChatFormatter, ReActOutputParser
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata
from llama_index.core.chat_engine import ContextChatEngine
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.llms import LLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.prompts import PromptTemplate
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document, TextNode
from llama_index.core.storage.index_store import SimpleIndexStore
from llama_index.core.vector_stores import SimpleVectorStore
from pydantic import BaseModel

REPLY = '{"x": "1"}'


def ask(url: str) -> None:
    urllib.request.urlopen(url).read()


async def ask_elsewhere(url: str) -> None:
    await asyncio.to_thread(ask, url)


class Answer(BaseModel):
    x: str


class Model(LLM):
    """A model; its answers come from ``url``."""

    url: str

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **more: Any) -> Any:
        ask(self.url)
        return CompletionResponse(text=REPLY)

    def stream_complete(self, prompt: str, formatted: bool = False, **more: Any) -> Any:
        yield self.complete(prompt)

    async def acomplete(self, prompt: str, formatted: bool = False, **more: Any) -> Any:
        await ask_elsewhere(self.url)
        return CompletionResponse(text=REPLY)

    async def astream_complete(self, prompt: str, formatted: bool = False, **more: Any) -> Any:
        async def answers() -> Any:
            yield await self.acomplete(prompt)

        return answers()

    def chat(self, messages: Any, **more: Any) -> Any:
        ask(self.url)
        return ChatResponse(message=ChatMessage(content=REPLY, role="assistant"), delta=REPLY)

    def stream_chat(self, messages: Any, **more: Any) -> Any:
        yield self.chat(messages)

    async def achat(self, messages: Any, **more: Any) -> Any:
        await ask_elsewhere(self.url)
        return ChatResponse(message=ChatMessage(content=REPLY, role="assistant"), delta=REPLY)

    async def astream_chat(self, messages: Any, **more: Any) -> Any:
        async def answers() -> Any:
            yield await self.achat(messages)

        return answers()


class Vectors(BaseEmbedding):
    """Embeddings that come from ``url``."""

    url: str

    def _get_text_embedding(self, text: str) -> list[float]:
        ask(self.url)
        return [1.0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        await ask_elsewhere(self.url)
        return [1.0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await self._aget_text_embedding(query)


class Engine(BaseQueryEngine):
    """A query engine; its answers come from ``url``."""

    def __init__(self, url: str) -> None:
        super().__init__(callback_manager=None)
        self.url = url

    def _get_prompt_modules(self) -> Any:
        return {}

    def _query(self, query_bundle: Any) -> Any:
        ask(self.url)

    async def _aquery(self, query_bundle: Any) -> Any:
        await ask_elsewhere(self.url)

    def synthesize(self, query_bundle: Any, nodes: Any, additional_source_nodes: Any = None) -> Any:
        ask(self.url)

    async def asynthesize(self, query_bundle: Any, nodes: Any, additional_source_nodes: Any = None) -> Any:
        await ask_elsewhere(self.url)

    def retrieve(self, query_bundle: Any) -> Any:
        ask(self.url)


class Retriever(BaseRetriever):
    """A retriever; its nodes come from ``url``."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def _retrieve(self, query_bundle: Any) -> Any:
        ask(self.url)
        return []

    async def _aretrieve(self, query_bundle: Any) -> Any:
        await ask_elsewhere(self.url)
        return []


class RemoteStore(SimpleVectorStore):
    """A vector store that is a server at ``url``."""

    url: str = ""

    def delete(self, ref_doc_id: str, **more: Any) -> None:
        ask(self.url)

    def delete_nodes(self, *given: Any, **more: Any) -> None:
        ask(self.url)

    async def adelete(self, ref_doc_id: str, **more: Any) -> None:
        await ask_elsewhere(self.url)

    async def adelete_nodes(self, *given: Any, **more: Any) -> None:
        await ask_elsewhere(self.url)


def index(url: str) -> VectorStoreIndex:
    """An index; embeddings and vectors are at ``url``."""
    Settings.embed_model = Vectors(url=url)
    store = RemoteStore()
    store.url = url
    return VectorStoreIndex([], storage_context=StorageContext.from_defaults(vector_store=store))


def pipeline(url: str) -> IngestionPipeline:
    return IngestionPipeline(transformations=[SentenceSplitter(), Vectors(url=url)], disable_cache=True)


class Store(SimpleIndexStore):
    """An index store that is a server at ``url``."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def index_structs(self) -> Any:
        ask(self._url)
        return super().index_structs()


def from_storage(world: World) -> Iterator[Callable[[], object]]:
    with world.http() as (host, port):
        url = f"http://{host}:{port}"
        Settings.embed_model = Vectors(url=url)
        storage = StorageContext.from_defaults(index_store=Store(url))
        VectorStoreIndex([], storage_context=storage)
        yield lambda: load_index_from_storage(storage)


def reader(folder: Path) -> SimpleDirectoryReader:
    path = folder / "slow.fifo"
    path.touch()
    made = SimpleDirectoryReader(input_files=[path])
    path.unlink()
    return made


def read(use: Callable[[SimpleDirectoryReader], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """Read a file on a slow disk."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        made = reader(world.folder)
        world.fifo(b"x")
        yield lambda: use(made)

    return case


class FormatReader(BaseReader):
    """Of a format of its own."""

    def load_data(self, path: Path, **more: Any) -> list[Document]:
        return [Document(text=path.read_text())]


def read_in_thread(world: World) -> Iterator[Callable[[], object]]:
    made = reader(world.folder)
    made.file_extractor[".fifo"] = FormatReader()
    world.fifo(b"x")
    yield lambda: made.aload_data()


def kept(folder: Path) -> StorageContext:
    storage = StorageContext.from_defaults()
    storage.persist(folder)
    return storage


def slow_folder(world: World, content: bytes = b"") -> str:
    """A folder of what was kept, one file of which is on a slow disk."""
    kept(world.folder)
    path = world.folder / "docstore.json"
    path.unlink()
    world.fifo(content).rename(path)
    return str(world.folder)


def from_files(world: World) -> Iterator[Callable[[], object]]:
    folder = slow_folder(world, b"{}")
    yield lambda: StorageContext.from_defaults(persist_dir=folder)


def to_files(world: World) -> Iterator[Callable[[], object]]:
    storage = StorageContext.from_defaults()
    folder = slow_folder(world)
    yield lambda: storage.persist(folder)


def made_of_nodes(world: World) -> Iterator[Callable[[], object]]:
    with world.http() as (host, port):
        Settings.embed_model = Vectors(url=f"http://{host}:{port}")
        yield lambda: VectorStoreIndex([TextNode(text="x")])


def splitter(name: str, *given: object) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        made = SentenceSplitter()
        made.split_text("x")
        yield lambda: getattr(made, name)(*given)

    return case


TEXT = "One sentence and another. " * 2000
ASYNC = {"llama_index.core.SimpleDirectoryReader.aload_data": read_in_thread}
CPU = {
    "llama_index.core.node_parser.SentenceSplitter.split_text": splitter("split_text", TEXT),
    "llama_index.core.node_parser.SentenceSplitter.get_nodes_from_documents": splitter(
        "get_nodes_from_documents", [Document(text=TEXT)]
    ),
}
BLOCKING = {
    "llama_index.core.VectorStoreIndex": made_of_nodes,
    "llama_index.core.StorageContext.from_defaults": from_files,
    "llama_index.core.StorageContext.persist": to_files,
    "llama_index.core.SimpleDirectoryReader.iter_data": read(lambda reader: next(reader.iter_data())),
    "llama_index.core.SimpleDirectoryReader.load_data": read(lambda reader: reader.load_data()),
    "llama_index.core.load_index_from_storage": from_storage,
}

GIVEN = {
    "messages": [ChatMessage("x")], "prompt": PromptTemplate("x"), "output_cls": Answer, "tools": [], "user_msg": "x", "message": "x",
    "documents": [Document(text="x")], "document": Document(text="x"), "nodes": [TextNode(text="x")],
    "query_bundle": "x", "str_or_query_bundle": "x", "llm": None,
}  # fmt: skip
AGENT = {"user_msg": "x", "react_chat_formatter": ReActChatFormatter(), "output_parser": ReActOutputParser()}
CALLS: dict[str, Arguments] = {
    **dict.fromkeys(("complete", "acomplete", "stream_complete", "astream_complete"), (("x",), {})),
    **dict.fromkeys(("predict_and_call", "apredict_and_call"), (([],), AGENT)),
    **dict.fromkeys(("stream", "astream"), ((PromptTemplate("x"),), {})),
}
"""Predictions that have a structure change the prompt that they are given."""

SWEEPS = [
    Sweep("llama_index.core.llms.LLM", web(lambda url: Model(url=url)), GIVEN, CALLS),
    Sweep("llama_index.core.base.embeddings.base.BaseEmbedding", web(lambda url: Vectors(url=url))),
    Sweep("llama_index.core.base.base_query_engine.BaseQueryEngine", web(Engine), GIVEN),
    Sweep("llama_index.core.base.base_retriever.BaseRetriever", web(Retriever), GIVEN),
    Sweep(
        "llama_index.core.chat_engine.types.BaseChatEngine",
        web(lambda url: ContextChatEngine.from_defaults(Retriever(url), llm=Model(url=url))),
        GIVEN,
    ),
    Sweep("llama_index.core.VectorStoreIndex", web(index), GIVEN),
    Sweep("llama_index.core.ingestion.IngestionPipeline", web(pipeline), GIVEN),
]
