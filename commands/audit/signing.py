"""Signatures of evidence packs: Ed25519, with a key of the installation's own."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from commands.audit.pack_file import UnusablePack
from dunning.may import NotAllowed


def signature_of(manifest: bytes, key_file: Path) -> bytes:
    """The signature file of a manifest.

    Raises NotAllowed when the file holds no Ed25519 key in PEM without a password.
    """
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAllowed("DUNCAN_AUDIT_KEY_FILE names no Ed25519 key in PEM without a password.")
    told = {
        "algorithm": "ed25519",
        "of": "manifest.json",
        "public_key": base64.b64encode(_raw(key.public_key())).decode(),
        "fingerprint": fingerprint(key.public_key()),
        "signature": base64.b64encode(key.sign(manifest)).decode(),
    }
    return (json.dumps(told, indent=2, sort_keys=True) + "\n").encode()


def check_signature(manifest: bytes, signature: bytes, public_key: Path | None) -> str:
    """The fingerprint of the key that signed the manifest.

    Raises UnusablePack when the signature does not fit, or another key than `public_key` made it.
    """
    try:
        told = json.loads(signature)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["public_key"]))
        key.verify(base64.b64decode(told["signature"]), manifest)
    except (ValueError, KeyError, TypeError, InvalidSignature):
        raise UnusablePack("manifest.sig does not fit manifest.json.") from None
    if told.get("fingerprint") != fingerprint(key):
        raise UnusablePack("manifest.sig names another key than the one that signed.")
    if public_key is not None and _raw(_read_public(public_key)) != _raw(key):
        raise UnusablePack(f"manifest.sig was made with another key than {public_key.name}.")
    return fingerprint(key)


def fingerprint(key: Ed25519PublicKey) -> str:
    """What two people compare by telephone: SHA-256 of the key's 32 bytes."""
    return hashlib.sha256(_raw(key)).hexdigest()


def _read_public(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NotAllowed(f"{path.name} holds no public Ed25519 key in PEM.")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
