"""A mail's parts as a bounded tree; a mail inside a mail stays closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import compat32
from io import BytesIO

from intake.mail.charsets import decoded
from intake.mail.limits import DEEPEST_PARTS, LONGEST_TEXT_BYTES, MOST_PARTS
from intake.mail.parsing import PARSER_FAULTS, children, media_type, payload


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail: a leaf, a container of ``parts``, or a closed mail (``message/…``).

    ``name`` is the file name as the sender gave it; ``disposition`` is attachment, inline or
    empty; ``charset`` is declared, not checked.
    """

    source: EmailMessage
    media_type: str
    parts: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        """The file name as the sender wrote it, unsafe; or empty."""
        try:
            return self.source.get_filename() or ""
        except PARSER_FAULTS:
            return ""

    @property
    def disposition(self) -> str:
        """Attachment, inline or empty."""
        try:
            return self.source.get_content_disposition() or ""
        except PARSER_FAULTS:
            return ""

    @property
    def is_written(self) -> bool:
        """Whether this is what the sender wrote rather than a file.

        A container whose boundary never comes is read as the text it holds.
        """
        is_text = self.media_type in {"text/plain", "text/html"} or self._is_unopened
        return is_text and self.disposition != "attachment" and not self.name

    @property
    def _is_unopened(self) -> bool:
        return self.media_type.startswith("multipart/") and not self.source.is_multipart()

    def text(self) -> str:
        """The text of a leaf, at most four million bytes of it."""
        content = payload(self.source)
        if len(content) > LONGEST_TEXT_BYTES:
            start = content[:LONGEST_TEXT_BYTES]
            content = start.rpartition(b"\n")[0] or start
        try:
            charset = self.source.get_content_charset() or ""
        except PARSER_FAULTS:
            charset = ""
        return decoded(content, charset)

    def content(self) -> bytes:
        """The bytes of a leaf, or of a closed mail as it stood, headers first."""
        if not self.source.is_multipart():
            return payload(self.source)
        return b"\n".join(_flat(each) for each in children(self.source))


def tree_of(message: EmailMessage) -> tuple[Part, tuple[str, ...]]:
    """The tree of a mail, and the defect codes of parts that were left out."""
    room = [MOST_PARTS]
    tree = _part(message, room, DEEPEST_PARTS)
    return tree, ("PARTS_LEFT_OUT",) if room[0] < 0 else ()


def leaves(part: Part) -> Iterator[Part]:
    """Every leaf and closed mail, in the order of the mail."""
    if not part.parts:
        yield part
    for each in part.parts:
        yield from leaves(each)


def _part(message: EmailMessage, room: list[int], depth: int) -> Part:
    kind = media_type(message)
    inner: list[Part] = []
    if kind.startswith("multipart/"):
        for each in children(message):
            room[0] -= 1
            if room[0] < 0 or not depth:
                room[0] = -1
                break
            inner.append(_part(each, room, depth - 1))
    return Part(message, kind, tuple(inner))


def _flat(message: EmailMessage) -> bytes:
    written = BytesIO()
    try:
        BytesGenerator(written, mangle_from_=False, policy=compat32).flatten(message)
    except PARSER_FAULTS:
        return b""
    return written.getvalue()
