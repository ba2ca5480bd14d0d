"""The evidence pack as a file: a ZIP whose every byte follows from what is in it.

Nothing is compressed, so that no version of a library makes other bytes and nothing can unfold.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from dunning.may import NotAllowed

# A pack of a million invoices has some tens of megabytes.
MOST_BYTES = 2 * 1024**3
MOST_FILES = 20_000
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,120}){0,4}")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


class UnusablePack(NotAllowed):
    """The file is no evidence pack, or not as it was made; the message names the first fault."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """The ZIP of these files: the same files give the same bytes, on every machine."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(entry, files[name])
    return target.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a pack.

    Raises UnusablePack when it is too big, holds names that could lead elsewhere or the same name
    twice, or when its bytes are not exactly those that these files make.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnusablePack(f"{path.name} has more than {MOST_BYTES // 1024**2} MB.")
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _read(archive, len(content))
    except OSError as error:
        raise UnusablePack(f"{path.name} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise UnusablePack(f"{path.name} is no whole ZIP file: {error}.") from None
    if packed(files) != content:
        raise UnusablePack(f"{path.name} was changed: it holds bytes that belong to no file.")
    return files


def _read(archive: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UnusablePack(f"The pack has more than {MOST_FILES} files.")
    if sum(entry.file_size for entry in entries) > size:
        raise UnusablePack("The pack says that it unfolds to more than it holds.")
    files: dict[str, bytes] = {}
    for entry in entries:
        _check(entry, files)
        try:
            files[entry.filename] = archive.read(entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
            raise UnusablePack(f"{entry.filename} was changed after it was packed.") from None
    return files


def _check(entry: zipfile.ZipInfo, files: Mapping[str, bytes]) -> None:
    shown = entry.filename[:80].encode("ascii", "backslashreplace").decode()
    if not _NAME.fullmatch(entry.filename) or ".." in entry.filename:
        raise UnusablePack(f"The pack holds a file whose name leads elsewhere: {shown}.")
    if entry.filename in files:
        raise UnusablePack(f"The pack holds {shown} twice.")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise UnusablePack(f"{shown} is compressed or encrypted, which a pack never is.")
