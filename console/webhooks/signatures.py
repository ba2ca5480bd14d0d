"""Whether a provider signed what arrived, judged over the bytes before anything looks into them.

Nothing here raises for bad input: whatever is malformed, of any length or alphabet, is not genuine.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha1, sha256
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

# A provider's clock and ours may differ by less than this.
CLOCK_ERROR = timedelta(minutes=10)
_LONGEST_TIMESTAMP = 12
_HASHED = ec.ECDSA(Prehashed(hashes.SHA256()))
_PORTS = {"https": 443, "http": 80}


class Doubt(StrEnum):
    """Why something is not taken for genuine."""

    UNSIGNED = "it carries no signature"
    MALFORMED = "its signature cannot be read"
    STALE = "it was signed too long ago"
    AHEAD = "it was signed in the future: the clock of this machine is behind"
    FORGED = "no key of ours confirms its signature"


@dataclass(frozen=True)
class Verdict:
    """Genuine, and by what it was confirmed, such as ``key 1``; or the doubt against it."""

    by: str = ""
    doubt: Doubt | None = None

    @property
    def is_genuine(self) -> bool:
        """Whether it may be stored."""
        return self.doubt is None


def sendgrid_signed(
    body: bytes,
    timestamp: str,
    signature: str,
    keys: Sequence[str],
    now: datetime,
    window: timedelta,
) -> Verdict:
    """Whether one of the keys signed the timestamp (epoch seconds) followed by the body.

    Keys are P-256 public keys, base64 of DER with or without PEM's frame; the signature is base64
    of DER (ECDSA with SHA-256). Not genuine when signed longer than `window` ago.
    Source: SendGrid, Event Webhook security features; Inbound Parse signs the same way.
    """
    if not timestamp or not signature:
        return Verdict(doubt=Doubt.UNSIGNED)
    seconds = timestamp if len(timestamp) <= _LONGEST_TIMESTAMP and timestamp.isascii() else ""
    given = _decoded(signature)
    if not seconds.isdigit() or not given:
        return Verdict(doubt=Doubt.MALFORMED)
    age = now.timestamp() - int(seconds)
    if age > window.total_seconds():
        return Verdict(doubt=Doubt.STALE)
    digest = sha256(seconds.encode())
    digest.update(body)
    confirmed = (_confirms(key, given, digest.digest()) for key in keys)
    verdict = _first_of("key", confirmed)
    if verdict.is_genuine and age < -CLOCK_ERROR.total_seconds():
        return Verdict(doubt=Doubt.AHEAD)
    return verdict


def twilio_signed(
    url: str,
    params: Sequence[tuple[str, str]],
    signature: str,
    tokens: Sequence[str],
    shared_keys: Sequence[str] = (),
) -> Verdict:
    """Whether one of the secrets signed the URL followed by every parameter, sorted by name.

    Auth tokens confirm HMAC-SHA1 and shared keys HMAC-SHA256, never the other way round: the
    header that names the algorithm is not signed. The URL counts with and without its port.
    Parameters keep their blanks, unknown names included. Source: Twilio, Security.
    """
    if not signature:
        return Verdict(doubt=Doubt.UNSIGNED)
    try:
        given = signature.encode("ascii")
        fields = "".join(_each_once(params)).encode("utf-8", "surrogateescape")
        addresses = [address.encode("ascii") for address in _with_and_without_port(url)]
    except ValueError:
        return Verdict(doubt=Doubt.MALFORMED)
    secrets = [(token, sha1) for token in tokens] + [(key, sha256) for key in shared_keys]
    expected = (
        [b64encode(hmac.digest(secret.encode(), one + fields, kind)) for one in addresses]
        for secret, kind in secrets
    )
    # A sum compares every address, whichever matched.
    confirmed = (sum(hmac.compare_digest(one, given) for one in some) > 0 for some in expected)
    return _first_of("secret", confirmed)


def is_sendgrid_key(key: str) -> bool:
    """Whether the text is a public key that can confirm signatures."""
    return _public_key(key) is not None


def _first_of(what: str, confirmed: Iterable[bool]) -> Verdict:
    """Every key is asked, so that the time taken does not tell which one it was."""
    numbers = [number for number, yes in enumerate(confirmed, start=1) if yes]
    return Verdict(by=f"{what} {numbers[0]}") if numbers else Verdict(doubt=Doubt.FORGED)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


def _confirms(key: str, signature: bytes, digest: bytes) -> bool:
    public = _public_key(key)
    if public is None:
        return False
    try:
        public.verify(signature, digest, _HASHED)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=32)
def _public_key(key: str) -> ec.EllipticCurvePublicKey | None:
    lines = [line.strip() for line in key.strip().splitlines()]
    inside = "".join(line for line in lines if not line.startswith("-----"))
    try:
        found = load_der_public_key(_decoded(inside))
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(found, ec.EllipticCurvePublicKey) and found.curve.name == "secp256r1":
        return found
    return None


def _each_once(params: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names with their values, both sorted; the same value of the same name counts once."""
    for name, value in sorted(set(params)):
        yield name + value


def _with_and_without_port(url: str) -> list[str]:
    """The URL both ways, because Twilio signs now the one and now the other. Raises ValueError."""
    parts = urlsplit(url)
    host, port = parts.netloc, parts.port or _PORTS.get(parts.scheme)
    plain = host.removesuffix(f":{parts.port}")
    rest = url.partition(host)[2] if host else ""
    start = f"{parts.scheme}://"
    return [f"{start}{plain}{rest}", f"{start}{plain}:{port}{rest}"] if host else [url, url]
