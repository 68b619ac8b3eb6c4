"""aiokafka against librdkafka's mock of a broker, which answers late."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from evidence.kafka import TOPIC, kafka
from evidence.sweep import Subject, Sweep
from evidence.world import World

NOBODY = "127.0.0.1:1"
PART = TopicPartition(TOPIC, 0)


def inside(make: Callable[[str], Awaitable[Any]]) -> Subject:
    """A client that is made inside the loop."""

    def subject(world: World) -> Iterator[object]:
        with kafka(world) as address:
            yield lambda: make(address)

    return subject


async def producer(address: str) -> AIOKafkaProducer:
    client = AIOKafkaProducer(bootstrap_servers=address)
    await client.start()
    return client


async def sent(address: str) -> AIOKafkaProducer:
    """A producer that has something to send, and sends it in a while."""
    client = AIOKafkaProducer(bootstrap_servers=address, linger_ms=20)
    await client.start()
    await client.send(TOPIC, b"x")
    return client


def transactional(*steps: str) -> Callable[[str], Awaitable[AIOKafkaProducer]]:
    async def make(address: str) -> AIOKafkaProducer:
        client = AIOKafkaProducer(bootstrap_servers=address, transactional_id=f"evidence{time.time_ns()}")
        await client.start()
        for step in steps:
            await getattr(client, step)()
        if steps:
            await client.send_and_wait(TOPIC, b"x", partition=0)
        return client

    return make


async def unstarted(address: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=address)


async def consumer(address: str) -> AIOKafkaConsumer:
    client = AIOKafkaConsumer(
        bootstrap_servers=address, group_id="evidence", auto_offset_reset="earliest", enable_auto_commit=False
    )
    client.assign([PART])
    await client.start()
    return client


async def read(address: str) -> AIOKafkaConsumer:
    """A consumer that has something to say when it is stopped."""
    client = AIOKafkaConsumer(bootstrap_servers=address, group_id="read", auto_offset_reset="earliest")
    client.assign([PART])
    await client.start()
    await client.getone()
    return client


async def unstarted_consumer(address: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(TOPIC, bootstrap_servers=address)


async def free(address: str) -> AIOKafkaConsumer:
    client = AIOKafkaConsumer(bootstrap_servers=address)
    await client.start()
    return client


async def admin(address: str) -> AIOKafkaAdminClient:
    client = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=1000)
    await client.start()
    return client


async def unstarted_admin(address: str) -> AIOKafkaAdminClient:
    return AIOKafkaAdminClient(bootstrap_servers=address)


STARTED = ("begin_transaction",)
ENDED = ((None, None, None), {})
LOOP: dict[str, Any] = {
    "aiokafka.AIOKafkaProducer": lambda world: AIOKafkaProducer(bootstrap_servers=NOBODY),
    "aiokafka.AIOKafkaConsumer": lambda world: AIOKafkaConsumer(bootstrap_servers=NOBODY),
}
SWEEPS = [
    Sweep(
        "aiokafka.AIOKafkaProducer",
        inside(producer),
        {"topic": TOPIC, "value": b"x"},
        {
            "__aexit__": ENDED,
            "send_offsets_to_transaction": (({PART: 1}, "evidence"), {}),
            "partitions_for": ((f"unseen{time.time_ns()}",), {}),
        },
        own={
            "start": inside(unstarted),
            "__aenter__": inside(unstarted),
            "stop": inside(sent),
            "__aexit__": inside(sent),
            "flush": inside(sent),
            "begin_transaction": inside(transactional()),
            "commit_transaction": inside(transactional(*STARTED)),
            "abort_transaction": inside(transactional(*STARTED)),
            "send_offsets_to_transaction": inside(transactional(*STARTED)),
        },
        prompt=("begin_transaction", "send"),
    ),
    Sweep(
        "aiokafka.AIOKafkaConsumer",
        inside(consumer),
        {"partition": PART, "partitions": [PART], "offset": 0, "timestamps": {PART: 1}},
        {"__aexit__": ENDED, "commit": (({PART: 1},), {}), "getmany": ((), {"timeout_ms": 300})},
        own={
            "start": inside(unstarted_consumer),
            "__aenter__": inside(unstarted_consumer),
            "stop": inside(read),
            "__aexit__": inside(read),
            "subscribe": inside(free),
        },
    ),
    Sweep(
        "aiokafka.admin.AIOKafkaAdminClient",
        inside(admin),
        {
            "new_topics": [NewTopic("x", 1, 1)],
            "topic_partitions": {TOPIC: NewPartitions(9)},
            "records_to_delete": {PART: RecordsToDelete(1)},
            "config_resources": [ConfigResource(ConfigResourceType.TOPIC, TOPIC, {"retention.ms": "1"})],
        },
        own={"start": inside(unstarted_admin)},
        prompt=("close",),
    ),
]
