"""Every method of the ORMs' queries, managers and models, over PostgreSQL that answers late: Peewee, Tortoise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import peewee
import psycopg2
import tortoise
from evidence import servers
from evidence.libraries.orms import Event, Person, proxy
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
            Person._meta.set_database(proxy)
            database.create_tables([Person])
            Person.insert(id=1).on_conflict_ignore().execute()
            yield use(database)
            database.close()

    return subject


def of_tortoise(use: Callable[[], Any]) -> Subject:
    async def made(host: str, port: int) -> Any:
        where = {"host": host, "port": port, "user": "evidence", "password": "", "database": "evidence", "ssl": False}
        connections = {"default": {"engine": "tortoise.backends.asyncpg", "credentials": where}}
        apps = {"models": {"models": [Event.__module__], "default_connection": "default"}}
        await tortoise.Tortoise.init(config={"connections": connections, "apps": apps})
        await tortoise.Tortoise.generate_schemas()
        await Event.get_or_create(id=1)
        return use()

    return served_inside(servers.postgresql, made)


PEEWEE = {
    "sql": "select 1", "models": [Person], "table": "person", "name": "x", "query": {"name": "x"}, "insert": {"name": "x"}, "columns": (),
    "expressions": (Person.id == 1,), "values": (Person.id,), "fields": (Person.id,), "rows": [{"name": "x"}], "dest": Person, "pk": 1,
    "model_list": [], "field_dict": {"name": "x"}, "data": [{"name": "x"}], "args": (), "kwargs": {}, "value": 1, "page": 1, "database": proxy,
}  # fmt: skip
SWEEPS = [
    Sweep("peewee.ModelSelect", of_peewee(lambda database: Person.select()), PEEWEE),
    Sweep("peewee.ModelInsert", of_peewee(lambda database: Person.insert(name="x")), PEEWEE),
    Sweep("peewee.ModelUpdate", of_peewee(lambda database: Person.update(name="x")), PEEWEE),
    Sweep("peewee.ModelDelete", of_peewee(lambda database: Person.delete().where(Person.id == 99)), PEEWEE),
    Sweep("peewee.Model", of_peewee(lambda database: Person), PEEWEE, {"drop_table": ((), {"safe": True})}),
    Sweep("peewee.Database", of_peewee(lambda database: database), PEEWEE, apart={"__enter__": "cannot be left alone: the transaction stays open"}),
    Sweep("tortoise.models.Model", of_tortoise(lambda: Event), {"args": (), "id": 1}),
    Sweep("tortoise.queryset.QuerySet", of_tortoise(lambda: Event.all()), {"args": (), "orderings": ("id",), "fields": ("id",), "fields_": ("id",)}),
    Sweep("tortoise.queryset.QuerySetSingle", of_tortoise(lambda: Event.first()), {"args": (), "fields": ("id",), "fields_": ("id",)}),
]  # fmt: skip
