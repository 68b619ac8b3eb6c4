"""BigQuery: a web server that knows one table and one job, answers at once until the call is made, and late from then on."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pandas
from evidence import late
from evidence.sweep import Subject, Sweep
from evidence.world import World
from google.api_core.client_options import ClientOptions
from google.api_core.iam import Policy
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery import dbapi

FRAME = pandas.DataFrame({"x": [1]})
SCHEMA = {"fields": [{"name": "x", "type": "INTEGER"}]}
TABLE = {"projectId": "x", "datasetId": "y", "tableId": "z"}
JOB = {"projectId": "x", "jobId": "j", "location": "US"}
ANSWER: dict[str, object] = {
    "jobReference": JOB, "jobComplete": True, "schema": SCHEMA, "rows": [{"f": [{"v": "1"}]}], "totalRows": "1",
    "tableReference": TABLE, "datasetReference": {"projectId": "x", "datasetId": "y"}, "email": "x@y",
    "modelReference": {"projectId": "x", "datasetId": "y", "modelId": "z"},
    "routineReference": {"projectId": "x", "datasetId": "y", "routineId": "z"},
    "configuration": {"query": {"query": "select 1", "destinationTable": TABLE}}, "pageToken": None, "bindings": [],
    "status": {"state": "DONE"},
}  # fmt: skip


def server(world: World) -> Any:
    def page(method: str, path: str) -> bytes:
        answer = {**ANSWER}
        if not world.begun.is_set():
            answer |= {"rows": [], "pageToken": "p"}  # Rows that have come already need no request.
        return json.dumps(answer).encode()

    return late.http(world, page, f"Location: http://127.0.0.1:1/\r\n{late.JSON}")


def client(url: str) -> bigquery.Client:
    return bigquery.Client(
        project="x", credentials=AnonymousCredentials(), client_options=ClientOptions(api_endpoint=url)
    )


def at(then: Callable[[bigquery.Client], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with server(world) as (host, port):
            yield then(client(f"http://{host}:{port}"))

    return subject


def job(**configuration: object) -> Callable[[bigquery.Client], Any]:
    resource = {"jobReference": JOB, "status": {"state": "RUNNING"}, "configuration": configuration}
    return lambda client: client.job_from_resource(resource)


def rows(client: bigquery.Client) -> Any:
    return client.list_rows(table())


def cursor(client: bigquery.Client) -> Any:
    """One whose rows have not come yet."""
    found = dbapi.connect(client).cursor()
    found.execute("select 1")
    return found


def table() -> bigquery.Table:
    return bigquery.Table("x.y.z", schema=[bigquery.SchemaField("x", "INTEGER")])


def credentials(call: Callable[[], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """The file with the credentials comes late, and holds none."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = str(world.fifo(b"{}"))
        yield call
        del os.environ["GOOGLE_APPLICATION_CREDENTIALS"]

    return case


def schema(world: World) -> Iterator[Callable[[], object]]:
    known, path = bigquery.Client("x", AnonymousCredentials()), world.fifo(b"[]")
    yield lambda: known.schema_from_json(path)


def by_name(world: World) -> Iterator[Callable[[], object]]:
    """Rows of a table whose columns are not known yet."""
    with server(world) as (host, port):
        known = client(f"http://{host}:{port}")
        yield lambda: known.list_rows("x.y.z")


def by_table(world: World) -> Iterator[Callable[[], object]]:
    with server(world) as (host, port):
        known = client(f"http://{host}:{port}")
        yield lambda: rows(known)


SILENT = {"google.cloud.bigquery.Client.list_rows": by_table}


def schema_written(world: World) -> Iterator[Callable[[], object]]:
    known, path = bigquery.Client("x", AnonymousCredentials()), world.fifo()
    yield lambda: known.schema_to_json([], path)


def account(world: World) -> Iterator[Callable[[], object]]:
    path = world.fifo(b"{}")
    yield lambda: bigquery.Client.from_service_account_json(path)


BLOCKING = {
    "google.cloud.bigquery.Client.schema_to_json": schema_written,
    "google.cloud.bigquery.Client.from_service_account_json": account,
    "google.cloud.bigquery.Client": credentials(bigquery.Client),
    "google.cloud.bigquery.dbapi.connect": credentials(dbapi.connect),
    "google.cloud.bigquery.Client.schema_from_json": schema,
    "google.cloud.bigquery.Client.list_rows": by_name,
}
GIVEN = {
    "retry": None,
    "dataset_id": "x.y",
    "dataset_ref": "x.y",
    "dataset": bigquery.Dataset("x.y"),
    "table": table(),
    "source": table(),
    "sources": table(),
    "destination": table(),
    "destination_uris": "gs://x/y",
    "source_uris": "gs://x/y",
    "model": "x.y.z",
    "routine": "x.y.z",
    "fields": [],
    "rows": [{"x": 1}],
    "json_rows": [{"x": 1}],
    "selected_fields": [bigquery.SchemaField("x", "INTEGER")],
    "query": "select 1",
    "job_config": None,
    "project": "x",
    "fields_": [],
}
SWEEPS = [
    Sweep(
        "google.cloud.bigquery.Client",
        at(lambda client: client),
        GIVEN,
        {
            "load_table_from_file": ((io.BytesIO(b"x"), table()), {}),
            "update_model": ((bigquery.Model("x.y.z"), []), {}),
            "update_routine": ((bigquery.Routine("x.y.z"), []), {}),
            "create_routine": ((bigquery.Routine("x.y.z"),), {}),
            "create_job": (({"query": {"query": "select 1"}},), {}),
            "set_iam_policy": ((table(), Policy()), {}),
            "get_routine": (("x.y.z",), {}),
            "insert_rows_from_dataframe": ((table(), FRAME), {}),
            "load_table_from_dataframe": ((FRAME, table()), {}),
        },
    ),
    Sweep("google.cloud.bigquery.QueryJob", at(job(query={"query": "select 1"})), {"retry": None}),
    Sweep("google.cloud.bigquery.LoadJob", at(job(load={"destinationTable": TABLE})), {"retry": None}),
    Sweep(
        "google.cloud.bigquery.CopyJob",
        at(job(copy={"sourceTable": TABLE, "destinationTable": TABLE})),
        {"retry": None},
    ),
    Sweep("google.cloud.bigquery.ExtractJob", at(job(extract={"sourceTable": TABLE})), {"retry": None}),
    Sweep("google.cloud.bigquery.table.RowIterator", at(rows)),
    Sweep("google.cloud.bigquery.dbapi.Cursor", at(cursor), {"operation": "select 1", "seq_of_parameters": [None]}),
]
