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
from google.cloud.storage import transfer_manager
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


def opened(mode: str, use: Any) -> Any:
    """A file in a bucket; what is written to it is begun, not sent."""

    def case(world: World) -> Iterator[Any]:
        with world.http(headers="Location: http://127.0.0.1:1/\r\n") as (host, port):
            options = {"chunk_size": 1 << 18, "retry": None}
            file = disk(f"http://{host}:{port}").bucket("x").blob("y").open(mode, **options)
            if mode == "wb":
                file.write(b"x")
            yield lambda: use(file)

    return case


def transferred(call: Any) -> Any:
    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"{}", headers="Content-Type: application/json\r\n") as (host, port):
            bucket = disk(f"http://{host}:{port}").bucket("x")
            yield lambda: call(bucket, {"worker_type": "thread", "max_workers": 1}, str(world.folder / "f"))

    return case


TRANSFERS: dict[str, Any] = {
    "upload_many": lambda bucket, how, path: transfer_manager.upload_many([(__file__, bucket.blob("y"))], **how),
    "upload_many_from_filenames": lambda bucket, how, path: transfer_manager.upload_many_from_filenames(
        bucket, [__file__], **how
    ),
    "upload_chunks_concurrently": lambda bucket, how, path: transfer_manager.upload_chunks_concurrently(
        __file__, bucket.blob("y"), **how
    ),
    "download_many": lambda bucket, how, path: transfer_manager.download_many([(bucket.blob("y"), path)], **how),
    "download_many_to_path": lambda bucket, how, path: transfer_manager.download_many_to_path(bucket, [path], **how),
    "download_chunks_concurrently": lambda bucket, how, path: transfer_manager.download_chunks_concurrently(
        bucket.blob("y"), path, **how
    ),
}
BLOCKING = {
    "google.cloud.storage.Bucket.lock_retention_policy": locked,
    "google.cloud.pubsub_v1.publisher.futures.Future.result": published(lambda future: future.result(timeout=0.3)),
    "google.cloud.pubsub_v1.publisher.futures.Future.exception": published(
        lambda future: future.exception(timeout=0.3)
    ),
    "google.cloud.pubsub_v1.subscriber.futures.StreamingPullFuture.result": pulled,
    "google.cloud.firestore.Client.get_all": got,
    **{f"google.cloud.storage.transfer_manager.{name}": transferred(call) for name, call in TRANSFERS.items()},
    "google.cloud.storage.fileio.BlobReader.read": opened("rb", lambda file: file.read()),
    "google.cloud.storage.fileio.BlobWriter.write": opened("wb", lambda file: file.write(b"x" * (1 << 19))),
    "google.cloud.storage.fileio.BlobWriter.close": opened("wb", lambda file: file.close()),
    "google.cloud.storage.fileio.BlobWriter.__exit__": opened("wb", lambda file: file.__exit__(None, None, None)),
}
ASYNC = {"google.cloud.firestore.AsyncClient.get_all": got_async}
SILENT = {"google.cloud.storage.Blob.open": lambda world: disk("http://x").bucket("x").blob("y").open("rb")}
SWEEPS = [
    Sweep(
        "google.cloud.firestore_v1.aggregation.AggregationQuery",
        web(of(firestore.Client, lambda client: client.collection("x").count())),
        BRIEF,
    ),
    Sweep(
        "google.cloud.firestore_v1.async_aggregation.AsyncAggregationQuery",
        web_inside(of(firestore.AsyncClient, lambda client: client.collection("x").count())),
        BRIEF,
    ),
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
