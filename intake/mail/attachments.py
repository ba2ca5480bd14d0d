"""The files that came with a mail; nothing is opened or unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from intake.mail.charsets import one_line
from intake.mail.headers import subject
from intake.mail.limits import LARGEST_ATTACHMENT_BYTES, LONGEST_FILE_NAME
from intake.mail.message import Attachment
from intake.mail.parsing import children
from intake.mail.parts import Part
from intake.mail.reports import is_report

_ENDINGS = {
    "application/pdf": ".pdf",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}
_UNSAFE = re.compile(r'[<>:"|?*%\x00-\x1f]')
# Names that mean devices to Windows, whatever their ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LONGEST_ENDING = 12


def attachments_among(leaves: Iterable[Part]) -> tuple[Attachment, ...]:
    """Each leaf that is neither what the sender wrote nor a mail system's report."""
    files = [leaf for leaf in leaves if not leaf.is_written and not is_report(leaf)]
    return tuple(_attachment(leaf, number) for number, leaf in enumerate(files, 1))


def attachment(
    name: str, media_type: str, content: bytes, number: int, *, is_inline: bool = False
) -> Attachment:
    """A file with a safe name; its content is left out where it is larger than is kept."""
    is_left_out = len(content) > LARGEST_ATTACHMENT_BYTES
    return Attachment(
        name=safe_name(name, media_type, number),
        media_type=media_type,
        size=len(content),
        content=b"" if is_left_out else content,
        is_inline=is_inline,
        is_left_out=is_left_out,
    )


def safe_name(name: str, media_type: str, number: int) -> str:
    """A file name that means nothing to a shell, a browser or a file system.

    A file without a name is called ``attachment-<number>`` with the ending of its type.
    """
    last = re.split(r"[/\\]", one_line(name, 4 * LONGEST_FILE_NAME))[-1]
    bare = _UNSAFE.sub("_", last).strip(". ")
    if not bare:
        return f"attachment-{number}{_ENDINGS.get(media_type, '.bin')}"
    named = f"_{bare}" if _DEVICE.match(bare) or bare.startswith(("-", "~")) else bare
    ending = PurePosixPath(named).suffix
    kept = ending if len(ending) <= _LONGEST_ENDING else ""
    return named[: len(named) - len(kept)][: LONGEST_FILE_NAME - len(kept)] + kept


def _attachment(leaf: Part, number: int) -> Attachment:
    is_inline = leaf.disposition == "inline" or "Content-ID" in leaf.source
    shown = is_inline and leaf.media_type.startswith("image/")
    return attachment(_name(leaf), leaf.media_type, leaf.content(), number, is_inline=shown)


def _name(leaf: Part) -> str:
    inner = children(leaf.source)
    if leaf.name or leaf.media_type != "message/rfc822" or not inner:
        return leaf.name
    title = subject(inner[0]).replace("/", "_").replace("\\", "_")
    return f"{title}.eml" if title else ""
