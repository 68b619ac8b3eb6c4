"""Modules that Python 3.13 no longer has."""

from __future__ import annotations

import aifc
import audioop
import contextlib
import crypt
import datetime
import imghdr
import io
import nntplib
import os
import pipes
import random
import sndhdr
import socket
import spwd
import sunau
import sys
import telnetlib
from collections.abc import Callable, Iterator
from typing import Any

from evidence.libraries.python_slow_paths import instead_of, with_file
from evidence.slow_disk import on_slow_disk
from evidence.sweep import Sweep
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]


def news(world: World) -> Iterator[nntplib.NNTP]:
    """A client of a server that gives the same answer to everything, late once the call has begun."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"200 hello\r\n")
        for line in connection.makefile("rb"):
            if world.begun.is_set():
                world.pause()
            connection.sendall(b"381 go on\r\n" if b"AUTHINFO" in line else b"215 yes\r\n.\r\n")

    with world.server(talk) as address:
        yield nntplib.NNTP(*address, timeout=5)


def knowing(world: World) -> Cases:
    with contextlib.contextmanager(news)(world) as client:
        yield client.getcapabilities


def greeted(connect: Callable[[str, int], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.says(b"200 hello\r\n") as address:
            yield lambda: connect(*address)

    return case


def encrypted(world: World) -> Cases:
    """A server that is spoken to in TLS, and answers late."""
    with world.says(b"?", listens=True) as address:
        yield lambda: nntplib.NNTP_SSL(*address)


def crowded(connect: Callable[[str, int], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.busy() as address:
            yield lambda: connect(*address)

    return case


def telnet(use: Callable[[telnetlib.Telnet], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.says(b"late\n") as address, telnetlib.Telnet(*address) as client:
            yield lambda: use(client)

    return case


def at_a_keyboard(use: Callable[[telnetlib.Telnet], object]) -> Callable[[World], Cases]:
    """A case in which nobody types until the other side has spoken and hung up."""

    def case(world: World) -> Cases:
        reading, writing = os.pipe()
        before = sys.stdin
        with os.fdopen(reading) as sys.stdin, world.says(b"late\n") as address, telnetlib.Telnet(*address) as client:
            world.later(lambda: os.close(writing))
            yield lambda: use(client)
        sys.stdin = before

    return case


def deaf(world: World) -> Cases:
    """The other side starts to read late; more is written than the kernel keeps."""

    def talk(connection: socket.socket) -> None:
        world.pause()
        while connection.recv(1 << 20):
            pass

    with world.server(talk) as address, telnetlib.Telnet(*address) as client:
        yield lambda: client.write(b"x" * 20_000_000)


def template(world: World) -> pipes.Template:
    made = pipes.Template()
    made.append(f"sleep {world.delay}; cat", "--")
    return made


def piped(world: World) -> Cases:
    source = world.folder / "x"
    source.touch()
    yield lambda: template(world).copy(str(source), str(world.folder / "y"))


def pipe_opened(world: World) -> Cases:
    yield lambda: template(world).open(str(world.folder / "y"), "w").close()


def of_file(use: Callable[[str], object]) -> Any:
    return on_slow_disk(lambda path: use(str(path)), with_file)


def of_shadow(use: Callable[[], object]) -> Any:
    return on_slow_disk(lambda _: use(), instead_of("/etc/shadow"))


SOUND = random.Random(0).randbytes(8_000_000)

BLOCKING = {
    "nntplib.NNTP": greeted(nntplib.NNTP),
    "nntplib.NNTP_SSL": encrypted,
    "telnetlib.Telnet": crowded(telnetlib.Telnet),
    "telnetlib.Telnet.open": crowded(lambda host, port: telnetlib.Telnet().open(host, port)),
    "telnetlib.Telnet.read_until": telnet(lambda client: client.read_until(b"\n")),
    "telnetlib.Telnet.read_all": telnet(lambda client: client.read_all()),
    "telnetlib.Telnet.read_some": telnet(lambda client: client.read_some()),
    "telnetlib.Telnet.expect": telnet(lambda client: client.expect([b"late"])),
    "telnetlib.Telnet.fill_rawq": telnet(lambda client: client.fill_rawq()),
    "telnetlib.Telnet.write": deaf,
    "telnetlib.Telnet.interact": at_a_keyboard(lambda client: client.interact()),
    "telnetlib.Telnet.mt_interact": at_a_keyboard(lambda client: client.mt_interact()),
    "spwd.getspnam": of_shadow(lambda: spwd.getspnam("root")),
    "spwd.getspall": of_shadow(spwd.getspall),
    "imghdr.what": of_file(imghdr.what),
    "sndhdr.what": of_file(sndhdr.what),
    "sndhdr.whathdr": of_file(sndhdr.whathdr),
    "aifc.open": of_file(aifc.open),
    "sunau.open": of_file(sunau.open),
    "pipes.Template.copy": piped,
    "pipes.Template.open": pipe_opened,
}

CPU = {
    "crypt.crypt": lambda world: crypt.crypt("x", "$6$rounds=200000$salt$"),
    "audioop.add": lambda world: audioop.add(SOUND, SOUND, 2),
    "audioop.adpcm2lin": lambda world: audioop.adpcm2lin(SOUND, 2, None),
    "audioop.findfit": lambda world: audioop.findfit(SOUND[:60_000], SOUND[:6_000]),
    "audioop.lin2adpcm": lambda world: audioop.lin2adpcm(SOUND, 2, None),
    "audioop.mul": lambda world: audioop.mul(SOUND, 2, 2),
    "audioop.ratecv": lambda world: audioop.ratecv(SOUND, 2, 1, 8000, 11025, None),
    "audioop.tomono": lambda world: audioop.tomono(SOUND, 2, 1, 1),
    "audioop.tostereo": lambda world: audioop.tostereo(SOUND, 2, 1, 1),
}

SILENT = {
    "nntplib.NNTP.getcapabilities": knowing,
    "telnetlib.Telnet.read_eager": telnet(lambda client: client.read_eager()),
    "telnetlib.Telnet.read_very_eager": telnet(lambda client: client.read_very_eager()),
}

SWEEPS = [
    Sweep("nntplib.NNTP", news, {"user": "x", "password": "y", "usenetrc": False, "group": "x", "hdr": "x", "str": "1", "start": "1"}, {
        "post": ((io.BytesIO(b"x\r\n"),), {}),
        "ihave": (("<x>", io.BytesIO(b"x\r\n")), {}),
        "newgroups": ((datetime.date(2030, 1, 1),), {}),
        "newnews": (("x", datetime.date(2030, 1, 1)), {}),
        "over": (((1, 2),), {}),
        "xover": (("1", "2"), {}),
        "__exit__": ((None, None, None), {}),
    }),
]  # fmt: skip
