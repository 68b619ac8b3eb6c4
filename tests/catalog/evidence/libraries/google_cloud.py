"""Clients of Google's cloud against a slow server: storage and secrets by REST, Pub/Sub and Firestore as to an emulator."""

from __future__ import annotations

import os
from typing import Any

from evidence.subjects import web, web_inside
from evidence.sweep import Sweep
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, pubsub_v1, secretmanager, storage
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceRestTransport

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

SWEEPS = [
    Sweep("google.cloud.storage.Client", web(disk), {"bucket_name": "x", "retry": None}),
    Sweep("google.cloud.storage.Bucket", web(lambda url: disk(url).bucket("x")), {"retry": None}),
    Sweep("google.cloud.storage.Blob", web(lambda url: disk(url).bucket("x").blob("y")), {"retry": None, "data": "x"}),
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
