from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from threading import Thread
from time import monotonic
from typing import ClassVar

import pytest

from activities.gateways.event_post import (
    AddressRefused,
    EventPoster,
    PostFailed,
    checked_url,
    is_public,
    reachable,
)

_OUTSIDE, _INSIDE = "93.184.215.14", "10.0.0.7"


class Receiver(BaseHTTPRequestHandler):
    status: ClassVar[int] = 204
    got: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["Host"], body))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.got.clear()
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "10.0.0.7",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.7",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2001:db8::1",
        "2001:0:53aa:64c::1",
        "2002:7f00:1::",
        "2002:a00:7::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_of_our_own_network_is_none_of_the_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", [_OUTSIDE, "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_one(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "ftp://example.com/hook",
        "file:///etc/passwd",
        "https://",
        "https:///hook",
        "https://user:secret@example.com/hook",
        "https://example.com/hook#part",
        "https://example.com:0/hook",
        "https://example.com:99999/hook",
        "https://exa mple.com/hook",
        "https://example.com/\r\nHost: inside",
        "https://[::1/hook",
        "https://exämple.com/hook",
        f"https://example.com/{'x' * 500}",
        "",
    ],
)
def test_what_is_no_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url, private=False)


def test_one_inside_address_among_several_refuses_them_all() -> None:
    found = [ip_address(_OUTSIDE), ip_address(_INSIDE)]
    with pytest.raises(AddressRefused):
        reachable(found, private=False)

    assert reachable(found, private=True) == found
    with pytest.raises(AddressRefused):
        reachable([], private=True)


@pytest.mark.parametrize(
    "url", ["https://localhost/x", "https://127.0.0.1/x", "https://2130706433/x", "https://[::1]/x"]
)
def test_nothing_is_posted_to_this_machine_however_it_is_written(url: str) -> None:
    with pytest.raises(AddressRefused):
        EventPoster().post(url, b"{}", {})


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, connected = [], []

    def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        # A name server that says something else when it is asked again.
        asked.append(host)
        found = _OUTSIDE if len(asked) == 1 else _INSIDE
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443))]

    def connect(place: tuple[str, int], _timeout: float) -> socket.socket:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(PostFailed):
        EventPoster().post("https://rebinding.example/x", b"{}", {})

    assert (asked, connected) == (["rebinding.example"], [(_OUTSIDE, 443)])


def test_what_is_taken_is_posted_once_with_its_host(receiver: str) -> None:
    status = EventPoster(private=True).post(receiver, b'{"id":1}', {"webhook-id": "1"})

    assert status == 204
    assert Receiver.got == [(receiver.split("/")[2], b'{"id":1}')]


@pytest.mark.parametrize("status", [301, 307, 400, 410, 500])
def test_redirects_and_refusals_are_failures(
    receiver: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Receiver, "status", status)
    with pytest.raises(PostFailed, match=str(status)):
        EventPoster(private=True).post(receiver, b"{}", {})

    assert len(Receiver.got) == 1


def test_who_answers_one_byte_at_a_time_is_cut_off() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        opened, _ = listener.accept()
        with opened:
            try:
                for _ in range(100):
                    opened.sendall(b"H")
                    opened.settimeout(0.05)
                    try:
                        opened.recv(1000)
                    except TimeoutError:
                        continue
            except OSError:
                return

    dripping = Thread(target=drip)
    dripping.start()
    began = monotonic()
    with pytest.raises(PostFailed):
        EventPoster(private=True, timeout_seconds=0.5).post(
            f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {}
        )
    listener.close()
    dripping.join()

    assert monotonic() - began < 5
