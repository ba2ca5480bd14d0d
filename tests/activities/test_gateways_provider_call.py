from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from urllib.request import Request

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from activities.gateways.provider_call import (
    Answer,
    AnswerLostError,
    NotReachedError,
    ProviderCall,
)

SECRET = "Bearer SG.very-secret"  # noqa: S105 - of no account
Talk = Callable[[socket.socket], None]


@contextmanager
def server(talk: Talk) -> Iterator[str]:
    """A server that reads one request and then talks as it is told; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                talk(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v3/mail/send"
        thread.join()


def ask(url: str, seconds: float = 0.3) -> Answer:
    headers = {"Authorization": SECRET}
    return ProviderCall(seconds).ask(Request(url, b"{}", headers, method="POST"))  # noqa: S310 - our own server


def says(*pieces: bytes, seconds_between: float = 0) -> Talk:
    def talk(connection: socket.socket) -> None:
        for piece in pieces:
            time.sleep(seconds_between)
            try:
                connection.sendall(piece)
            except OSError:
                return

    return talk


@pytest.mark.parametrize("status", [200, 202, 301, 302, 307, 308, 401, 404, 407, 429, 500, 599])
def test_every_answer_is_handed_on_as_it_is(status: int) -> None:
    said = f"HTTP/1.1 {status} x\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nab".encode()
    with server(says(said)) as url:
        answer = ask(url)

    assert (answer.status, answer.body) == (status, b"ab")
    assert answer.headers.get("location") == "/elsewhere"


def test_a_server_that_is_not_there_was_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(NotReachedError, match="Connection refused"):
        ask(f"http://127.0.0.1:{port}")


def test_a_name_that_nobody_has_was_not_reached() -> None:
    with pytest.raises(NotReachedError):
        ask("http://nobody.invalid/")


@pytest.mark.parametrize(
    "talk",
    [
        says(),
        says(b"HTTP/1.1 20"),
        says(b"what?\r\n\r\n"),
        says(b"HTTP/1.1 abc x\r\n\r\n"),
        says(b"HTTP/1.1 202 x\r\n" + b"a: b\r\n" * 1000),
        says(b"HTTP/1.1 202 " + b"x" * 100_000),
        says(b"", b"HTTP/1.1 202 x\r\n\r\n", seconds_between=0.4),
    ],
)
def test_an_answer_that_does_not_arrive_is_lost(talk: Talk) -> None:
    with server(talk) as url, pytest.raises(AnswerLostError) as lost:
        ask(url)

    assert SECRET not in str(lost.value)
    assert lost.value.__cause__ is None


@pytest.mark.parametrize("gap", [0.05, 0.2])
def test_an_answer_in_drops_ends_in_time(gap: float) -> None:
    drops = [bytes([letter]) for letter in b"HTTP/1.1 202 Accepted\r\nX-Message-Id: abc\r\n"]
    began = time.monotonic()
    with server(says(*drops, seconds_between=gap)) as url, pytest.raises(AnswerLostError):
        ask(url)

    assert time.monotonic() - began < 1.5


def test_what_the_status_says_stands_when_the_body_does_not_arrive() -> None:
    head = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: abc\r\nContent-Length: 1000\r\n\r\n"
    with server(says(head, *[b"x"] * 12, seconds_between=0.05)) as url:
        answer = ask(url)

    assert (answer.status, answer.headers["X-Message-Id"], answer.body) == (202, "abc", b"")


def test_a_body_without_end_is_read_to_a_limit() -> None:
    with server(says(b"HTTP/1.1 200 x\r\n\r\n", *[b"x" * 100_000] * 30)) as url:
        answer = ask(url, seconds=5)

    assert len(answer.body) == 1_000_000


@pytest.mark.parametrize(
    ("body", "fields"), [(b'{"a": 1}', {"a": 1}), (b"[1]", {}), (b"", {}), (b"\xff", {})]
)
def test_only_a_json_object_has_fields(body: bytes, fields: dict[str, int]) -> None:
    assert Answer(200, {}, body).fields == fields


def test_a_header_that_cannot_be_written_tells_nothing_of_itself() -> None:
    asked = Request("http://127.0.0.1:1", headers={"Authorization": f"{SECRET}\r\nX: y"})

    with pytest.raises(AnswerLostError) as lost:
        ProviderCall(0.2).ask(asked)
    assert str(lost.value) == "ValueError"


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(ssl.SSLError):
                context.wrap_socket(connection, server_side=True)
                got.append(b"a handshake that was finished")

        thread = Thread(target=serve)
        thread.start()
        with pytest.raises(NotReachedError):
            ask(f"https://127.0.0.1:{listener.getsockname()[1]}", seconds=2)
        thread.join()

    assert got == []


def certificate(folder: Path) -> Path:
    """A certificate that the server wrote itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    file = folder / "own.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file
