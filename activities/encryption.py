"""Payloads under lock: what Temporal keeps is encrypted with keys that only Duncan has."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from activities.converter import ENCRYPTED, PayloadLocked

KEY_BYTES = 32
_NONCE_BYTES = 12


class Encryption(PayloadCodec):
    """AES-256-GCM over whole payloads: the first key encrypts, any of them decrypts."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take keys of 32 bytes in base64. Raises ValueError with a sentence, never the key."""
        read = [_key(number, key) for number, key in enumerate(keys, start=1)]
        self._ciphers = {_name(key): AESGCM(key) for key in read}
        self._first = _name(read[0])

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload with its metadata inside an encrypted one."""
        return [self._locked(one) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """What was encrypted as it was before; what was not stays. Raises PayloadLocked."""
        return [
            self._opened(one) if one.metadata.get("encoding") == ENCRYPTED else one
            for one in payloads
        ]

    def _locked(self, plain: Payload) -> Payload:
        nonce, name = os.urandom(_NONCE_BYTES), self._first.encode()
        data = nonce + self._ciphers[self._first].encrypt(nonce, plain.SerializeToString(), name)
        return Payload(metadata={"encoding": ENCRYPTED, "key": name}, data=data)

    def _opened(self, locked: Payload) -> Payload:
        name = locked.metadata.get("key", b"")
        cipher = self._ciphers.get(name.decode("ascii", "replace"))
        if cipher is None:
            raise PayloadLocked.without(locked)
        nonce, data = locked.data[:_NONCE_BYTES], locked.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, data, name))
        except (InvalidTag, ValueError):
            raise PayloadLocked("What Temporal holds was changed or damaged.") from None


def _key(number: int, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"DUNCAN_PAYLOAD_KEYS: key {number} is not {KEY_BYTES} bytes in base64.")
    return key


def _name(key: bytes) -> str:
    """What tells keys apart and gives nothing of them away."""
    return hashlib.sha256(key).hexdigest()[:8]
