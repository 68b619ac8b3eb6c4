"""MLflow and Weights & Biases against a slow tracking server, and data sets from a slow hub or a slow disk."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.update({"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_DISABLE_TELEMETRY": "true", "WANDB_SILENT": "true"})

import datasets
import matplotlib.figure
import mlflow.artifacts
import mlflow.pyfunc
import numpy
import wandb
from evidence.arguments import Arguments
from evidence.subjects import JSON, anywhere
from evidence.sweep import Subject, Sweep
from evidence.world import World

FOLDER = Path(tempfile.mkdtemp(prefix="evidence-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
(FOLDER / "x.txt").write_text("x")


def answer(name: str) -> bytes:
    """What the server says of its one run; connections are kept by its name."""
    run = {
        "run_id": name, "run_uuid": name, "experiment_id": "1", "status": "RUNNING", "start_time": 1, "lifecycle_stage": "active",
        "artifact_uri": f"mlflow-artifacts:/{name}",
    }  # fmt: skip
    experiment = {"experiment_id": "1", "name": "x", "lifecycle_stage": "active"}
    return saying({"run": {"info": run, "data": {}}, "experiment": experiment, "experiment_id": "1"})


def saying(content: object) -> bytes:
    body = json.dumps(content).encode()
    return f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{JSON}\r\n".encode() + body


def tracking(world: World, said: bytes) -> Any:
    """A server that answers late once the measured call has begun."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        if world.begun.is_set():
            world.pause()
        connection.sendall(said)

    return world.server(talk)


def tracked(of: Callable[[], Any]) -> Subject:
    """Inside a run: most functions belong to one. Runs of earlier cases, whose server is gone, are still there."""

    def subject(world: World) -> Iterator[object]:
        with tracking(world, answer(world.folder.name)) as (host, port):
            mlflow.set_tracking_uri(f"http://{host}:{port}")
            mlflow.set_registry_uri(f"http://{host}:{port}")
            mlflow.start_run(nested=True)
            yield of()

    return subject


def from_disk(world: World) -> Iterator[Callable[[], object]]:
    path = str(world.folder / "kept")
    datasets.Dataset.from_dict({"x": list(range(100_000))}).save_to_disk(path)
    yield lambda: datasets.load_from_disk(path)


def offline(folder: Path) -> Any:
    return wandb.init(project="x", mode="offline", dir=folder)


def begin(world: World) -> Iterator[Callable[[], object]]:
    yield lambda: offline(world.folder)
    wandb.finish()


def end(world: World) -> Iterator[Callable[[], object]]:
    offline(world.folder)
    yield lambda: wandb.finish()


def log(world: World) -> Iterator[Callable[[], object]]:
    offline(world.folder)
    yield lambda: wandb.log({"x": 1})
    wandb.finish()


def log_in(world: World) -> Iterator[Callable[[], object]]:
    with world.http(body=b"{}") as (host, port):
        os.environ["NETRC"] = str(world.folder / "netrc")
        yield lambda: wandb.login(key="0" * 40, host=f"http://{host}:{port}", verify=True, timeout=2)


def of_run(method: str, *given: object) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A method of the client about the run that is there."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        for client in tracked(lambda: mlflow.MlflowClient())(world):
            yield functools.partial(getattr(client, method), mlflow.active_run().info.run_id, *given)

    return case


def end_run(world: World) -> Iterator[Callable[[], object]]:
    run = offline(world.folder)
    yield lambda: run.finish()


def log_run(world: World) -> Iterator[Callable[[], object]]:
    run = offline(world.folder)
    yield lambda: run.log({"x": 1})
    run.finish()


VIEWER = saying(
    {"data": {"viewer": {"id": "x", "username": "x", "entity": "x", "flags": "{}", "teams": {"edges": []}}}}
)


def open_reports(url: str) -> Any:
    return wandb.Api(overrides={"base_url": url}, api_key="0" * 40, timeout=1)


def reports(world: World) -> Iterator[object]:
    with tracking(world, VIEWER) as (host, port):
        yield open_reports(f"http://{host}:{port}")


def opened(world: World) -> Iterator[Callable[[], object]]:
    """Asks whether the key is good."""
    with world.http(body=b"{}") as (host, port):
        yield lambda: open_reports(f"http://{host}:{port}")


BLOCKING = {
    "wandb.login": log_in,
    "wandb.apis.public.api.Api": opened,
    "mlflow.MlflowClient.log_text": of_run("log_text", "x", "x.txt"),
    "mlflow.MlflowClient.log_dict": of_run("log_dict", {"x": 1}, "x.json"),
    "mlflow.MlflowClient.log_artifact": of_run("log_artifact", __file__),
    "mlflow.MlflowClient.log_artifacts": of_run("log_artifacts", str(FOLDER)),
}
SHORT = {
    "wandb.sdk.wandb_run.Run.finish": end_run,
    "datasets.load_from_disk": from_disk,
    "wandb.init": begin,
    "wandb.finish": end,
}
SILENT = {"wandb.log": log, "wandb.sdk.wandb_run.Run.log": log_run}

GIVEN = {
    "local_path": __file__, "local_dir": str(FOLDER), "nested": True, "key": "x", "value": 1, "metrics": {"x": 1.0}, "params": {"x": "1"}, "tags": {"x": "1"}, "text": "x",
    "artifact_file": "x.txt", "model_uri": "models:/x/1", "experiment_name": "x", "experiment_id": "1", "name": "x",
    "dictionary": {"x": 1}, "image": None, "data": {"x": [1]}, "path": "x/x", "tag_key": "x",
}  # fmt: skip

CALLS: dict[str, Arguments] = {
    "set_experiment": (("x",), {}),
    "get_run": (("y",), {}),
    "log_figure": ((matplotlib.figure.Figure(), "x.png"), {}),
    "log_table": (({"x": [1]}, "x.json"), {}),
    "log_image": ((numpy.zeros((2, 2, 3), "uint8"), "x.png"), {}),
}
CLIENT_CALLS: dict[str, Arguments] = {
    "log_batch": (("x", [mlflow.entities.Metric("x", 1.0, 1, 1)]), {}),
    "set_registered_model_alias": (("x", "x", "1"), {}),
}
REPORTS = {"name": "x/x/x:v0", "path": "x/x/x"}
SWEEPS = [
    Sweep("wandb.apis.public.api.Api", reports, REPORTS),
    Sweep("mlflow", tracked(lambda: mlflow), GIVEN, CALLS),
    Sweep("mlflow.artifacts", tracked(lambda: mlflow.artifacts), {"artifact_uri": "runs:/x/x"}),
    Sweep("mlflow.pyfunc", tracked(lambda: mlflow.pyfunc), GIVEN),
    Sweep("mlflow.MlflowClient", tracked(lambda: mlflow.MlflowClient()), GIVEN, CLIENT_CALLS),
    Sweep("datasets", anywhere(lambda: datasets), GIVEN, apart={"load_from_disk": "see above"}),
]
