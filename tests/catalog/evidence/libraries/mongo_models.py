"""MongoEngine and Beanie on a server of ours that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import beanie
import bson
import mongoengine
import pydantic
import pymongo
from evidence.libraries.mongodb import url
from evidence.mongo import KEY, documents
from evidence.sweep import Subject, Sweep
from evidence.world import World

# ---- MongoEngine


class Thing(mongoengine.Document):
    name = mongoengine.StringField()
    part = mongoengine.ReferenceField("self")
    meta = {
        "auto_create_index": False,
        "strict": False,
        "indexes": ["name"],
    }  # Else the first use of the class asks the server.


def mongo(use: Callable[[], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with documents(world) as (host, port):
            mongoengine.disconnect_all()
            mongoengine.connect("db", host=url(host, port)).admin.command("ping")
            yield use()
            mongoengine.disconnect_all()

    return subject


def thing() -> Any:
    return Thing(id=KEY, name="x", part=bson.DBRef("thing", KEY))


def changed() -> Any:
    """An object whose part has changed, too."""
    whole = Thing(id=KEY, name="x", part=Thing(id=KEY, name="x"))
    whole.part.name = "y"
    return whole


NOWHERE = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"


def first_connection(world: World) -> object:
    mongoengine.disconnect_all()
    return mongoengine.connect("db", host=NOWHERE)


def connection(use: Callable[[], object]) -> Callable[[World], object]:
    def case(world: World) -> object:
        mongoengine.disconnect_all()
        mongoengine.register_connection("default", host=NOWHERE)
        return use()

    return case


SILENT = {
    "mongoengine.connect": first_connection,
    "mongoengine.register_connection": connection(lambda: None),
    "mongoengine.get_connection": connection(mongoengine.get_connection),
    "mongoengine.get_db": connection(mongoengine.get_db),
}
QUERY = {
    "spec": {}, "q_obj": None, "query": {}, "object_id": KEY, "object_ids": [KEY], "keys": (), "fields": (), "pipeline": [], "field": "name",
}  # fmt: skip
SET = ((), {"set__name": "y"})
QUERIES = {
    "update": SET, "update_one": SET, "upsert_one": SET, "modify": SET, "get": ((), {}), "with_id": ((KEY,), {}), "__getitem__": ((0,), {}),
    "insert": ((Thing(name="x"),), {}), "filter": ((), {"name": "x"}), "using": (("default",), {}),
    "read_concern": (({"level": "local"},), {}), "read_preference": ((pymongo.ReadPreference.PRIMARY,), {}),
}  # fmt: skip

# ---- Beanie


class Item(beanie.Document):
    name: str = "x"
    size: int = 1
    part: beanie.Link[Item] | None = None
    model_config = pydantic.ConfigDict(extra="allow")

    class Settings:
        use_state_management = True


def on_beanie(use: Callable[[], Any]) -> Subject:
    """What becomes of Beanie's classes, once they are known to it."""
    held = []

    def subject(world: World) -> Iterator[object]:
        with documents(world) as (host, port):

            async def ready() -> Any:
                client: Any = pymongo.AsyncMongoClient(url(host, port))
                held[:] = [client]
                await beanie.init_beanie(client.db, document_models=[Item])
                return use()

            yield lambda: ready()

    return subject


def item() -> Any:
    return Item(id=KEY, part=beanie.Link(bson.DBRef("Item", KEY), Item))


def changed_item() -> Any:
    made = item()
    made._save_state()
    made.name = "y"
    return made


def initializing(world: World) -> Iterator[Callable[[], object]]:
    async def call(client: Any) -> None:
        await beanie.init_beanie(client.db, document_models=[Item])

    with documents(world) as (host, port):
        yield lambda: call(pymongo.AsyncMongoClient(url(host, port)))


def writing() -> Any:
    writer = beanie.BulkWriter()
    writer.add_operation(Item, pymongo.InsertOne({}))
    return writer


def on_new(method: str) -> Subject:
    """A method of the class that wants objects."""
    return on_beanie(lambda: SimpleNamespace(**{method: lambda: getattr(Item, method)(*wanted(method))}))


def wanted(method: str) -> tuple[object, ...]:
    return (Item(),) if method == "insert_one" else ([Item(id=KEY)],)


def upserting(query: Callable[[], Any]) -> Subject:
    return on_beanie(
        lambda: SimpleNamespace(upsert=lambda: query().upsert({"$set": {"name": "y"}}, on_insert=Item(name="z")))
    )


def replacing() -> Any:
    return SimpleNamespace(replace_one=lambda: Item.find_one({}).replace_one(Item(name="z")))


ASYNC = {"beanie.init_beanie": initializing}
UPDATE = (({"$set": {"name": "y"}},), {})
FIELD = (("size",), {})
BEANIE = {
    "__aexit__": ((None, None, None), {}),
    **dict.fromkeys(("update", "update_one", "update_many", "update_all"), UPDATE),
    **dict.fromkeys(("distinct", "sum", "avg", "max", "min"), FIELD),
    **dict.fromkeys(("find", "find_one", "find_many"), (({},), {})),
    **dict.fromkeys(("set", "inc"), (({"size": 2},), {})),
    "current_date": (({"made": True},), {}), "get": ((KEY,), {}), "fetch_link": (("part",), {}), "aggregate": (([],), {}),
    "project": ((Item,), {}), "sort": (("size",), {}), "skip": ((1,), {}), "limit": ((1,), {}), "set_session": ((), {}),
    **dict.fromkeys(
        (
            "insert", "create", "save", "save_changes", "replace", "sync", "delete", "fetch_all_links", "count", "delete_all",
            "inspect_collection", "delete_many", "delete_one", "exists", "first_or_none", "to_list", "find_all", "all",
        ),
        ((), {}),
    ),
}  # fmt: skip
FIND = "beanie.odm.queries.find."
SWEEPS = [
    Sweep("mongoengine.QuerySet", mongo(lambda: Thing.objects), QUERY, QUERIES),
    Sweep("mongoengine.Document", mongo(thing), QUERY, {"modify": SET, "update": SET, "select_related": ((), {}), "create_index": (("name",), {})}, own={"cascade_save": mongo(changed)}),
    Sweep(
        "beanie.Document",
        on_beanie(item),
        calls=BEANIE,
        own={
            **{method: on_new(method) for method in ("insert_one", "insert_many", "replace_many")},
            "save_changes": on_beanie(changed_item),
        },
    ),
    Sweep(f"{FIND}FindMany", on_beanie(lambda: Item.find({})), calls=BEANIE, own={"upsert": upserting(lambda: Item.find({}))}),
    Sweep(
        f"{FIND}FindOne",
        on_beanie(lambda: Item.find_one({})),
        calls=BEANIE,
        own={"upsert": upserting(lambda: Item.find_one({})), "replace_one": on_beanie(replacing)},
    ),
    Sweep("beanie.odm.queries.aggregation.AggregationQuery", on_beanie(lambda: Item.aggregate([])), calls=BEANIE),
    Sweep("beanie.BulkWriter", on_beanie(writing), calls=BEANIE, prompt=["__aenter__"]),
]  # fmt: skip
