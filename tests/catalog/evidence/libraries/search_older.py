"""Clients that go on under another name: duckduckgo_search, through a proxy that answers late."""

from __future__ import annotations

import duckduckgo_search
from evidence.subjects import web
from evidence.sweep import Sweep

SWEEPS = [Sweep("duckduckgo_search.DDGS", web(lambda url: duckduckgo_search.DDGS(proxy=url, timeout=1)))]
