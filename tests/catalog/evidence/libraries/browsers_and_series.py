"""Niquests, Selenium and InfluxDB against a web server that answers late."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import influxdb_client
import niquests
from evidence.subjects import JSON, web
from evidence.sweep import Subject, Sweep
from evidence.world import World
from influxdb_client.client.write_api import SYNCHRONOUS
from selenium import webdriver
from selenium.webdriver.common.print_page_options import PrintOptions
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

Case = Callable[[World], Iterator[Callable[[], object]]]
NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
SESSION = b'{"value": {"sessionId": "x", "capabilities": {}}}'
METHODS = ("get", "options", "head", "post", "put", "patch", "delete")


def page(use: Callable[[str], Any]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            yield lambda: use(f"http://{host}:{port}/")

    return case


def driver(world: World) -> Iterator[Any]:
    """A driver whose session is there already."""
    with world.http(body=SESSION, headers=JSON, prompt=True) as (host, port):
        yield webdriver.Remote(f"http://{host}:{port}", options=webdriver.ChromeOptions())


def element(world: World) -> Iterator[Any]:
    for made in driver(world):
        yield WebElement(made, "x")


def read(subject: Subject, name: str) -> Case:
    """A case that reads a property."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        for made in subject(world):
            yield lambda made=made: getattr(made, name)  # type: ignore[misc]

    return case


def started(url: str) -> object:
    return webdriver.Remote(url, options=webdriver.ChromeOptions())


def until(method: str, answer: bool) -> Case:
    """A case whose condition holds late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        answers = iter((not answer, answer))
        made = WebDriverWait(None, 5, poll_frequency=world.delay)  # type: ignore[type-var]
        yield lambda: getattr(made, method)(lambda _: next(answers))

    return case


def influx(url: str) -> Any:
    return influxdb_client.InfluxDBClient(url, token="x", org="x", timeout=2000)


def written(url: str) -> None:
    influx(url).write_api(write_options=SYNCHRONOUS).write("x", record="x y=1")


async def closed(world: World) -> None:
    async with niquests.AsyncSession() as session:
        await session.close()


BLOCKING: dict[str, Case] = {
    **{f"niquests.{name}": page(getattr(niquests, name)) for name in METHODS},
    "niquests.request": page(lambda url: niquests.request("GET", url)),
    "niquests.Session.send": page(
        lambda url: niquests.Session().send(niquests.Session().prepare_request(niquests.Request("GET", url)))
    ),
    "selenium.webdriver.Remote": page(started),
    **{
        f"selenium.webdriver.Remote.{name}": read(driver, name)
        for name in ("title", "current_url", "page_source", "window_handles")
    },
    **{f"selenium.webdriver.remote.webelement.WebElement.{name}": read(element, name) for name in ("text", "tag_name")},
    "selenium.webdriver.support.wait.WebDriverWait.until": until("until", True),
    "selenium.webdriver.support.wait.WebDriverWait.until_not": until("until_not", False),
    "influxdb_client.WriteApi.write": page(written),
}
ASYNC: dict[str, Any] = {
    **{f"niquests.a{name}": page(getattr(niquests, f"a{name}")) for name in METHODS},
    "niquests.arequest": page(lambda url: niquests.arequest("GET", url)),
    "niquests.AsyncSession.send": page(
        lambda url: niquests.AsyncSession().send(niquests.Session().prepare_request(niquests.Request("GET", url)))
    ),
}
COROUTINE: dict[str, Any] = {
    f"niquests.AsyncSession.{name}": lambda world: closed(world) for name in ("close", "__aenter__", "__aexit__")
}


def session_calls(kind: Any) -> dict[str, Case]:
    calls = {f"niquests.{kind.__name__}.{name}": page(lambda url, n=name: getattr(kind(), n)(url)) for name in METHODS}
    calls[f"niquests.{kind.__name__}.request"] = page(lambda url: kind().request("GET", url))
    return calls


BLOCKING.update(session_calls(niquests.Session))
ASYNC.update(session_calls(niquests.AsyncSession))
SWEEPS = [
    Sweep(
        "selenium.webdriver.Remote",
        driver,
        {"cookie_dict": {"name": "x", "value": "y"}, "print_options": PrintOptions(), "filename": "/dev/null.png"},
    ),
    Sweep("selenium.webdriver.remote.webelement.WebElement", element, {"filename": "/dev/null.png"}),
    Sweep("influxdb_client.InfluxDBClient", web(influx)),
    Sweep("influxdb_client.QueryApi", web(lambda url: influx(url).query_api())),
    Sweep(
        "influxdb_client.DeleteApi",
        web(lambda url: influx(url).delete_api()),
        {"start": NOW, "stop": NOW, "bucket": "x", "org": "x", "predicate": ""},
    ),
]
DOCUMENTED: dict[str, list[str]] = {
    "Starts the driver's process and a browser, of which there is none here, and then does as selenium.webdriver.Remote does.": [
        "selenium.webdriver.Chrome", "selenium.webdriver.Firefox", "selenium.webdriver.Edge",
    ],
}  # fmt: skip
