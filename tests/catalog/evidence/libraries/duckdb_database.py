"""DuckDB: queries that take long, rows that come late, files that come late, and what is written when a database is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pandas
import pyarrow
from evidence.sweep import Subject, Sweep
from evidence.world import World

Calls = Callable[[World], Iterator[Callable[[], object]]]
LONG = "select * from range(100000000) a where hash(range) % 1000000000 = 3"
LATE = "select * from range(100000000) a where range < 2048 or hash(range) % 1000000000 = 3"
"""The first chunk of rows comes at once, all others late."""


def fetching(make: Callable[[], Any]) -> Subject:
    """A connection, or the module, whose query has given its first chunk."""

    def subject(world: World) -> Iterator[object]:
        world.reached.set()
        owner = make()
        owner.execute(LATE)
        owner.fetchmany(2048)
        yield owner

    return subject


def opened(world: World) -> Any:
    return duckdb.connect(str(world.folder / "x.db"))


def written(world: World) -> Any:
    """A database with a table, and as much in its log as it takes without writing it to the table."""
    found = opened(world)
    found.execute("create table t as select range x from range(1000000)")
    found.execute("insert into t select range from range(1000000)")
    return found


def file(use: Callable[[Any], object], prepare: Callable[[Any], object] = lambda connection: None) -> Calls:
    """Work on a database in a file."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        connection = written(world)
        prepare(connection)
        yield lambda: use(connection)

    return case


def opening(world: World) -> Iterator[Callable[[], object]]:
    written(world).close()
    yield lambda: opened(world)


def module(use: Callable[[], object]) -> Calls:
    """Work of the module's own connection."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        duckdb.execute("create or replace table t as select range x from range(1000000)")
        yield use

    return case


def reading(name: str, use: Callable[[str], object]) -> Calls:
    """What looks at a file with 2,000 columns."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / f"x.{'json' if 'json' in name else 'csv' if 'csv' in name else 'parquet'}"
        columns = ", ".join(f"{number} as c{number}" for number in range(2000))
        duckdb.connect().execute(f"copy (select {columns} from range(20)) to '{path}'")
        yield lambda: use(str(path))

    return case


READING = ("read_csv", "from_csv_auto", "read_json", "read_parquet", "from_parquet")


def relation(sql: str) -> Subject:
    def subject(world: World) -> Iterator[object]:
        world.reached.set()
        connection = duckdb.connect()
        connection.execute("create table t as select range a from range(3000000)")
        yield connection.sql(sql)

    return subject


def table(use: Callable[[Any], object]) -> Calls:
    def case(world: World) -> Iterator[Callable[[], object]]:
        held = written(world).table("t")
        yield lambda: use(held)

    return case


MANY = [[number] for number in range(1000)]
CONNECTION = duckdb.connect()
SECOND = CONNECTION.sql("select 1 as x, 3 as z").set_alias("second")
FRAME = pandas.DataFrame({"x": range(1000000)})
TABLE = pyarrow.table({"x": [1]})
INSERT = "insert into t values (?)"
MORE = "insert into t select range from range(100000)"
CHANGE = "update t set x = x + 1"

BLOCKING = {
    "duckdb.execute": module(lambda: duckdb.execute(LONG)),
    "duckdb.DuckDBPyConnection.install_extension": file(
        lambda connection: connection.install_extension("x", repository_url="http://127.0.0.1:1")
    ),  # Who is not there is asked again, after a while.
    "duckdb.DuckDBPyConnection.execute": file(lambda connection: connection.execute(LONG)),
    "duckdb.sql": module(lambda: duckdb.sql(f"create or replace table u as {LONG}")),
    "duckdb.query": module(lambda: duckdb.query(f"create or replace table u as {LONG}")),
    "duckdb.from_query": module(lambda: duckdb.from_query(f"create or replace table u as {LONG}")),
    **{
        f"duckdb.DuckDBPyConnection.{name}": file(
            lambda connection, name=name: getattr(connection, name)(f"create table u as {LONG}")
        )
        for name in ("sql", "query", "from_query")
    },
}
SHORT = {
    **{
        f"duckdb.DuckDBPyConnection.{name}": reading(name, lambda path, name=name: getattr(CONNECTION, name)(path))
        for name in READING
    },
    **{f"duckdb.{name}": reading(name, lambda path, name=name: getattr(duckdb, name)(path)) for name in READING},
    "duckdb.connect": opening,
    "duckdb.executemany": module(lambda: duckdb.executemany(INSERT, MANY)),
    "duckdb.commit": file(lambda connection: duckdb.commit(connection=connection), lambda c: c.begin().execute(MORE)),
    "duckdb.rollback": file(
        lambda connection: duckdb.rollback(connection=connection), lambda c: c.begin().execute(CHANGE)
    ),
    "duckdb.checkpoint": file(lambda connection: duckdb.checkpoint(connection=connection)),
    "duckdb.append": module(lambda: duckdb.append("t", FRAME)),
    "duckdb.DuckDBPyConnection.executemany": file(lambda connection: connection.executemany(INSERT, MANY)),
    "duckdb.DuckDBPyConnection.commit": file(lambda c: c.commit(), lambda c: c.begin().execute(MORE)),
    "duckdb.DuckDBPyConnection.rollback": file(lambda c: c.rollback(), lambda c: c.begin().execute(CHANGE)),
    "duckdb.DuckDBPyConnection.checkpoint": file(lambda c: c.checkpoint(), lambda c: c.execute(MORE)),
    "duckdb.DuckDBPyConnection.close": file(lambda c: c.close(), lambda c: c.execute(CHANGE)),
    "duckdb.DuckDBPyConnection.__exit__": file(lambda c: c.__exit__(None, None, None), lambda c: c.execute(CHANGE)),
    "duckdb.DuckDBPyConnection.append": file(lambda connection: connection.append("t", FRAME)),
    "duckdb.DuckDBPyRelation.insert": table(lambda held: [held.insert([1]) for _ in range(20)]),
    "duckdb.DuckDBPyRelation.update": table(lambda held: held.update({"x": duckdb.ConstantExpression(1)})),
    "duckdb.DuckDBPyRelation.create_view": table(lambda held: held.create_view("v")),
    "duckdb.DuckDBPyRelation.to_view": table(lambda held: held.to_view("v")),
}


def shape(world: World) -> Iterator[Callable[[], object]]:
    held = duckdb.connect().sql(LONG)
    yield lambda: held.shape


def rows(world: World) -> Iterator[Callable[[], object]]:
    held = duckdb.connect().sql(LONG)
    yield lambda: next(held.iter_rows(), None)


NEW = not duckdb.__version__.startswith("1.")
BLOCKING |= {"duckdb.DuckDBPyRelation.shape": shape}
if NEW:
    BLOCKING |= {"duckdb.DuckDBPyRelation.iter_rows": rows}


SILENT = {
    "duckdb.DuckDBPyConnection.table": file(lambda connection: connection.table("t")),
    "duckdb.DuckDBPyConnection.view": file(
        lambda connection: connection.view("v"), lambda connection: connection.execute("create view v as select 1")
    ),
    "duckdb.DuckDBPyConnection.values": file(lambda connection: connection.values([1])),
    "duckdb.DuckDBPyConnection.from_df": file(lambda connection: connection.from_df(FRAME)),
    "duckdb.DuckDBPyConnection.from_arrow": file(lambda connection: connection.from_arrow(TABLE)),
    "duckdb.DuckDBPyConnection.begin": file(lambda connection: connection.begin()),
    "duckdb.DuckDBPyConnection.cursor": file(lambda connection: connection.cursor()),
    "duckdb.DuckDBPyConnection.duplicate": file(lambda connection: connection.duplicate()),
    "duckdb.DuckDBPyConnection.interrupt": file(lambda connection: connection.interrupt()),
    "duckdb.DuckDBPyConnection.__enter__": file(lambda connection: connection.__enter__()),
    "duckdb.DuckDBPyConnection.register": file(lambda connection: connection.register("f", FRAME)),
    "duckdb.DuckDBPyConnection.unregister": file(
        lambda connection: connection.unregister("f"), lambda connection: connection.register("f", FRAME)
    ),
}
DOCUMENTED = {
    "opens a shared library, which must have been downloaded before (duckdb's documentation, Extensions)": [
        "duckdb.DuckDBPyConnection.load_extension"
    ],
    "hands the arrays that fetchnumpy fetches to PyTorch, which is not installed here (duckdb's documentation, Python API)": [
        "duckdb.DuckDBPyConnection.torch",
        "duckdb.DuckDBPyRelation.torch",
    ],
    "hands the arrays that fetchnumpy fetches to TensorFlow, which is not installed here (duckdb's documentation, Python API)": [
        "duckdb.DuckDBPyConnection.tf",
        "duckdb.DuckDBPyRelation.tf",
    ],
}
APART = {"load_extension": "needs one"} | dict.fromkeys(("torch", "tf"), "needs a framework that is not installed")
RELATION = {
    "relation": "x",
    "filter_expr": "x = 1",
    "project_expr": "x",
    "order_expr": "x",
    "n": 1,
    "args": ("x",),
    "set_alias": "z",
}


def builder(world: World) -> Iterator[object]:
    yield CONNECTION.sql("select 1 as x, 2 as y")


AGGREGATES = (
    "any_value", "avg", "bit_and", "bit_or", "bit_xor", "count", "favg", "first", "fsum", "histogram", "last", "list", "max", "mean",
    "median", "min", "mode", "product", "quantile", "std", "stddev", "stddev_pop", "stddev_samp", "string_agg", "sum", "value_counts",
    "var", "var_pop", "var_samp", "variance",
)  # fmt: skip
SWEEPS = [
    *(
        (
            Sweep("duckdb.DuckDBPyConnection", fetching(duckdb.connect), apart=APART, kinds=("BLOCKING",)),
            Sweep("duckdb", fetching(lambda: duckdb), kinds=("BLOCKING",)),
        )
        if NEW
        else ()  # There, execute fetches everything.
    ),
    Sweep(
        "duckdb.DuckDBPyRelation",
        relation(LONG),
        calls={
            "to_csv": (("/dev/null",), {}),
            "write_csv": (("/dev/null",), {}),
            "to_parquet": (("/dev/null",), {}),
            "write_parquet": (("/dev/null",), {}),
            "create": (("made",), {}),
            "to_table": (("made",), {}),
            "insert_into": (("t",), {}),
        },
        apart=APART if NEW else APART | {"to_arrow_reader": "not there yet"},
        kinds=("BLOCKING",),
    ),
    Sweep(
        "duckdb.DuckDBPyRelation",
        builder,
        RELATION,
        {
            "with_columns": ((), {"z": duckdb.ConstantExpression(1)}),
            **{name: ((SECOND,), {}) for name in ("cross", "except_", "intersect", "union")},
            "join": ((SECOND, "x"), {}),
            "union_by_name": ((SECOND,), {}),
            "select_types": ((["INTEGER"],), {}),
            **{name: (("x",), {}) for name in AGGREGATES},
            **{name: (("x > 0",), {}) for name in ("bool_and", "bool_or")},
            **{name: (("over ()",), {}) for name in ("row_number", "rank", "cume_dist", "dense_rank", "percent_rank")},
            **{name: (("x", "over ()"), {}) for name in ("lag", "lead", "first_value", "last_value")},
            "n_tile": (("over ()", 2), {}),
            "nth_value": (("x", "over ()", 1), {}),
            "arg_max": (("x", "y"), {}),
            "arg_min": (("x", "y"), {}),
        },
        {} if NEW else dict.fromkeys(("describe", "head", "offset", "sample"), "not there yet"),
        kinds=("SILENT",),
    ),
]
