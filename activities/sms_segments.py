"""What an SMS costs: the GSM-7 alphabet and how a text splits into segments (3GPP TS 23.038)."""

from __future__ import annotations

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAIN = str.maketrans(
    # Single marks (quotes, prime, acute, grave), double marks (quotes, prime, guillemets),
    # hyphens and dashes, spaces of other widths, and what has no width at all.
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t", " ")
    | dict.fromkeys("\u200b\u2060\ufeff\u00ad", "")
    | {"\u2026": "...", "\u2022": "-"}
)
_LAST_IN_ONE_UNIT = "\uffff"


def plain_sms(text: str) -> str:
    """The same text with typographic signs made plain, so that they do not cost a second segment.

    Letters of names stay as they are: a name is spelled right even where it costs more.
    """
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet or its extension table."""
    return all(character in _BASIC or character in _EXTENDED for character in text)


def segment_count(text: str) -> int:
    """How many segments a carrier bills: 160 or 153 septets in GSM-7, else 70 or 67 code units.

    A character of two units is never cut in half by the end of a segment.
    """
    if is_gsm7(text):
        return _split([2 if character in _EXTENDED else 1 for character in text], 160, 153)
    return _split([2 if character > _LAST_IN_ONE_UNIT else 1 for character in text], 70, 67)


def _split(widths: list[int], whole: int, part: int) -> int:
    if sum(widths) <= whole:
        return 1 if widths else 0
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return segments
