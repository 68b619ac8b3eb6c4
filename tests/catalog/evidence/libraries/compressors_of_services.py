"""zstandard and Brotli: compressing in memory, and files on a disk that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import brotli
import zstandard
from evidence.libraries.python_compressing import ZEROS
from evidence.libraries.python_computing import TEXT
from evidence.slow_disk import on_slow_disk
from evidence.world import World


def decompressed(
    compress: Callable[[bytes], bytes], use: Callable[[bytes], object]
) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        data = compress(ZEROS)
        yield lambda: use(data)

    return case


CPU = {
    "zstandard.compress": lambda world: zstandard.compress(TEXT * 4),
    "zstandard.decompress": decompressed(zstandard.compress, zstandard.decompress),
    "zstandard.ZstdCompressor.compress": lambda world: zstandard.ZstdCompressor().compress(TEXT * 4),
    "zstandard.ZstdDecompressor.decompress": decompressed(
        zstandard.compress, lambda data: zstandard.ZstdDecompressor().decompress(data)
    ),
    "brotli.compress": lambda world: brotli.compress(TEXT[:300_000]),
    "brotli.decompress": decompressed(lambda data: brotli.compress(data, quality=1), brotli.decompress),
}
BLOCKING = {"zstandard.open": on_slow_disk(lambda folder: zstandard.open(folder / "x", "wb").close())}
