"""Evidence packs of the rehearsed ledger, packs that somebody forged, and keys that sign them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from commands.audit.pack import MANIFEST, write_pack
from commands.audit.pack_file import packed, unpacked
from commands.audit.verifying import verify_pack
from ledger.audit_pack import sha256_of
from settings import Settings
from tests.commands.auditing import WHOLE, answer_of, wired
from tests.commands.rehearsed import Rehearsed
from worker import Wiring

Files = dict[str, bytes]


class Packed:
    """A clean pack of the rehearsed ledger, made once."""

    def __init__(self, rehearsed: Rehearsed, folder: Path) -> None:
        self.settings: Settings = rehearsed.copied_to(folder / "home")
        self.path = folder / "clean.zip"
        self.wiring: Wiring = wired(self.settings)
        self.answer = answer_of(self.wiring)
        write_pack(self.wiring, self.settings, WHOLE, self.answer, self.path)

    @cached_property
    def files(self) -> Files:
        return unpacked(self.path)


def problem(path: Path, key: Path | None = None) -> str:
    """What the verifier says is wrong."""
    return verify_pack(path, key).problem


def with_files(path: Path, files: Mapping[str, bytes], *, listed: bool = True) -> Path:
    """A pack of these files; `listed` writes a manifest that fits them, as a forger would."""
    files = dict(files)
    if listed:
        told = json.loads(files[MANIFEST])
        told["files"] = [
            {"name": name, "bytes": len(content), "sha256": sha256_of(content)}
            for name, content in sorted(files.items())
            if name != MANIFEST
        ]
        files[MANIFEST] = json.dumps(told).encode()
    path.write_bytes(packed(files))
    return path


def keys(folder: Path) -> tuple[Path, Path]:
    """A key that signs, and its public half."""
    key = Ed25519PrivateKey.generate()
    private, public = folder / "key.pem", folder / "public.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private.write_bytes(plain)
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public
