"""The client of Kubernetes against a slow web server."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import kubernetes
import kubernetes.stream
from evidence.subjects import web
from evidence.sweep import Sweep
from evidence.world import World


def cluster(api: str, url: str) -> Any:
    configuration = kubernetes.client.Configuration(host=url)
    configuration.retries = False
    return getattr(kubernetes.client, api)(kubernetes.client.ApiClient(configuration))


def watched(world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        api = cluster("CoreV1Api", f"http://{host}:{port}")
        yield lambda: next(kubernetes.watch.Watch().stream(api.list_namespace, timeout_seconds=1), None)


SETTINGS = {
    "apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "http://x"}}],
    "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": [{"name": "x", "user": {}}],
}  # fmt: skip


def read_late(world: World) -> Iterator[Any]:
    """The settings of a cluster in a file that comes late."""
    path = world.fifo(json.dumps(SETTINGS).encode())
    yield lambda: kubernetes.config.load_kube_config(str(path))


def called(world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        api = cluster("CoreV1Api", f"http://{host}:{port}")
        yield lambda: kubernetes.stream.stream(api.connect_get_namespaced_pod_exec, "x", "x", command=["x"])


BLOCKING = {
    "kubernetes.watch.Watch.stream": watched,
    "kubernetes.config.load_kube_config": read_late,
    "kubernetes.stream.stream": called,
}
CLUSTER = (
    "ApiextensionsV1Api", "AppsV1Api", "AutoscalingV1Api", "BatchV1Api", "CoreV1Api", "CustomObjectsApi", "NetworkingV1Api",
    "RbacAuthorizationV1Api", "StorageV1Api", "VersionApi",
)  # fmt: skip
SWEEPS = [Sweep(f"kubernetes.client.{api}", web(functools.partial(cluster, api)), sample=40) for api in CLUSTER]
DOCUMENTED = {
    "Reads two files below /var/run/secrets/kubernetes.io, which are there inside a cluster only": (
        "kubernetes.config.load_incluster_config",
    ),
}
