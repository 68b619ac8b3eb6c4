"""What kafka-python called otherwise before version 3."""

from __future__ import annotations

from collections.abc import Iterator

import kafka
from evidence.kafka import kafka as late_broker
from evidence.sweep import Sweep
from evidence.world import World

if not hasattr(kafka.KafkaAdminClient, "list_consumer_groups"):
    raise ImportError("kafka-python before version 3", name="kafka-python<3")


def admin(world: World) -> Iterator[object]:
    with late_broker(world) as address:
        client = kafka.KafkaAdminClient(bootstrap_servers=address, request_timeout_ms=500)
        yield client
        client.close()


SWEEPS = [
    Sweep(
        "kafka.KafkaAdminClient",
        admin,
        {
            "group_ids": ["x"],
            "group_id": "x",
            "group_coordinator_id": 1,
        },
        only=(
            "delete_consumer_groups",
            "describe_consumer_groups",
            "list_consumer_group_offsets",
            "list_consumer_groups",
        ),
    ),
]
