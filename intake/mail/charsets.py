"""Turns bytes into text whose character set is missing, wrong or unknown."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_GUESSED_FROM_BYTES = 8_000
_LAST_OF_ASCII = 0x7F
_PROSE_HAS_ONE_ODD_LETTER_IN = 4
# Western mail programs say latin-1 and mean its superset with the euro sign and curly quotes.
_MEANT = {"iso8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252"}
# Codecs that are no character sets of mails, or take time in the square of what they read.
_REFUSED = frozenset("idna punycode raw_unicode_escape unicode_escape undefined mbcs oem".split())
_SINGLE_BYTE = re.compile(r"ascii|cp125\d|iso8859-.+|latin-1|koi8.*|mac-.*")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_NOT_NAME = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2069\x80-\x9f]")


def decoded(content: bytes, charset: str = "") -> str:
    """The text of these bytes, whatever its declared character set; never raises.

    UTF-8 wins over a declared one-byte set, which any bytes would satisfy. Undeclared and
    impossible sets are guessed from the first 8,000 bytes.
    """
    declared = _codec(charset)
    if declared and not _SINGLE_BYTE.fullmatch(declared):
        text = _strictly(content, declared)
        if text is not None:
            return clean(text)
    for name in ("iso2022_jp" if b"\x1b$" in content else "utf-8", "utf-8", _meant(declared)):
        text = _strictly(content, name)
        if text is not None:
            return clean(text)
    return clean(_damaged_utf8(content) or content.decode(_guessed(content), errors="replace"))


def clean(text: str) -> str:
    """The text without control characters and half characters, its lines ended by line feeds."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, longest: int) -> str:
    """A name or subject: one line, no control characters, no marks that turn its direction."""
    return _NOT_NAME.sub("", " ".join(clean(text).split()))[:longest]


def _codec(charset: str) -> str:
    try:
        found = codecs.lookup(charset.strip().strip("\"'")[:40])
    except (LookupError, ValueError, UnicodeError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True)
    return "" if found.name in _REFUSED or not is_text else found.name


def _meant(declared: str) -> str:
    return _MEANT.get(declared, declared)


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec) if codec else None
    except (UnicodeError, ValueError):
        return None


def _damaged_utf8(content: bytes) -> str:
    """The text, where more of its signs are sound UTF-8 than not; else empty."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(1 for sign in text if sign > "\x7f") - broken
    return text if sound >= broken else ""


def _guessed(content: bytes) -> str:
    """The set of bytes that declare none; prose with a few odd letters is Western."""
    start = content[:_GUESSED_FROM_BYTES]
    odd = sum(1 for byte in start if byte > _LAST_OF_ASCII)
    if odd * _PROSE_HAS_ONE_ODD_LETTER_IN < len(start):
        return "cp1252"
    best = from_bytes(start).best()
    return best.encoding if best is not None else "cp1252"
