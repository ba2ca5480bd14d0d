"""Signatures of outgoing webhooks, by the Standard Webhooks specification (1.0).

Source: https://github.com/standard-webhooks/standard-webhooks, "Signature scheme".
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes

_PREFIX, _SECRET_BYTES = "whsec_", 32


def new_secret() -> str:
    """A secret as receivers are given it."""
    return f"{_PREFIX}{b64encode(token_bytes(_SECRET_BYTES)).decode()}"


def signed_headers(
    secrets: Iterable[str], event: str, now: datetime, body: bytes
) -> dict[str, str]:
    """The headers that prove a body; one signature a secret, so that receivers may change theirs.

    The moment is signed as well: a receiver refuses what is older than some minutes.
    """
    moment = str(int(now.timestamp()))
    signatures = [f"v1,{_signature(secret, event, moment, body)}" for secret in secrets]
    return {
        "webhook-id": event,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, event: str, moment: str, body: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    content = f"{event}.{moment}.".encode() + body
    return b64encode(hmac.new(key, content, sha256).digest()).decode()
