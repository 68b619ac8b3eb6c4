"""What belongs to web frameworks, against other sides that take their time: users, pages, GraphQL, tools for language models,
names of hosts, questions at a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import anyio
import click
import dns.asyncquery
import dns.asyncresolver
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import dns.zone
import fastmcp
import fastmcp.server.middleware
import mcp
import mcp.types as types
import strawberry
import strawberry.dataloader
import typer
from argon2 import PasswordHasher
from evidence.libraries.python_terminal import typed
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World
from fastapi_users import BaseUserManager, schemas
from fastapi_users.jwt import generate_jwt
from fastapi_users.password import PasswordHelper
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

Cases = Iterator[Callable[[], object]]
SECRET = "x" * 40
QUICK = PasswordHelper(PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))


# --- fastapi-users ---


class Database:
    """A store of users that answers late."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.user = SimpleNamespace(
            id=1, email="x@example.org", is_active=True, is_verified=False, hashed_password=QUICK.hash("x")
        )

    async def get(self, *arguments: Any, **options: Any) -> Any:
        await late(self.world)
        return self.user

    get_by_email = get_by_oauth_account = add_oauth_account = create = update = delete = get


async def late(world: World) -> None:
    world.reached.set()
    await asyncio.sleep(world.delay)


class Manager(BaseUserManager[Any, int]):
    """Tells people of what they have asked for, which takes a while."""

    reset_password_token_secret = verification_token_secret = SECRET
    world: World

    def parse_id(self, value: Any) -> int:
        return int(value)

    async def on_after_request_verify(self, user: Any, token: str, request: Any = None) -> None:
        await late(self.world)

    async def on_after_forgot_password(self, user: Any, token: str, request: Any = None) -> None:
        await late(self.world)


def users(world: World) -> Iterator[object]:
    database: Any = Database(world)
    found = Manager(database, QUICK)
    found.world = world
    yield found


def token(audience: str, **claims: Any) -> str:
    return generate_jwt({"sub": "1", "aud": audience, "email": "x@example.org", **claims}, SECRET, 600)


USER = SimpleNamespace(id=1, email="x@example.org", is_active=True, is_verified=False, hashed_password=QUICK.hash("x"))
USERS: dict[str, Any] = {
    "get": ((1,), {}),
    "get_by_email": (("x@example.org",), {}),
    "create": ((schemas.BaseUserCreate(email="x@example.org", password="x"),), {}),
    "update": ((schemas.BaseUserUpdate(is_superuser=True), USER), {}),
    "delete": ((USER,), {}),
    "get_by_oauth_account": (("x", "y"), {}),
    "oauth_callback": (("x", "token", "y", "x@example.org"), {}),
    "oauth_associate_callback": ((USER, "x", "token", "y", "x@example.org"), {}),
    "authenticate": ((SimpleNamespace(username="x@example.org", password="x"),), {}),
    "request_verify": ((USER,), {}),
    "forgot_password": ((USER,), {}),
    "verify": ((token("fastapi-users:verify"),), {}),
    "reset_password": ((token("fastapi-users:reset", password_fgpt=QUICK.hash(USER.hashed_password)), "y"), {}),
}


# --- GraphQL ---


@strawberry.type
class Query:
    @strawberry.field
    async def x(self, info: strawberry.Info) -> int:
        await asyncio.sleep(info.context["delay"])
        return 1


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def x(self, info: strawberry.Info) -> AsyncGenerator[int, None]:
        await asyncio.sleep(info.context["delay"])
        yield 1


async def subscribed(world: World) -> None:
    schema = strawberry.Schema(Query, subscription=Subscription)
    answers: Any = await schema.subscribe("subscription { x }", context_value={"delay": world.delay})
    async for _ in answers:
        break


def loader(world: World) -> strawberry.dataloader.DataLoader[int, int]:
    async def load(keys: list[int]) -> list[int]:
        await asyncio.sleep(world.delay)
        return keys

    return strawberry.dataloader.DataLoader(load)


# --- tools for language models ---


class Slow(fastmcp.server.middleware.Middleware):
    """Lets every request wait."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def on_message(self, context: Any, call_next: Any) -> Any:
        if self.world.begun.is_set():
            await late(self.world)
        return await call_next(context)


def server(world: World) -> fastmcp.FastMCP:
    found = fastmcp.FastMCP("x", middleware=[Slow(world)])

    @found.tool
    def tool() -> int:
        return 1

    @found.resource("data://x")
    def resource() -> str:
        return "x"

    @found.prompt
    def prompt() -> str:
        return "x"

    return found


def tools(use: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        async def ready() -> object:
            client = fastmcp.Client(server(world))
            await client.__aenter__()
            return use(client)

        yield lambda: ready()

    return subject


async def entered(world: World) -> None:
    async with fastmcp.Client(server(world)):
        pass


async def closed(world: World) -> None:
    client = fastmcp.Client(server(world))
    async with client:
        pass
    await client.close()


@contextlib.asynccontextmanager
async def session() -> AsyncGenerator[mcp.ClientSession, None]:
    """One with which nobody talks."""
    incoming: Any = anyio.create_memory_object_stream(1)
    outgoing: Any = anyio.create_memory_object_stream(9)
    async with mcp.ClientSession(incoming[1], outgoing[0]) as found:
        yield found


async def entered_session(world: World) -> None:
    async with session():
        pass


async def unanswered(world: World) -> None:
    async with session() as found:
        with anyio.move_on_after(world.delay):
            await found.initialize()


def serving(run: Callable[[fastmcp.FastMCP], Any]) -> Callable[[World], Any]:
    async def case(world: World) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(run(fastmcp.FastMCP("x")), world.delay + 0.1)

    return case


TOOLS: dict[str, Any] = {
    "call_tool": (("tool", {}), {}),
    "get_prompt": (("prompt",), {}),
    "read_resource": (("data://x",), {}),
    "call_tool_mcp": (("tool", {}), {}),
    "get_prompt_mcp": (("prompt",), {}),
    "read_resource_mcp": (("data://x",), {}),
    "set_logging_level": (("info",), {}),
    **dict.fromkeys(("subscribe_resource", "unsubscribe_resource"), (("data://x",), {})),
    "complete": ((types.PromptReference(type="ref/prompt", name="prompt"), {"name": "x", "value": "x"}), {}),
    **dict.fromkeys(
        (
            "list_tools",
            "list_resources",
            "list_resource_templates",
            "list_prompts",
            "list_tools_mcp",
            "list_resources_mcp",
            "list_prompts_mcp",
            "ping",
            "send_ping",
            "initialize",
        ),
        ((), {}),
    ),
}


# --- names of hosts ---


@contextlib.contextmanager
def name_server(world: World) -> Iterator[Address]:
    """A name server that answers late, and knows nobody."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        threading.Thread(target=refuse, args=(one, world), daemon=True).start()
        yield one.getsockname()


def refuse(one: socket.socket, world: World) -> None:
    with contextlib.suppress(OSError):
        for _ in range(9):
            asked, whom = one.recvfrom(4096)
            world.reached.set()
            time.sleep(world.delay)
            answer = dns.message.make_response(dns.message.from_wire(asked))
            answer.set_rcode(dns.rcode.NXDOMAIN)
            one.sendto(answer.to_wire(), whom)


def resolver(kind: Any) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with name_server(world) as address:
            found = kind(configure=False)
            found.nameservers, found.port = ["127.0.0.1"], address[1]
            yield found

    return subject


def resolving(module: Any, kind: Any) -> Subject:
    """The functions of a module, which ask the system's name servers unless others are set."""

    def subject(world: World) -> Iterator[object]:
        with contextlib.contextmanager(resolver(kind))(world) as found:
            module.default_resolver = found
            yield module
            module.default_resolver = None

    return subject


QUESTION = dns.message.make_query("example.org", "A")
NAMES: dict[str, Any] = {
    **dict.fromkeys(("query", "resolve", "canonical_name", "resolve_name", "zone_for_name"), (("example.org",), {})),
    "resolve_address": (("127.0.0.1",), {}),
}


def asked_by_datagram(use: Callable[[Address], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with name_server(world) as address:
            yield lambda: use(address)

    return case


def asked(use: Callable[[str, int], object]) -> Callable[[World], Cases]:
    """A case with a server that says something late, though nothing of use."""

    def case(world: World) -> Cases:
        with world.says(b"late" * 9, listens=True) as (host, port):
            yield lambda: use(host, port)

    return case


# --- questions at a terminal ---


def at_terminal(use: Callable[[], object]) -> Callable[[World], Cases]:
    """A case that waits for a key."""

    def case(world: World) -> Cases:
        ours, theirs = os.openpty()
        before = sys.stdin, sys.stdout
        sys.stdin, sys.stdout = os.fdopen(theirs), os.fdopen(os.dup(theirs), "w")
        world.later(lambda: os.write(ours, b"x"))
        try:
            yield use
        finally:
            sys.stdin.close()
            sys.stdout.close()
            sys.stdin, sys.stdout = before
            os.close(ours)

    return case


def script(world: World) -> str:
    """A program that ends late."""
    program = world.folder / "program"
    program.write_text(f"#!/bin/sh\nsleep {world.delay}\n")
    program.chmod(0o755)
    return str(program)


def launched(launch: Callable[..., int]) -> Callable[[World], Cases]:
    """A case that shows a page in a browser which is waited for."""

    def case(world: World) -> Cases:
        before = os.environ["PATH"]
        os.rename(script(world), world.folder / "xdg-open")
        os.environ["PATH"] = f"{world.folder}:{before}"
        yield lambda: launch(str(world.folder), wait=True)
        os.environ["PATH"] = before

    return case


def paged(world: World) -> Cases:
    """A pager that somebody looks into for a while."""
    ours, theirs = os.openpty()
    before, pager = (sys.stdin, sys.stdout), os.environ.get("PAGER")
    sys.stdin, sys.stdout = os.fdopen(theirs), os.fdopen(os.dup(theirs), "w")
    os.environ["PAGER"] = script(world)
    try:
        yield lambda: click.echo_via_pager("x")
    finally:
        os.environ.pop("PAGER")
        os.environ.update({"PAGER": pager} if pager else {})
        sys.stdin.close()
        sys.stdout.close()
        sys.stdin, sys.stdout = before
        os.close(ours)


BLOCKING: dict[str, Any] = {
    "click.prompt": typed(lambda: click.prompt("x")),
    "click.confirm": typed(lambda: click.confirm("x"), b"y\n"),
    "click.edit": lambda world: click.edit("x", editor=script(world)),
    "click.launch": launched(click.launch),
    "click.echo_via_pager": paged,
    "click.getchar": at_terminal(click.getchar),
    "click.pause": at_terminal(click.pause),
    "typer.prompt": typed(lambda: typer.prompt("x")),
    "typer.getchar": at_terminal(typer.getchar),
    "typer.launch": launched(typer.launch),
    "typer.confirm": typed(lambda: typer.confirm("x"), b"y\n"),
    "dns.query.udp": asked_by_datagram(lambda address: dns.query.udp(QUESTION, "127.0.0.1", port=address[1])),
    "dns.query.udp_with_fallback": asked_by_datagram(
        lambda address: dns.query.udp_with_fallback(QUESTION, "127.0.0.1", port=address[1])
    ),
    "dns.query.inbound_xfr": asked(
        lambda host, port: dns.query.inbound_xfr(host, dns.zone.Zone("example.org"), port=port)
    ),
    "dns.query.tcp": asked(lambda host, port: dns.query.tcp(QUESTION, host, port=port)),
    "dns.query.tls": asked(lambda host, port: dns.query.tls(QUESTION, host, port=port)),
    "dns.query.https": asked(lambda host, port: dns.query.https(QUESTION, f"http://{host}:{port}/")),
}

CPU = {
    "fastapi_users.password.PasswordHelper.hash": lambda world: PasswordHelper().hash("x"),
    "fastapi_users.password.PasswordHelper.verify_and_update": lambda world: PasswordHelper().verify_and_update(
        "x", HASH
    ),
}
HASH = PasswordHasher().hash("x")

ASYNC: dict[str, Any] = {
    "strawberry.Schema.execute": lambda world: strawberry.Schema(Query).execute(
        "{ x }", context_value={"delay": world.delay}
    ),
    "strawberry.Schema.subscribe": subscribed,
    "mcp.ClientSession.initialize": unanswered,
    "strawberry.dataloader.DataLoader.load": lambda world: loader(world).load(1),
    "strawberry.dataloader.DataLoader.load_many": lambda world: loader(world).load_many([1, 2]),
    "fastmcp.Client.__aenter__": entered,
    "fastmcp.FastMCP.run_http_async": serving(lambda found: found.run_http_async(port=0, show_banner=False)),
    "fastmcp.FastMCP.run_async": serving(lambda found: found.run_async("http", port=0, show_banner=False)),
    "dns.asyncquery.udp": asked_by_datagram(lambda address: dns.asyncquery.udp(QUESTION, "127.0.0.1", port=address[1])),
    "dns.asyncquery.udp_with_fallback": asked_by_datagram(
        lambda address: dns.asyncquery.udp_with_fallback(QUESTION, "127.0.0.1", port=address[1])
    ),
    "dns.asyncquery.inbound_xfr": asked(
        lambda host, port: dns.asyncquery.inbound_xfr(host, dns.zone.Zone("example.org"), port=port)
    ),
    "dns.asyncquery.tcp": asked(lambda host, port: dns.asyncquery.tcp(QUESTION, host, port=port)),
    "dns.asyncquery.tls": asked(lambda host, port: dns.asyncquery.tls(QUESTION, host, port=port)),
    "dns.asyncquery.https": asked(lambda host, port: dns.asyncquery.https(QUESTION, f"http://{host}:{port}/")),
}

COROUTINE: dict[str, Any] = {
    "fastmcp.Client.close": closed,
    "fastmcp.Client.__aexit__": closed,
    "mcp.ClientSession.__aenter__": entered_session,
    "mcp.ClientSession.__aexit__": entered_session,
}

ENDS = dict.fromkeys(("__aenter__", "__aexit__", "close"), "opens and ends it")
SWEEPS = [
    Sweep("fastapi_users.BaseUserManager", users, calls=USERS),
    Sweep("fastmcp.Client", tools(lambda client: client), calls=TOOLS, apart=ENDS),
    Sweep(
        "mcp.ClientSession",
        tools(lambda client: client.session),
        calls=TOOLS,
        apart={**ENDS, "initialize": "comes first"},
    ),
    Sweep("dns.resolver.Resolver", resolver(dns.resolver.Resolver), calls=NAMES),
    Sweep("dns.resolver", resolving(dns.resolver, dns.resolver.Resolver), calls=NAMES),
    Sweep("dns.asyncresolver.Resolver", resolver(dns.asyncresolver.Resolver), calls=NAMES),
    Sweep("dns.asyncresolver", resolving(dns.asyncresolver, dns.asyncresolver.Resolver), calls=NAMES),
]

DOCUMENTED = {
    "Raises RuntimeError where a loop runs already (anyio/_core/_eventloop.py), so that no loop can be seen to stand still": (
        "fastmcp.FastMCP.run", "mcp.server.MCPServer.run", "mcp.server.fastmcp.FastMCP.run",
    ),
    "Reads the standard input of the process in a thread that nothing stops (mcp/server/stdio.py)": (
        "fastmcp.FastMCP.run_stdio_async",
    ),
}  # fmt: skip
