"""ORMs over PostgreSQL that answers late: Peewee, Django, Tortoise, Pony, databases."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import databases
import django
import django.conf
import peewee
import pony.orm
import psycopg2
import sqlalchemy_utils
import tortoise
import tortoise.fields
import tortoise.models
import tortoise.transactions
from evidence import servers
from evidence.servers import slowly
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
DRIVERS = (asyncpg, psycopg2)
"""Imported here so that no case measures an import."""
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
"""Else Django refuses to be called where a loop runs: the call could not be measured."""

# ---- Peewee

proxy = peewee.DatabaseProxy()


class Person(peewee.Model):
    name = peewee.CharField(default="")

    class Meta:
        database = proxy


class Pet(peewee.Model):
    owner = peewee.ForeignKeyField(Person, backref="pets")

    class Meta:
        database = proxy


def with_peewee(use: Callable[[Any], object], warm: bool = True) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            database = peewee.PostgresqlDatabase(
                "evidence", user="evidence", host=host, port=port, sslmode="disable", gssencmode="disable"
            )
            proxy.initialize(database)
            database.create_tables([Person, Pet])
            Person.insert(id=1).on_conflict_ignore().execute()
            if not warm:
                database.close()
            yield lambda: use(database)
            database.close()

    return case


def entered(manager: Any) -> None:
    with manager:
        pass


def rows() -> Any:
    return Person.select().order_by(Person.id)


# ---- Django


def with_django(use: Callable[[Any], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            note = django_model(host, port)
            yield lambda: use(note)
            from django.db import connection

            connection.close()

    return case


def django_model(host: str, port: int) -> Any:
    settings = {
        "ENGINE": "django.db.backends.postgresql", "NAME": "evidence", "USER": "evidence", "HOST": host, "PORT": port,
        "OPTIONS": {"sslmode": "disable", "gssencmode": "disable"},
    }  # fmt: skip
    if not django.conf.settings.configured:
        applications = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
        django.conf.settings.configure(
            DATABASES={"default": settings},
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
            INSTALLED_APPS=applications,
            ADMINS=[("Admin", "admin@example.org")],
            MANAGERS=[("Manager", "manager@example.org")],
            SECRET_KEY="evidence",
        )
        django.setup()
    from django.apps import apps
    from django.db import connection, models

    connection.settings_dict |= settings
    connection.close()
    known = apps.all_models["evidence"].get("note")
    fields = {"text": models.CharField(max_length=9, default=""), "made": models.DateTimeField(null=True)}
    constraints = [models.UniqueConstraint(fields=["id", "text"], name="one")]
    options = {"app_label": "evidence", "constraints": constraints}
    meta = {"__module__": __name__, "Meta": type("Meta", (), options)}
    note = known or type("Note", (models.Model,), meta | fields)
    with connection.schema_editor() as editor, contextlib.suppress(Exception):
        editor.create_model(note)
    note.objects.get_or_create(id=1)
    return note


def atomic() -> None:
    from django.db import transaction

    with transaction.atomic():
        pass


def cursor_execute() -> Callable[[Any], object]:
    def use(note: Any) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select 1")

    return use


# ---- Tortoise, databases, Pony


class Event(tortoise.models.Model):
    id = tortoise.fields.IntField(primary_key=True)
    text = tortoise.fields.CharField(max_length=9, default="")


class Ticket(tortoise.models.Model):
    id = tortoise.fields.IntField(primary_key=True)
    event: Any = tortoise.fields.ForeignKeyField("models.Event", related_name="tickets")


def with_tortoise(use: Callable[[], Any]) -> Case:
    async def call(host: str, port: int) -> None:
        url = f"asyncpg://evidence@{host}:{port}/evidence?ssl=disable"
        await tortoise.Tortoise.init(db_url=url, modules={"models": [__name__]})
        await tortoise.Tortoise.generate_schemas()
        await use()
        await tortoise.Tortoise.close_connections()

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            yield lambda: call(host, port)

    return case


async def created() -> None:
    event = await Event.create()
    await event.save()
    await Event.filter(id=event.id).first()
    async for each in Event.all():
        await each.delete()


async def in_transaction() -> None:
    async with tortoise.transactions.in_transaction():
        await Event.create()


def with_databases(use: Callable[[Any], Any]) -> Case:
    async def call(host: str, port: int) -> None:
        async with databases.Database(f"postgresql+asyncpg://evidence@{host}:{port}/evidence?ssl=disable") as database:
            await use(database)

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            yield lambda: call(host, port)

    return case


async def in_databases_transaction(database: Any) -> None:
    async with database.transaction():
        await database.fetch_all("select 1")


async def of_two_ends(database: Any) -> None:
    """What ``async with`` does, by hand."""
    transaction = await database.transaction()
    await transaction.commit()
    transaction = await database.transaction().start()
    await transaction.rollback()


async def iterated(it: Any) -> None:
    async for _ in it.iterate("select 1"):
        pass


def on_connection(use: Callable[[Any], Any]) -> Case:
    async def call(database: Any) -> None:
        async with database.connection() as connection:
            await use(connection)

    return with_databases(call)


async def opened_and_closed(database: Any) -> None:
    await database.disconnect()
    await database.connect()


def with_pony(use: Callable[[Any], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            database = pony.orm.Database()
            pet = type("Pet", (database.Entity,), {"name": pony.orm.Optional(str)})
            where = {"host": host, "port": port, "sslmode": "disable", "gssencmode": "disable"}
            database.bind("postgres", user="evidence", database="evidence", **where)
            database.generate_mapping(create_tables=True)
            with pony.orm.db_session:
                pet.get(id=99)
                yield lambda: use(pet)

    return case


def url_case(use: Callable[[str], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            yield lambda: use(f"postgresql+psycopg2://evidence@{host}:{port}/evidence")

    return case


STATEMENTS: dict[str, tuple[Any, ...]] = {
    "execute": ("select 1",),
    "execute_many": ("select 1 where 1 = :x", [{"x": 1}]),
    "fetch_all": ("select 1",),
    "fetch_one": ("select 1",),
    "fetch_val": ("select 1",),
}
BLOCKING = {
    "peewee.Database.connect": with_peewee(lambda database: database.connect(), warm=False),
    "peewee.Database.execute_sql": with_peewee(lambda database: database.execute_sql("select 1")),
    "peewee.Database.create_tables": with_peewee(lambda database: database.create_tables([Person])),
    "peewee.Database.atomic": with_peewee(lambda database: entered(database.atomic())),
    "peewee.Database.connection_context": with_peewee(
        lambda database: entered(database.connection_context()), warm=False
    ),
    "peewee.Model.get": with_peewee(lambda database: Person.get(Person.id == 1)),
    "peewee.Model.get_by_id": with_peewee(lambda database: Person.get_by_id(1)),
    "peewee.Model.get_or_none": with_peewee(lambda database: Person.get_or_none(Person.id == 1)),
    "peewee.Model.get_or_create": with_peewee(lambda database: Person.get_or_create(id=1)),
    "peewee.Model.create": with_peewee(lambda database: Person.create()),
    "peewee.Model.save": with_peewee(lambda database: Person(name="x").save()),
    "peewee.Model.delete_instance": with_peewee(lambda database: Person(id=99).delete_instance()),
    "peewee.Model.table_exists": with_peewee(lambda database: Person.table_exists()),
    "peewee.BaseQuery.execute": with_peewee(lambda database: Person.update(name="x").execute()),
    "peewee.BaseQuery.iterator": with_peewee(lambda database: list(rows().iterator())),
    "peewee.ModelSelect.__iter__": with_peewee(lambda database: list(rows())),
    "peewee.ModelSelect.__len__": with_peewee(lambda database: len(rows())),
    "peewee.ModelSelect.__getitem__": with_peewee(lambda database: rows()[0]),
    "peewee.ModelSelect.count": with_peewee(lambda database: rows().count()),
    "peewee.ModelSelect.exists": with_peewee(lambda database: rows().exists()),
    "peewee.ModelSelect.first": with_peewee(lambda database: rows().first()),
    "peewee.ModelSelect.get": with_peewee(lambda database: rows().get()),
    "peewee.ModelSelect.scalar": with_peewee(lambda database: rows().scalar()),
    "django.db.models.QuerySet.__iter__": with_django(lambda note: list(note.objects.all())),
    "django.db.models.QuerySet.first": with_django(lambda note: note.objects.all().first()),
    "django.db.models.QuerySet.count": with_django(lambda note: note.objects.all().count()),
    "django.db.models.QuerySet.exists": with_django(lambda note: note.objects.all().exists()),
    "django.db.models.QuerySet.delete": with_django(lambda note: note.objects.filter(id=99).delete()),
    "django.db.models.QuerySet.iterator": with_django(lambda note: list(note.objects.all().iterator())),
    "django.db.models.QuerySet.__len__": with_django(lambda note: len(note.objects.all())),
    "django.db.models.QuerySet.__getitem__": with_django(lambda note: note.objects.order_by("id")[0]),
    "django.db.models.Manager.get": with_django(lambda note: note.objects.get(id=1)),
    "django.db.models.Manager.create": with_django(lambda note: note.objects.create()),
    "django.db.models.Manager.bulk_create": with_django(lambda note: note.objects.bulk_create([note()])),
    "django.db.models.Manager.update_or_create": with_django(lambda note: note.objects.update_or_create(id=1)),
    "django.db.models.Model.save": with_django(lambda note: note().save()),
    "django.db.models.Model.refresh_from_db": with_django(lambda note: note(id=1).refresh_from_db()),
    "django.db.transaction.atomic": with_django(lambda note: atomic()),
    "django.db.backends.utils.CursorWrapper.execute": with_django(cursor_execute()),
    "pony.orm.core.Query.first": with_pony(lambda pet: pet.select().first()),
    "pony.orm.core.Query.count": with_pony(lambda pet: pet.select().count()),
    "pony.orm.core.Query.__iter__": with_pony(lambda pet: list(pet.select())),
    "pony.orm.core.Entity.get": with_pony(lambda pet: pet.get(id=12)),
    "sqlalchemy_utils.database_exists": url_case(sqlalchemy_utils.database_exists),
    "sqlalchemy_utils.create_database": url_case(lambda url: sqlalchemy_utils.create_database(url + "_new")),
    "sqlalchemy_utils.drop_database": url_case(lambda url: sqlalchemy_utils.drop_database(url + "_absent")),
}
SILENT = {
    "databases.Database.connection": lambda world: databases.Database("postgresql+asyncpg://127.0.0.1/x").connection(),
    "databases.Database.transaction": lambda world: databases.Database(
        "postgresql+asyncpg://127.0.0.1/x"
    ).transaction(),
    "peewee.Model.select": with_peewee(lambda database: Person.select().where(Person.id == 1).order_by(Person.id)),
    "peewee.Model.update": with_peewee(lambda database: Person.update(name="x").where(Person.id == 1)),
    "django.db.models.QuerySet.filter": with_django(lambda note: note.objects.filter(id=1).order_by("id")),
    "pony.orm.core.Query.filter": with_pony(lambda pet: pet.select().filter(name="x")),
}
ASYNC = {
    "tortoise.models.Model.create": with_tortoise(created),
    "tortoise.models.Model.save": with_tortoise(created),
    "tortoise.models.Model.delete": with_tortoise(created),
    "tortoise.queryset.QuerySet.first": with_tortoise(created),
    "tortoise.queryset.QuerySet.__aiter__": with_tortoise(created),
    "tortoise.transactions.in_transaction": with_tortoise(in_transaction),
    "databases.Database.connect": with_databases(opened_and_closed),
    "databases.Database.disconnect": with_databases(opened_and_closed),
    "databases.Database.__aenter__": with_databases(lambda database: database.execute("select 1")),
    "databases.Database.__aexit__": with_databases(lambda database: database.execute("select 1")),
    "databases.core.Connection.__aenter__": on_connection(lambda connection: connection.execute("select 1")),
    "databases.core.Connection.__aexit__": on_connection(lambda connection: connection.execute("select 1")),
    **{
        f"{on}.{method}": at(lambda it, method=method, given=given: getattr(it, method)(*given))
        for on, at in (("databases.Database", with_databases), ("databases.core.Connection", on_connection))
        for method, given in STATEMENTS.items()
    },
    "databases.Database.iterate": with_databases(iterated),
    "databases.core.Connection.iterate": on_connection(iterated),
    "databases.core.Transaction.__aenter__": with_databases(in_databases_transaction),
    "databases.core.Transaction.__aexit__": with_databases(in_databases_transaction),
    **{
        f"databases.core.Transaction.{method}": with_databases(of_two_ends)
        for method in ("__await__", "start", "commit", "rollback")
    },
}
DOCUMENTED: dict[str, list[str]] = {}
