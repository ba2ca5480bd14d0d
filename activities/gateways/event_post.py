"""Posting events to subscribers: resolved first, checked, and only then connected to.

A subscriber's address is typed in by people and looked up in somebody else's name server, so it
may point into our own network. The address that was checked is the one that is connected to;
redirects are not followed.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

TIMEOUT_SECONDS = 10.0
LONGEST_URL = 500
# Names that lead nowhere but into the own network (RFC 6761, RFC 8375, RFC 9476).
_OWN_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*")
_PORTS = {"https": 443, "http": 80}
# 64:ff9b::/96 leads to the IPv4 address in its last four bytes.
_TRANSLATED = int(IPv6Address("64:ff9b::")) >> 32
Address = IPv4Address | IPv6Address


class AddressRefused(Exception):  # noqa: N818 - a state of the world, worded for people
    """Nothing may be posted there; the sentence says why."""


class PostFailed(Exception):  # noqa: N818 - the same
    """The subscriber did not take it; the sentence says what came instead."""


@dataclass(frozen=True)
class EventPoster:
    """Posts events. With `private` also to addresses of our own network, and without TLS there."""

    private: bool = False
    timeout_seconds: float = TIMEOUT_SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post once; the status, which is 2xx. Raises AddressRefused or PostFailed."""
        parts = checked_url(url, private=self.private)
        connection = HTTPConnection(parts.hostname or "", timeout=self.timeout_seconds)
        connection.sock = opened = self._opened(parts)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        # Whoever answers one byte at a time is cut off as a whole.
        cut = Timer(self.timeout_seconds, _cut, [opened])
        cut.start()
        try:
            connection.request("POST", path, body, {"Host": parts.netloc, **headers})
            status = connection.getresponse().status
        # A connection that was cut off under TLS is a ValueError.
        except (OSError, HTTPException, ValueError) as error:
            raise PostFailed(f"It did not answer ({type(error).__name__}).") from None
        finally:
            cut.cancel()
            connection.close()
        if status not in range(200, 300):
            raise PostFailed(f"It answered {status}.")
        return status

    def _opened(self, parts: SplitResult) -> socket.socket:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        failed = ""
        for address in reachable(_resolved(host, port), private=self.private):
            try:
                return self._connected(parts.scheme, host, (str(address), port))
            except (OSError, ValueError) as error:
                failed = type(error).__name__
        raise PostFailed(f"It cannot be reached ({failed}).")

    def _connected(self, scheme: str, host: str, place: tuple[str, int]) -> socket.socket:
        opened = socket.create_connection(place, self.timeout_seconds)
        if scheme != "https":
            return opened
        secured = ssl.create_default_context().wrap_socket(
            opened, server_hostname=host, do_handshake_on_connect=False
        )
        cut = Timer(self.timeout_seconds, _cut, [secured])
        cut.start()
        try:
            secured.do_handshake()
        except (OSError, ValueError):
            secured.close()
            raise
        finally:
            cut.cancel()
        return secured


def checked_url(url: str, *, private: bool) -> SplitResult:
    """The address in parts, where it may be one that is posted to. Raises AddressRefused."""
    if len(url) > LONGEST_URL or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise AddressRefused("The address is too long, or holds a character no address holds.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("The address cannot be read.") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise AddressRefused("The address has to begin with https://.")
    if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
        raise AddressRefused("The address needs a host, and neither a name, a password nor a #.")
    return parts


def check_host(parts: SplitResult, *, private: bool) -> None:
    """Refuse at once what is of our own network by its very name; the rest is seen when posting.

    Raises AddressRefused.
    """
    host = (parts.hostname or "").rstrip(".")
    if private:
        return
    try:
        found = [ip_address(host)]
    except ValueError:
        # An address may also be written as a number, or with zeros before it.
        if host == "localhost" or host.endswith(_OWN_NAMES) or _NUMBERS.fullmatch(host):
            found = []
        else:
            return
    reachable(found or [IPv4Address("127.0.0.1")], private=private)


def reachable(found: Sequence[Address], *, private: bool) -> Sequence[Address]:
    """The addresses to connect to: none of those found may be one of our own network.

    Raises AddressRefused.
    """
    if not found:
        raise AddressRefused("The host has no address.")
    if not private and not all(is_public(one) for one in found):
        raise AddressRefused("The host is in a network of our own, where nothing is posted to.")
    return found


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open Internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        if inner := _inside(address):
            return is_public(inner)
        if address.teredo or address.is_site_local:
            return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if int(address) >> 32 == _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    # The oldest wrapping: nothing but zeros before the IPv4 address.
    if int(address) >> 32 == 0 and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _cut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PostFailed("Its name cannot be resolved.") from None
    return [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
