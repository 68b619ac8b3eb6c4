"""Voyage AI against a web server that answers late."""

from __future__ import annotations

import voyageai
from evidence.subjects import web, web_inside
from evidence.sweep import Sweep

GIVEN = {"texts": ["x"], "inputs": [["x"]], "query": "x", "documents": ["x"], "model": "voyage-3"}

SWEEPS = [
    Sweep("voyageai.Client", web(lambda url: voyageai.Client("x", base_url=url, timeout=2)), GIVEN),
    Sweep("voyageai.AsyncClient", web_inside(lambda url: voyageai.AsyncClient("x", base_url=url, timeout=2)), GIVEN),
]
