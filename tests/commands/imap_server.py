"""A mail server of the tests: one mailbox by IMAP over a real socket, as far as Duncan asks."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

HOST, USER, PASSWORD = "127.0.0.1", "ar@larkspur.example", 'of "the" tests'


@dataclass
class Letterbox:
    """The mails by number, those that are marked as seen, and what goes wrong."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    validity: int = 7
    password: str = PASSWORD
    # Commands after which the server closes the connection without an answer.
    dies_at: set[str] = field(default_factory=set)
    unfetchable: set[int] = field(default_factory=set)
    said_size: dict[int, int] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def put(self, mail: bytes) -> int:
        """A mail comes in; its number."""
        uid = max(self.mails, default=100) + 1
        self.mails[uid] = mail
        return uid

    def answer(self, command: str, rest: str) -> list[bytes]:
        """The lines that answer a command; the last one says how it ended."""
        answers: dict[str, Callable[[str], list[bytes]]] = {
            "CAPABILITY": lambda _: [b"* CAPABILITY IMAP4rev1", b"OK"],
            "LOGIN": self._login,
            "SELECT": self._select,
            "EXAMINE": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
            "LOGOUT": lambda _: [b"* BYE", b"OK"],
        }
        return answers[command](rest)

    def _login(self, rest: str) -> list[bytes]:
        wanted = self.password.replace("\\", "\\\\").replace('"', '\\"')
        return [b"OK"] if rest.endswith(f'"{wanted}"') else [f"NO not {rest}".encode()]

    def _select(self, rest: str) -> list[bytes]:
        if rest != '"INBOX"':
            return [b"NO no such folder"]
        count = b"* %d EXISTS" % len(self.mails)
        return [count, b"* OK [UIDVALIDITY %d] valid" % self.validity, b"OK [READ-WRITE]"]

    def _search(self, rest: str) -> list[bytes]:
        if rest == "UNSEEN":
            found = self.mails.keys() - self.seen
        else:
            first = int(rest.split()[1].partition(":")[0])
            # "n:*" always reaches the last one, as the standard has it.
            found = {uid for uid in self.mails if uid >= first} | {max(self.mails, default=0)}
        numbers = " ".join(map(str, sorted(found - {0})))
        return [f"* SEARCH {numbers}".rstrip().encode(), b"OK"]

    def _fetch(self, rest: str) -> list[bytes]:
        number, _, what = rest.partition(" ")
        uid = int(number)
        if uid in self.unfetchable:
            return [b"NO cannot be read"]
        if uid not in self.mails:
            return [b"OK"]
        mail = self.mails[uid]
        if "SIZE" in what:
            size = self.said_size.get(uid, len(mail))
            return [b"* 1 FETCH (UID %d RFC822.SIZE %d)" % (uid, size), b"OK"]
        cut = re.search(r"<0\.(\d+)>", what)
        shown = mail[: int(cut[1])] if cut else mail
        return [b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)" % (uid, len(shown), shown), b"OK"]

    def _store(self, rest: str) -> list[bytes]:
        self.seen.add(int(rest.split(maxsplit=1)[0]))
        return [b"OK"]


@contextmanager
def serving_mail(context: ssl.SSLContext | None = None) -> Iterator[Letterbox]:
    """Serve an empty mailbox, by TLS with a context."""
    box = Letterbox()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            while line := self.rfile.readline():
                tag, command, rest = _parsed(line.decode())
                box.commands.append(command)
                if command in box.dies_at:
                    return
                *lines, end = box.answer(command, rest)
                self.wfile.write(b"".join(one + b"\r\n" for one in lines))
                self.wfile.write(tag.encode() + b" " + end + b" done\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            if context is not None:
                connection = context.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
            return connection, address

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is no error of the server."""

    with Server((HOST, 0), Session) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


def _parsed(line: str) -> tuple[str, str, str]:
    tag, _, rest = line.strip().partition(" ")
    words = rest.split(" ", 2)
    count = 2 if words[0].upper() == "UID" else 1
    return tag, " ".join(words[:count]).upper(), " ".join(words[count:])


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of ours shows, and what whoever trusts it asks with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))
