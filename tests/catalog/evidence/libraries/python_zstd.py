"""Standard library: Zstandard, which Python has from 3.14 on."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import compression.zstd as zstd
from evidence.libraries.python_compressing import WHOLE, ZEROS
from evidence.libraries.python_computing import TEXT
from evidence.slow_disk import on_slow_disk
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]

SAMPLES = [bytes(random.Random(number).choices(TEXT[:5000], k=400)) for number in range(5000)]


def reading(use: Callable[[Any], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with zstd.ZstdFile(io.BytesIO(zstd.compress(ZEROS)), "r") as file:
            yield lambda: use(file)

    return case


def writing(world: World) -> Cases:
    with zstd.ZstdFile(io.BytesIO(), "w") as file:
        yield lambda: file.write(TEXT)


def decompressed(use: Callable[[bytes], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        data = zstd.compress(TEXT * 10)
        yield lambda: use(data)

    return case


def trained(world: World) -> Cases:
    found = zstd.train_dict(SAMPLES[:500], 5000)
    yield lambda: zstd.finalize_dict(found, SAMPLES, 20_000, 3)


NAME = "compression.zstd"
CPU = {
    f"{NAME}.compress": lambda world: zstd.compress(TEXT * 4),
    f"{NAME}.decompress": decompressed(lambda data: zstd.decompress(data)),
    f"{NAME}.ZstdCompressor.compress": lambda world: zstd.ZstdCompressor().compress(TEXT * 4),
    f"{NAME}.ZstdDecompressor.decompress": decompressed(lambda data: zstd.ZstdDecompressor().decompress(data)),
    f"{NAME}.train_dict": lambda world: zstd.train_dict(SAMPLES, 20_000),
    f"{NAME}.finalize_dict": trained,
    f"{NAME}.ZstdFile.write": writing,
    **{f"{NAME}.ZstdFile.{method}": reading(use) for method, use in WHOLE.items()},
}
BLOCKING = {
    f"{NAME}.open": on_slow_disk(lambda folder: zstd.open(folder / "x", "w").close()),
    f"{NAME}.ZstdFile": on_slow_disk(lambda folder: zstd.ZstdFile(folder / "x", "w").close()),
}
