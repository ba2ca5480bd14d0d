"""Shares of what is owed: half of it, two thirds, 50 %."""

from __future__ import annotations

import re
from fractions import Fraction

from replies.folding import folded
from replies.spans import FractionSpan

_MOST_READ = 20_000
_NOT_TIME = (
    r"(?!\s?-?\s?(?:an? )?(?:(?:januar|februar|maart|april|mei|jun|jul|august|sept|okt|nov|dec)\w*|"
    r"hour|day|year|past|way|stunde|tag|jahr|heure|journee|hora|dia"
    r"|uur|jaar|dag|"
    r"of (?:the |next |this )?(?:month|week|year|january|february|march|april|may|june|july"
    r"|august|september|october|november|december)|"
    r"(?:du|de la|del|de|van de|des) (?:mois|semaine|mes|semana|maand|week|monats)))"
)
_WORDS: tuple[tuple[Fraction, str], ...] = (
    (Fraction(1, 2), r"\b(?:the |one |a )?(?<!second )(?<!first )half\b" + _NOT_TIME),
    (
        Fraction(1, 2),
        (
            r"\b(?:die |der |zur |eine )?(?<!zweite )(?<!erste )halfte\b|\b(?:den "
            r"|einen )?halben? (?:betrag|rechnung|summe)\b"
        ),
    ),
    (
        Fraction(1, 2),
        r"\b(?:la |une )?moitie\b|\b(?:la |una )?mitad\b|\b(?:de )?helft\b" + _NOT_TIME,
    ),
    (
        Fraction(2, 3),
        r"\btwo[ -]thirds\b|\bzwei ?drittel\b|\bdeux tiers\b|\bdos tercios\b|\btwee derden?\b",
    ),
    (
        Fraction(1, 3),
        (
            r"\b(?:one|a)[ -]third\b(?! (?:party|time|reminder|person|invoice))"
            r"|\b(?:ein |1 )drittel\b|\b(?:un|le) tiers\b|\b(?:un"
            r"|el) tercio\b|\btercera parte\b|\been derde\b(?! deel van)"
        ),
    ),
    (
        Fraction(3, 4),
        (
            r"\bthree[ -]quarters\b|\bdrei ?viertel\b|\b(?:les )?trois quarts\b|\btres cuartos\b"
            r"|\bdrie ?kwart\b"
        ),
    ),
    (
        Fraction(1, 4),
        (
            r"\b(?:one|a)[ -]quarter\b(?= of\b)|\bein viertel\b(?!jahr|stunde)|\b(?:un"
            r"|le) quart\b(?! d)|\buna? cuart[oa] parte\b|\bun cuarto\b|\been kwart\b"
        ),
    ),
    (Fraction(1, 2), r"½|(?<![\d/])1/2(?![\d/])(?=\s?(?:of|der|des|de|du|van|now|the|jetzt))"),
    (Fraction(1, 3), r"⅓|(?<![\d/])1/3(?![\d/])(?=\s?(?:of|der|des|de|du|van|now|the|jetzt))"),
    (Fraction(1, 4), r"¼|(?<![\d/])1/4(?![\d/])(?=\s?(?:of|der|des|de|du|van|now|the|jetzt))"),
    (Fraction(2, 3), r"⅔"),
    (Fraction(3, 4), r"¾"),
)
_PERCENT = re.compile(
    r"(?<![\d.,])(?P<percent>\d{1,3})(?:[.,]\d{1,2})?\s?(?:%|percent\b|per cent\b|prozent\b"
    r"|pour ?cent\b|por ciento\b|procent\b)"
    r"(?!\s?(?:\w{1,10} )?(?:skonto|discount|interest|vat|mwst|ust|tva|iva|btw|rabatt"
    r"|nachlass|zinsen|zins|remise|interets|descuento|"
    r"intereses|korting|rente|tax|fee|surcharge|off\b|retention|verzugszins\w*))"
)
_ANY = re.compile("|".join(f"(?P<f{n}>{pattern})" for n, (_, pattern) in enumerate(_WORDS)))
_MOST_PERCENT = 100


def fractions_in(text: str) -> tuple[FractionSpan, ...]:
    """The shares a text names, in its order; discounts, interest and taxes are none."""
    plain = folded(text[:_MOST_READ])
    found = [
        _span(text, match, _WORDS[int((match.lastgroup or "f0")[1:])][0])
        for match in _ANY.finditer(plain)
    ]
    for match in _PERCENT.finditer(plain):
        percent = int(match["percent"])
        if 0 < percent <= _MOST_PERCENT:
            found.append(_span(text, match, Fraction(percent, 100)))
    return tuple(sorted(found, key=lambda span: span.start))


def _span(text: str, match: re.Match[str], fraction: Fraction) -> FractionSpan:
    return FractionSpan(match.start(), match.end(), text[match.start() : match.end()], fraction)
