"""Django's models, queries, transactions, cache, users and mail, against servers that answer late."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import asgiref.sync
import psycopg
from django.core.cache.backends.redis import RedisCache
from evidence import servers
from evidence.libraries.orms import django_model, with_django
from evidence.servers import slowly
from evidence.subjects import served
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
DRIVERS = (psycopg,)
"""Imported here so that no case measures an import."""
SYNCHRONOUS = ("BLOCKING", "CPU", "SILENT")
ASYNCHRONOUS = ("ASYNC",)


def of_django(use: Callable[[Any], Any]) -> Subject:
    """What becomes of a model; the connection is there."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            note = django_model(host, port)
            yield use(note)
            connection_of(note).close()

    return subject


def of_django_in_loop(use: Callable[[Any], Any]) -> Subject:
    """The same with the connection that Django keeps for code of the loop's thread that a coroutine calls."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            note = django_model(host, port)
            yield lambda: use(note)

    return subject


def of_django_inside(use: Callable[[Any], Any]) -> Subject:
    """The same for the asynchronous methods, which work in a thread that has a connection of its own."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            note = django_model(host, port)

            async def make() -> Any:
                await asgiref.sync.sync_to_async(connected)()
                return use(note)

            yield lambda: make()
            connection_of(note).close()

    return subject


def connected() -> None:
    """Replace the connection of an earlier case."""
    from django.db import connection

    connection.close()
    connection.ensure_connection()


def connection_of(note: Any) -> Any:
    from django.db import connections

    connection = connections["default"]
    connection.ensure_connection()
    return connection


def disconnected(note: Any) -> Any:
    connection = connection_of(note)
    connection.close()
    return connection


def in_transaction(note: Any) -> Any:
    """A connection that the server knows to be in a transaction."""
    connection = connection_of(note)
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return connection


def transactions(note: Any) -> Any:
    from django.db import transaction

    in_transaction(note)
    return transaction


def objects(note: Any) -> Any:
    return note.objects


def ordered(note: Any) -> Any:
    return note.objects.order_by("id")


def with_objects(of: Callable[[Callable[[Any], Any]], Subject], use: Callable[[Any], Any]) -> dict[str, Subject]:
    """Methods that want objects of the model."""
    from django.db.models import Count

    wanted: dict[str, Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]]] = {
        "contains": lambda note: ((note(id=1),), {}),
        "bulk_create": lambda note: (([note()],), {}),
        "bulk_update": lambda note: (([note(id=1, text="y")], ["text"]), {}),
        "aggregate": lambda note: ((), {"many": Count("id")}),
    }

    def calling(method: str, arguments: Any) -> Callable[[Any], Any]:
        def made(note: Any) -> Any:
            positional, keywords = arguments(note)
            return SimpleNamespace(**{method: lambda: getattr(use(note), method)(*positional, **keywords)})

        return made

    return {
        prefix + method: of(calling(prefix + method, arguments))
        for method, arguments in wanted.items()
        for prefix in ("", "a")
    }


def shortcuts(note: Any) -> Any:
    from django import shortcuts

    return SimpleNamespace(
        **{
            name: functools.partial(getattr(shortcuts, name), note, id=1)
            for name in ("get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404")
        }
    )


def cache_at(host: str, port: int) -> Any:
    cache = RedisCache(f"redis://{host}:{port}", {})
    cache.get("x")
    return cache


# ---- users


def signed_in(note: Any) -> Any:
    """A user with a session, whom a request comes from."""
    from django.contrib import auth
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.http import HttpRequest

    call_command("migrate", verbosity=0)
    user = User.objects.filter(username="x").first() or User.objects.create_user("x", password="x")
    request = HttpRequest()
    request.session = SessionStore()
    auth.login(request, user)
    request.session.save()
    return SimpleNamespace(user=User.objects.get(id=user.id), request=request, auth=auth)


def users(note: Any) -> Any:
    from django.contrib import auth

    it = signed_in(note)
    calls = {
        "authenticate": {"username": "x", "password": "x"},
        "get_user": {},
        "login": {"user": it.user},
        "logout": {},
    }
    given = {prefix + name: {"request": it.request, **more} for name, more in calls.items() for prefix in ("", "a")}
    return SimpleNamespace(**{name: functools.partial(getattr(auth, name), **more) for name, more in given.items()})


def users_inside(world: World) -> Iterator[object]:
    with slowly(world, servers.postgresql()) as (host, port):
        note = django_model(host, port)
        made = users(note)

        async def make() -> Any:
            await asgiref.sync.sync_to_async(connected)()
            return made

        yield lambda: make()
        connection_of(note).close()


def hashing(use: Callable[[Any], object]) -> Case:
    """What needs a user, and no server."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        django_model(*servers.postgresql())
        from django.contrib.auth.models import User

        user = User(username="x")
        user.set_password("x")
        yield lambda: use(user)

    return case


# ---- mail


def mailing(use: Callable[[Any], object]) -> Case:
    """A mail server that answers the first command late, and takes everything."""

    def answer(line: bytes) -> bytes:
        return b"354 go on\r\n" if line.upper().startswith(b"DATA") else b"250 ok\r\n"

    def case(world: World) -> Iterator[Callable[[], object]]:
        django_model(*servers.postgresql())
        from django.conf import settings
        from django.core import mail

        with world.answers(b"220 ready\r\n", answer, slow=b"EHLO") as (host, port):
            settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
            yield lambda: use(mail)

    return case


def running(statement: Callable[[Any], object]) -> Callable[[Any], object]:
    def use(note: Any) -> None:
        with connection_of(note).cursor() as cursor:
            statement(cursor)

    return use


def after_an_error(note: Any) -> Any:
    """Old connections are tried out where a statement has failed on them."""
    import django.db

    with contextlib.suppress(django.db.Error), connection_of(note).cursor() as cursor:
        cursor.execute("select absent")
    return django.db


def authenticating(world: World) -> Iterator[Callable[[], object]]:
    """Nobody of that name is there; the hash is computed all the same."""
    it = signed_in(django_model(*servers.postgresql()))
    from django.contrib import auth

    yield lambda: auth.aauthenticate(it.request, username="nobody", password="x")


def with_user(use: Callable[[Any], object]) -> Case:
    """A case with a user, of whom nothing is known yet, and a request."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            it = signed_in(django_model(host, port))
            yield lambda: use(it)
            connection_of(None).close()

    return case


def with_user_inside(use: Callable[[Any], Any]) -> Case:
    """The same for coroutines, whose thread connects anew."""

    async def call(it: Any) -> None:
        await asgiref.sync.sync_to_async(connected)()
        await use(it)

    return with_user(call)


def hashers(use: Callable[[Any], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        django_model(*servers.postgresql())
        from django.contrib.auth import hashers

        hashers.make_password("x")
        yield lambda: use(hashers)

    return case


PERMISSIONS = {
    "get_all_permissions": (), "get_group_permissions": (), "get_user_permissions": (), "has_module_perms": ("auth",), "has_perm": ("auth.x",),
    "has_perms": (["auth.x"],),
}  # fmt: skip
MIXIN, MANAGERS = "django.contrib.auth.models.PermissionsMixin.", "django.contrib.auth.models.UserManager."
LETTER = {"subject": "x", "message": "x"}
FROM_TO = ("x", "x", "a@example.org", ["b@example.org"])
BLOCKING = {
    **{
        f"{MIXIN}{name}": with_user(lambda it, name=name, given=given: getattr(it.user, name)(*given))
        for name, given in PERMISSIONS.items()
    },
    **{
        f"{MANAGERS}{name}": with_user(lambda it, name=name: getattr(type(it.user).objects, name)(f"new {name}"))
        for name in ("create_user", "create_superuser")
    },
    "django.contrib.auth.update_session_auth_hash": with_user(
        lambda it: it.auth.update_session_auth_hash(it.request, it.user)
    ),
    "django.core.mail.send_mail": mailing(lambda mail: mail.send_mail(*FROM_TO)),
    "django.core.mail.send_mass_mail": mailing(lambda mail: mail.send_mass_mail([FROM_TO])),
    "django.core.mail.mail_admins": mailing(lambda mail: mail.mail_admins(**LETTER)),
    "django.core.mail.mail_managers": mailing(lambda mail: mail.mail_managers(**LETTER)),
    "django.core.mail.EmailMessage.send": mailing(lambda mail: mail.EmailMessage(*FROM_TO).send()),
    "django.db.backends.utils.CursorWrapper.executemany": with_django(
        running(lambda cursor: cursor.executemany("select %s::int", [(1,)]))
    ),
    "django.db.backends.utils.CursorWrapper.callproc": with_django(running(lambda cursor: cursor.callproc("version"))),
}
ASYNC = {
    **{
        f"{MIXIN}a{name}": with_user_inside(lambda it, name=name, given=given: getattr(it.user, f"a{name}")(*given))
        for name, given in PERMISSIONS.items()
    },
    **{
        f"{MANAGERS}a{name}": with_user_inside(
            lambda it, name=name: getattr(type(it.user).objects, f"a{name}")(f"newer {name}")
        )
        for name in ("create_user", "create_superuser")
    },
    "django.contrib.auth.aupdate_session_auth_hash": with_user_inside(
        lambda it: it.auth.aupdate_session_auth_hash(it.request, it.user)
    ),
}
CPU = {
    "django.contrib.auth.aauthenticate": authenticating,
    "django.contrib.auth.hashers.make_password": hashers(lambda hashers: hashers.make_password("x")),
    "django.contrib.auth.hashers.check_password": hashers(
        lambda hashers: hashers.check_password("x", "pbkdf2_sha256$1000000$x$x")
    ),
    "django.contrib.auth.models.AbstractUser.set_password": hashing(lambda user: user.set_password("x")),
    "django.contrib.auth.models.AbstractUser.check_password": hashing(lambda user: user.check_password("x")),
}
FIELDS = {
    "field_names": ("id",), "fields": ("id",), "args": (), "expressions": (), "lookups": (), "related": (), "id_list": [1], "alias": "default",
    "using": None, "field_name": "id", "obj": None, "defaults": None, "other_qs": (), "chunk_size": 10, "sid": "x",
}  # fmt: skip
CALLS = {
    "update": ((), {"id": 1}), "aupdate": ((), {"id": 1}), "values": (("id",), {}), "values_list": (("id",), {}),
    "complex_filter": (({},), {}), "dates": (("made", "year"), {}), "datetimes": (("made", "year"), {}),
}  # fmt: skip
SAVES = {name: ((), {}) for name in ("save", "asave", "delete", "adelete", "refresh_from_db", "arefresh_from_db")}
QUERYSET, MANAGER, MODEL = (
    "django.db.models.query.QuerySet",
    "django.db.models.manager.Manager",
    "django.db.models.base.Model",
)
AUTH = "django.contrib.auth"
DOCUMENTED = {
    "is a coroutine, but computes the hash in the loop's thread before it gives way (contrib/auth/hashers.py)": [
        f"{AUTH}.models.AbstractUser.acheck_password"
    ],
    "asks as a coroutine, but computes the hash in the loop's thread, which its other entry says (contrib/auth/backends.py)": [
        f"{AUTH}.aauthenticate"
    ],
}
SWEEPS = [
    Sweep(QUERYSET, of_django(ordered), FIELDS, CALLS, own=with_objects(of_django, ordered), kinds=SYNCHRONOUS),
    Sweep(QUERYSET, of_django_inside(ordered), FIELDS, CALLS, own=with_objects(of_django_inside, ordered), kinds=ASYNCHRONOUS),
    Sweep(MANAGER, of_django(objects), FIELDS, CALLS, own=with_objects(of_django, objects), kinds=SYNCHRONOUS),
    Sweep(MANAGER, of_django_inside(objects), FIELDS, CALLS, own=with_objects(of_django_inside, objects), kinds=ASYNCHRONOUS),
    Sweep(MODEL, of_django(lambda note: note(id=1)), calls=SAVES, kinds=SYNCHRONOUS),
    Sweep(MODEL, of_django_inside(lambda note: note(id=1)), calls=SAVES, kinds=ASYNCHRONOUS),
    Sweep("django.shortcuts", of_django(shortcuts), calls=dict.fromkeys(("get_object_or_404", "get_list_or_404"), ((), {})), kinds=SYNCHRONOUS),
    Sweep("django.shortcuts", of_django_inside(shortcuts), calls=dict.fromkeys(("aget_object_or_404", "aget_list_or_404"), ((), {})), kinds=ASYNCHRONOUS),
    Sweep(AUTH, of_django(users), calls={name: ((), {}) for name in ("authenticate", "get_user", "login", "logout")}, kinds=SYNCHRONOUS),
    Sweep(AUTH, users_inside, calls={name: ((), {}) for name in ("aauthenticate", "aget_user", "alogin", "alogout")}, kinds=ASYNCHRONOUS),
    Sweep(
        "django.db.backends.base.base.BaseDatabaseWrapper",
        of_django(connection_of),
        FIELDS,
        own={
            **{name: of_django(in_transaction) for name in ("commit", "rollback", "savepoint", "savepoint_commit", "savepoint_rollback")},
            **{name: of_django(disconnected) for name in ("connect", "cursor", "ensure_connection")},
        },
    ),
    Sweep("django.db", of_django_in_loop(after_an_error)),
    Sweep("django.db.transaction", of_django_in_loop(transactions), FIELDS, apart={"atomic": "has a case of its own"}),
    Sweep(
        "django.core.cache.backends.base.BaseCache",
        served(servers.redis, cache_at),
        {"key": "x", "value": 1, "keys": ["x"], "data": {"x": 1}, "default": 1, "timeout": 9, "version": 1, "delta": 1},
        {"incr_version": (("x",), {}), "decr_version": (("x",), {})},
    ),
]  # fmt: skip
