"""confluent-kafka against its own mock, which answers late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ScramMechanism,
    UserScramCredentialDeletion,
)
from confluent_kafka.aio import AIOConsumer, AIOProducer
from evidence.arguments import Arguments
from evidence.kafka import TOPIC, kafka
from evidence.subjects import nobody, nobody_inside, using
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
NOBODY = "127.0.0.1:1"
"""Nothing listens there."""
PART = TopicPartition(TOPIC, 0, 0)


def settings(address: str, **more: object) -> dict[str, object]:
    return {
        "bootstrap.servers": address,
        "log_level": 0,
        **{key.replace("_", "."): value for key, value in more.items()},
    }


def of(make: Callable[[str], Any]) -> Subject:
    """A client that is connected already."""

    def subject(world: World) -> Iterator[object]:
        with kafka(world) as address:
            client = make(address)
            yield client

    return subject


def producer(address: str) -> Producer:
    client = Producer(settings(address))
    client.list_topics(timeout=5)
    return client


def sent(address: str) -> Producer:
    """A producer that has something to send, and sends it in a while."""
    client = Producer(settings(address, linger_ms=50))
    client.list_topics(TOPIC, timeout=5)
    client.produce(TOPIC, b"x")
    return client


def transactional(*steps: str) -> Callable[[str], Producer]:
    def make(address: str) -> Producer:
        client = Producer(settings(address, transactional_id=f"evidence{time.time_ns()}"))
        client.list_topics(TOPIC, timeout=5)
        for step in steps:
            getattr(client, step)()
        if "begin_transaction" in steps:
            client.produce(TOPIC, b"x", partition=0)
            client.poll(0.05)
        return client

    return make


def consumer(address: str) -> Consumer:
    client = Consumer(settings(address, group_id="evidence", enable_auto_commit=False, enable_auto_offset_store=False))
    client.list_topics(TOPIC, timeout=5)
    client.assign([PART])
    client.poll(0.3)
    return client


def read(address: str) -> Consumer:
    """A consumer that has something to say when it is closed."""
    client = Consumer(settings(address, group_id="evidence", enable_auto_offset_store=False))
    client.list_topics(TOPIC, timeout=5)
    client.assign([TopicPartition(TOPIC, 0, 0)])
    client.poll(0.3)
    client.store_offsets(offsets=[TopicPartition(TOPIC, 0, 1)])
    return client


def admin(address: str) -> AdminClient:
    client = AdminClient(settings(address))
    client.list_topics(timeout=5)
    return client


def coroutine(make: Callable[[str], Any], use: Callable[[Any], Awaitable[object]]) -> Case:
    """A case that makes an asynchronous client, and awaits something of it."""

    async def call(address: str) -> None:
        client = make(address)
        await use(client)
        await client.close()

    def case(world: World) -> Iterator[Callable[[], object]]:
        with kafka(world) as address:
            yield lambda: call(address)

    return case


def ended(client: Any) -> object:
    return client.__exit__(None, None, None)


GROUP = Consumer(settings(NOBODY, group_id="x")).consumer_group_metadata()
STARTED = ("init_transactions", "begin_transaction")
BLOCKING: dict[str, Any] = {
    "confluent_kafka.Producer.flush": using(of(sent), lambda client: client.flush()),
    "confluent_kafka.Producer.close": using(of(sent), lambda client: client.close()),
    "confluent_kafka.Producer.__exit__": using(of(sent), ended),
    "confluent_kafka.Producer.poll": using(of(sent), lambda client: client.poll(0.5)),
    "confluent_kafka.Producer.list_topics": using(of(producer), lambda client: client.list_topics()),
    "confluent_kafka.Producer.cluster_id": using(
        nobody(lambda: Producer(settings(NOBODY))), lambda client: client.cluster_id(0.1)
    ),
    "confluent_kafka.Producer.init_transactions": using(of(transactional()), lambda client: client.init_transactions()),
    "confluent_kafka.Producer.commit_transaction": using(
        of(transactional(*STARTED)), lambda client: client.commit_transaction()
    ),
    "confluent_kafka.Producer.abort_transaction": using(
        of(transactional(*STARTED)), lambda client: client.abort_transaction()
    ),
    "confluent_kafka.Producer.send_offsets_to_transaction": using(
        of(transactional(*STARTED)),
        lambda client: client.send_offsets_to_transaction([TopicPartition(TOPIC, 0, 1)], GROUP),
    ),
    "confluent_kafka.Consumer.poll": using(
        nobody(lambda: Consumer(settings(NOBODY, group_id="x"))), lambda client: client.poll(0.1)
    ),
    "confluent_kafka.Consumer.consume": using(
        nobody(lambda: Consumer(settings(NOBODY, group_id="x"))), lambda client: client.consume(timeout=0.1)
    ),
    "confluent_kafka.Consumer.close": using(of(read), lambda client: client.close()),
    "confluent_kafka.Consumer.__exit__": using(of(read), ended),
    "confluent_kafka.Consumer.cluster_id": using(
        nobody(lambda: Consumer(settings(NOBODY, group_id="x"))), lambda client: client.cluster_id(0.1)
    ),
    "confluent_kafka.admin.AdminClient.cluster_id": using(
        nobody(lambda: AdminClient(settings(NOBODY))), lambda client: client.cluster_id(0.1)
    ),
    "confluent_kafka.admin.AdminClient.poll": using(of(admin), lambda client: client.poll(0.1)),
}
SILENT: dict[str, Any] = {
    "confluent_kafka.Producer": using(of(lambda address: address), lambda address: Producer(settings(address))),
    "confluent_kafka.Consumer": using(
        of(lambda address: address), lambda address: Consumer(settings(address, group_id="x"))
    ),
    "confluent_kafka.admin.AdminClient": using(
        of(lambda address: address), lambda address: AdminClient(settings(address))
    ),
    "confluent_kafka.Producer.begin_transaction": using(
        of(transactional("init_transactions")), lambda client: client.begin_transaction()
    ),
    "confluent_kafka.Producer.poll": using(of(sent), lambda client: client.poll(0)),
    "confluent_kafka.Consumer.poll": using(of(consumer), lambda client: client.poll(0)),
}
CONSUMER: dict[str, Arguments] = {
    "assign": (([PART],), {}),
    "incremental_assign": (([TopicPartition(TOPIC, 1, 0)],), {}),
    "incremental_unassign": (([PART],), {}),
    "commit": ((), {"offsets": [TopicPartition(TOPIC, 0, 1)], "asynchronous": False}),
    "committed": (([PART], 5), {}),
    "consume": ((), {"timeout": 0.1}),
    "poll": ((0.1,), {}),
    "get_watermark_offsets": ((PART, 5), {}),
    "list_topics": ((), {"timeout": 5}),
    "offsets_for_times": (([TopicPartition(TOPIC, 0, 1)], 5), {}),
    "pause": (([PART],), {}),
    "resume": (([PART],), {}),
    "position": (([PART],), {}),
    "seek": ((PART,), {}),
    "store_offsets": ((), {"offsets": [TopicPartition(TOPIC, 0, 1)]}),
    "subscribe": (([TOPIC],), {}),
    "cluster_id": ((0.1,), {}),
    **dict.fromkeys(("close", "consumer_group_metadata", "unassign", "unsubscribe"), ((), {})),
}
RULE = ("topic", TOPIC, "literal", "User:x", "*", "read", "allow")
ENTRY = ConfigEntry("retention.ms", "1", incremental_operation=AlterConfigOpType.SET)
ADMIN: dict[str, Arguments] = {
    "alter_consumer_group_offsets": (([ConsumerGroupTopicPartitions("x", [PART])],), {}),
    "alter_user_scram_credentials": (([UserScramCredentialDeletion("x", ScramMechanism.SCRAM_SHA_256)],), {}),
    "create_acls": (([AclBinding(*RULE)],), {}),
    "delete_acls": (([AclBindingFilter(*RULE)],), {}),
    "describe_acls": ((AclBindingFilter(*RULE),), {}),
    "incremental_alter_configs": (([ConfigResource("topic", TOPIC, incremental_configs=[ENTRY])],), {}),
    "create_topics": (([NewTopic("x", 1)],), {}),
    "create_partitions": (([NewPartitions(TOPIC, 9)],), {}),
    "delete_records": (([PART],), {}),
    "list_offsets": (({PART: OffsetSpec.latest()},), {}),
}


async def started(address: str) -> Any:
    client = AIOProducer(settings(address))
    await client.list_topics(timeout=5)
    return client


def inside(make: Callable[[str], Awaitable[Any]]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with kafka(world) as address:
            yield lambda: make(address)

    return subject


def idle(make: Callable[[str], Awaitable[Any]]) -> Subject:
    """A client to which nothing is said any more: what it waits for is its own time out."""

    def subject(world: World) -> Iterator[object]:
        with kafka(world) as address:
            world.reached.set()
            yield lambda: make(address)

    return subject


async def assigned(address: str) -> AIOConsumer:
    client = AIOConsumer(
        settings(address, group_id="evidence", enable_auto_commit=False, enable_auto_offset_store=False)
    )
    await client.list_topics(TOPIC, timeout=5)
    await client.assign([PART])
    await client.poll(0.3)
    return client


def in_transaction(*steps: str) -> Callable[[str], Awaitable[AIOProducer]]:
    async def make(address: str) -> AIOProducer:
        client = AIOProducer(settings(address, transactional_id=f"evidence{time.time_ns()}"))
        for step in steps:
            await getattr(client, step)()
        if "begin_transaction" in steps:
            await client.produce(TOPIC, b"x", partition=0)
            await client.flush()
            await asyncio.sleep(0.05)
        return client

    return make


async def offered(address: str) -> AIOProducer:
    client = await started(address)
    await client.produce(TOPIC, b"x")
    return client


LOCAL = (
    "assign", "assignment", "consumer_group_metadata", "incremental_assign", "incremental_unassign", "pause", "position", "resume", "seek",
    "store_offsets", "subscribe", "unassign", "unsubscribe", "__aenter__", "__aexit__", "close", "purge", "produce", "begin_transaction",
)  # fmt: skip
SWEEPS = [
    Sweep(
        "confluent_kafka.Producer",
        of(producer),
        calls={"produce": ((TOPIC, b"x"), {}), "produce_batch": ((TOPIC, [{"value": b"x"}]), {}), "purge": ((), {})},
    ),
    Sweep("confluent_kafka.Consumer", of(consumer), calls=CONSUMER),
    Sweep("confluent_kafka.admin.AdminClient", of(admin), calls=ADMIN),
    Sweep(
        "confluent_kafka.aio.AIOConsumer",
        inside(assigned),
        calls=CONSUMER,
        own=dict.fromkeys(
            ("cluster_id", "consume", "poll"), nobody_inside(lambda: AIOConsumer(settings(NOBODY, group_id="x")))
        ),
        prompt=LOCAL,
    ),
    Sweep(
        "confluent_kafka.aio.AIOProducer",
        inside(started),
        calls={
            "produce": ((TOPIC, b"x"), {}),
            "poll": ((0.1,), {}),
            "list_topics": ((), {"timeout": 5}),
            "cluster_id": ((0.1,), {}),
            "begin_transaction": ((), {}),
            "send_offsets_to_transaction": (([TopicPartition(TOPIC, 0, 1)], GROUP), {}),
        },
        own={
            "init_transactions": inside(in_transaction()),
            "begin_transaction": inside(in_transaction("init_transactions")),
            "commit_transaction": inside(in_transaction(*STARTED)),
            "abort_transaction": inside(in_transaction(*STARTED)),
            "send_offsets_to_transaction": inside(in_transaction(*STARTED)),
            "flush": inside(offered),
            "cluster_id": nobody_inside(lambda: AIOProducer(settings(NOBODY))),
            "poll": idle(started),
        },
        prompt=LOCAL,
    ),
]
