"""LangChain: models, tools, stores and loaders whose own part is a request to a web server that answers late."""

from __future__ import annotations

import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from evidence.subjects import plain, web
from evidence.sweep import Sweep
from evidence.world import World
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.output_parsers import JsonOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult, Generation, LLMResult
from langchain_core.prompt_values import StringPromptValue
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import StructuredTool
from langchain_core.vectorstores import VectorStore

DOCUMENT = Document("x")
PROMPTS = [StringPromptValue(text="x")]


def ask(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.read())


def chain(url: str) -> Any:
    return RunnableLambda(lambda given: ask(url))


class Chat(BaseChatModel):
    """A chat model; its answer comes from ``url``."""

    url: str

    @property
    def _llm_type(self) -> str:
        return "slow"

    def _generate(self, *given: Any, **more: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(ask(self.url)))])


class Completion(BaseLLM):
    """A text model; its answer comes from ``url``."""

    url: str

    @property
    def _llm_type(self) -> str:
        return "slow"

    def _generate(self, *given: Any, **more: Any) -> LLMResult:
        return LLMResult(generations=[[Generation(text=ask(self.url))]])


class Vectors(Embeddings):
    """Embeddings that come from ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        ask(self.url)
        return [[1.0] for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Loader(BaseLoader):
    """Documents that come from ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def lazy_load(self) -> Iterator[Document]:
        yield Document(ask(self.url))


def store(url: str) -> VectorStore:
    """A vector store that is a server. Its class knows the address, for the methods of the class."""

    def request(*given: Any, **more: Any) -> list[Any]:
        ask(url)
        return []

    def found(*given: Any, **more: Any) -> list[Any]:
        ask(url)
        return [(DOCUMENT, 1.0)]

    class Store(VectorStore):
        add_texts = delete = get_by_ids = request
        similarity_search = similarity_search_by_vector = request
        max_marginal_relevance_search = max_marginal_relevance_search_by_vector = request
        similarity_search_with_score = found

        def _select_relevance_score_fn(self) -> Callable[[float], float]:
            return float

        @classmethod
        def from_texts(cls, *given: Any, **more: Any) -> Any:
            ask(url)
            return cls()

    return Store()


STORE = {
    "query": "x", "search_type": "similarity", "documents": [DOCUMENT], "texts": ["x"], "metadatas": None, "embedding": [1.0],
    "ids": ["x"],
}  # fmt: skip


def tool(url: str) -> Any:
    return StructuredTool.from_function(lambda x: ask(url), name="x", description="x")


def all_of(method: str) -> Callable[[World], Iterator[Callable[[], object]]]:
    """Take everything such a method gives: the first of it comes before the chain asks."""

    async def exhausted(given: AsyncIterator[object]) -> None:
        async for _ in given:
            pass

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            asked = chain(f"http://{host}:{port}")
            options: dict[str, Any] = {"version": "v2"} if method == "astream_events" else {}
            yield lambda: exhausted(getattr(asked, method)(said() if method == "atransform" else "x", **options))

    return case


RUNNABLE = "langchain_core.runnables.base.Runnable"
MODEL = {"prompts": PROMPTS, "messages": [[HumanMessage("x")]]}
NEEDS_MORE = "see above"


async def said() -> AsyncIterator[str]:
    yield "x"


ASYNC = {f"{RUNNABLE}.{method}": all_of(method) for method in ("astream_events", "astream_log", "atransform")}

SWEEPS = [
    Sweep(
        RUNNABLE,
        web(chain),
        {"input": "x", "inputs": ["x", "y"]},
        apart=dict.fromkeys(("astream_events", "astream_log", "atransform"), NEEDS_MORE),
    ),
    Sweep("langchain_core.language_models.base.BaseLanguageModel", web(lambda url: Chat(url=url)), MODEL),
    Sweep("langchain_core.language_models.chat_models.BaseChatModel", web(lambda url: Chat(url=url)), MODEL),
    Sweep("langchain_core.language_models.llms.BaseLLM", web(lambda url: Completion(url=url)), {"prompts": ["x"]}),
    Sweep("langchain_core.embeddings.embeddings.Embeddings", web(Vectors), {"texts": ["x"]}),
    Sweep("langchain_core.document_loaders.base.BaseLoader", web(Loader)),
    Sweep("langchain_core.tools.base.BaseTool", web(tool), {"tool_input": {"x": "x"}}),
    Sweep("langchain_core.vectorstores.base.VectorStore", web(store), STORE),
    Sweep(
        "langchain_core.prompts.base.BasePromptTemplate",
        plain(lambda world: PromptTemplate.from_template("x {x}")),
        {"input": {"x": "x"}, "inputs": [{"x": "x"}]},
    ),
    Sweep(
        "langchain_core.output_parsers.base.BaseOutputParser",
        plain(lambda world: JsonOutputParser()),
        {"input": "{}", "inputs": ["{}"]},
    ),
]
