"""spaCy with a blank pipeline that is made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import spacy
import spacy.cli
from evidence.subjects import anywhere
from evidence.sweep import Sweep
from evidence.world import World

TEXT = "The quick brown fox of Mr. Smith jumps over the lazy dog in Berlin. " * 150


def pipeline() -> Any:
    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    ruler = language.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PLACE", "pattern": "Berlin"}, {"label": "WHO", "pattern": "Mr. Smith"}])
    return language


PIPELINE = pipeline()


def stored(world: World) -> Iterator[Callable[[], object]]:
    PIPELINE.to_disk(world.folder / "model")
    yield lambda: spacy.load(world.folder / "model")


CPU = {
    "spacy.language.Language.__call__": lambda world: PIPELINE(TEXT),
    "spacy.language.Language.pipe": lambda world: list(PIPELINE.pipe([TEXT] * 3)),
}
SHORT = {"spacy.load": stored}
SWEEPS = [
    Sweep("spacy.cli", anywhere(lambda: spacy.cli), calls={"download": (("en_core_web_sm",), {})}, kinds=("BLOCKING",))
]
