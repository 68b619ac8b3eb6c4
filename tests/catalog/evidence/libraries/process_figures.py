"""psutil, which asks the system about processes, and Prometheus, whose gateway takes its time."""

from __future__ import annotations

import functools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import prometheus_client
import psutil
from evidence.slow_disk import on_slow_disk
from evidence.world import World

Cases = Iterator[Callable[[], object]]
MANY = 200


def child(use: Callable[[psutil.Process], object]) -> Callable[[World], Cases]:
    """A case that waits for a process which ends late."""

    def case(world: World) -> Cases:
        with subprocess.Popen(["sleep", str(world.delay + 0.1)]) as process:
            yield lambda: use(psutil.Process(process.pid))

    return case


def many(use: Callable[[], object]) -> Callable[[World], Cases]:
    """A case on a system that has some processes to run."""

    def case(world: World) -> Cases:
        processes = [subprocess.Popen(["sleep", "30"]) for _ in range(MANY)]
        time.sleep(0.05)
        yield use
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    return case


def opened(use: Callable[[], object]) -> Callable[[World], Cases]:
    """A case in a process that has many files open."""

    def case(world: World) -> Cases:
        (world.folder / "x").touch()
        files = [os.open(world.folder / "x", os.O_RDONLY) for _ in range(MANY)]
        yield use
        for descriptor in files:
            os.close(descriptor)

    return case


def gateway(use: Any) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http() as (host, port):
            yield functools.partial(use, f"http://{host}:{port}", "x")

    return case


def with_figures(use: Any) -> Any:
    return lambda address, job: use(address, job, prometheus_client.CollectorRegistry())


def served(world: World) -> None:
    server, _ = prometheus_client.start_http_server(0, "127.0.0.1")
    server.socket.close()


def itself() -> psutil.Process:
    return psutil.Process()


BLOCKING: dict[str, Any] = {
    "psutil.cpu_percent": lambda world: psutil.cpu_percent(world.delay),
    "psutil.cpu_times_percent": lambda world: psutil.cpu_times_percent(world.delay),
    "psutil.disk_usage": on_slow_disk(lambda folder: psutil.disk_usage(str(folder))),
    "prometheus_client.write_to_textfile": on_slow_disk(
        lambda folder: prometheus_client.write_to_textfile(str(folder / "x"), prometheus_client.CollectorRegistry())
    ),
    "psutil.wait_procs": child(lambda process: psutil.wait_procs([process])),
    "psutil.Process.wait": child(lambda process: process.wait()),
    "psutil.Process.cpu_percent": lambda world: itself().cpu_percent(world.delay),
    "prometheus_client.push_to_gateway": gateway(with_figures(prometheus_client.push_to_gateway)),
    "prometheus_client.pushadd_to_gateway": gateway(with_figures(prometheus_client.pushadd_to_gateway)),
    "prometheus_client.delete_from_gateway": gateway(prometheus_client.delete_from_gateway),
}

SHORT: dict[str, Any] = {
    "psutil.Process.as_dict": lambda world: itself().as_dict(),
    "psutil.Popen": lambda world: psutil.Popen(["true"]).wait(),
    "psutil.process_iter": many(lambda: list(psutil.process_iter())),
    "psutil.pids": many(psutil.pids),
    "psutil.net_connections": many(psutil.net_connections),
    "psutil.Process.children": many(lambda: itself().children()),
    "psutil.Process.memory_full_info": lambda world: itself().memory_full_info(),
    "psutil.Process.memory_maps": lambda world: itself().memory_maps(),
    "psutil.Process.net_connections": opened(lambda: itself().net_connections()),
    "psutil.Process.open_files": opened(lambda: itself().open_files()),
}

SILENT: dict[str, Any] = {
    "prometheus_client.generate_latest": lambda world: prometheus_client.generate_latest(),
    "prometheus_client.start_http_server": served,
}

DOCUMENTED = {
    "Replaces functions of asyncio for the whole process, and so for all cases after it (nest_asyncio.py)": (
        "nest_asyncio.apply",
    ),
}
