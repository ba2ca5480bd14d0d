"""Files that people upload: kept in the books, for every desk, until taken in or for a day."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import IO

from dunning.may import NotAllowed
from ledger.desk_uploads import (
    DeskUploadRow,
    content_of_upload,
    forget_upload,
    keep_upload,
    upload_of,
)
from ledger.ledger import Ledger

# The body of a request holds no more; larger files are for the command line.
MOST_BYTES = 30_000_000
_UNUSUAL = re.compile(r"[^\w .()+-]+")
_LONGEST_NAME = 100
_GONE = "This file was taken in already, or was uploaded more than a day ago: upload it again."


@dataclass(frozen=True)
class Uploads:
    """The files one person uploaded, as of now, each found by its number only."""

    ledger: Ledger
    person: str
    now: datetime

    def keep(self, name: str, content: IO[bytes]) -> str:
        """Keep a file; the number by which it is found. Raises NotAllowed when it is too large."""
        whole = content.read(MOST_BYTES + 1)
        if len(whole) > MOST_BYTES:
            raise NotAllowed(
                f"A file may have {MOST_BYTES // 1_000_000} MB here; larger ones are taken"
                " in by duncan import."
            )
        if not whole:
            raise NotAllowed("Choose a file that is not empty.")
        # Tables become a fraction of what they were: the books are locked for less long.
        kept = zlib.compress(whole, 1)
        row = DeskUploadRow(
            upload=token_hex(16),
            person=self.person,
            name=cleaned(name),
            at=self.now,
            size=len(kept),
            content=kept,
        )
        self.ledger.transact(lambda books: keep_upload(books.connection, row))
        return row.upload

    def check(self, upload: str) -> str:
        """The name of a file that is kept. Raises NotAllowed when it is not, or not any more."""
        with self.ledger.reading() as books:
            name = upload_of(books.connection, upload, self.person, self.now)
        if not name:
            raise NotAllowed(_GONE)
        return name

    @contextmanager
    def opened(self, upload: str) -> Iterator[Path]:
        """The file, on this machine's disk while it is read. Raises NotAllowed as `check` does."""
        name = self.check(upload)
        with self.ledger.reading() as books:
            content = content_of_upload(books.connection, upload)
        if not content:
            raise NotAllowed(_GONE)
        with TemporaryDirectory(prefix="upload-") as folder:
            file = Path(folder) / name
            file.write_bytes(zlib.decompress(content))
            yield file

    def forget(self, upload: str) -> None:
        """Remove a file that is not needed any more."""
        self.ledger.transact(lambda books: forget_upload(books.connection, upload))


def cleaned(name: str) -> str:
    """The last part of a file's name with ordinary signs only, and never a hidden file's."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = _UNUSUAL.sub("_", last).strip(" .")[-_LONGEST_NAME:].strip(" .")
    return plain or "file"
