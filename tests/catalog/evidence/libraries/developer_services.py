"""Clients of forges, trackers and clusters against a slow web server: PyGithub, GitLab, Jira, Docker, Kubernetes, Vault, MinIO, Notion."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import Any

import docker
import github
import gitlab
import hvac
import jira
import kubernetes
import minio
import notion_client
from docker.models.containers import Container, ContainerCollection
from docker.models.images import Image, ImageCollection
from docker.models.networks import Network, NetworkCollection
from docker.models.volumes import Volume, VolumeCollection
from evidence.subjects import sweeps, web
from evidence.sweep import Sweep
from evidence.world import World
from github import AuthenticatedUser, Issue, NamedUser, Organization, PullRequest, Repository


def hub(url: str) -> github.Github:
    return github.Github("x", base_url=url, retry=None, seconds_between_requests=None, seconds_between_writes=None)


def of_hub(kind: type, url: str) -> Any:
    """An object as it comes out of an answer."""
    return kind(hub(url).requester, {}, {"url": f"{url}/x", "name": "x", "login": "x", "issue_url": f"{url}/x"})


def tracker(url: str) -> jira.JIRA:
    return jira.JIRA(url, basic_auth=("x", "x"), get_server_info=False, max_retries=0)


def daemon(url: str) -> docker.DockerClient:
    return docker.DockerClient(url.replace("http", "tcp"), version="1.41")


def of_daemon(kind: type, collection: str, url: str) -> Any:
    client = daemon(url)
    return kind({"Id": "x", "Name": "x"}, client=client, collection=getattr(client, collection))


def collection(name: str, url: str) -> Any:
    return getattr(daemon(url), name)


def cluster(api: str, url: str) -> Any:
    configuration = kubernetes.client.Configuration(host=url)
    configuration.retries = False
    return getattr(kubernetes.client, api)(kubernetes.client.ApiClient(configuration))


def made_from_environment(world: World) -> Iterator[Any]:
    with world.http(body=b'{"ApiVersion": "1.41"}') as (host, port):
        os.environ["DOCKER_HOST"] = f"tcp://{host}:{port}"
        yield docker.from_env


def made(world: World) -> Iterator[Any]:
    with world.http(body=b'{"ApiVersion": "1.41"}') as (host, port):
        yield functools.partial(docker.DockerClient, f"tcp://{host}:{port}")


def connected_to_tracker(world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        yield functools.partial(jira.JIRA, f"http://{host}:{port}", basic_auth=("x", "x"), max_retries=0)


def watched(world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        api = cluster("CoreV1Api", f"http://{host}:{port}")
        yield lambda: next(kubernetes.watch.Watch().stream(api.list_namespace, timeout_seconds=1), None)


BLOCKING = {
    "docker.from_env": made_from_environment,
    "docker.client.DockerClient": made,
    "jira.JIRA": connected_to_tracker,
    "kubernetes.watch.Watch.stream": watched,
}
HUB = (
    Repository.Repository, Issue.Issue, PullRequest.PullRequest, Organization.Organization, NamedUser.NamedUser,
    AuthenticatedUser.AuthenticatedUser,
)  # fmt: skip
CLUSTER = (
    "ApiextensionsV1Api", "AppsV1Api", "AutoscalingV1Api", "BatchV1Api", "CoreV1Api", "CustomObjectsApi", "NetworkingV1Api",
    "RbacAuthorizationV1Api", "StorageV1Api", "VersionApi",
)  # fmt: skip
DAEMON = ((Container, "containers"), (Image, "images"), (Network, "networks"), (Volume, "volumes"))
COLLECTIONS = (
    (ContainerCollection, "containers"), (ImageCollection, "images"), (NetworkCollection, "networks"), (VolumeCollection, "volumes"),
)  # fmt: skip

SWEEPS = [
    Sweep("github.MainClass.Github", web(hub)),
    *(Sweep(f"{kind.__module__}.{kind.__name__}", web(functools.partial(of_hub, kind))) for kind in HUB),
    *sweeps("python_gitlab", web(lambda url: gitlab.Gitlab(url, private_token="x"))),
    Sweep("jira.JIRA", web(tracker)),
    *(
        Sweep(f"{kind.__module__}.{kind.__name__}", web(functools.partial(of_daemon, kind, collection)))
        for kind, collection in DAEMON
    ),
    Sweep("docker.client.DockerClient", web(daemon), apart={"from_env": "see above"}),
    *(Sweep(f"{on.__module__}.{on.__name__}", web(functools.partial(collection, name))) for on, name in COLLECTIONS),
    *(Sweep(f"kubernetes.client.{api}", web(functools.partial(cluster, api)), sample=40) for api in CLUSTER),
    Sweep("hvac.Client", web(lambda url: hvac.Client(url, token="x"))),
    Sweep("hvac.api.secrets_engines.kv_v1.KvV1", web(lambda url: hvac.Client(url, token="x").secrets.kv.v1)),
    Sweep("hvac.api.secrets_engines.kv_v2.KvV2", web(lambda url: hvac.Client(url, token="x").secrets.kv.v2)),
    Sweep("hvac.api.secrets_engines.transit.Transit", web(lambda url: hvac.Client(url, token="x").secrets.transit)),
    Sweep(
        "minio.Minio",
        web(lambda url: minio.Minio(url.removeprefix("http://"), "x", "xxxxxxxx", secure=False)),
        {"bucket_name": "xxxx"},
    ),
    Sweep("notion_client.Client", web(lambda url: notion_client.Client(auth="x", base_url=url)), {"method": "GET"}),
    Sweep(
        "notion_client.AsyncClient",
        web(lambda url: notion_client.AsyncClient(auth="x", base_url=url)),
        {"method": "GET"},
    ),
]
