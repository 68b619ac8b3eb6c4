"""A Kafka cluster of one broker: the mock inside librdkafka, and a relay to it whose answers come late.

The relay speaks of itself where the mock speaks of its own address, says that it knows requests which the mock does not know, and answers
those late with nothing sensible.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import struct
import threading
import time
from collections.abc import Iterator

import confluent_kafka
from evidence.world import Address, World

TOPIC = "evidence"
"""There is one, with something in it."""
API_VERSIONS, NEWEST, UNKNOWN_VERSION = 18, 2, 35
"""Key of the request that asks for all keys; its newest version that the mock knows; the answer to newer ones."""
KEYS = 93
"""How many keys of requests there are in the protocol."""


@functools.cache
def _mock() -> tuple[object, Address]:
    """The mock lives as long as the producer that has it."""
    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock", "log_level": 0})
    producer.produce(TOPIC, b"x", partition=0)
    producer.flush(10)
    broker = next(iter(producer.list_topics(timeout=10).brokers.values()))
    return producer, (broker.host, broker.port)


@contextlib.contextmanager
def kafka(world: World) -> Iterator[str]:
    """``host:port`` of a broker that answers late whatever is asked after the measured call has begun."""
    _, mock = _mock()

    def talk(client: socket.socket) -> None:
        with socket.create_connection(mock) as broker:
            late = _Late(world, client, mock[1], client.getsockname()[1])
            threading.Thread(target=late.relay_answers, args=(broker,), daemon=True).start()
            for frame in _frames(client):
                late.heard(frame)
                key, version, correlation = struct.unpack_from(">hhi", frame)
                if key == API_VERSIONS and version > NEWEST:
                    late.say(struct.pack(">ihihhh", correlation, UNKNOWN_VERSION, 1, API_VERSIONS, 0, NEWEST))
                elif key in late.unknown:
                    late.say(struct.pack(">i", correlation) + bytes(64))
                else:
                    late.asked[correlation] = key, version
                    broker.sendall(struct.pack(">i", len(frame)) + frame)

    with world.server(talk) as (host, port):
        yield f"{host}:{port}"


class _Late:
    """What goes back to a client, in the order of what it asked."""

    def __init__(self, world: World, client: socket.socket, port: int, here: int) -> None:
        self.world, self.client = world, client
        self.port, self.here = struct.pack(">i", port), struct.pack(">i", here)
        self.unknown: frozenset[int] = frozenset()
        self.asked: dict[int, tuple[int, int]] = {}
        self.due = 0.0

    def heard(self, frame: bytes) -> None:
        if self.world.begun.is_set():
            self.world.reached.set()
            self.due = time.monotonic() + self.world.delay

    def say(self, answer: bytes) -> None:
        time.sleep(max(0.0, self.due - time.monotonic()))
        self.client.sendall(struct.pack(">i", len(answer)) + answer)

    def relay_answers(self, broker: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for answer in _frames(broker):
                key, version = self.asked.pop(struct.unpack_from(">i", answer)[0], (0, 0))
                self.say(self._with_all_keys(answer) if key == API_VERSIONS else answer.replace(self.port, self.here))

    def _with_all_keys(self, answer: bytes) -> bytes:
        correlation, error, count = struct.unpack_from(">ihi", answer)
        known = {key: (low, high) for key, low, high in struct.iter_unpack(">hhh", answer[10 : 10 + 6 * count])}
        self.unknown = frozenset(range(KEYS)) - set(known)
        keys = {**dict.fromkeys(self.unknown, (0, 9)), **known}
        rows = b"".join(struct.pack(">hhh", key, *versions) for key, versions in sorted(keys.items()))
        return struct.pack(">ihi", correlation, error, len(keys)) + rows + answer[10 + 6 * count :]


def _frames(source: socket.socket) -> Iterator[bytes]:
    """What is said, piece by piece; each is preceded by its length."""
    with source.makefile("rb") as stream, contextlib.suppress(OSError):
        while len(size := stream.read(4)) == 4:
            yield stream.read(struct.unpack(">i", size)[0])
