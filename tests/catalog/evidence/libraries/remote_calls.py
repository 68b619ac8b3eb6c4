"""gRPC against a server whose answers come late."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import grpc.aio
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]


class Late(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Every method of every service; ``/x/unary_stream`` gives a stream."""

    def __init__(self, world: World) -> None:
        self.world = world

    def service(self, details: Any) -> Any:
        kind = details.method.rpartition("/")[2]

        def one(given: object, context: object) -> bytes:
            self.world.pause()
            return b"x"

        def many(given: object, context: object) -> Iterator[bytes]:
            yield one(given, context)

        handler = getattr(grpc, f"{kind}_rpc_method_handler")
        return handler(many if kind.endswith("stream") else one)


def at_server(use: Callable[[str], Any]) -> Case:
    """A case that gets the address of the server."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            server = grpc.server(pool, handlers=(Late(world),))
            port = server.add_insecure_port("127.0.0.1:0")
            server.start()
            yield lambda: use(f"127.0.0.1:{port}")
            server.stop(None).wait()

    return case


def given(kind: str) -> Any:
    return iter([b"x"]) if kind.startswith("stream") else b"x"


def called(kind: str, use: Callable[[Any, Any], object]) -> Case:
    """A case that gets what calls the method, and its argument."""

    def call(address: str) -> object:
        with grpc.insecure_channel(address) as channel:
            return use(getattr(channel, kind)(f"/x/{kind}"), given(kind))

    return at_server(call)


def awaited(kind: str, stream: bool) -> Case:
    async def call(address: str) -> None:
        async with grpc.aio.insecure_channel(address) as channel:
            made = getattr(channel, kind)(f"/x/{kind}")(given(kind))
            if stream:
                async for _ in made:
                    pass
            else:
                await made

    return at_server(call)


def ended(world: World) -> Iterator[Callable[[], object]]:
    """A server that is stopped late."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool)
        server.add_insecure_port("127.0.0.1:0")
        server.start()
        world.later(lambda: server.stop(None))
        yield server.wait_for_termination


def nobody_there(use: Callable[[Any], object]) -> Case:
    """A case that waits 0.1 s for a server that is not there."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with grpc.insecure_channel("127.0.0.1:1") as channel:
            yield lambda: use(channel)

    return case


async def reached(address: str) -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        await channel.channel_ready()


async def left(address: str) -> None:
    channel = grpc.aio.insecure_channel(address)
    await channel.__aenter__()
    await channel.__aexit__(None, None, None)


async def closed(address: str) -> None:
    await grpc.aio.insecure_channel(address).close()


async def changed(world: World) -> None:
    async with grpc.aio.insecure_channel("127.0.0.1:1") as channel:
        channel.get_state(try_to_connect=True)
        await channel.wait_for_state_change(grpc.ChannelConnectivity.IDLE)


async def served(world: World) -> None:
    server = grpc.aio.server()
    server.add_insecure_port("127.0.0.1:0")
    await server.start()
    await server.stop(None)


async def served_for_a_while(world: World) -> None:
    server = grpc.aio.server()
    server.add_insecure_port("127.0.0.1:0")
    await server.start()
    await server.wait_for_termination(world.delay)


def later(method: str) -> Case:
    return called("unary_unary", lambda method_of, what: getattr(method_of.future(what), method)())


BLOCKING: dict[str, Case] = {
    "grpc.UnaryUnaryMultiCallable.__call__": called("unary_unary", lambda method, what: method(what)),
    "grpc.UnaryUnaryMultiCallable.with_call": called("unary_unary", lambda method, what: method.with_call(what)),
    "grpc.StreamUnaryMultiCallable.__call__": called("stream_unary", lambda method, what: method(what)),
    "grpc.StreamUnaryMultiCallable.with_call": called("stream_unary", lambda method, what: method.with_call(what)),
    "grpc.UnaryStreamMultiCallable.__call__": called("unary_stream", lambda method, what: list(method(what))),
    "grpc.StreamStreamMultiCallable.__call__": called("stream_stream", lambda method, what: list(method(what))),
    "grpc.Future.result": later("result"),
    "grpc.Future.exception": later("exception"),
    "grpc.Future.traceback": later("traceback"),
    "grpc.Server.wait_for_termination": ended,
}
SILENT: dict[str, Case] = {
    "grpc.UnaryUnaryMultiCallable.future": called("unary_unary", lambda method, what: method.future(what)),
    "grpc.StreamUnaryMultiCallable.future": called("stream_unary", lambda method, what: method.future(what)),
    "grpc.insecure_channel": at_server(grpc.insecure_channel),
    "grpc.secure_channel": at_server(lambda address: grpc.secure_channel(address, grpc.ssl_channel_credentials())),
    "grpc.channel_ready_future": nobody_there(grpc.channel_ready_future),
}
ASYNC: dict[str, Any] = {
    "grpc.aio.UnaryUnaryMultiCallable.__call__": awaited("unary_unary", stream=False),
    "grpc.aio.StreamUnaryMultiCallable.__call__": awaited("stream_unary", stream=False),
    "grpc.aio.UnaryStreamMultiCallable.__call__": awaited("unary_stream", stream=True),
    "grpc.aio.StreamStreamMultiCallable.__call__": awaited("stream_stream", stream=True),
    "grpc.aio.Server.wait_for_termination": lambda world: served_for_a_while(world),
}
COROUTINE: dict[str, Any] = {
    "grpc.aio.Channel.channel_ready": at_server(reached),
    "grpc.aio.Channel.close": at_server(closed),
    "grpc.aio.Channel.__aenter__": at_server(left),
    "grpc.aio.Channel.__aexit__": at_server(left),
    "grpc.aio.Channel.wait_for_state_change": lambda world: changed(world),
    "grpc.aio.Server.start": lambda world: served(world),
    "grpc.aio.Server.stop": lambda world: served(world),
}
