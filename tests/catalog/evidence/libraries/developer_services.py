"""Clients of forges and trackers against a slow web server: PyGithub, GitLab, Jira, Docker, Vault, MinIO, Notion."""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable, Iterator
from typing import Any

import docker
import github
import gitlab
import jira
import minio
import notion_client
import requests
import requests.adapters
from docker.models.containers import Container, ContainerCollection
from docker.models.images import Image, ImageCollection
from docker.models.networks import Network, NetworkCollection
from docker.models.volumes import Volume, VolumeCollection
from evidence.subjects import sweeps, web
from evidence.sweep import Sweep
from evidence.world import World
from github import AuthenticatedUser, Issue, NamedUser, Organization, PaginatedList, PullRequest, Repository


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


def made_from_environment(world: World) -> Iterator[Any]:
    with world.http(body=b'{"ApiVersion": "1.41"}') as (host, port):
        os.environ["DOCKER_HOST"] = f"tcp://{host}:{port}"
        yield docker.from_env


def of_environment(world: World) -> Iterator[Any]:
    with world.http(body=b'{"ApiVersion": "1.41"}') as (host, port):
        os.environ["DOCKER_HOST"] = f"tcp://{host}:{port}"
        yield docker.DockerClient.from_env


def made(world: World) -> Iterator[Any]:
    with world.http(body=b'{"ApiVersion": "1.41"}') as (host, port):
        yield functools.partial(docker.DockerClient, f"tcp://{host}:{port}")


def connected_to_tracker(world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        yield functools.partial(jira.JIRA, f"http://{host}:{port}", basic_auth=("x", "x"), max_retries=0)


def asked(make: Callable[[str], Any], call: Callable[[Any], object]) -> Any:
    """What ``make`` gives for the address of a slow server is called."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"{}") as (host, port):
            yield functools.partial(call, make(f"http://{host}:{port}"))

    return case


def pages(url: str) -> PaginatedList.PaginatedList[Any]:
    return PaginatedList.PaginatedList(NamedUser.NamedUser, hub(url).requester, f"{url}/x", None)


def dumped() -> io.BytesIO:
    file = io.BytesIO()
    hub("http://x").dump(a_user(), file)
    file.seek(0)
    return file


def a_user() -> NamedUser.NamedUser:
    return NamedUser.NamedUser(hub("http://x").requester, {}, {"login": "x"}, True)


def of_organization(url: str) -> Any:
    user = of_hub(AuthenticatedUser.AuthenticatedUser, url)
    return user.get_organization_events(of_hub(Organization.Organization, url))


BLOCKING = {
    "gitlab.v4.objects.GroupManager.create": asked(
        lambda url: gitlab.Gitlab(url, private_token="x").groups,
        lambda groups: groups.create({"name": "x", "path": "x"}),
    ),
    "github.AuthenticatedUser.AuthenticatedUser.get_organization_events": asked(
        of_organization, lambda found: next(iter(found), None)
    ),
    "github.MainClass.Github.get_user": asked(hub, lambda found: found.get_user("x")),
    "github.PaginatedList.PaginatedList.__iter__": asked(pages, list),
    "github.PaginatedList.PaginatedList.__getitem__": asked(pages, lambda found: found[0]),
    "github.PaginatedList.PaginatedList.totalCount": asked(pages, lambda found: found.totalCount),
    "docker.client.DockerClient.from_env": of_environment,
    "docker.from_env": made_from_environment,
    "docker.client.DockerClient": made,
    "jira.JIRA": connected_to_tracker,
}
SILENT = {
    "github.MainClass.Github.create_from_raw_data": lambda world: hub("http://x").create_from_raw_data(
        NamedUser.NamedUser, {"login": "x"}
    ),
    "github.MainClass.Github.get_user": asked(hub, lambda found: found.get_user()),
    "github.MainClass.Github.dump": lambda world: hub("http://x").dump(a_user(), io.BytesIO()),
    "github.MainClass.Github.load": lambda world: hub("http://x").load(dumped()),
    "github.PullRequest.PullRequest.get_review_requests": asked(
        functools.partial(of_hub, PullRequest.PullRequest), lambda found: found.get_review_requests()
    ),
}
CPU = {
    "notion_client.Client": lambda world: notion_client.Client(auth="x"),
    "notion_client.AsyncClient": lambda world: notion_client.AsyncClient(auth="x"),
}
HUB = (
    Repository.Repository, Issue.Issue, PullRequest.PullRequest, Organization.Organization, NamedUser.NamedUser,
    AuthenticatedUser.AuthenticatedUser,
)  # fmt: skip
USER, REPOSITORY = (
    a_user(),
    Repository.Repository(hub("http://x").requester, {}, {"full_name": "x/x", "name": "x"}, True),
)
KNOWN: dict[str, Any] = {
    **dict.fromkeys(("user", "member", "public_member", "following", "invitee", "author"), USER),
    **dict.fromkeys(("repo", "starred", "subscription", "watched"), REPOSITORY),
    "files": {"x": github.InputFileContent("x")},
    "tree": [],
    "parents": [],
    "issue": 1,
    "state": "open",
}
ANSWER = requests.Response()
SILENTLY: dict[str, Any] = {
    "start": (("x",), {}),
    "resolve_redirects": ((ANSWER, requests.Request("GET", "http://x").prepare()), {}),
    "create_container_config": (("x", ["x"]), {}),
    "create_endpoint_config": ((), {}),
    "create_host_config": ((), {}),
    "create_networking_config": ((), {}),
    "get_adapter": (("http://x",), {}),
    "get_redirect_target": ((ANSWER,), {}),
    "merge_environment_settings": (("http://x", {}, None, None, None), {}),
    "mount": (("http://y", requests.adapters.HTTPAdapter()), {}),
    "prepare_request": ((requests.Request("GET", "http://x"),), {}),
    "rebuild_auth": ((requests.Request("GET", "http://x").prepare(), ANSWER), {}),
    "rebuild_method": ((requests.Request("GET", "http://x").prepare(), ANSWER), {}),
    "rebuild_proxies": ((requests.Request("GET", "http://x").prepare(), {}), {}),
    "should_strip_auth": (("http://x", "http://x"), {}),
}
ANSWER.request = requests.Request("GET", "http://x").prepare()
DAEMON = ((Container, "containers"), (Image, "images"), (Network, "networks"), (Volume, "volumes"))
COLLECTIONS = (
    (ContainerCollection, "containers"), (ImageCollection, "images"), (NetworkCollection, "networks"), (VolumeCollection, "volumes"),
)  # fmt: skip

SWEEPS = [
    Sweep("github.MainClass.Github", web(hub), apart={"get_user": "see above"}),
    Sweep("github.PaginatedList.PaginatedList", web(pages), {"page": 1}),
    *(
        Sweep(
            f"{kind.__module__}.{kind.__name__}",
            web(functools.partial(of_hub, kind)),
            KNOWN,
        )
        for kind in HUB
    ),
    *sweeps("python_gitlab", web(lambda url: gitlab.Gitlab(url, private_token="x"))),
    Sweep(
        "jira.JIRA",
        web(tracker),
        calls={
            "create_issue": ((), {"fields": {"project": {"id": "1"}, "issuetype": {"id": "1"}}}),
            "issue": (("X-1",), {}),
            "add_attachment": (("X-1", __file__), {}),
        },
    ),
    *(
        Sweep(f"{kind.__module__}.{kind.__name__}", web(functools.partial(of_daemon, kind, collection)))
        for kind, collection in DAEMON
    ),
    Sweep("docker.api.client.APIClient", web(lambda url: daemon(url).api), {"registry": "x", "prox": "x"}, SILENTLY),
    Sweep(
        "docker.client.DockerClient",
        web(daemon),
        calls=dict.fromkeys(("info", "ping"), ((), {})),
        apart={"from_env": "see above"},
    ),
    *(Sweep(f"{on.__module__}.{on.__name__}", web(functools.partial(collection, name))) for on, name in COLLECTIONS),
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
        prompt=("aclose",),
    ),
]
