"""langchain_community's FAISS over a slow disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evidence.world import World
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


BLOCKING = {
    "langchain_community.vectorstores.FAISS.load_local": loaded,
    "langchain_community.vectorstores.FAISS.save_local": saved,
}
