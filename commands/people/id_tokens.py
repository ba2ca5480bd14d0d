"""ID tokens: whether what an identity provider is said to say was said by it, to us, and now.

Source: OpenID Connect Core 1.0, 3.1.3.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn

import jwt
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from dunning.may import NotAllowed

# Never a shared secret, never none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_LEEWAY = timedelta(minutes=1)
_OLDEST = timedelta(minutes=10)
_LONGEST = 100_000
_LONGEST_SUBJECT = 255
_REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


@dataclass(frozen=True)
class Expected:
    """What a token has to say: who made it, for whom, for which try, and when."""

    issuer: str
    client: str
    nonce: str
    now: datetime


@dataclass(frozen=True)
class Claims:
    """Who the provider says it is; `email` only when the provider verified it."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    others: Mapping[str, Any] = field(default_factory=dict)


def verified(token: str, key_of: Callable[[str], PyJWK | None], expected: Expected) -> Claims:
    """What a token claims, once everything about it is proven. Raises NotAllowed."""
    said = _signed(token, key_of, expected)
    _check_parties(said, expected)
    _check_times(said, expected.now)
    subject, email = said["sub"], said.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        _refuse()
    is_verified = said.get("email_verified") is True and isinstance(email, str)
    name = said.get("name")
    return Claims(
        expected.issuer,
        subject,
        str(email) if is_verified else "",
        name if isinstance(name, str) else "",
        said,
    )


def _signed(
    token: str, key_of: Callable[[str], PyJWK | None], expected: Expected
) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token if len(token) <= _LONGEST else "")
        algorithm, number = header.get("alg"), header.get("kid", "")
        if algorithm not in ALGORITHMS or not isinstance(number, str):
            _refuse()
        key = key_of(number)
        if key is None:
            _refuse()
        return dict(
            jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=expected.client,
                issuer=expected.issuer,
                # Times are judged below, by the clock of the door.
                options={
                    "require": _REQUIRED,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        )
    except (PyJWTError, ValueError, TypeError):
        _refuse()


def _check_parties(said: Mapping[str, Any], expected: Expected) -> None:
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    to = said.get("azp")
    if (several or to is not None) and to != expected.client:
        _refuse()
    if said["nonce"] != expected.nonce:
        _refuse()


def _check_times(said: Mapping[str, Any], now: datetime) -> None:
    moment, begun = now.timestamp(), said.get("nbf", 0)
    leeway = _LEEWAY.total_seconds()
    times = (said["exp"], said["iat"], begun)
    if not all(isinstance(one, int | float) for one in times):
        _refuse()
    ended, too_old = said["exp"] <= moment - leeway, said["iat"] < moment - _OLDEST.total_seconds()
    if ended or too_old or max(said["iat"], begun) > moment + leeway:
        raise NotAllowed(
            "What the identity provider said is not of now: try again; if it stays so, compare"
            " the clocks."
        )


def _refuse() -> NoReturn:
    raise NotAllowed("What the identity provider said cannot be trusted: sign in again.") from None
