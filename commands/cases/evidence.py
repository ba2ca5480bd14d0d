"""Evidence: files kept with disputes, each under the digest of what is in it."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from commands.cases.evidence_kinds import kind_of
from dunning.may import NotAllowed

# A delivery note, a photograph, a contract; not a video.
MOST_BYTES = 25 * 1024 * 1024
_LONGEST_NAME = 120


class Kept(NamedTuple):
    """A file that is kept: the name people know it by, and the SHA-256 of its content."""

    name: str
    digest: str


def read_evidence(path: Path) -> bytes:
    """The content of a file somebody wants kept; raises NotAllowed when it cannot be."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotAllowed(f"{path} cannot be read: {error.strerror}.") from None
    _check(path.name, content)
    return content


def keep_evidence(folder: Path, name: str, content: bytes) -> Kept:
    """Keep the content under its digest, once; raises NotAllowed when it is not to be kept."""
    _check(name, content)
    kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / digest).exists():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(content)
        # Whoever reads the folder sees the whole file or none.
        Path(file.name).replace(folder / digest)
    return Kept(_plain_name(name), digest)


def _check(name: str, content: bytes) -> None:
    if not content:
        raise NotAllowed(f"{name} is empty.")
    if len(content) > MOST_BYTES:
        raise NotAllowed(f"{name} has more than {MOST_BYTES // 1024**2} MB.")


def _plain_name(name: str) -> str:
    """The last part of a name without signs that would disturb a list."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    return plain[-_LONGEST_NAME:] or "file"
