"""Standard library: all the methods of the clients of mail and file servers, and of mailboxes."""

from __future__ import annotations

import contextlib
import email.message
import ftplib
import imaplib
import mailbox
import poplib
import smtplib
import socket
from collections.abc import Callable, Iterator
from typing import Any

from evidence.sweep import Subject, Sweep
from evidence.world import World

Cases = Iterator[Callable[[], object]]
Connect = Callable[[str, int], Any]
Answer = Callable[[bytes], bytes]


def spoken_to(connect: Connect, greeting: bytes, answer: Answer) -> Subject:
    """The client of a server that greets at once, and answers every line late that is sent by the measured call."""

    def subject(world: World) -> Iterator[object]:
        def talk(connection: socket.socket) -> None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
            connection.sendall(greeting)
            for line in connection.makefile("rb"):
                if world.begun.is_set():
                    world.pause()
                connection.sendall(answer(line))

        with world.server(talk) as (host, port):
            client = connect(host, port)
            yield client
            with contextlib.suppress(OSError, AttributeError):
                client.sock.close()

    return subject


def unasked(connect: Connect, greeting: bytes, use: Callable[[Any], object]) -> Callable[[World], Cases]:
    """A case that waits for what the server says of itself, late."""

    def case(world: World) -> Cases:
        with world.says(greeting, greeting) as (host, port):
            client = connect(host, port)
            yield lambda: use(client)
            client.sock.close()

    return case


def imap_unasked(use: Callable[[imaplib.IMAP4], object]) -> Callable[[World], Cases]:
    """The same for IMAP, whose client asks once when it is made."""

    def case(world: World) -> Cases:
        def talk(connection: socket.socket) -> None:
            connection.sendall(IMAP)
            connection.sendall(imap_answer(connection.recv(1000)))
            world.pause()
            connection.sendall(IMAP)

        with world.server(talk) as (host, port):
            client = imap(host, port)
            yield lambda: use(client)
            client.sock.close()

    return case


def greeted(connect: Connect, greeting: bytes) -> Callable[[World], Cases]:
    """A case that connects to a server that greets late."""

    def case(world: World) -> Cases:
        with world.says(greeting * 3) as address:
            yield lambda: connect(*address)

    return case


# --- the protocols ---


class AnyState(str):
    """Lets every command of IMAP through, whatever went before."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


def imap(host: str, port: int) -> imaplib.IMAP4:
    client = imaplib.IMAP4(host, port)
    client.state = AnyState("SELECTED")
    client.capabilities = ("IMAP4REV1", "ENABLE", "STARTTLS", "AUTH=CRAM-MD5")
    return client


def imap_answer(line: bytes) -> bytes:
    early = b"* CAPABILITY IMAP4REV1\r\n" if b"CAPABILITY" in line.upper() else b""
    return early + line.split(b" ")[0] + b" OK done\r\n"


def ftp(host: str, port: int, kind: type[ftplib.FTP] = ftplib.FTP) -> ftplib.FTP:
    client = kind()
    client.connect(host, port)
    return client


def ftp_tls(host: str, port: int) -> ftplib.FTP:
    return ftp(host, port, ftplib.FTP_TLS)


def ftp_at(host: str, port: int, kind: type[ftplib.FTP] = ftplib.FTP) -> object:
    kind.port = port
    try:
        return kind(host)
    finally:
        kind.port = ftplib.FTP_PORT


def smtp(host: str, port: int) -> smtplib.SMTP:
    return smtplib.SMTP(host, port, local_hostname="localhost")


def smtp_answer(line: bytes) -> bytes:
    return b"354 go on\r\n" if line.upper().startswith(b"DATA") else b"250 fine\r\n"


def pop_answer(line: bytes) -> bytes:
    word, *rest = line.upper().split()
    many = word in (b"RETR", b"TOP", b"CAPA") or (word in (b"LIST", b"UIDL") and not rest)
    return b"+OK 1 1\r\n" + b".\r\n" * many


IMAP, FTP, SMTP, POP = b"* OK hello\r\n", b"220 hello\r\n", b"220 hello\r\n", b"+OK hello <1@localhost>\r\n"

WITHOUT_ASKING = "waits for a server that has not been asked; run apart"
SENDS = "Only sends, and waits where the other side does not read; socket.socket.sendall is run"


def message() -> email.message.Message:
    found = email.message.EmailMessage()
    found["From"], found["To"] = "a@example.org", "b@example.org"
    return found


SWEEPS = [
    Sweep(
        "imaplib.IMAP4",
        spoken_to(imap, IMAP, imap_answer),
        calls={
            "uid": (("SEARCH", "ALL"), {}),
            "sort": (("(DATE)", "UTF-8", "ALL"), {}),
            "xatom": (("XNOOP",), {}),
            "append": (("x", "", None, b"x"), {}),
            "authenticate": (("CRAM-MD5", lambda challenge: b"x"), {}),
        },
        apart={"read": WITHOUT_ASKING, "readline": WITHOUT_ASKING, "send": SENDS, "open": "connects"},
    ),
    Sweep(
        "ftplib.FTP",
        spoken_to(ftp, FTP, lambda line: b'257 "/" is fine\r\n'),
        calls={
            "storbinary": (("STOR x", None), {}),
            "storlines": (("STOR x", None), {}),
            "sendport": (("127.0.0.1", 1), {}),
            "sendeprt": (("127.0.0.1", 1), {}),
            "mlsd": (("x",), {}),
        },
        apart={
            **dict.fromkeys(("getline", "getmultiline", "getresp", "voidresp"), WITHOUT_ASKING),
            **dict.fromkeys(("putcmd", "putline"), SENDS),
        },
    ),
    Sweep("ftplib.FTP_TLS", spoken_to(ftp_tls, FTP, lambda line: b"257 fine\r\n"), apart={"ccc": "needs TLS"}),
    Sweep(
        "smtplib.SMTP",
        spoken_to(smtp, SMTP, smtp_answer),
        calls={
            "send_message": ((message(),), {}),
            "auth": (("PLAIN", lambda challenge=None: "x"), {}),
        },
        apart={"getreply": WITHOUT_ASKING, "putcmd": SENDS, "send": SENDS, "connect": WITHOUT_ASKING},
    ),
    Sweep("poplib.POP3", spoken_to(poplib.POP3, POP, pop_answer)),
]

BLOCKING = {
    "imaplib.IMAP4.read": imap_unasked(lambda client: client.read(1)),
    "imaplib.IMAP4.readline": imap_unasked(lambda client: client.readline()),
    "imaplib.IMAP4_SSL": greeted(imaplib.IMAP4_SSL, b"no TLS"),
    "imaplib.IMAP4_stream": lambda world: imaplib.IMAP4_stream(f"sleep {world.delay}; echo no IMAP"),
    "ftplib.FTP": greeted(ftp_at, FTP),
    "ftplib.FTP_TLS": greeted(lambda host, port: ftp_at(host, port, ftplib.FTP_TLS), FTP),
    "ftplib.FTP.getline": unasked(ftp, FTP, lambda client: client.getline()),
    "ftplib.FTP.getmultiline": unasked(ftp, FTP, lambda client: client.getmultiline()),
    "ftplib.FTP.getresp": unasked(ftp, FTP, lambda client: client.getresp()),
    "ftplib.FTP.voidresp": unasked(ftp, FTP, lambda client: client.voidresp()),
    "smtplib.SMTP.getreply": unasked(smtp, SMTP, lambda client: client.getreply()),
    "smtplib.SMTP.connect": greeted(lambda host, port: smtplib.SMTP().connect(host, port), SMTP),
    "smtplib.SMTP_SSL": greeted(smtplib.SMTP_SSL, b"no TLS"),
    "smtplib.LMTP": greeted(smtplib.LMTP, SMTP),
    "poplib.POP3_SSL": greeted(poplib.POP3_SSL, b"no TLS"),
}

# --- mailboxes ---


def letters(use: Callable[[mailbox.mbox], object], early: Callable[[mailbox.mbox], object] = len) -> Any:
    """A case that uses a mailbox of many messages; ``early``: what has been done before."""

    def case(world: World) -> Cases:
        path = world.folder / "mbox"
        path.write_bytes(b"From a@example.org Sat Jan  1 00:00:00 2022\nSubject: x\n\nx\n\n" * 1500)
        with contextlib.closing(mailbox.mbox(path)) as found:
            if early is not len:
                early(found)
            yield lambda: use(found)

    return case


SHORT = {
    "mailbox.Mailbox.__contains__": letters(lambda box: 1 in box),
    "mailbox.Mailbox.__delitem__": letters(lambda box: box.__delitem__(1)),
    "mailbox.Mailbox.__getitem__": letters(lambda box: box[1]),
    "mailbox.Mailbox.__iter__": letters(lambda box: next(iter(box))),
    "mailbox.Mailbox.__len__": letters(lambda box: len(box)),
    "mailbox.Mailbox.__setitem__": letters(lambda box: box.__setitem__(1, "x")),
    "mailbox.Mailbox.add": letters(lambda box: box.add("x")),
    "mailbox.Mailbox.clear": letters(lambda box: box.clear()),
    "mailbox.Mailbox.close": letters(lambda box: box.close(), lambda box: box.remove(1)),
    "mailbox.Mailbox.discard": letters(lambda box: box.discard(1)),
    "mailbox.Mailbox.flush": letters(lambda box: box.flush(), lambda box: box.remove(1)),
    "mailbox.Mailbox.get": letters(lambda box: box.get(1)),
    "mailbox.Mailbox.get_bytes": letters(lambda box: box.get_bytes(1)),
    "mailbox.Mailbox.get_file": letters(lambda box: box.get_file(1)),
    "mailbox.Mailbox.get_message": letters(lambda box: box.get_message(1)),
    "mailbox.Mailbox.get_string": letters(lambda box: box.get_string(1)),
    "mailbox.Mailbox.items": letters(lambda box: box.items()),
    "mailbox.Mailbox.iteritems": letters(lambda box: next(box.iteritems())),
    "mailbox.Mailbox.iterkeys": letters(lambda box: next(box.iterkeys())),
    "mailbox.Mailbox.itervalues": letters(lambda box: next(box.itervalues())),
    "mailbox.Mailbox.keys": letters(lambda box: box.keys()),
    "mailbox.Mailbox.pop": letters(lambda box: box.pop(1)),
    "mailbox.Mailbox.popitem": letters(lambda box: box.popitem()),
    "mailbox.Mailbox.remove": letters(lambda box: box.remove(1)),
    "mailbox.Mailbox.update": letters(lambda box: box.update({1: "x"})),
    "mailbox.Mailbox.values": letters(lambda box: box.values()),
}

DOCUMENTED = {
    SENDS: (
        "imaplib.IMAP4.send", "ftplib.FTP.putcmd", "ftplib.FTP.putline", "smtplib.SMTP.putcmd", "smtplib.SMTP.send",
    ),
    "Connects, which loopback does at once; making the client waits for the greeting, too, and is run": (
        "imaplib.IMAP4.open",
    ),
    "Needs a server of FTP over TLS; sends a command and reads its answer, as all the others do": ("ftplib.FTP_TLS.ccc",),
    "Opens or makes a file or a few folders, which the kernel does in memory here": (
        "mailbox.Maildir", "mailbox.mbox", "mailbox.MMDF", "mailbox.MH", "mailbox.Babyl", "mailbox.Mailbox.lock",
    ),
}  # fmt: skip
