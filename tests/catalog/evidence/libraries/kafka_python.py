"""kafka-python against a Kafka broker that answers late."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import kafka
import kafka.admin
from evidence.arguments import Arguments
from evidence.kafka import kafka as late_broker
from evidence.subjects import using
from evidence.sweep import Subject, Sweep
from evidence.world import World
from kafka.admin import OffsetSpec
from kafka.structs import OffsetAndMetadata
from kafka.structs import TopicPartition as Partition

Case = Callable[[World], Iterator[Callable[[], object]]]
TOPIC = "evidence"
PART = Partition(TOPIC, 0)


def of(make: Callable[[str], Any]) -> Subject:
    """A client that is connected already."""

    def subject(world: World) -> Iterator[object]:
        with late_broker(world) as address:
            client = make(address)
            yield client
            if isinstance(client, kafka.KafkaAdminClient):
                client.close()
            else:
                with contextlib.suppress(Exception):
                    client.close(**{"timeout" if isinstance(client, kafka.KafkaProducer) else "timeout_ms": 0})

    return subject


def connecting(make: Callable[[str], Any]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with late_broker(world) as address:
            yield lambda: make(address)

    return case


def producer(address: str) -> kafka.KafkaProducer:
    return kafka.KafkaProducer(bootstrap_servers=address)


def sent(address: str) -> Any:
    """A producer that has something to send, and sends it in a while."""
    client = kafka.KafkaProducer(bootstrap_servers=address, linger_ms=100)
    client.partitions_for(TOPIC)
    client.send(TOPIC, b"x")
    return client


def transactional(*steps: str) -> Callable[[str], Any]:
    def make(address: str) -> Any:
        client = kafka.KafkaProducer(bootstrap_servers=address, transactional_id=f"evidence{len(steps)}")
        for step in steps:
            getattr(client, step)()
        if "begin_transaction" in steps:
            client.send(TOPIC, b"x")
        return client

    return make


def consumer(address: str) -> kafka.KafkaConsumer:
    client = kafka.KafkaConsumer(bootstrap_servers=address, group_id="evidence")
    client.assign([PART])
    return client


def read(address: str) -> kafka.KafkaConsumer:
    """A consumer that has read something, and says so when it is closed."""
    client = consumer(address)
    client.seek(PART, 0)
    return client


def free(address: str) -> kafka.KafkaConsumer:
    return kafka.KafkaConsumer(bootstrap_servers=address, group_id="free")


def filled(address: str) -> kafka.KafkaConsumer:
    """A consumer of a topic in which there is something."""
    with kafka.KafkaProducer(bootstrap_servers=address) as client:
        client.send(TOPIC, b"x", partition=0).get(5)
    found = kafka.KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")
    found.assign([PART])
    return found


def admin(address: str) -> kafka.KafkaAdminClient:
    return kafka.KafkaAdminClient(bootstrap_servers=address)


def ended(client: Any) -> object:
    return client.__exit__(None, None, None)


TIMES = {PART: 1}
BLOCKING: dict[str, Any] = {
    "kafka.KafkaProducer": connecting(producer),
    "kafka.KafkaConsumer": connecting(free),
    "kafka.KafkaAdminClient": connecting(admin),
    "kafka.KafkaProducer.send": using(of(producer), lambda client: client.send(f"unseen-{time.time_ns()}", b"x")),
    "kafka.KafkaProducer.flush": using(of(sent), lambda client: client.flush()),
    "kafka.KafkaProducer.close": using(of(sent), lambda client: client.close()),
    "kafka.KafkaProducer.__exit__": using(of(sent), ended),
    "kafka.KafkaProducer.init_transactions": using(of(transactional()), lambda client: client.init_transactions()),
    "kafka.KafkaProducer.commit_transaction": using(
        of(transactional("init_transactions", "begin_transaction")), lambda client: client.commit_transaction()
    ),
    "kafka.KafkaProducer.abort_transaction": using(
        of(transactional("init_transactions", "begin_transaction")), lambda client: client.abort_transaction()
    ),
    "kafka.KafkaProducer.send_offsets_to_transaction": using(
        of(transactional("init_transactions", "begin_transaction")),
        lambda client: client.send_offsets_to_transaction({PART: OffsetAndMetadata(0, "", -1)}, "evidence"),
    ),
    "kafka.producer.future.FutureRecordMetadata.get": using(
        of(producer), lambda client: client.send(TOPIC, b"x").get(5)
    ),
    "kafka.KafkaConsumer.__iter__": using(of(filled), lambda client: next(iter(client))),
    "kafka.KafkaConsumer.__next__": using(of(filled), next),
    "kafka.KafkaConsumer.close": using(of(read), lambda client: client.close()),
    "kafka.KafkaConsumer.__exit__": using(of(read), ended),
    "kafka.KafkaConsumer.poll": using(of(consumer), lambda client: client.poll(timeout_ms=100)),
}
SILENT: dict[str, Any] = {
    "kafka.KafkaProducer.begin_transaction": using(
        of(transactional("init_transactions")), lambda client: client.begin_transaction()
    ),
    "kafka.KafkaConsumer.subscribe": using(of(free), lambda client: client.subscribe([TOPIC])),
}
RESOURCE = kafka.admin.ConfigResource("TOPIC", TOPIC, {"retention.ms": "1"})
PATTERN = kafka.admin.ResourcePattern(kafka.admin.ResourceType.TOPIC, TOPIC)
RULE = ("User:x", "*", kafka.admin.ACLOperation.READ, kafka.admin.ACLPermissionType.ALLOW)
ADMIN = {
    "topic_names": ["x"],
    "timeout_ms": 500,
    "config_resources": [RESOURCE],
    "acls": [kafka.admin.ACL(*RULE, PATTERN)],
    "acl_filters": [kafka.admin.ACLFilter(*RULE, PATTERN)],
    "acl_filter": kafka.admin.ACLFilter(*RULE, PATTERN),
    "topic_partitions": {TOPIC: [0]},
    "records_to_delete": {PART: 0},
    "partitions": [PART],
    "topic_partition_specs": {PART: OffsetSpec.LATEST},
    "offset_specs": {PART: OffsetSpec.LATEST},
    "spec": kafka.admin.AbortTransactionSpec(PART, 1, 1),
    "reassignments": {PART: [1]},
    "replica_assignments": {(TOPIC, 0, 1): "/x"},
    "alterations": [kafka.admin.UserScramCredentialDeletion("x", kafka.admin.ScramMechanism.SCRAM_SHA_256)],
}
ADMIN_CALLS: dict[str, Arguments] = {"create_partitions": (({TOPIC: 8},), {})}
SWEEPS = [
    Sweep(
        "kafka.KafkaConsumer",
        of(consumer),
        {
            "partition": PART,
            "partitions": [PART],
            "offset": 0,
            "offsets": {PART: OffsetAndMetadata(0, "", -1)},
            "timestamps": TIMES,
            "topic": "another",
        },
        {"pause": ((PART,), {}), "resume": ((PART,), {})},
    ),
    Sweep("kafka.KafkaProducer", of(producer), {"topic": "another"}),
    Sweep("kafka.KafkaAdminClient", of(admin), ADMIN, ADMIN_CALLS),
]
