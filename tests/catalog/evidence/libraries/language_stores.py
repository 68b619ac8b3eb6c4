"""langchain_community's FAISS over a slow disk, and its loader of web pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evidence.world import World
from langchain_community.document_loaders import WebBaseLoader
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import DeterministicFakeEmbedding


def store() -> FAISS:
    return FAISS.from_texts(["x"], vectors())


def vectors() -> DeterministicFakeEmbedding:
    return DeterministicFakeEmbedding(size=4)


def loaded(world: World) -> Iterator[Callable[[], object]]:
    """Of the two files the one with the documents is on the slow disk."""
    store().save_local(str(world.folder))
    path = world.folder / "index.pkl"
    content = path.read_bytes()
    path.unlink()
    world.fifo(content).rename(path)
    yield lambda: FAISS.load_local(str(world.folder), vectors(), allow_dangerous_deserialization=True)


def saved(world: World) -> Iterator[Callable[[], object]]:
    made = store()
    world.fifo().rename(world.folder / "index.pkl")
    yield lambda: made.save_local(str(world.folder))


def loader(call: Callable[[WebBaseLoader, str], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http(body=b"<p>x</p>", headers="Content-Type: text/html\r\n") as (host, port):
            url = f"http://{host}:{port}/"
            made = WebBaseLoader(url)
            yield lambda: call(made, url)

    return case


WEB = "langchain_community.document_loaders.WebBaseLoader"
BLOCKING = {
    f"{WEB}.load": loader(lambda loader, url: loader.load()),
    f"{WEB}.load_and_split": loader(lambda loader, url: loader.load_and_split()),
    f"{WEB}.scrape": loader(lambda loader, url: loader.scrape()),
    "langchain_community.vectorstores.FAISS.load_local": loaded,
    "langchain_community.vectorstores.FAISS.save_local": saved,
}
ASYNC = {
    f"{WEB}.ascrape_all": loader(lambda loader, url: loader.ascrape_all([url])),
    f"{WEB}.fetch_all": loader(lambda loader, url: loader.fetch_all([url])),
}
DOCUMENTED = {
    "Calls asyncio.run, which raises RuntimeError where a loop runs already, before it waits for anything (langchain-community 0.4.2, "
    "document_loaders/web_base.py), so that no loop can be seen to stand still.": (f"{WEB}.aload", f"{WEB}.scrape_all"),
}
