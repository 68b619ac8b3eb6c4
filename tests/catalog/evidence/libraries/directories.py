"""LDAP: a real OpenLDAP, whose answer comes late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ldap3
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served
from evidence.sweep import Sweep
from evidence.world import World

USER = {"user": "cn=x,dc=x", "password": "x"}


def open_connection(host: str, port: int, **options: Any) -> ldap3.Connection:
    return ldap3.Connection(ldap3.Server(host, port, connect_timeout=2), auto_bind=True, **USER, **options)


def unopened(call: Callable[[ldap3.Server], Callable[[], object]]) -> Any:
    def case(world: World) -> Iterator[Any]:
        with slowly(world, servers.ldap()) as (host, port):
            yield call(ldap3.Server(host, port))

    return case


def opened(call: Callable[[ldap3.Connection], object], **options: Any) -> Any:
    def case(world: World) -> Iterator[Any]:
        with slowly(world, servers.ldap()) as (host, port):
            connection = open_connection(host, port, **options)
            yield lambda: call(connection)

    return case


BLOCKING = {
    "ldap3.Connection": unopened(lambda server: lambda: ldap3.Connection(server, auto_bind=True, **USER)),
    "ldap3.Connection.bind": unopened(lambda server: ldap3.Connection(server, **USER).bind),
    "ldap3.Connection.open": unopened(lambda server: ldap3.Connection(server, **USER).open),
    "ldap3.Connection.__enter__": unopened(lambda server: ldap3.Connection(server, **USER).__enter__),
}
SILENT = {
    "ldap3.Server": lambda world: ldap3.Server("x"),
    "ldap3.Connection.unbind": opened(lambda connection: connection.unbind()),
}
SEARCH = (("dc=x", "(objectClass=*)"), {})
SWEEPS = [
    Sweep(
        "ldap3.Connection",
        served(servers.ldap, open_connection),
        calls={
            "search": SEARCH,
            "add": (("dc=x", ["dcObject", "organization"], {"o": "x"}), {}),
            "delete": (("dc=y,dc=x",), {}),
            "modify": (("dc=x", {"o": [(ldap3.MODIFY_REPLACE, ["y"])]}), {}),
            "modify_dn": (("dc=y,dc=x", "dc=z"), {}),
            "compare": (("dc=x", "o", "x"), {}),
            "extended": (("1.3.6.1.4.1.4203.1.11.3",), {}),
        },
    ),
    Sweep(
        "ldap3.extend.StandardExtendedOperations",
        served(servers.ldap, lambda host, port: open_connection(host, port).extend.standard),
        calls={
            "paged_search": ((*SEARCH[0],), {"generator": False}),
            "modify_password": (("cn=x,dc=x", "x", "x"), {}),
        },
    ),
]
