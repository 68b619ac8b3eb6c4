"""Real servers from Debian packages, started once, on loopback, for the length of the test run; and a slow way to them."""

from __future__ import annotations

import atexit
import contextlib
import functools
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from evidence.world import Address, World


class Unavailable(Exception):
    """A server that is not installed here, or does not start; ``str()`` says how to get it."""


@contextlib.contextmanager
def slowly(world: World, address: Address) -> Iterator[Address]:
    """A relay to the server. On every connection the first word (or good-bye) after the measured call has begun comes late."""

    def talk(client: socket.socket) -> None:
        spoken = threading.Lock()

        def late() -> None:
            if world.begun.is_set() and spoken.acquire(blocking=False):
                world.reached.set()
                time.sleep(world.delay)

        with socket.create_connection(address) as server:
            up = threading.Thread(target=_pump, args=(client, server, lambda: None), daemon=True)
            up.start()
            _pump(server, client, late)

    with world.server(talk) as here:
        yield here


def _pump(source: socket.socket, target: socket.socket, before: Callable[[], object]) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(1 << 16):
            before()
            target.sendall(chunk)
    before()
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@functools.cache
def redis() -> Address:
    """Redis, empty, without persistence."""
    address = _free()
    _start("redis-server", "redis-server", [f"--port {address[1]}", "--bind 127.0.0.1", "--save ''"], address)
    return address


@functools.cache
def redis_cluster() -> Address:
    """Redis, a cluster of one."""
    address = _free()
    where = [f"--port {address[1]}", "--bind 127.0.0.1", "--save ''", "--cluster-enabled yes"]
    _start("redis-server", "redis-server", where, address)
    with socket.create_connection(address) as connection:
        connection.sendall(b"CLUSTER ADDSLOTSRANGE 0 16383\r\n")
        connection.recv(100)
    time.sleep(1)  # Until the cluster has found itself complete.
    return address


@functools.cache
def memcached() -> Address:
    """memcached, empty."""
    address = _free()
    _start("memcached", "memcached", ["-l", "127.0.0.1", "-p", str(address[1]), *_as_nobody("-u")], address)
    return address


@functools.cache
def nats() -> Address:
    """NATS with JetStream."""
    address, folder = _free(), _folder()
    _start("nats-server", "nats-server", ["-a", "127.0.0.1", "-p", str(address[1]), "-js", "-sd", str(folder)], address)
    return address


@functools.cache
def rabbitmq() -> Address:
    """RabbitMQ, empty; user and password ``guest``."""
    program = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    if not program.exists():
        raise Unavailable("apt-get install rabbitmq-server")
    address, folder, names = _free(), _folder(), str(_free()[1])
    # Erlang's own daemon outlives the server, which has to leave it first.
    atexit.register(subprocess.run, ["epmd", "-port", names, "-kill"], capture_output=True)
    variables = {
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": names,
        "RABBITMQ_NODENAME": f"evidence{address[1]}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(address[1]),
        "RABBITMQ_DIST_PORT": str(_free()[1]),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        **{f"RABBITMQ_{file}_FILE": str(folder / "none") for file in ("CONFIG", "CONF_ENV", "ENABLED_PLUGINS")},
    }
    _spawn([str(program)], "rabbitmq-server", variables)
    _await(address, "rabbitmq-server")
    return address


@functools.cache
def postgresql() -> Address:
    """PostgreSQL with user, password and database ``evidence``."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        raise Unavailable("apt-get install postgresql")
    address, folder, programs_of = _free(), _folder(), programs[-1].parent
    data = str(folder / "data")
    run = [str(programs_of / "postgres"), "-D", data, "-p", str(address[1]), "-h", "127.0.0.1", "-k", str(folder), "-F"]
    _once([str(programs_of / "initdb"), "-D", data, "-U", "evidence", "-A", "trust", "-N"])
    _spawn([*_as_user(), *run], "postgresql")
    _await(address, "postgresql")
    _once([str(programs_of / "createdb"), "-h", "127.0.0.1", "-p", str(address[1]), "-U", "evidence", "evidence"])
    return address


@functools.cache
def mariadb() -> Address:
    """MariaDB with user, password and database ``evidence``."""
    for program in ("mariadbd", "mariadb-install-db", "mariadb"):
        if shutil.which(program) is None:
            raise Unavailable("apt-get install mariadb-server")
    address, folder = _free(), _folder()
    where, sock = [f"--datadir={folder / 'data'}", f"--tmpdir={folder}"], f"--socket={folder / 's'}"
    _once(["mariadb-install-db", "--no-defaults", *where, "--auth-root-authentication-method=normal"])
    _spawn(
        [*_as_user(), "mariadbd", "--no-defaults", *where, sock, f"--port={address[1]}", "--bind-address=127.0.0.1"],
        "mariadb",
    )
    _await(address, "mariadb-server")
    account = "'evidence'@'127.0.0.1'"
    sql = f"create database evidence; create user {account} identified by 'evidence'; grant all on *.* to {account}"
    _once(["mariadb", "--no-defaults", sock, "-u", "root", "-e", sql])
    return address


@dataclass(frozen=True)
class SecureShell:
    """``user`` may log in with the private key in the file ``key``."""

    address: Address
    user: str
    key: Path


@functools.cache
def ssh() -> SecureShell:
    """OpenSSH with SFTP, for the user who runs this."""
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    if not Path(program).exists():
        raise Unavailable("apt-get install openssh-server")
    address, folder = _free(), _folder()
    folder.chmod(0o755)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    settings = {
        "ListenAddress": f"127.0.0.1:{address[1]}", "HostKey": folder / "host", "AuthorizedKeysFile": folder / "user.pub",
        "PidFile": "none", "StrictModes": "no", "UsePAM": "no", "PermitRootLogin": "yes", "MaxStartups": "500",
        "Subsystem": "sftp internal-sftp",
    }  # fmt: skip
    (folder / "settings").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    _spawn([program, "-D", "-e", "-f", str(folder / "settings")], "openssh-server")
    _await(address, "openssh-server")
    return SecureShell(address, getpass.getuser(), folder / "user")


@functools.cache
def ldap() -> Address:
    """OpenLDAP with the suffix ``dc=x``, of which ``cn=x,dc=x`` with the password ``x`` is the administrator."""
    program = shutil.which("slapd") or "/usr/sbin/slapd"
    if not Path(program).exists():
        raise Unavailable("apt-get install slapd")
    address, folder = _free(), _folder()
    settings = (
        "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\n"
        f'suffix "dc=x"\nrootdn "cn=x,dc=x"\nrootpw x\ndirectory {folder}\n'
    )
    (folder / "settings").write_text(settings)
    where = f"ldap://127.0.0.1:{address[1]}/"
    _spawn([program, "-f", str(folder / "settings"), "-h", where, "-d", "0"], "slapd")
    _await(address, "slapd")
    return address


def _start(program: str, package: str, arguments: list[str], address: Address) -> None:
    if shutil.which(program) is None:
        raise Unavailable(f"apt-get install {package}")
    words = [word.strip("'") for argument in arguments for word in argument.split(" ")]
    _spawn([program, *words], package)
    _await(address, package)


def _free() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[:2]


def _folder() -> Path:
    """An empty folder that is removed at the end, and that an unprivileged user may write to."""
    folder = Path(tempfile.mkdtemp(prefix="evidence-"))
    folder.chmod(0o777)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _as_user() -> list[str]:
    """Database servers refuse to run as root."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def _as_nobody(option: str) -> list[str]:
    return [option, "nobody"] if os.geteuid() == 0 else []


def _once(command: list[str]) -> None:
    done = subprocess.run([*_as_user(), *command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{command[0]} failed: {done.stderr[-300:]}")


def _spawn(command: list[str], package: str, variables: Mapping[str, str] = MappingProxyType({})) -> None:
    try:
        server = subprocess.Popen(
            command,
            cwd=_folder(),
            env={**os.environ, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise Unavailable(f"apt-get install {package}: {error}") from error
    atexit.register(_end, server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()


def _await(address: Address, package: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(address, 1):
            return
        time.sleep(0.05)
    raise Unavailable(f"the server of the Debian package {package} does not start")
