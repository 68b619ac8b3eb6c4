"""AWS by boto3 against a slow web server: clients, resources, collections, bodies that come late. Methods are made at run time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.config
import botocore.session
from boto3.dynamodb.table import BatchWriter
from evidence.world import World

SETTINGS = {"region_name": "eu-west-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
CONFIG = botocore.config.Config(retries={"max_attempts": 0}, signature_version="s3v4")
PLAIN = botocore.config.Config(retries={"max_attempts": 0})
ENVELOPE = b'{"UnprocessedItems": {}}'
CLIENT = "botocore.client.BaseClient"
RESOURCE = "boto3.resources.base.ServiceResource"


def client(service: str, url: str) -> Any:
    return boto3.client(service, endpoint_url=url, config=CONFIG if service == "s3" else PLAIN, **SETTINGS)


def resource(service: str, url: str = "http://127.0.0.1:1") -> Any:
    return boto3.resource(service, endpoint_url=url, config=CONFIG if service == "s3" else PLAIN, **SETTINGS)


def asked(make: Callable[[str], Any], call: Callable[[Any, World], object], body: bytes = ENVELOPE) -> Any:
    """What ``make`` gives for the address of a slow server is called."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=body, headers="Content-Type: application/json\r\n") as (host, port):
            subject = make(f"http://{host}:{port}")
            yield lambda: call(subject, world)

    return case


def local(make: Callable[[], Any], call: Callable[[Any], object]) -> Any:
    """What ``make`` gives is called, and nobody asked."""

    def case(world: World) -> Iterator[Any]:
        subject = make()
        yield lambda: call(subject)

    return case


def received(call: Callable[[Any], object], method: str = "get_object", service: str = "s3", **arguments: Any) -> Any:
    """What is in an answer whose body comes late is read."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body_late=True, body=b"x\ny\n") as (host, port):
            answer = getattr(client(service, f"http://{host}:{port}"), method)(**arguments)
            body = next(answer[key] for key in ("Body", "Payload", "body") if key in answer)
            yield lambda: call(body)

    return case


OBJECT = {"Bucket": "xxxx", "Key": "y"}
METHODS: dict[tuple[str, str], dict[str, Any]] = {
    ("s3", "put_object"): {**OBJECT, "Body": b"x"},
    ("s3", "get_object"): OBJECT,
    ("s3", "head_object"): OBJECT,
    ("s3", "delete_object"): OBJECT,
    ("s3", "list_objects_v2"): {"Bucket": "xxxx"},
    ("s3", "list_buckets"): {},
    ("s3", "create_multipart_upload"): OBJECT,
    ("sqs", "send_message"): {"QueueUrl": "http://x/y", "MessageBody": "x"},
    ("sqs", "receive_message"): {"QueueUrl": "http://x/y"},
    ("sns", "publish"): {"TopicArn": "arn:aws:sns:x:1:y", "Message": "x"},
    ("dynamodb", "put_item"): {"TableName": "xxx", "Item": {"x": {"S": "x"}}},
    ("dynamodb", "query"): {"TableName": "xxx"},
    ("ses", "send_email"): {"Source": "x", "Destination": {}, "Message": {"Subject": {"Data": "x"}, "Body": {}}},
    ("lambda", "invoke"): {"FunctionName": "x"},
    ("secretsmanager", "get_secret_value"): {"SecretId": "x"},
    ("ssm", "get_parameter"): {"Name": "x"},
    ("sts", "get_caller_identity"): {},
    ("cognito-idp", "list_users"): {"UserPoolId": "x_y"},
    ("bedrock-runtime", "invoke_model"): {"modelId": "x", "body": b"{}"},
    ("bedrock-runtime", "invoke_model_with_response_stream"): {"modelId": "x", "body": b"{}"},
    ("bedrock-runtime", "converse"): {"modelId": "x", "messages": []},
    ("bedrock-runtime", "converse_stream"): {"modelId": "x", "messages": []},
    ("polly", "synthesize_speech"): {"OutputFormat": "mp3", "Text": "x", "VoiceId": "Joanna"},
}


def request(method: str, arguments: dict[str, Any]) -> Callable[[Any, World], object]:
    return lambda subject, world: getattr(subject, method)(**arguments)


def uploaded(subject: Any, world: World) -> object:
    (world.folder / "f").write_bytes(b"x")
    return subject.upload_file(str(world.folder / "f"), "xxxx", "y")


def bucket(url: str) -> Any:
    return resource("s3", url).Bucket("xxxx")


def table(url: str) -> Any:
    return resource("dynamodb", url).Table("xxx")


def writer(url: str, flush_amount: int = 1) -> BatchWriter:
    """What is put into it is sent when it is full, at once here; or when it is left."""
    return BatchWriter("xxx", resource("dynamodb", url).meta.client, flush_amount=flush_amount)


def filled(url: str) -> BatchWriter:
    made = writer(url, 25)
    made.put_item({"x": "x"})
    return made


BLOCKING = {
    **{f"{CLIENT}.{m}": asked(functools.partial(client, s), request(m, a)) for (s, m), a in METHODS.items()},
    f"{CLIENT}.upload_file": asked(functools.partial(client, "s3"), uploaded),
    f"{RESOURCE}.put_object": asked(bucket, lambda subject, world: subject.put_object(Key="x", Body=b"x")),
    f"{RESOURCE}.put_item": asked(table, lambda subject, world: subject.put_item(Item={"x": "x"})),
    f"{RESOURCE}.query": asked(table, lambda subject, world: subject.query()),
    f"{RESOURCE}.load": asked(table, lambda subject, world: subject.load()),
    f"{RESOURCE}.delete": asked(bucket, lambda subject, world: subject.delete()),
    f"{RESOURCE}.create_bucket": asked(
        functools.partial(resource, "s3"), lambda subject, world: subject.create_bucket(Bucket="xxxx")
    ),
    f"{RESOURCE}.create_queue": asked(
        functools.partial(resource, "sqs"), lambda subject, world: subject.create_queue(QueueName="x")
    ),
    f"{RESOURCE}.get_queue_by_name": asked(
        functools.partial(resource, "sqs"), lambda subject, world: subject.get_queue_by_name(QueueName="x")
    ),
    f"{RESOURCE}.create_table": asked(
        functools.partial(resource, "dynamodb"),
        lambda subject, world: subject.create_table(
            TableName="xxx",
            KeySchema=[{"AttributeName": "x", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "x", "AttributeType": "S"}],
        ),
    ),
    "boto3.resources.collection.ResourceCollection.__iter__": asked(
        bucket, lambda subject, world: next(iter(subject.objects.all()), None), b"<ListBucketResult/>"
    ),
    "boto3.resources.collection.CollectionManager.delete": asked(
        bucket, lambda subject, world: subject.objects.delete(), b"<ListBucketResult/>"
    ),
    "boto3.dynamodb.table.BatchWriter.put_item": asked(writer, lambda subject, world: subject.put_item({"x": "x"})),
    "boto3.dynamodb.table.BatchWriter.delete_item": asked(
        writer, lambda subject, world: subject.delete_item({"x": "x"})
    ),
    "boto3.dynamodb.table.BatchWriter.__exit__": asked(
        filled, lambda subject, world: subject.__exit__(None, None, None)
    ),
    "botocore.paginate.Paginator.paginate": asked(
        functools.partial(client, "s3"),
        lambda subject, world: next(iter(subject.get_paginator("list_objects_v2").paginate(Bucket="xxxx")), None),
    ),
    "botocore.paginate.PageIterator.build_full_result": asked(
        functools.partial(client, "s3"),
        lambda subject, world: subject.get_paginator("list_objects_v2").paginate(Bucket="xxxx").build_full_result(),
    ),
    "botocore.paginate.PageIterator.search": asked(
        functools.partial(client, "s3"),
        lambda subject, world: next(
            subject.get_paginator("list_objects_v2").paginate(Bucket="xxxx").search("Contents"), None
        ),
    ),
    "botocore.response.StreamingBody.read": received(lambda body: body.read(), **OBJECT),
    "botocore.response.StreamingBody.readinto": received(lambda body: body.readinto(bytearray(4)), **OBJECT),
    "botocore.response.StreamingBody.readlines": received(lambda body: body.readlines(), **OBJECT),
    "botocore.response.StreamingBody.iter_chunks": received(lambda body: next(body.iter_chunks()), **OBJECT),
    "botocore.response.StreamingBody.iter_lines": received(lambda body: next(body.iter_lines()), **OBJECT),
    "botocore.response.StreamingBody.__iter__": received(lambda body: list(body), **OBJECT),
    "botocore.response.StreamingBody.__next__": received(next, **OBJECT),
    "botocore.eventstream.EventStream.__iter__": received(
        list, "invoke_model_with_response_stream", "bedrock-runtime", modelId="x", body=b"{}"
    ),
}


def signed_for_database(world: World) -> Iterator[Any]:
    subject = client("rds", "http://127.0.0.1:1")
    yield lambda: subject.generate_db_auth_token("x", 1, "x")


MADE: dict[str, tuple[str, tuple[str, ...]]] = {
    "Bucket": ("s3", ("x",)),
    "Object": ("s3", ("x", "y")),
    "ObjectSummary": ("s3", ("x", "y")),
    "BucketPolicy": ("s3", ("x",)),
    "MultipartUpload": ("s3", ("x", "y", "z")),
    "Table": ("dynamodb", ("x",)),
    "Queue": ("sqs", ("x",)),
    "Message": ("sqs", ("x", "y")),
    "Topic": ("sns", ("arn:aws:sns:x:1:y",)),
    "PlatformEndpoint": ("sns", ("x",)),
    "Instance": ("ec2", ("x",)),
    "Image": ("ec2", ("x",)),
    "Vpc": ("ec2", ("x",)),
    "Subnet": ("ec2", ("x",)),
    "SecurityGroup": ("ec2", ("x",)),
    "Volume": ("ec2", ("x",)),
    "Snapshot": ("ec2", ("x",)),
    "Stack": ("cloudformation", ("x",)),
    "Role": ("iam", ("x",)),
    "User": ("iam", ("x",)),
    "Policy": ("iam", ("x",)),
    "Group": ("iam", ("x",)),
}
STORE = functools.partial(client, "s3", "http://127.0.0.1:1")

SILENT = {
    **{
        f"{RESOURCE}.{name}": local(
            functools.partial(resource, service), lambda subject, name=name, ids=ids: getattr(subject, name)(*ids)
        )
        for name, (service, ids) in MADE.items()
    },
    f"{RESOURCE}.batch_writer": local(lambda: resource("dynamodb").Table("x"), lambda subject: subject.batch_writer()),
    f"{CLIENT}.can_paginate": local(STORE, lambda subject: subject.can_paginate("list_objects_v2")),
    f"{CLIENT}.close": local(STORE, lambda subject: subject.close()),
    f"{CLIENT}.get_paginator": local(STORE, lambda subject: subject.get_paginator("list_objects_v2")),
    f"{CLIENT}.get_waiter": local(STORE, lambda subject: subject.get_waiter("bucket_exists")),
    f"{CLIENT}.generate_presigned_url": local(
        STORE, lambda subject: subject.generate_presigned_url("get_object", OBJECT)
    ),
    f"{CLIENT}.generate_presigned_post": local(STORE, lambda subject: subject.generate_presigned_post("x", "y")),
    f"{CLIENT}.generate_db_auth_token": signed_for_database,
}
SHORT = {
    "boto3.client": lambda world: boto3.client("s3", **SETTINGS),
    "boto3.resource": lambda world: boto3.resource("s3", **SETTINGS),
    "boto3.session.Session": lambda world: boto3.session.Session(),
    "boto3.session.Session.client": local(boto3.session.Session, lambda subject: subject.client("s3", **SETTINGS)),
    "boto3.session.Session.resource": local(boto3.session.Session, lambda subject: subject.resource("s3", **SETTINGS)),
    "botocore.session.Session.create_client": local(
        botocore.session.Session, lambda subject: subject.create_client("s3", **SETTINGS)
    ),
}
