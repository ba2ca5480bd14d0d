"""How the providers sign what they post to us: bytes in, header value out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class EventKey:
    """SendGrid's key pair of one webhook (ECDSA, P-256); the same seed makes the same pair."""

    def __init__(self, seed: str | None = None) -> None:
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()) >> 1 if seed else 0
        curve = ec.SECP256R1()
        self._private = (
            ec.derive_private_key(number, curve) if number else ec.generate_private_key(curve)
        )

    @property
    def public(self) -> str:
        """The public half as SendGrid's settings show it: base64 of the DER form."""
        shown = self._private.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(shown).decode()

    def sign(self, timestamp: str, body: bytes) -> str:
        """The signature header for this timestamp header and these exact bytes."""
        signature = self._private.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
        return base64.b64encode(signature).decode()


def twilio_signature(token: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Twilio's signature header: HMAC-SHA1 over the URL and the sorted form parameters."""
    signed = url + "".join(name + value for name, value in sorted(parameters))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
