"""A double of an identity provider (OpenID Connect) on a real socket: it signs whom it is told.

It knows the code flow with PKCE, and refuses what a strict provider refuses.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

Claims = dict[str, Any]


@dataclass
class FakeIdentityProvider:
    """`claims` say who signs in next; `spoil` changes a token, `signed` how it is signed."""

    client: str = "duncan"
    secret: str = "a secret of the fake"  # noqa: S105 - of nobody
    back: str = ""
    clock: Callable[[], float] = time
    claims: Claims = field(default_factory=lambda: {"sub": "u-1"})
    spoil: Callable[[Claims], Claims] = lambda claims: claims
    signed: Callable[[Claims, FakeIdentityProvider], str] | None = None
    document: Claims = field(default_factory=dict)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)

    @property
    def newest(self) -> str:
        """The number of the key that signs."""
        return next(reversed(self.keys))

    def rotate(self) -> None:
        """Sign with a new key from now on; the old ones are listed no longer."""
        self.keys = {token_urlsafe(6): rsa.generate_private_key(65537, 2048)}

    def described(self) -> Claims:
        """The discovery document."""
        places = {"authorization": "authorize", "token": "token", "end_session": "leave"}
        found: Claims = {f"{name}_endpoint": f"{self.url}/{at}" for name, at in places.items()}
        found |= {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return found | self.document

    def listed_keys(self) -> Claims:
        """The public keys, beside one of a kind that nobody reads."""
        ours = [
            json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": name, "use": "sig"}
            for name, key in self.keys.items()
        ]
        return {"keys": [*ours, {"kty": "odd", "kid": "odd"}]}

    def authorized(self, query: Mapping[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        assert query["client_id"] == self.client, "an unknown client"
        assert query["code_challenge_method"] == "S256", "a plain challenge"
        code = token_urlsafe(12)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.url}
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def redeemed(self, form: Mapping[str, str], authorization: str) -> Claims | None:
        """The tokens of a code, once; None when it is refused."""
        begun = self.codes.pop(form.get("code", ""), None)
        pair = f"{self.client}:{self.secret}"
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = _challenge(form.get("code_verifier", ""))
        is_same = begun and form.get("redirect_uri") == begun["redirect_uri"]
        if not begun or not is_same or begun["code_challenge"] != challenge:
            return None
        if ":".join(unquote(part) for part in given.split(":")) != pair:
            return None
        moment = int(self.clock())
        claims = {"iss": self.url, "aud": self.client, "nonce": begun["nonce"]}
        claims = self.spoil({**claims, "iat": moment, "exp": moment + 300, **self.claims})
        return {"token_type": "Bearer", "access_token": "unused", "id_token": self._token(claims)}

    def _token(self, claims: Claims) -> str:
        if self.signed:
            return self.signed(claims, self)
        key = self.keys[self.newest]
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": self.newest})


@contextmanager
def running_identity_provider(fake: FakeIdentityProvider) -> Iterator[FakeIdentityProvider]:
    """Serve on the loopback while the block runs."""
    fake.rotate()
    handler = type("Handler", (_Handler,), {"fake": fake})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    fake: FakeIdentityProvider

    def do_GET(self) -> None:
        """Tell about itself, or let somebody in."""
        self.fake.asked.append(self.path)
        place = urlsplit(self.path)
        if place.path == "/authorize":
            query = {name: one[0] for name, one in parse_qs(place.query).items()}
            self._answer(303, location=self.fake.authorized(query))
        elif place.path == "/.well-known/openid-configuration":
            self._answer(200, self.fake.described())
        elif place.path == "/keys":
            self._answer(200, self.fake.listed_keys())
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        """Redeem a code."""
        self.fake.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: one[0] for name, one in parse_qs(body).items()}
        found = self.fake.redeemed(form, self.headers.get("Authorization", ""))
        self._answer(200 if found else 400, found or {"error": "invalid_grant"})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: Claims | None = None, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode() if body is not None else b"")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
