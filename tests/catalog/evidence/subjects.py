"""Subjects of sweeps: clients whose other side is slow, ready to be called."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from evidence.servers import slowly
from evidence.sweep import Subject
from evidence.world import Address, World

JSON = "Content-Type: application/json\r\n"


def web(make: Callable[[str], Any], body: bytes = b"{}", headers: str = JSON) -> Subject:
    """The client of a web service. ``make`` gets the address of a server that answers late, and the same to everything."""

    def subject(world: World) -> Iterator[object]:
        with world.http(body=body, headers=headers) as (host, port):
            yield make(f"http://{host}:{port}")

    return subject


def web_inside(make: Callable[[str], Any], body: bytes = b"{}", headers: str = JSON) -> Subject:
    """The same for clients that can only be made while a loop runs."""

    def subject(world: World) -> Iterator[object]:
        with world.http(body=body, headers=headers) as (host, port):
            yield lambda: make(f"http://{host}:{port}")

    return subject


def served(server: Callable[[], Address], make: Callable[[str, int], Any]) -> Subject:
    """The client of a real server, which is spoken to through a relay that holds its answer back."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, server()) as (host, port):
            client = make(host, port)
            yield client
            with contextlib.suppress(Exception):
                closed = client.close()
                if inspect.iscoroutine(closed):
                    closed.close()

    return subject


def served_inside(server: Callable[[], Address], make: Callable[[str, int], Any]) -> Subject:
    """The same for clients that are made, and connected, inside the loop."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, server()) as (host, port):
            yield lambda: make(host, port)

    return subject


def nobody(make: Callable[[], Any]) -> Subject:
    """A client of a server that is not there; what it waits for is its own time out, which must be that of the other side."""

    def subject(world: World) -> Iterator[object]:
        world.reached.set()
        yield make()

    return subject


def nobody_inside(make: Callable[[], Any]) -> Subject:
    """The same for clients that can only be made while a loop runs."""

    def subject(world: World) -> Iterator[object]:
        world.reached.set()
        yield lambda: make()

    return subject


def plain(make: Callable[[World], Any]) -> Subject:
    """Anything that needs no other side."""

    def subject(world: World) -> Iterator[object]:
        yield make(world)

    return subject
