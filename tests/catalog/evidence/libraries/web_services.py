"""Clients of search and content services against a slow web server: Tavily, Exa, Firecrawl, feeds, Wikipedia, arXiv and others."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import Any

import arxiv
import ddgs
import feedparser
import firecrawl
import tavily
import wikipedia
from evidence.subjects import anywhere, web
from evidence.sweep import Subject, Sweep
from evidence.world import World
from exa_py import AsyncExa, Exa


def encyclopedia(url: str) -> Any:
    wikipedia.wikipedia.API_URL = url
    return wikipedia


def feed(world: World) -> Iterator[Any]:
    with world.http(body=b"<rss/>") as (host, port):
        yield functools.partial(feedparser.parse, f"http://{host}:{port}/")


def papers(world: World) -> Iterator[Any]:
    for found in anywhere(lambda: arxiv.Client(num_retries=0).results(arxiv.Search("x")))(world):
        yield functools.partial(next, found, None)


def behind_proxy(make: Any) -> Subject:
    """A client of a fixed address that looks names up by itself: it speaks to a slow proxy first."""

    def subject(world: World) -> Iterator[object]:
        with world.http(body=b"{}") as (host, port):
            os.environ.update(dict.fromkeys(("https_proxy", "http_proxy", "HTTPS_PROXY"), f"http://{host}:{port}"))
            yield make(f"http://{host}:{port}")

    return subject


BLOCKING = {"feedparser.parse": feed, "arxiv.Client.results": papers}
SWEEPS = [
    Sweep("tavily.TavilyClient", web(lambda url: tavily.TavilyClient("x", api_base_url=url))),
    Sweep("tavily.AsyncTavilyClient", web(lambda url: tavily.AsyncTavilyClient("x", api_base_url=url))),
    Sweep("exa_py.api.Exa", web(lambda url: Exa("x", base_url=url))),
    Sweep("exa_py.api.AsyncExa", web(lambda url: AsyncExa("x", api_base=url))),
    Sweep("firecrawl.V1FirecrawlApp", web(lambda url: firecrawl.V1FirecrawlApp("x", api_url=url))),
    Sweep("firecrawl.AsyncV1FirecrawlApp", web(lambda url: firecrawl.AsyncV1FirecrawlApp("x", api_url=url))),
    Sweep("wikipedia", web(encyclopedia)),
    Sweep("ddgs.DDGS", behind_proxy(lambda url: ddgs.DDGS(proxy=url, timeout=1))),
]
