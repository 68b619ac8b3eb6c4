"""Clients of Google's cloud against a slow server: storage and secrets by REST, Pub/Sub and Firestore as to an emulator."""

from __future__ import annotations

import datetime
import io
import os
from collections.abc import Iterator
from typing import Any

from evidence.encrypted import certificate
from evidence.subjects import web, web_inside
from evidence.sweep import Sweep
from evidence.world import World
from google.api_core.iam import Policy
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, pubsub_v1, secretmanager, storage
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceRestTransport
from google.oauth2 import service_account

BRIEF = {"timeout": 0.5, "retry": None}
"""gRPC waits for a greeting that never comes."""

SECRET = {"name": "projects/x/secrets/y", "parent": "projects/x"}
VERSION = {
    "add_secret_version": ((), {"parent": "projects/x/secrets/y", **BRIEF}),
    "list_secret_versions": ((), {"parent": "projects/x/secrets/y", **BRIEF}),
    "update_secret": (({"secret": {"name": "projects/x/secrets/y"}},), BRIEF),
    "create_secret": (({"parent": "projects/x", "secret_id": "y"},), BRIEF),
    **{
        f"{verb}_secret_version": ((), {"name": "projects/x/secrets/y/versions/1", **BRIEF})
        for verb in ("access", "destroy", "disable", "enable", "get")
    },
}


def disk(url: str) -> storage.Client:
    return storage.Client(project="x", credentials=AnonymousCredentials(), client_options={"api_endpoint": url})


def secrets(url: str) -> Any:
    transport = SecretManagerServiceRestTransport(
        host=url.removeprefix("http://"), credentials=AnonymousCredentials(), url_scheme="http"
    )
    return secretmanager.SecretManagerServiceClient(transport=transport)


def secrets_async(url: str) -> Any:
    return secretmanager.SecretManagerServiceAsyncClient(
        credentials=AnonymousCredentials(), client_options={"api_endpoint": url.removeprefix("http://")}
    )


def publisher(url: str) -> Any:
    os.environ["PUBSUB_EMULATOR_HOST"] = url.removeprefix("http://")
    return pubsub_v1.PublisherClient()


def subscriber(url: str) -> Any:
    os.environ["PUBSUB_EMULATOR_HOST"] = url.removeprefix("http://")
    return pubsub_v1.SubscriberClient()


def documents(kind: Any, url: str) -> Any:
    os.environ["FIRESTORE_EMULATOR_HOST"] = url.removeprefix("http://")
    return kind(project="x", credentials=AnonymousCredentials())


def of(kind: Any, then: Any) -> Any:
    return lambda url: then(documents(kind, url))


FIRESTORE = {
    "Client": lambda client: client,
    "CollectionReference": lambda client: client.collection("x"),
    "DocumentReference": lambda client: client.collection("x").document("y"),
    "Query": lambda client: client.collection("x").where("a", "==", 1),
    "WriteBatch": lambda client: client.batch(),
}

OTHER = storage.Blob("y", storage.Bucket(None, "x"))
KEY = certificate().decode().split("-----BEGIN CERTIFICATE")[0]
ACCOUNT = {
    "private_key": KEY,
    "client_email": "x@example.org",
    "token_uri": "http://x/",
    "private_key_id": "x",
    "project_id": "x",
}
SIGNED = {
    "generate_signed_url": (
        (datetime.timedelta(seconds=9),),
        {"credentials": service_account.Credentials.from_service_account_info(ACCOUNT)},
    )
}
CALLS = {
    "copy_blob": ((OTHER, OTHER.bucket), {}),
    "rename_blob": ((OTHER, "z"), {}),
    "move_blob": ((OTHER, "z"), {}),
    "set_iam_policy": ((Policy(),), {}),
    "compose": (([OTHER],), {}),
    "rewrite": ((OTHER,), {}),
    "upload_from_file": ((io.BytesIO(b"x"),), {}),
    "download_blob_to_file": (("gs://x/y", io.BytesIO()), {}),
    **SIGNED,
}


def locked(world: World) -> Iterator[Any]:
    """A bucket of which is known that it keeps what is put into it."""
    known = b'{"metageneration": "1", "retentionPolicy": {"effectiveTime": "2030-01-01T00:00:00Z"}}'
    with world.http(body=known, headers="Content-Type: application/json\r\n", prompt=True) as (host, port):
        bucket = disk(f"http://{host}:{port}").get_bucket("x")
        yield lambda: bucket.lock_retention_policy()


def published(wait: Any) -> Any:
    def case(world: World) -> Iterator[Any]:
        with world.http() as (host, port):
            future = publisher(f"http://{host}:{port}").publish("projects/x/topics/y", b"x")
            yield lambda: wait(future)

    return case


def pulled(world: World) -> Iterator[Any]:
    with world.http() as (host, port):
        future = subscriber(f"http://{host}:{port}").subscribe("projects/x/subscriptions/y", print)
        yield lambda: future.result(timeout=0.3)
        future.cancel()


def all_of(documents_of: Any) -> Any:
    return documents_of.get_all([documents_of.collection("x").document("y")], retry=None, timeout=0.5)


def got(world: World) -> Iterator[Any]:
    with world.http() as (host, port):
        found = all_of(documents(firestore.Client, f"http://{host}:{port}"))
        yield lambda: next(found, None)


def got_async(world: World) -> Iterator[Any]:
    with world.http() as (host, port):

        async def first() -> None:
            async for _ in all_of(documents(firestore.AsyncClient, f"http://{host}:{port}")):
                break

        yield first


BLOCKING = {
    "google.cloud.storage.Bucket.lock_retention_policy": locked,
    "google.cloud.pubsub_v1.publisher.futures.Future.result": published(lambda future: future.result(timeout=0.3)),
    "google.cloud.pubsub_v1.publisher.futures.Future.exception": published(
        lambda future: future.exception(timeout=0.3)
    ),
    "google.cloud.pubsub_v1.subscriber.futures.StreamingPullFuture.result": pulled,
    "google.cloud.firestore.Client.get_all": got,
}
ASYNC = {"google.cloud.firestore.AsyncClient.get_all": got_async}
SWEEPS = [
    Sweep("google.cloud.storage.Client", web(disk), {"bucket_name": "x", "retry": None}, CALLS),
    Sweep("google.cloud.storage.Bucket", web(lambda url: disk(url).bucket("x")), {"retry": None}, CALLS),
    Sweep(
        "google.cloud.storage.Blob",
        web(lambda url: disk(url).bucket("x").blob("y")),
        {"retry": None, "data": "x"},
        CALLS,
    ),
    Sweep("google.cloud.secretmanager.SecretManagerServiceClient", web(secrets), SECRET | BRIEF, VERSION),
    Sweep("google.cloud.secretmanager.SecretManagerServiceAsyncClient", web_inside(secrets_async), BRIEF),
    Sweep("google.cloud.pubsub_v1.PublisherClient", web(publisher), BRIEF),
    Sweep("google.cloud.pubsub_v1.SubscriberClient", web(subscriber), BRIEF),
    *(
        Sweep(f"google.cloud.firestore.{name}", web(of(firestore.Client, then)), BRIEF)
        for name, then in FIRESTORE.items()
    ),
    *(
        Sweep(
            f"google.cloud.firestore.Async{name}",
            web_inside(of(firestore.AsyncClient, then)),
            BRIEF,
        )
        for name, then in FIRESTORE.items()
    ),
]
