"""What write-ups say about FastAPI and threads, run."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stallrun import DELAY, Application, Measurement

POOL_SIZE = 40
"""Tokens of AnyIO's default limiter, which Starlette uses for ``def`` endpoints."""


def get(port: int, path: str) -> tuple[int, float]:
    """Status of one request over a connection of its own, and when (monotonic clock) its answer was complete."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status, time.monotonic()
    finally:
        connection.close()


def log_with(application: Application, text: str) -> str:
    """The server's log once it holds the text, which may be after the response; what is there after 5 s else."""
    deadline = time.monotonic() + 5
    while True:
        log = (application.data_dir / "server.log").read_text()
        if text in log or time.monotonic() > deadline:
            return log
        time.sleep(0.05)


def test_coroutines_made_first_and_awaited_one_by_one_run_one_after_the_other(
    measurements: dict[str, Measurement],
) -> None:
    sequential = measurements["GET /payments/shipping"]
    gathered = measurements["GET /payments/shipping/gathered"]
    assert sequential.seconds >= 2 * DELAY
    assert gathered.seconds < 1.7 * DELAY
    assert sequential.body == gathered.body


def test_get_running_loop_raises_in_a_def_endpoint(shop: Path) -> None:
    with Application(shop, "shop.main:app") as application:
        connection = http.client.HTTPConnection("127.0.0.1", application.port, timeout=30)
        connection.request("POST", "/reports/daily/monday/schedule")
        status = connection.getresponse().status
        connection.close()
        log = log_with(application, "RuntimeError: ")
    assert status == 500
    assert "RuntimeError: no running event loop" in log


def test_the_request_after_the_pool_is_full_waits_for_a_thread_while_health_is_served(shop: Path) -> None:
    with (
        Application(shop, "shop.main:app", {"SHOP_DELAY": "1"}) as application,
        ThreadPoolExecutor(POOL_SIZE + 1) as clients,
    ):
        started = time.monotonic()
        paths = ["/products/featured/pooled"] * (POOL_SIZE + 1)
        replies = [clients.submit(get, application.port, path) for path in paths]
        time.sleep(0.5)
        asked = time.monotonic()
        health_status, health_answered = get(application.port, "/health")
        after = sorted(reply.result()[1] - started for reply in replies)
    assert health_status == 200
    assert health_answered - asked < 0.4
    assert after[POOL_SIZE - 1] < 1.8
    assert after[POOL_SIZE] >= 2.0
