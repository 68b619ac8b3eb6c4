"""AWS by aioboto3 against a slow web server; a session has made a client before, and so knows the descriptions of its service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aioboto3
import aiobotocore.config
from evidence.world import World

KEYS: dict[str, Any] = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
CONFIG = aiobotocore.config.AioConfig(retries={"max_attempts": 0}, signature_version="s3v4")
CLIENT = "aiobotocore.client.AioBaseClient"
CREDENTIALS = b'{"AccessKeyId": "x", "SecretAccessKey": "x", "Token": "x", "Expiration": "2050-01-01T00:00:00Z"}'
EMPTY = b"<ListBucketResult/>"


async def warmed(session: Any, settings: dict[str, Any], service: str = "s3") -> None:
    async with session.client(service, **settings):
        pass
    async with session.resource("s3", **settings) as resource:
        await resource.Bucket("xxxx")


def asked(
    call: Callable[[Any], Awaitable[object]],
    kind: str = "client",
    body: bytes = EMPTY,
    late: bool = False,
    service: str = "s3",
) -> Any:
    """A client or resource is made inside the loop, and called."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=body, body_late=late) as (host, port):
            session = aioboto3.Session(region_name="eu-west-1")
            settings = {"endpoint_url": f"http://{host}:{port}", "config": CONFIG, "verify": False, **KEYS}
            asyncio.run(warmed(session, settings, service))

            async def inside() -> None:
                async with getattr(session, kind)(service, **settings) as made:
                    await call(made)

            yield inside

    return case


def introduced(enter: Callable[[Any], Any]) -> Any:
    """A client that has to ask for its credentials first."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=CREDENTIALS) as (host, port):
            session = aioboto3.Session(region_name="eu-west-1")
            asyncio.run(warmed(session, KEYS))
            os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://{host}:{port}/"
            os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

            async def inside() -> None:
                async with enter(session):
                    pass

            try:
                yield inside
            finally:
                del os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]

    return case


async def paged(made: Any) -> None:
    async for _ in made.get_paginator("list_objects_v2").paginate(Bucket="xxxx"):
        break


async def searched(made: Any) -> None:
    async for _ in made.get_paginator("list_objects_v2").paginate(Bucket="xxxx").search("Contents"):
        break


async def put(made: Any) -> None:
    bucket = await made.Bucket("xxxx")
    await bucket.put_object(Key="x", Body=b"x")


async def lined(body: Any) -> None:
    async for _ in body.iter_lines():
        break


async def chunked(body: Any) -> None:
    async for _ in body.iter_chunks():
        break


def read(call: Callable[[Any], Awaitable[object]]) -> Any:
    """The body of an answer, which comes late."""

    async def whole(made: Any) -> None:
        answer = await made.get_object(Bucket="xxxx", Key="y")
        await call(answer["Body"])

    return asked(whole, body=b"x\ny\n", late=True)


def local(call: Callable[[Any], object]) -> Any:
    """What is done with a client, and nobody asked."""

    def case(world: World) -> Iterator[Any]:
        session = aioboto3.Session(region_name="eu-west-1")

        async def made() -> Any:
            async with session.client("s3", **KEYS) as client:
                return client

        client = asyncio.run(made())
        yield lambda: call(client)

    return case


BODY = "aiobotocore.response.StreamingBody"

ASYNC = {
    "aioboto3.Session.client": introduced(lambda session: session.client("s3")),
    "aioboto3.Session.resource": introduced(lambda session: session.resource("s3")),
    "aiobotocore.session.AioSession.create_client": introduced(lambda session: session._session.create_client("s3")),
    f"{CLIENT}.put_object": asked(lambda made: made.put_object(Bucket="xxxx", Key="y", Body=b"x")),
    f"{CLIENT}.get_object": asked(lambda made: made.get_object(Bucket="xxxx", Key="y")),
    f"{CLIENT}.invoke": asked(lambda made: made.invoke(FunctionName="x"), service="lambda"),
    f"{CLIENT}.invoke_model": asked(lambda made: made.invoke_model(modelId="x", body=b"{}"), service="bedrock-runtime"),
    f"{CLIENT}.synthesize_speech": asked(
        lambda made: made.synthesize_speech(OutputFormat="mp3", Text="x", VoiceId="Joanna"), service="polly"
    ),
    f"{CLIENT}.list_objects_v2": asked(lambda made: made.list_objects_v2(Bucket="xxxx")),
    "aioboto3.resources.base.AIOBoto3ServiceResource.create_bucket": asked(
        lambda made: made.create_bucket(Bucket="xxxx"), "resource"
    ),
    "aioboto3.resources.base.AIOBoto3ServiceResource.put_object": asked(put, "resource"),
    "aiobotocore.paginate.AioPageIterator.__aiter__": asked(paged),
    "aiobotocore.paginate.AioPageIterator.search": asked(searched),
    "aiobotocore.paginate.AioPageIterator.build_full_result": asked(
        lambda made: made.get_paginator("list_objects_v2").paginate(Bucket="xxxx").build_full_result()
    ),
    "aiobotocore.waiter.AIOWaiter.wait": asked(lambda made: made.get_waiter("bucket_exists").wait(Bucket="xxxx")),
    f"{BODY}.read": read(lambda body: body.read()),
    f"{BODY}.readinto": read(lambda body: body.readinto(bytearray(4))),
    f"{BODY}.readlines": read(lambda body: body.readlines()),
    f"{BODY}.iter_chunks": read(chunked),
    f"{BODY}.iter_lines": read(lined),
}
SILENT = {
    f"{CLIENT}.can_paginate": local(lambda client: client.can_paginate("list_objects_v2")),
    f"{CLIENT}.get_paginator": local(lambda client: client.get_paginator("list_objects_v2")),
    "aiobotocore.paginate.AioPaginator.paginate": local(
        lambda client: client.get_paginator("list_objects_v2").paginate(Bucket="xxxx")
    ),
}
SHORT = {"aioboto3.Session": lambda world: aioboto3.Session()}
