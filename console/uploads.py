"""Files that people upload: kept beside the books until they are taken in, or for a day."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import IO

from dunning.may import NotAllowed

# The body of a request holds no more; larger files are for the command line.
MOST_BYTES = 30_000_000
_KEPT = timedelta(days=1)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_UNUSUAL = re.compile(r"[^\w .()+-]+")
_LONGEST_NAME = 100
_PIECE = 1 << 20
_GONE = "This file was kept for a day, or is on another machine of the desk: upload it again."


@dataclass(frozen=True)
class Uploads:
    """The files one person uploaded, each in a folder of its own that only its number names."""

    folder: Path

    def keep(self, name: str, content: IO[bytes], now: datetime) -> str:
        """Keep a file; the number by which it is found. Raises NotAllowed when it is too large."""
        self._forget_old(now)
        token = token_hex(16)
        place = self.folder / token
        place.mkdir(parents=True)
        size = 0
        with (place / cleaned(name)).open("wb") as file:
            while piece := content.read(_PIECE):
                size += len(piece)
                if size > MOST_BYTES:
                    shutil.rmtree(place)
                    raise NotAllowed(
                        f"A file may have {MOST_BYTES // 1_000_000} MB here; larger ones are taken"
                        " in by duncan import."
                    )
                file.write(piece)
        if not size:
            shutil.rmtree(place)
            raise NotAllowed("Choose a file that is not empty.")
        return token

    def found(self, token: str) -> Path:
        """The file of a number. Raises NotAllowed when it is not kept any more."""
        place = self.folder / token if _TOKEN.fullmatch(token) else None
        files = list(place.iterdir()) if place and place.is_dir() else []
        if not files:
            raise NotAllowed(_GONE)
        return files[0]

    def forget(self, token: str) -> None:
        """Remove a file that is not needed any more."""
        if _TOKEN.fullmatch(token):
            shutil.rmtree(self.folder / token, ignore_errors=True)

    def _forget_old(self, now: datetime) -> None:
        if not self.folder.is_dir():
            return
        for place in self.folder.iterdir():
            changed = datetime.fromtimestamp(place.stat().st_mtime, now.tzinfo)
            if changed < now - _KEPT:
                shutil.rmtree(place, ignore_errors=True)


def cleaned(name: str) -> str:
    """The last part of a file's name with ordinary signs only, and never a hidden file's."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = _UNUSUAL.sub("_", last).strip(" .")[-_LONGEST_NAME:].strip(" .")
    return plain or "file"
