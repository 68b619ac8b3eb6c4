"""lz4: compressing in memory, and files on a disk that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import lz4.block
import lz4.frame
from evidence.libraries.python_compressing import ZEROS
from evidence.libraries.python_computing import TEXT
from evidence.slow_disk import on_slow_disk
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
MUCH = TEXT * 10


def decompressed(compress: Callable[[bytes], bytes], use: Callable[[bytes], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        data = compress(ZEROS)
        yield lambda: use(data)

    return case


CPU = {
    "lz4.frame.compress": lambda world: lz4.frame.compress(MUCH),
    "lz4.frame.decompress": decompressed(lz4.frame.compress, lz4.frame.decompress),
    "lz4.block.compress": lambda world: lz4.block.compress(MUCH),
    "lz4.block.decompress": decompressed(lz4.block.compress, lz4.block.decompress),
}
BLOCKING = {"lz4.frame.open": on_slow_disk(lambda folder: lz4.frame.open(folder / "x", "w").close())}
