"""A web server of HTTPS under every name, for clients whose addresses are fixed and that must have been answered before."""

from __future__ import annotations

import contextlib
import datetime
import functools
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from evidence.subjects import every_name_is
from evidence.world import World

Answer = Callable[[str], bytes]


@contextlib.contextmanager
def everywhere(world: World, answer: Answer) -> Iterator[None]:
    """All names resolve to a server that gives to every path the JSON that ``answer`` has for it: at once until the measured call
    has begun, then late. Its certificate is for ``localhost`` and signed by itself: clients must be told not to verify it.
    """

    def talk(connection: socket.socket) -> None:
        with context().wrap_socket(connection, server_side=True) as encrypted:
            request = encrypted.recv(1 << 16)
            if world.begun.is_set():
                world.pause()
            body = answer(request.split(b" ", 2)[1].decode())
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            encrypted.sendall(head.encode() + body)

    with world.server(talk) as address, every_name_is(address):
        yield


@functools.cache
def context() -> ssl.SSLContext:
    """With a new key and certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both"
        path.write_bytes(certificate())
        made.load_cert_chain(path)
    return made


@functools.cache
def certificate() -> bytes:
    """A private RSA key and a certificate that it has signed itself, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begin = datetime.datetime(2020, 1, 1)
    end = begin + datetime.timedelta(days=36500)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, end).sign(key, hashes.SHA256())
    form, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(form, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(form)
