"""How many segments a text message is carried in, and so how many times it is paid for."""

from __future__ import annotations

import math

_SINGLE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")


def segments(text: str) -> int:
    """160 or 153 signs each in the GSM alphabet; 70 or 67 where any sign is outside it."""
    if set(text) <= _SINGLE | _DOUBLE:
        length, one, each = len(text) + sum(sign in _DOUBLE for sign in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else math.ceil(length / each)
