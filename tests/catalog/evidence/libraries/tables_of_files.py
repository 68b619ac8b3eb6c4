"""pyarrow and XlsxWriter: tables in memory, and on a disk that answers late."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import xlsxwriter
from evidence.slow_disk import on_slow_disk
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
SMALL = pa.table({"a": [1, 2, 3]})
WORDS = [f"word {number * 7919 % 1_000_003}" for number in range(500_000)]
LARGE = pa.table({"number": range(500_000), "word": WORDS})


def kept(write: Callable[[Any, Any], object]) -> Callable[[Path], Path]:
    def prepare(folder: Path) -> Path:
        write(SMALL, str(folder / "x"))
        return folder / "x"

    return prepare


def read(write: Callable[[Any, Any], object], use: Callable[[Any], object]) -> Case:
    """From memory."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        file = io.BytesIO()
        write(LARGE, file)
        file.seek(0)
        yield lambda: use(file)

    return case


def workbook(target: object, rows: int) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_row(row, 0, [row, f"text {row}"])
    return book


def finished(world: World) -> Iterator[Callable[[], object]]:
    yield workbook(io.BytesIO(), 20_000).close


def left(world: World) -> Iterator[Callable[[], object]]:
    book = workbook(io.BytesIO(), 20_000)
    yield lambda: book.__exit__(None, None, None)


def opened(folder: Path) -> xlsxwriter.Workbook:
    return workbook(str(folder / "x"), 3)


PARQUET, CSV, FEATHER = "pyarrow.parquet", "pyarrow.csv", "pyarrow.feather"
write_parquet, write_csv, write_feather = pa.parquet.write_table, pa.csv.write_csv, pa.feather.write_feather
BLOCKING = {
    f"{PARQUET}.read_table": on_slow_disk(pa.parquet.read_table, kept(write_parquet)),
    f"{FEATHER}.read_table": on_slow_disk(pa.feather.read_table, kept(write_feather)),
    f"{CSV}.read_csv": on_slow_disk(pa.csv.read_csv, kept(write_csv)),
    f"{PARQUET}.write_table": on_slow_disk(lambda folder: write_parquet(SMALL, str(folder / "x"))),
    f"{CSV}.write_csv": on_slow_disk(lambda folder: write_csv(SMALL, str(folder / "x"))),
    "xlsxwriter.Workbook.close": on_slow_disk(lambda book: book.close(), opened),
    "xlsxwriter.Workbook.__exit__": on_slow_disk(lambda book: book.__exit__(None, None, None), opened),
}
CPU = {
    f"{PARQUET}.read_table": read(write_parquet, pa.parquet.read_table),
    f"{FEATHER}.read_table": read(write_feather, pa.feather.read_table),
    f"{CSV}.read_csv": read(write_csv, pa.csv.read_csv),
    f"{PARQUET}.write_table": lambda world: write_parquet(LARGE, io.BytesIO()),
    f"{CSV}.write_csv": lambda world: write_csv(LARGE, io.BytesIO()),
    "pyarrow.Table.to_pylist": lambda world: LARGE.slice(0, 50_000).to_pylist(),
    "xlsxwriter.Workbook.close": finished,
    "xlsxwriter.Workbook.__exit__": left,
}
