"""An identity provider (OpenID Connect): where it is asked, its keys, and what it says of a code.

Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 9700 (best practice).
"""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from jwt import PyJWK
from jwt.exceptions import PyJWTError

TIMEOUT_SECONDS = 10.0
_LARGEST_BYTES = 1_000_000
_DISCOVERED_SECONDS = 3600.0
# A key nobody knows makes the keys be read again, but not by every token that somebody makes up.
_KEYS_SECONDS = 20.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_JSON = "application/json"


class ProviderFailed(Exception):  # noqa: N818 - a state of the world, worded for people
    """The provider did not answer, or not as it has to; one sentence without what it said."""


@dataclass(frozen=True)
class Endpoints:
    """Where a provider is asked, as its discovery document says."""

    authorization: str
    token: str
    keys: str
    end_session: str
    posts_secret: bool


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A provider that points elsewhere is not followed: codes and secrets stay here."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


@dataclass
class IdentityProvider:
    """One provider; its document and keys are remembered. Raises ProviderFailed throughout.

    `issuer` is an https address (http on this machine only), `secret` empty for a public client.
    """

    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    clock: Callable[[], float] = time.monotonic
    _found: tuple[float, Endpoints] | None = None
    _keys: Mapping[str, PyJWK] = field(default_factory=dict)
    _keys_at: float = -_KEYS_SECONDS
    _lock: Lock = field(default_factory=Lock)

    def endpoints(self) -> Endpoints:
        """Where it is asked; read anew after an hour."""
        with self._lock:
            if self._found is None or self.clock() - self._found[0] > _DISCOVERED_SECONDS:
                self._found = (self.clock(), self._discovered())
            return self._found[1]

    def key(self, number: str) -> PyJWK | None:
        """The key that a token names; without a name the only one there is."""
        place = self.endpoints().keys
        with self._lock:
            found = _named(self._keys, number)
            if found is None and self.clock() - self._keys_at >= _KEYS_SECONDS:
                self._keys_at = self.clock()
                self._keys = _keys_of(_asked(place))
                found = _named(self._keys, number)
        return found

    def redeem(self, code: str, verifier: str, back: str) -> str:
        """The ID token that a code is worth, unverified."""
        ends = self.endpoints()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        form |= {"code_verifier": verifier, "client_id": self.client}
        headers = {}
        if self.secret and ends.posts_secret:
            form["client_secret"] = self.secret
        elif self.secret:
            pair = f"{quote(self.client, safe='')}:{quote(self.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = _asked(ends.token, urlencode(form).encode(), headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderFailed("The identity provider vouched for nobody.")
        return token

    def _discovered(self) -> Endpoints:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        said = _asked(checked_place(address))
        if said.get("issuer") != self.issuer:
            raise ProviderFailed("The identity provider calls itself by another name.")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Endpoints(
            _place(said, "authorization_endpoint"),
            _place(said, "token_endpoint"),
            _place(said, "jwks_uri"),
            _place(said, "end_session_endpoint") if said.get("end_session_endpoint") else "",
            "client_secret_basic" not in methods,
        )


def checked_place(address: str) -> str:
    """The address, when it may be asked: https, or http on this machine. Raises ProviderFailed."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or is_here):
        raise ProviderFailed("The identity provider has to be reached by https.")
    return address


def _place(said: Mapping[str, Any], name: str) -> str:
    return checked_place(str(said.get(name, "")))


def _asked(
    address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What an address answers, as JSON of a bounded size."""
    sent = {"Accept": _JSON, "User-Agent": "Duncan", **(headers or {})}
    # Only https, or this machine: checked_place.
    request = urllib.request.Request(address, body, sent)  # noqa: S310
    opener = urllib.request.build_opener(_StayHere)
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            content = answer.read(_LARGEST_BYTES + 1)
        found = json.loads(content) if len(content) <= _LARGEST_BYTES else None
    except (OSError, HTTPException, ValueError, RecursionError):
        _unanswered()
    if not isinstance(found, dict):
        _unanswered()
    return found


def _unanswered() -> NoReturn:
    raise ProviderFailed("The identity provider did not answer as it has to: try again.") from None


def _keys_of(said: Mapping[str, Any]) -> dict[str, PyJWK]:
    found: dict[str, PyJWK] = {}
    listed = said.get("keys")
    for one in listed if isinstance(listed, list) else ():
        try:
            if one.get("use", "sig") == "sig":
                found[str(one.get("kid", ""))] = PyJWK(one)
        except (PyJWTError, AttributeError, TypeError, ValueError):
            # A provider may list keys of kinds that nobody here reads.
            continue
    return found


def _named(keys: Mapping[str, PyJWK], number: str) -> PyJWK | None:
    if number:
        return keys.get(number)
    return next(iter(keys.values())) if len(keys) == 1 else None
