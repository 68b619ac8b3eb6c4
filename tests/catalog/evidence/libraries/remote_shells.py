"""SSH and SFTP by paramiko and fabric: a real OpenSSH, whose answer comes late, or whose command does."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, Iterator
from typing import Any

import fabric
import paramiko
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import Subject
from evidence.sweep import Sweep
from evidence.world import World


def shell(host: str, port: int) -> paramiko.SSHClient:
    """A client that is logged in."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host, port, **login())
    return client


def login() -> dict[str, Any]:
    server = servers.ssh()
    return {"username": server.user, "key_filename": str(server.key), "allow_agent": False, "look_for_keys": False}


def relayed(then: Callable[[paramiko.SSHClient], Any]) -> Subject:
    """What becomes of a client that is logged in, before the server is slow."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.ssh().address) as (host, port), shell(host, port) as client:
            yield then(client)

    return subject


def asked(call: Callable[[Any], object], then: Callable[[paramiko.SSHClient], Any] = lambda client: client) -> Any:
    def case(world: World) -> Iterator[Any]:
        for made in relayed(then)(world):
            yield functools.partial(call, made)

    return case


def stranger(call: Callable[[str, int], object]) -> Any:
    def case(world: World) -> Iterator[Any]:
        with slowly(world, servers.ssh().address) as address:
            yield lambda: call(*address)

    return case


def strange_transport(call: Callable[[paramiko.Transport], object], started: bool = True) -> Any:
    """A connection on which nobody is logged in."""

    def case(world: World) -> Iterator[Any]:
        with (
            slowly(world, servers.ssh().address) as address,
            contextlib.closing(paramiko.Transport(address)) as transport,
        ):
            if started:
                transport.start_client()
            yield lambda: call(transport)

    return case


def running(use: Callable[[paramiko.Channel], object], command: str, filled: bool = False) -> Any:
    """A command that goes on when a file is there. ``filled``: it has not read all that it was sent."""

    def case(world: World) -> Iterator[Any]:
        path = world.folder / "go"
        with shell(*servers.ssh().address) as client:
            channel = client.get_transport().open_session()
            channel.exec_command(f"while [ ! -e {path} ]; do sleep 0.01; done; {command}")
            if filled:
                channel.settimeout(0.2)
                with contextlib.suppress(TimeoutError):
                    while True:
                        channel.send(b"x" * 65536)
                channel.settimeout(None)
            world.later(path.touch)
            yield lambda: use(channel)

    return case


def accepted_late(world: World) -> Iterator[Any]:
    with world.crowd() as address:
        yield lambda: paramiko.Transport(address)


def key() -> paramiko.PKey:
    return paramiko.Ed25519Key.from_private_key_file(str(servers.ssh().key))


def connection(host: str, port: int) -> fabric.Connection:
    server = servers.ssh()
    options = {"key_filename": str(server.key), "allow_agent": False, "look_for_keys": False}
    return fabric.Connection(host, user=server.user, port=port, connect_kwargs=options)


def task(call: Callable[[fabric.Connection, World], object], opened: bool = True) -> Any:
    def case(world: World) -> Iterator[Any]:
        with slowly(world, servers.ssh().address) as address, connection(*address) as made:
            if opened:
                made.open()
            yield lambda: call(made, world)

    return case


def shown(connection: fabric.Connection) -> object:
    """An interactive shell that ends at once."""
    return connection.shell(in_stream=io.StringIO("exit\n"))


def opened_file(client: paramiko.SSHClient) -> paramiko.SFTPFile:
    return client.open_sftp().open("/proc/self/status")


def new_file(client: paramiko.SSHClient) -> paramiko.SFTPFile:
    return client.open_sftp().open("/dev/null", "w")


ECHO = "echo x; echo y; echo x >&2"
FILE = "paramiko.SFTPFile"
BLOCKING = {
    "paramiko.SSHClient.connect": stranger(
        lambda host, port: paramiko.SSHClient().connect(host, port, **login(), timeout=2)
    ),
    "paramiko.SSHClient.exec_command": asked(lambda client: client.exec_command("true")),
    "paramiko.SSHClient.invoke_shell": asked(lambda client: client.invoke_shell()),
    "paramiko.SSHClient.open_sftp": asked(lambda client: client.open_sftp()),
    "paramiko.SFTPClient.from_transport": asked(
        paramiko.SFTPClient.from_transport, lambda client: client.get_transport()
    ),
    "paramiko.Transport": accepted_late,
    "paramiko.Transport.connect": strange_transport(lambda one: one.connect(), started=False),
    "paramiko.Transport.start_client": strange_transport(lambda one: one.start_client(), started=False),
    "paramiko.Transport.auth_none": strange_transport(lambda one: one.auth_none("x")),
    "paramiko.Transport.auth_password": strange_transport(lambda one: one.auth_password("x", "x")),
    "paramiko.Transport.auth_publickey": strange_transport(lambda one: one.auth_publickey(servers.ssh().user, key())),
    "paramiko.Transport.open_session": asked(lambda one: one.open_session(), lambda client: client.get_transport()),
    "paramiko.Transport.open_channel": asked(
        lambda one: one.open_channel("session"), lambda client: client.get_transport()
    ),
    "paramiko.Transport.open_sftp_client": asked(
        lambda one: one.open_sftp_client(), lambda client: client.get_transport()
    ),
    "paramiko.Channel.exec_command": asked(
        lambda one: one.exec_command("true"), lambda client: client.get_transport().open_session()
    ),
    "paramiko.Channel.get_pty": asked(lambda one: one.get_pty(), lambda client: client.get_transport().open_session()),
    "paramiko.Channel.invoke_shell": asked(
        lambda one: one.invoke_shell(), lambda client: client.get_transport().open_session()
    ),
    "paramiko.Channel.invoke_subsystem": asked(
        lambda one: one.invoke_subsystem("sftp"), lambda client: client.get_transport().open_session()
    ),
    "paramiko.Channel.recv": running(lambda channel: channel.recv(1), ECHO),
    "paramiko.Channel.recv_stderr": running(lambda channel: channel.recv_stderr(1), ECHO),
    "paramiko.Channel.recv_exit_status": running(lambda channel: channel.recv_exit_status(), "true"),
    "paramiko.Channel.send": running(lambda channel: channel.send(b"x"), "cat >/dev/null", filled=True),
    "paramiko.Channel.sendall": running(lambda channel: channel.sendall(b"x"), "cat >/dev/null", filled=True),
    "paramiko.ChannelFile.read": running(lambda channel: channel.makefile().read(1), ECHO),
    "paramiko.ChannelFile.readline": running(lambda channel: channel.makefile().readline(), ECHO),
    "paramiko.ChannelFile.readlines": running(lambda channel: channel.makefile().readlines(), ECHO),
    "paramiko.ChannelFile.__iter__": running(lambda channel: list(channel.makefile()), ECHO),
    f"{FILE}.read": asked(lambda file: file.read(), opened_file),
    f"{FILE}.readinto": asked(lambda file: file.readinto(bytearray(8)), opened_file),
    f"{FILE}.readline": asked(lambda file: file.readline(), opened_file),
    f"{FILE}.readlines": asked(lambda file: file.readlines(), opened_file),
    f"{FILE}.__iter__": asked(list, opened_file),
    f"{FILE}.stat": asked(lambda file: file.stat(), opened_file),
    f"{FILE}.close": asked(lambda file: file.close(), opened_file),
    f"{FILE}.__exit__": asked(lambda file: file.__exit__(None, None, None), opened_file),
    f"{FILE}.write": asked(lambda file: file.write(b"x"), new_file),
    f"{FILE}.writelines": asked(lambda file: file.writelines([b"x"]), new_file),
    "fabric.Connection.open": task(lambda made, world: made.open(), opened=False),
    "fabric.Connection.run": task(lambda made, world: made.run("true", hide=True, in_stream=False)),
    "fabric.Connection.sudo": task(lambda made, world: made.sudo("true", hide=True, in_stream=False, warn=True)),
    "fabric.Connection.shell": task(lambda made, world: shown(made)),
    "fabric.Connection.sftp": task(lambda made, world: made.sftp()),
    "fabric.Connection.create_session": task(lambda made, world: made.create_session()),
    "fabric.Connection.put": task(lambda made, world: made.put(io.BytesIO(b"x"), str(world.folder / "x"))),
    "fabric.Connection.get": task(lambda made, world: made.get("/proc/self/status", io.BytesIO())),
    "fabric.Connection.local": task(
        lambda made, world: made.local(f"sleep {world.delay}", hide=True, in_stream=False), opened=False
    ),
}
CPU = {"paramiko.RSAKey.generate": lambda world: paramiko.RSAKey.generate(3072)}
SWEEPS = [
    Sweep(
        "paramiko.SFTPClient",
        relayed(lambda client: client.open_sftp()),
        {
            "path": "/nowhere",
            "remotepath": "/proc/self/status",
            "localpath": "/dev/null",
            "filename": "/proc/self/status",
        },
        {
            "getfo": (("/proc/self/status", io.BytesIO()), {}),
            "put": ((__file__, "/nowhere/x"), {}),
            "putfo": ((io.BytesIO(b"x"), "/nowhere/x"), {}),
            "chdir": (("/",), {}),
            "utime": (("/nowhere", (1, 1)), {}),
        },
        apart={"from_transport": "see above"},
    ),
]
