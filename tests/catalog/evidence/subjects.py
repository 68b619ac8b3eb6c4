"""Subjects of sweeps: clients whose other side is slow, ready to be called."""

from __future__ import annotations

import contextlib
import inspect
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

from evidence.claims import owners
from evidence.servers import slowly
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

from fastapi_async_lint.catalog import reality

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


def anywhere(make: Callable[[], Any]) -> Subject:
    """The client of a service whose address is fixed: all names resolve to a server that answers late.

    Where TLS is spoken to it, what it says is no answer; but the client has waited for it by then.
    """

    def subject(world: World) -> Iterator[object]:
        with world.http(body=b"{}", headers=JSON) as address, every_name_is(address):
            yield make()

    return subject


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """Variables of the environment that are as before when it is over."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def every_name_is(address: Address) -> Iterator[None]:
    """All names resolve to that address."""
    look_up = socket.getaddrinfo

    def here(host: Any, port: Any, *arguments: Any, **keywords: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", tuple(address))]

    socket.getaddrinfo = here
    try:
        yield
    finally:
        socket.getaddrinfo = look_up


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


def using(subject: Subject, use: Callable[[Any], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A case of its own about a subject."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.contextmanager(subject)(world) as made:
            yield lambda: use(made)

    return case


def plain(make: Callable[[World], Any]) -> Subject:
    """Anything that needs no other side."""

    def subject(world: World) -> Iterator[object]:
        yield make(world)

    return subject


def anew(make: Callable[..., object], *given: object, **keywords: object) -> Subject:
    """A case, not a subject of a sweep: make a second one. What is read and imported only once is there already."""

    def case(world: World) -> Iterator[object]:
        make(*given, **keywords)
        yield lambda: make(*given, **keywords)

    return case


def sweeps(stem: str, client: Subject, asynchronous: Subject | None = None, **options: Any) -> list[Sweep]:
    """A sweep for every class of a catalog file that an attribute of the client holds, or of an attribute's attribute, and so on.

    ``asynchronous``: the client that is looked at for classes with ``Async`` in their names. ``options``: of the sweeps.
    """
    return [
        Sweep(on, part(asynchronous if asynchronous and "Async" in on else client, on), **options)
        for on in owners(stem)
        if _is_class(on)
    ]


def part(client: Subject, on: str) -> Subject:
    """What a client holds in an attribute (of an attribute) that is an instance of a class; itself, if it is one."""

    def subject(world: World) -> Iterator[object]:
        with contextlib.contextmanager(client)(world) as whole:
            found = find(whole, reality.resolve(on))
            if found is None:
                raise LookupError(f"no attribute holds {on}")
            yield found

    return subject


def find(whole: object, kind: type, depth: int = 6) -> Any:
    """The nearest instance of that very class, along public attributes of objects of the same package."""
    package = type(whole).__module__.partition(".")[0].partition("_")[0]
    level: list[object] = [whole]
    seen = {type(whole)}
    for _ in range(depth):
        for one in level:
            if type(one) is kind:
                return one
        held = [value for one in level for value in _held(one) if type(value).__module__.startswith(package)]
        level = [value for value in held if type(value) not in seen]
        seen.update(type(value) for value in level)
    return None


def _held(one: object) -> Iterator[object]:
    declared = {name for kind in type(one).__mro__ for name in vars(kind).get("__annotations__", ())}
    for name in sorted({*dir(one), *declared}):
        if not name.startswith("_") and not callable(getattr(type(one), name, None)):
            with contextlib.suppress(Exception):
                yield getattr(one, name)


def _is_class(name: str) -> bool:
    try:
        return isinstance(reality.resolve(name), type)
    except LookupError:
        return False
