"""Data frames, matrices and graphs from files and databases, and into them."""

from __future__ import annotations

import asyncio
import io
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx
import numpy
import pandas
import polars
import scipy.io
import scipy.io.wavfile
import scipy.sparse
import sqlalchemy
from evidence.servers import postgresql, slowly
from evidence.world import World

CSV = b"a,b\n1,2\n3,4\n"
FRAME = pandas.DataFrame({"a": range(20_000), "b": [str(number) for number in range(20_000)]})
OBJECTS = pandas.DataFrame({"a": [[number, str(number)] for number in range(60_000)]})
SMALL = FRAME.head(100)
NUMBERS = pandas.DataFrame(numpy.random.default_rng(0).random((300_000, 8)), columns=list("abcdefgh"))
TABLE = polars.DataFrame({"a": range(20_000), "b": [float(number) for number in range(20_000)]})
GRAPH = networkx.path_graph(5)
MATRIX = numpy.eye(3)
XML = b"<d>" + b"<r><a>1</a><b>2</b></r>" * 3000 + b"</d>"
OTHER = """
import sys, time
input()
time.sleep(float(sys.argv[2]))
while True:
    with open(sys.argv[1], "wb" if sys.argv[3] else "rb") as file:
        file.write(bytes.fromhex(sys.argv[3])) if sys.argv[3] else file.read()
"""


def slow(read: Callable[[Path], object], content: bytes = b"x", name: str = "slow.fifo") -> Callable[[World], object]:
    """A reader of a file that comes late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.fifo(content, name)
        yield lambda: read(path)

    return case


def kept(write: Callable[[Path], object], name: str = "slow.fifo") -> Callable[[World], object]:
    """A writer of a file that is read late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.fifo(name=name)
        yield lambda: write(path)

    return case


def with_the_gil(
    use: Callable[[Path], object], content: bytes = b"", name: str = "slow.fifo"
) -> Callable[[World], object]:
    """The same for what lets no other thread of this process run while it waits: the other side is another process."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / name
        os.mkfifo(path)
        command = [sys.executable, "-c", OTHER, str(path), str(world.delay), content.hex()]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:
            assert other.stdin is not None
            start = other.stdin

            def call() -> None:
                start.write(b"\n")
                start.close()
                use(path)

            yield call
            other.kill()

    return case


def there(write: Callable[[Path], object], read: Callable[[Path], object], name: str) -> Callable[[World], object]:
    """A reader of a file that is really there."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / name
        write(path)
        yield lambda: read(path)

    return case


def held(write: Callable[[io.BytesIO], object], read: Callable[[io.BytesIO], object]) -> Callable[[World], object]:
    """A reader of what is in memory."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        buffer = io.BytesIO()
        write(buffer)
        content = buffer.getvalue()
        yield lambda: read(io.BytesIO(content))

    return case


def parsed(read: Callable[[Any], object], content: bytes) -> Callable[[World], object]:
    return lambda world: read(io.BytesIO(content))


def locked(use: Callable[[Path], object]) -> Callable[[World], object]:
    """A database that somebody else keeps locked for a while."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / "data.sqlite"
        with sqlite3.connect(path) as made:
            made.execute("create table t (a integer)")
        made.close()
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("begin exclusive")
        world.later(lambda: other.execute("rollback"))
        yield lambda: use(path)
        other.close()

    return case


def with_engine(use: Callable[[Any], object]) -> Callable[[World], object]:
    return locked(lambda path: use(sqlalchemy.create_engine(f"sqlite:///{path}")))


def into_a_pipe(write: Callable[[Any], Any], end: Callable[[Any], object]) -> Callable[[World], object]:
    """A workbook whose file is a pipe that is emptied late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with open(world.full_pipe(), "wb", closefd=False) as file:
            writer = write(file)
            SMALL.to_excel(writer)
            yield lambda: end(writer)

    return case


def from_postgresql(world: World) -> Iterator[Callable[[], object]]:
    with slowly(world, postgresql()) as (host, port):
        yield lambda: polars.read_database_uri("select 1 as a", f"postgresql://evidence@{host}:{port}/evidence")


async def collected() -> object:
    def step(frame: polars.DataFrame) -> polars.DataFrame:
        time.sleep(0.1)
        return frame

    return await TABLE.lazy().map_batches(step).collect_async()


def bytes_of(write: Callable[[Any], object]) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


GRAPHML = bytes_of(lambda file: networkx.write_graphml(GRAPH, file))
NPY = bytes_of(lambda file: numpy.save(file, MATRIX))
EXCEL = bytes_of(lambda file: FRAME.head(1000).to_excel(file))

BLOCKING = {
    "numpy.load": slow(numpy.load, NPY),
    "numpy.loadtxt": slow(numpy.loadtxt, b"1 2\n3 4\n"),
    "numpy.genfromtxt": slow(numpy.genfromtxt, b"1 2\n3 4\n"),
    "numpy.fromfile": slow(numpy.fromfile, bytes(80)),
    "numpy.save": kept(lambda path: numpy.save(path, MATRIX), "slow.npy"),
    "numpy.savetxt": kept(lambda path: numpy.savetxt(path, MATRIX)),
    "numpy.savez": kept(lambda path: numpy.savez(path, MATRIX), "slow.npz"),
    "numpy.savez_compressed": kept(lambda path: numpy.savez_compressed(path, MATRIX), "slow.npz"),
    "scipy.io.loadmat": slow(scipy.io.loadmat, name="slow.mat"),
    "scipy.io.savemat": kept(lambda path: scipy.io.savemat(path, {"m": MATRIX}), "slow.mat"),
    "scipy.io.mmwrite": kept(lambda path: scipy.io.mmwrite(path, MATRIX), "slow.mtx"),
    "scipy.io.readsav": slow(scipy.io.readsav),
    "scipy.io.wavfile.read": slow(scipy.io.wavfile.read),
    "scipy.io.wavfile.write": kept(lambda path: scipy.io.wavfile.write(path, 8000, numpy.zeros(10, numpy.int16))),
    "scipy.sparse.load_npz": slow(scipy.sparse.load_npz, name="slow.npz"),
    "scipy.sparse.save_npz": kept(lambda path: scipy.sparse.save_npz(path, scipy.sparse.eye(3).tocsr()), "slow.npz"),
    "networkx.read_edgelist": slow(networkx.read_edgelist, b"1 2\n"),
    "networkx.read_gml": slow(networkx.read_gml, b"graph [\n]\n"),
    "networkx.read_graphml": slow(networkx.read_graphml, GRAPHML),
    "networkx.write_gml": kept(lambda path: networkx.write_gml(GRAPH, path)),
    "networkx.write_graphml": kept(lambda path: networkx.write_graphml(GRAPH, path)),
    "pandas.read_csv": slow(pandas.read_csv, CSV),
    "pandas.read_table": slow(pandas.read_table, CSV),
    "pandas.read_fwf": slow(pandas.read_fwf, CSV),
    "pandas.read_json": slow(pandas.read_json, b'{"a": {"0": 1}}'),
    "pandas.read_excel": slow(pandas.read_excel, EXCEL, "slow.xlsx"),
    "pandas.read_feather": slow(pandas.read_feather),
    "pandas.read_orc": slow(pandas.read_orc),
    "pandas.read_pickle": slow(pandas.read_pickle),
    "pandas.read_xml": slow(pandas.read_xml, XML),
    "pandas.read_stata": slow(pandas.read_stata),
    "pandas.read_sas": slow(pandas.read_sas, name="slow.sas7bdat"),
    "pandas.read_html": slow(pandas.read_html, b"<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"),
    "pandas.read_sql": with_engine(lambda engine: pandas.read_sql("select a from t", engine)),
    "pandas.read_sql_query": with_engine(lambda engine: pandas.read_sql_query("select a from t", engine)),
    "pandas.read_sql_table": with_engine(lambda engine: pandas.read_sql_table("t", engine)),
    "pandas.DataFrame.to_sql": with_engine(lambda engine: SMALL.to_sql("s", engine)),
    "pandas.DataFrame.to_csv": kept(SMALL.to_csv),
    "pandas.DataFrame.to_json": kept(SMALL.to_json),
    "pandas.DataFrame.to_excel": kept(SMALL.to_excel, "slow.xlsx"),
    "pandas.DataFrame.to_parquet": kept(SMALL.to_parquet),
    "pandas.DataFrame.to_feather": kept(SMALL.to_feather),
    "pandas.DataFrame.to_orc": kept(SMALL.to_orc),
    "pandas.DataFrame.to_pickle": kept(SMALL.to_pickle),
    "pandas.DataFrame.to_stata": kept(lambda path: SMALL.to_stata(path, write_index=False)),
    "pandas.ExcelFile": slow(pandas.ExcelFile, EXCEL, "slow.xlsx"),
    "pandas.ExcelWriter.close": into_a_pipe(
        lambda file: pandas.ExcelWriter(file, engine="openpyxl"), lambda writer: writer.close()
    ),
    "pandas.ExcelWriter.__exit__": into_a_pipe(
        lambda file: pandas.ExcelWriter(file, engine="openpyxl"), lambda writer: writer.__exit__(None, None, None)
    ),
    "polars.read_csv": slow(polars.read_csv, CSV),
    "polars.read_ndjson": slow(polars.read_ndjson, b'{"a": 1}\n'),
    "polars.read_avro": with_the_gil(polars.read_avro, b"x"),
    "polars.read_ipc": slow(polars.read_ipc),
    "polars.read_parquet": slow(polars.read_parquet),
    **{
        f"polars.LazyFrame.sink_{kind}": kept(lambda path, name=f"sink_{kind}": getattr(TABLE.lazy(), name)(path))
        for kind in ("csv", "ipc", "ndjson")
    },
    "polars.read_excel": slow(lambda path: polars.read_excel(path, engine="openpyxl"), EXCEL, "slow.xlsx"),
    "polars.read_database": with_engine(lambda engine: polars.read_database("select a from t", engine.connect())),
    "polars.read_database_uri": from_postgresql,
    "polars.DataFrame.write_csv": kept(TABLE.write_csv),
    "polars.DataFrame.write_json": with_the_gil(TABLE.write_json),
    "polars.DataFrame.write_ndjson": kept(TABLE.write_ndjson),
    "polars.DataFrame.write_avro": with_the_gil(TABLE.write_avro),
    "polars.DataFrame.write_ipc": kept(TABLE.write_ipc),
    "polars.DataFrame.write_parquet": kept(TABLE.write_parquet),
    "polars.DataFrame.write_excel": kept(TABLE.head(10).write_excel, "slow.xlsx"),
    "polars.DataFrame.write_database": with_engine(lambda engine: TABLE.head(10).write_database("s", engine)),
}
SHORT = {
    "polars.LazyFrame.sink_parquet": lambda world: TABLE.lazy().sink_parquet(world.folder / "f.parquet"),
    "polars.read_json": there(TABLE.write_json, polars.read_json, "f.json"),
    "scipy.io.mmread": there(lambda path: scipy.io.mmwrite(path, numpy.ones((100, 100))), scipy.io.mmread, "f.mtx"),
    "pandas.read_parquet": there(FRAME.to_parquet, pandas.read_parquet, "f.parquet"),
    "pandas.DataFrame.to_hdf": lambda world: FRAME.to_hdf(world.folder / "f.h5", key="k"),
    "pandas.read_hdf": there(lambda path: FRAME.to_hdf(path, key="k"), pandas.read_hdf, "f.h5"),
    "pandas.ExcelFile.parse": lambda world: pandas.ExcelFile(io.BytesIO(EXCEL)).parse(),
}
CPU = {
    "pandas.read_excel": parsed(pandas.read_excel, EXCEL),
    "pandas.read_feather": held(lambda file: NUMBERS.to_feather(file), pandas.read_feather),
    "pandas.read_parquet": held(lambda file: NUMBERS.to_parquet(file), pandas.read_parquet),
    "pandas.read_orc": held(lambda file: NUMBERS.to_orc(file), pandas.read_orc),
    "pandas.read_pickle": held(lambda file: OBJECTS.to_pickle(file), pandas.read_pickle),
    "pandas.read_stata": held(lambda file: FRAME.to_stata(file, write_index=False), pandas.read_stata),
    "pandas.read_xml": parsed(pandas.read_xml, XML),
    "pandas.read_fwf": parsed(pandas.read_fwf, CSV * 3000),
    "pandas.DataFrame.to_dict": lambda world: FRAME.to_dict(orient="records"),
    "polars.DataFrame.to_dicts": lambda world: TABLE.to_dicts(),
    "polars.DataFrame.rows": lambda world: polars.concat([TABLE] * 10).rows(),
    "pandas.DataFrame.to_markdown": lambda world: FRAME.head(3000).to_markdown(),
}
SILENT = {
    f"polars.scan_{kind}": there(
        lambda path, write=f"write_{kind}": getattr(TABLE, write)(path), getattr(polars, f"scan_{kind}"), f"f.{kind}"
    )
    for kind in ("csv", "ipc", "ndjson", "parquet")
}
ASYNC = {"polars.LazyFrame.collect_async": lambda world: asyncio.ensure_future(collected())}
DOCUMENTED = {
    "only SAS writes the usual format, which is parsed with the GIL (pandas/io/sas/sas.pyx)": ["pandas.read_sas (cpu)"],
}
