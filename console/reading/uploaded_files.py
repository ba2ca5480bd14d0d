"""An uploaded draft: a ZIP of policies and letters, or one policy; nothing it names is trusted."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from activities.policy_content import (
    DOCUMENTS,
    LETTERS,
    MOST_BYTES,
    MOST_FILES,
    POLICIES,
    Files,
)
from dunning.may import NotAllowed

MOST_UPLOADED = 8_000_000
_MOST_UNPACKED = 40_000_000
_ROOMS = frozenset({POLICIES, LETTERS, DOCUMENTS})


def files_of_upload(content: bytes, before: Files) -> Files:
    """The files of the next draft: those of the ZIP in place of the same rooms of `before`.

    A room that the ZIP does not have stays as it was. Raises NotAllowed.
    """
    if len(content) > MOST_UPLOADED:
        raise NotAllowed(f"The file is too large; {MOST_UPLOADED:,} bytes are the most.")
    if not content.startswith(b"PK"):
        raise NotAllowed("This is no ZIP: take one of a version, change it and bring it back.")
    try:
        found = dict(_unpacked(content))
    except (BadZipFile, OSError, RuntimeError, EOFError, ValueError):
        raise NotAllowed("The ZIP cannot be read.") from None
    if not found:
        raise NotAllowed(f"The ZIP holds none of these folders: {', '.join(sorted(_ROOMS))}.")
    rooms = {path.partition("/")[0] for path in found}
    kept = {path: one for path, one in before.items() if path.partition("/")[0] not in rooms}
    return kept | found


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    size = 0
    with ZipFile(BytesIO(content)) as packed:
        listed = packed.infolist()
        if len(listed) > MOST_FILES:
            raise NotAllowed(f"The ZIP holds {len(listed)} files; {MOST_FILES} are the most.")
        for one in listed:
            if one.is_dir():
                continue
            path = _checked(one.filename)
            with packed.open(one) as file:
                data = file.read(MOST_BYTES + 1)
            size += len(data)
            if len(data) > MOST_BYTES or size > _MOST_UNPACKED:
                raise NotAllowed(f"{path} is too large for a policy or letter.")
            found.append((path, data))
    return found


def _checked(name: str) -> str:
    parts = PurePosixPath(name).parts
    odd = any(
        part in {"..", "/"} or part.startswith(".") or not part.isprintable() for part in parts
    )
    if odd or "\\" in name or not parts[1:] or parts[0] not in _ROOMS:
        shown = name[:80].encode("ascii", "replace").decode()
        raise NotAllowed(f"The ZIP holds {shown}, which is no place of a policy or letter.")
    return "/".join(parts)
