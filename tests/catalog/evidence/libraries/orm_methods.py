"""Every method of the ORMs' queries, managers and models, over PostgreSQL that answers late: Peewee, Tortoise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import asyncpg
import peewee
import playhouse.pwasyncio
import psycopg2
import tortoise
from evidence import servers
from evidence.libraries.orms import Event, Person, Pet, proxy
from evidence.servers import slowly
from evidence.subjects import served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

DRIVERS = (asyncpg, psycopg2)
"""Imported here so that no case measures an import."""

# ---- Peewee and Tortoise


def of_peewee(use: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            where = {"host": host, "port": port, "sslmode": "disable", "gssencmode": "disable"}
            database = peewee.PostgresqlDatabase("evidence", user="evidence", **where)
            proxy.initialize(database)
            for model in (Person, Pet):
                model._meta.set_database(proxy)
            database.create_tables([Person, Pet])
            Person.insert(id=1).on_conflict_ignore().execute()
            yield use(database)
            while database.in_transaction():
                database.session_rollback()
            database.close()

    return subject


def entered(database: Any) -> Any:
    database.__enter__()
    database.execute_sql("select 1")
    return database


def begun(database: Any) -> Any:
    database.session_start()
    database.execute_sql("select 1")
    return database


def asynchronous_peewee(world: World) -> Iterator[object]:
    """Peewee over asyncpg, which a greenlet waits for."""
    with slowly(world, servers.postgresql()) as (host, port):
        made = playhouse.pwasyncio.AsyncPostgresqlDatabase("evidence", user="evidence", host=host, port=port, ssl=False)

        class Thing(peewee.Model):
            class Meta:
                database = made

        async def make() -> Any:
            await made.aconnect()
            return Thing.select()

        yield lambda: make()


def of_tortoise(use: Callable[[], Any]) -> Subject:
    async def made(host: str, port: int) -> Any:
        where = {"host": host, "port": port, "user": "evidence", "password": "", "database": "evidence", "ssl": False}
        connections = {"default": {"engine": "tortoise.backends.asyncpg", "credentials": where}}
        apps = {"models": {"models": [Event.__module__], "default_connection": "default"}}
        await tortoise.Tortoise.init(config={"connections": connections, "apps": apps})
        await tortoise.Tortoise.generate_schemas()
        await Event.get_or_create(id=1)
        made = use()
        return await made if inspect.iscoroutine(made) else made

    return served_inside(servers.postgresql, made)


PEEWEE = {
    "sql": "select 1", "models": [Person], "table": "person", "name": "x", "query": {"name": "x"}, "insert": {"name": "x"}, "columns": (),
    "expressions": (Person.id == 1,), "values": (Person.id,), "fields": (Person.id,), "rows": [{"name": "x"}], "dest": Person, "pk": 1,
    "model_list": [], "field_dict": {"name": "x"}, "data": [{"name": "x"}], "args": (), "kwargs": {}, "value": 1, "page": 1, "database": proxy,
}  # fmt: skip


async def event() -> Any:
    return await Event.get(id=1)


async def with_event(method: str, *given: object) -> Any:
    """A method of the class that wants objects."""
    one = await event()
    return SimpleNamespace(**{method: lambda: getattr(Event, method)([one], *given)})


async def new_events() -> Any:
    return SimpleNamespace(bulk_create=lambda: Event.bulk_create([Event(id=8)]))


async def with_query(method: str) -> Any:
    one = Event(id=7) if method == "bulk_create" else await event()
    fields = [] if method == "bulk_create" else [["text"]]
    return SimpleNamespace(**{method: lambda: getattr(Event.all(), method)([one], *fields)})


IS_ONE = ((Person.id == 1,), {})
SELECTS = {
    "where": IS_ONE, "orwhere": IS_ONE, "having": IS_ONE, "alias": (("x",), {}), "paginate": ((1,), {}), "join": ((Pet,), {}),
    "prefetch": ((Pet,), {}),
}  # fmt: skip
MODELS = {
    "drop_table": ((), {"safe": True}), "bulk_create": (([Person(name="x")],), {}), "set_by_id": ((1, {"name": "y"}), {}),
}  # fmt: skip
NEWEST = {
    "latest": (("id",), {}),
    "earliest": (("id",), {}),
    "in_bulk": (([1], "id"), {}),
}
EVENTS = {
    "fetch_related": (("tickets",), {}), "refresh_from_db": ((), {}), "update_from_dict": (({},), {}), **NEWEST,
}  # fmt: skip
SWEEPS = [
    Sweep("peewee.ModelSelect", of_peewee(lambda database: Person.select()), PEEWEE, SELECTS),
    Sweep("peewee.ModelInsert", of_peewee(lambda database: Person.insert(name="x")), PEEWEE),
    Sweep("peewee.ModelUpdate", of_peewee(lambda database: Person.update(name="x")), PEEWEE, SELECTS),
    Sweep("peewee.ModelDelete", of_peewee(lambda database: Person.delete().where(Person.id == 99)), PEEWEE),
    Sweep("peewee.Model", of_peewee(lambda database: Person), PEEWEE, MODELS),
    Sweep("peewee.Database", of_peewee(lambda database: database), PEEWEE, {"execute": ((Person.select(),), {})}, own={"__exit__": of_peewee(entered), **{name: of_peewee(begun) for name in ("session_commit", "session_rollback")}}),
    Sweep("peewee.BaseQuery", asynchronous_peewee, kinds=["ASYNC"]),
    Sweep(
        "tortoise.models.Model",
        of_tortoise(lambda: Event),
        {"args": (), "id": 1},
        EVENTS,
        own={
            **{method: of_tortoise(event) for method in ("fetch_related", "refresh_from_db", "update_from_dict")},
            "fetch_for_list": of_tortoise(lambda: with_event("fetch_for_list", "tickets")),
            "bulk_create": of_tortoise(new_events),
            "bulk_update": of_tortoise(lambda: with_event("bulk_update", ["text"])),
        },
    ),
    Sweep(
        "tortoise.queryset.QuerySet",
        of_tortoise(lambda: Event.all()),
        {"args": (), "orderings": ("id",), "fields": ("id",), "fields_": ("id",)},
        NEWEST,
        own={method: of_tortoise(lambda method=method: with_query(method)) for method in ("bulk_create", "bulk_update")},
    ),
    Sweep("tortoise.queryset.QuerySetSingle", of_tortoise(lambda: Event.first()), {"args": (), "fields": ("id",), "fields_": ("id",)}),
    Sweep("tortoise.Tortoise", of_tortoise(lambda: tortoise.Tortoise)),
]  # fmt: skip
