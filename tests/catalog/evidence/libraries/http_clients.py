"""HTTP clients against a slow web server: requests, httpx, httpx2, urllib3, aiohttp, curl_cffi, pycurl."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import aiohttp
import curl_cffi.requests
import httpx
import httpx2
import pycurl
import requests
import urllib3
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
METHODS = ("get", "options", "head", "post", "put", "patch", "delete")


def at(call: Callable[[str], object]) -> Case:
    """A case that asks a server which answers late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            yield lambda: call(f"http://{host}:{port}/")

    return case


def body(ask: Callable[[str], object], read: Callable[[object], object]) -> Case:
    """A case that reads a body which comes late, after the head has come at once."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http(body_late=True) as (host, port):
            answer = ask(f"http://{host}:{port}/")
            yield lambda: read(answer)

    return case


def whole(ask: Callable[[str], object], read: Callable[[object], object]) -> Case:
    """A case that reads what the request has read already."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        world.begun.set()
        with world.http(body=b"[1]") as (host, port):
            answer = ask(f"http://{host}:{port}/")
            yield lambda: read(answer)

    return case


def streamed(url: str) -> requests.Response:
    return requests.get(url, stream=True)


def raw(url: str) -> urllib3.BaseHTTPResponse:
    return urllib3.PoolManager().request("GET", url, preload_content=False)


def entered(stream: object) -> None:
    with stream as answer:  # type: ignore[attr-defined]
        answer.read()


def iterated(library: object) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.ExitStack() as stack:
            host, port = stack.enter_context(world.http(body_late=True))
            client = stack.enter_context(library.Client())  # type: ignore[attr-defined]
            answer = stack.enter_context(client.stream("GET", f"http://{host}:{port}/"))
            yield lambda: list(answer.iter_bytes())

    return case


def perform(method: str) -> Callable[[str], object]:
    def call(url: str) -> object:
        handle = pycurl.Curl()
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.WRITEFUNCTION, len)
        return getattr(handle, method)()

    return call


async def awaited(client: object, method: str, *arguments: str) -> None:
    async with client:  # type: ignore[attr-defined]
        answer = await getattr(client, method)(*arguments)
        if isinstance(answer, aiohttp.ClientResponse):
            await answer.read()


async def async_stream(client: object, url: str) -> None:
    async with client, client.stream("GET", url) as answer:  # type: ignore[attr-defined]
        async for _ in answer.aiter_bytes():
            pass


async def late_body(url: str, read: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        await getattr(answer, read)()


def using(session: Callable[[], object], method: str, *first: str) -> Case:
    return at(lambda url: getattr(session(), method)(*first, url))


def plain(library: object) -> Callable[[], object]:
    return lambda: library.Client(verify=False)  # type: ignore[attr-defined]


BLOCKING = {
    "requests.request": at(lambda url: requests.request("GET", url)),
    **{f"requests.{method}": at(getattr(requests, method)) for method in METHODS},
    **{f"requests.Session.{method}": using(requests.Session, method) for method in METHODS},
    "requests.Session.request": using(requests.Session, "request", "GET"),
    "requests.Session.send": at(lambda url: requests.Session().send(requests.Request("GET", url).prepare())),
    "requests.adapters.BaseAdapter.send": at(
        lambda url: requests.adapters.HTTPAdapter().send(requests.Request("GET", url).prepare())
    ),
    "requests.Response.iter_content": body(streamed, lambda answer: list(answer.iter_content())),
    "requests.Response.iter_lines": body(streamed, lambda answer: list(answer.iter_lines())),
    "requests.Response.__iter__": body(streamed, list),
    "requests.Response.json": body(streamed, lambda answer: answer.json()),
    "urllib3.request": at(lambda url: urllib3.request("GET", url)),
    "urllib3.PoolManager.request": using(urllib3.PoolManager, "request", "GET"),
    "urllib3.PoolManager.urlopen": using(urllib3.PoolManager, "urlopen", "GET"),
    "urllib3.PoolManager.request_encode_body": using(urllib3.PoolManager, "request_encode_body", "POST"),
    "urllib3.PoolManager.request_encode_url": using(urllib3.PoolManager, "request_encode_url", "GET"),
    "urllib3.HTTPConnectionPool.request": at(lambda url: urllib3.connection_from_url(url).request("GET", "/")),
    "urllib3.HTTPConnectionPool.urlopen": at(lambda url: urllib3.connection_from_url(url).urlopen("GET", "/")),
    "urllib3.BaseHTTPResponse.read": body(raw, lambda answer: answer.read()),
    "urllib3.BaseHTTPResponse.read1": body(raw, lambda answer: answer.read1()),
    "urllib3.BaseHTTPResponse.readinto": body(raw, lambda answer: answer.readinto(bytearray(9))),
    "urllib3.BaseHTTPResponse.readline": body(raw, lambda answer: answer.readline()),
    "urllib3.BaseHTTPResponse.readlines": body(raw, lambda answer: answer.readlines()),
    "urllib3.BaseHTTPResponse.json": body(raw, lambda answer: answer.json()),
    "urllib3.BaseHTTPResponse.drain_conn": body(raw, lambda answer: answer.drain_conn()),
    "urllib3.BaseHTTPResponse.stream": body(raw, lambda answer: list(answer.stream())),
    "urllib3.BaseHTTPResponse.__iter__": body(raw, list),
    "curl_cffi.requests.request": at(lambda url: curl_cffi.requests.request("GET", url)),
    **{f"curl_cffi.requests.{method}": at(getattr(curl_cffi.requests, method)) for method in METHODS},
    **{f"curl_cffi.requests.Session.{method}": using(curl_cffi.requests.Session, method) for method in METHODS},
    "curl_cffi.requests.Session.request": using(curl_cffi.requests.Session, "request", "GET"),
    "pycurl.Curl.perform": at(perform("perform")),
    "pycurl.Curl.perform_rb": at(perform("perform_rb")),
    "pycurl.Curl.perform_rs": at(perform("perform_rs")),
}
for library in (httpx, httpx2):
    name = library.__name__
    BLOCKING |= {
        f"{name}.request": at(lambda url, library=library: library.request("GET", url)),
        f"{name}.stream": at(lambda url, library=library: entered(library.stream("GET", url))),
        f"{name}.Client.stream": at(lambda url, library=library: entered(library.Client().stream("GET", url))),
        f"{name}.Client.request": using(plain(library), "request", "GET"),
        f"{name}.Client.send": at(lambda url, library=library: library.Client().send(library.Request("GET", url))),
        f"{name}.BaseTransport.handle_request": at(
            lambda url, library=library: library.HTTPTransport().handle_request(library.Request("GET", url))
        ),
        f"{name}.Response.iter_bytes": iterated(library),
        **{f"{name}.{method}": at(getattr(library, method)) for method in METHODS},
        **{f"{name}.Client.{method}": using(plain(library), method) for method in METHODS},
    }

SILENT = {
    "requests.Session": lambda world: requests.Session(),
    "requests.Response.json": whole(requests.get, lambda answer: answer.json()),
    "requests.Response.iter_content": whole(requests.get, lambda answer: list(answer.iter_content())),
    "requests.Response.raise_for_status": whole(requests.get, lambda answer: answer.raise_for_status()),
    "requests.Response.close": body(streamed, lambda answer: answer.close()),
    "urllib3.PoolManager": lambda world: urllib3.PoolManager(),
    "urllib3.BaseHTTPResponse.read": whole(lambda url: urllib3.request("GET", url), lambda answer: answer.read()),
    "httpx.Response.read": whole(httpx.get, lambda answer: answer.read()),
    "httpx.Response.json": whole(httpx.get, lambda answer: answer.json()),
    "httpx.stream": at(lambda url: httpx.stream("GET", url)),
    "pycurl.CurlMulti.perform": at(lambda url: pycurl.CurlMulti().perform()),
}

ASYNC = {
    **{f"aiohttp.ClientSession.{method}": at(lambda url, method=method: session(method, url)) for method in METHODS},
    "aiohttp.ClientSession.request": at(lambda url: session("request", "GET", url)),
    "aiohttp.ClientResponse.read": at(lambda url: late_body(url, "read")),
    "aiohttp.ClientResponse.text": at(lambda url: late_body(url, "text")),
    **{
        f"curl_cffi.requests.AsyncSession.{method}": at(lambda url, method=method: curl_session(method, url))
        for method in METHODS
    },
}
for library in (httpx, httpx2):
    name = library.__name__
    ASYNC |= {
        f"{name}.AsyncClient.request": at(
            lambda url, library=library: awaited(library.AsyncClient(verify=False), "request", "GET", url)
        ),
        f"{name}.AsyncClient.stream": at(
            lambda url, library=library: async_stream(library.AsyncClient(verify=False), url)
        ),
        **{
            f"{name}.AsyncClient.{method}": at(
                lambda url, library=library, method=method: awaited(library.AsyncClient(verify=False), method, url)
            )
            for method in METHODS
        },
    }


async def session(method: str, *arguments: str) -> None:
    await awaited(aiohttp.ClientSession(), method, *arguments)


async def curl_session(method: str, *arguments: str) -> None:
    await awaited(curl_cffi.requests.AsyncSession(), method, *arguments)


CPU = {
    "httpx.Client": lambda world: httpx.Client(),
    "httpx.AsyncClient": lambda world: httpx.AsyncClient(),
    "httpx2.Client": lambda world: httpx2.Client(),
    "httpx2.AsyncClient": lambda world: httpx2.AsyncClient(),
}
DOCUMENTED: dict[str, list[str]] = {}


def unread(ask: Callable[[str], object]) -> Subject:
    """An answer whose body has still to come."""

    def subject(world: World) -> Iterator[object]:
        with world.http(body_late=True) as (host, port):
            yield ask(f"http://{host}:{port}/")

    return subject


def unread_inside(ask: Callable[[str], object]) -> Subject:
    """The same, asked for inside the loop."""

    def subject(world: World) -> Iterator[object]:
        with world.http(body_late=True) as (host, port):
            yield lambda: ask(f"http://{host}:{port}/")

    return subject


def stream(library: object) -> Callable[[str], object]:
    def ask(url: str) -> object:
        client = library.Client(verify=False)  # type: ignore[attr-defined]
        return client.send(client.build_request("GET", url), stream=True)

    return ask


def stream_inside(library: object) -> Callable[[str], object]:
    async def ask(url: str) -> object:
        client = library.AsyncClient(verify=False)  # type: ignore[attr-defined]
        return await client.send(client.build_request("GET", url), stream=True)

    return ask


async def aiohttp_answer(url: str) -> object:
    return await aiohttp.ClientSession().get(url)


async def aiohttp_content(url: str) -> object:
    return (await aiohttp.ClientSession().get(url)).content


SYNC = ("BLOCKING", "SILENT")
CURL = dict.fromkeys(("iter_content", "iter_lines"), "another thread reads, and the first piece is there already")
WHOLE = dict.fromkeys(("read", "json"), "silent once the body is there, which is what other cases show")
SWEEPS = [
    Sweep("urllib3.BaseHTTPResponse", unread(raw), apart={"read_chunked": "the server does not send chunks"}),
    Sweep("aiohttp.ClientResponse", unread_inside(aiohttp_answer)),
    Sweep("aiohttp.StreamReader", unread_inside(aiohttp_content)),
    Sweep(
        "curl_cffi.requests.Response",
        unread(lambda url: curl_cffi.requests.get(url, stream=True)),
        kinds=SYNC,
        apart=CURL,
    ),
    *(
        sweep
        for library in (httpx, httpx2)
        for sweep in (
            Sweep(f"{library.__name__}.Response", unread(stream(library)), kinds=SYNC, apart=WHOLE),
            Sweep(f"{library.__name__}.Response", unread_inside(stream_inside(library)), kinds=("ASYNC",)),
        )
    ),
]
