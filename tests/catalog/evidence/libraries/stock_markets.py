"""yfinance, by way of a slow proxy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yfinance
from evidence.claims import claims
from evidence.subjects import environment
from evidence.sweep import Sweep
from evidence.world import World


def proxied(make: Callable[[], Any]) -> Any:
    def subject(world: World) -> Iterator[Any]:
        with world.http(body=b"{}") as (host, port):
            url = f"http://{host}:{port}"
            with environment(
                **dict.fromkeys(("https_proxy", "http_proxy", "HTTPS_PROXY"), url), no_proxy="", NO_PROXY=""
            ):
                yield make()

    return subject


def read(attribute: str) -> Any:
    return proxied(lambda: lambda: getattr(yfinance.Ticker("X"), attribute))


TICKER = "yfinance.Ticker."
BLOCKING = {
    "yfinance.download": proxied(lambda: lambda: yfinance.download(["X"], progress=False)),
    "yfinance.Search": proxied(lambda: lambda: yfinance.Search("x")),
    "yfinance.screen": proxied(lambda: lambda: yfinance.screen("day_gainers")),
    **{
        claim.name: read(claim.name.removeprefix(TICKER))
        for claim in claims()["yfinance"].values()
        if claim.property and claim.name.startswith(TICKER)
    },
}
SWEEPS = [
    Sweep("yfinance.Ticker", proxied(lambda: yfinance.Ticker("X"))),
    Sweep("yfinance.Tickers", proxied(lambda: yfinance.Tickers("X Y")), {"progress": False}),
]
