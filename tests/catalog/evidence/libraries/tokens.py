"""tiktoken and tokenizers: vocabularies from a slow network or a slow disk, and text long enough to compute for."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import tiktoken
import tokenizers
from evidence.subjects import anywhere
from evidence.world import World
from tokenizers.models import BPE, WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.trainers import BpeTrainer

CACHE = "TIKTOKEN_CACHE_DIR"
"""What says where tiktoken keeps vocabularies; empty: nowhere."""
WORDS = [f"{'abcdefgh'[number % 8]}{number * 7919 % 4001}" for number in range(4000)]
TEXT = " ".join(WORDS * 40)
"""About 800,000 characters."""
TEXTS = [" ".join(WORDS)] * 40
ROWS = [list(range(1000))] * 1000
BYTES = {bytes([value]): value for value in range(256)}


@functools.cache
def encoding() -> tiktoken.Encoding:
    """One token per byte."""
    return tiktoken.Encoding("bytes", pat_str=r"\S+|\s+", mergeable_ranks=BYTES, special_tokens={})


@contextlib.contextmanager
def kept_in(folder: str) -> Iterator[None]:
    before = os.environ.get(CACHE)
    os.environ[CACHE] = folder
    yield
    del os.environ[CACHE]
    os.environ.update({} if before is None else {CACHE: before})


def unkept(call: Callable[[], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """What downloads its vocabulary, whatever was downloaded before, from a host that answers late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with kept_in(""):
            yield from anywhere(lambda: call)(world)

    return case


def untrained() -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(BPE(unk_token="?"))
    made.pre_tokenizer = Whitespace()
    return made


@functools.cache
def trained() -> tokenizers.Tokenizer:
    made = untrained()
    made.train_from_iterator(WORDS, BpeTrainer(vocab_size=2000, special_tokens=["?"], show_progress=False))
    return made


def from_file(world: World) -> Iterator[Callable[[], object]]:
    """The writer is a process of its own: while the file is read, no other thread of this one runs."""
    path, written = world.folder / "slow.fifo", world.folder / "written.json"
    written.write_text(untrained().to_str())
    os.mkfifo(path)
    with subprocess.Popen(["sh", "-c", f"sleep {2 * world.delay}; cat {written} > {path}"]):
        yield lambda: tokenizers.Tokenizer.from_file(str(path))


@functools.cache
def vocabulary() -> str:
    """What a tokenizer of 50,000 words is kept as."""
    words = {f"{word}{number}": number for number, word in enumerate(WORDS * 13)}
    return tokenizers.Tokenizer(WordLevel({"?": len(words), **words}, unk_token="?")).to_str()


def trainer() -> BpeTrainer:
    return BpeTrainer(vocab_size=2000, show_progress=False)


def from_files(world: World) -> Iterator[Callable[[], object]]:
    path = world.folder / "words.txt"
    path.write_text("\n".join(WORDS))
    yield lambda: untrained().train([str(path)], trainer())


def in_background(call: Callable[[tokenizers.Tokenizer], Any]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        made = trained()
        yield lambda: call(made)

    return case


def with_vocabulary(call: Callable[[str], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        kept = vocabulary()
        yield lambda: call(kept)

    return case


BLOCKING = {
    "tiktoken.get_encoding": unkept(lambda: tiktoken.get_encoding("p50k_base")),
    "tiktoken.encoding_for_model": unkept(lambda: tiktoken.encoding_for_model("gpt-3.5-turbo-instruct")),
    "tokenizers.Tokenizer.from_pretrained": anywhere(
        lambda: functools.partial(tokenizers.Tokenizer.from_pretrained, "evidence/evidence")
    ),
    "tokenizers.Tokenizer.from_file": from_file,
}
CPU = {
    "tiktoken.Encoding.encode": lambda world: encoding().encode(TEXT),
    "tiktoken.Encoding.encode_ordinary": lambda world: encoding().encode_ordinary(TEXT),
    "tiktoken.Encoding.encode_batch": lambda world: encoding().encode_batch(TEXTS),
    "tiktoken.Encoding.encode_ordinary_batch": lambda world: encoding().encode_ordinary_batch(TEXTS),
    "tiktoken.Encoding.encode_to_numpy": lambda world: encoding().encode_to_numpy(TEXT),
    "tokenizers.Tokenizer.encode": in_background(lambda tokenizer: tokenizer.encode(TEXT)),
    "tokenizers.Tokenizer.encode_batch": in_background(lambda tokenizer: tokenizer.encode_batch(TEXTS)),
    "tokenizers.Tokenizer.encode_batch_fast": in_background(lambda tokenizer: tokenizer.encode_batch_fast(TEXTS)),
    "tokenizers.Tokenizer.decode_batch": in_background(lambda tokenizer: tokenizer.decode_batch(ROWS)),
    "tokenizers.Tokenizer.from_str": with_vocabulary(lambda kept: tokenizers.Tokenizer.from_str(kept)),
    "tokenizers.Tokenizer.from_buffer": with_vocabulary(lambda kept: tokenizers.Tokenizer.from_buffer(kept.encode())),
    "tokenizers.Tokenizer.train": from_files,
    "tokenizers.Tokenizer.train_from_iterator": lambda world: untrained().train_from_iterator(WORDS, trainer()),
}
ASYNC = {
    "tokenizers.Tokenizer.async_encode": in_background(lambda tokenizer: tokenizer.async_encode(TEXT)),
    "tokenizers.Tokenizer.async_encode_batch": in_background(lambda tokenizer: tokenizer.async_encode_batch(TEXTS * 4)),
    "tokenizers.Tokenizer.async_encode_batch_fast": in_background(
        lambda tokenizer: tokenizer.async_encode_batch_fast(TEXTS * 4)
    ),
    "tokenizers.Tokenizer.async_decode_batch": in_background(lambda tokenizer: tokenizer.async_decode_batch(ROWS)),
}
