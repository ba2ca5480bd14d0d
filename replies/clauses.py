"""Cuts what a customer wrote into sentences and clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text that says one thing; `start` and `end` are offsets into the whole text."""

    start: int
    end: int
    text: str
    sentence: int
    asks: bool

    def holds(self, start: int) -> bool:
        """Whether what begins at this offset stands in the clause."""
        return self.start <= start < self.end


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses in the order of the text; `sentence` counts the sentences from 0."""
    found: list[Clause] = []
    for number, (start, end) in enumerate(_sentences(text)):
        asks = text[start:end].rstrip().endswith("?")
        for left, right in _parts(text, start, end):
            found.append(Clause(left, right, text[left:right], number, asks))
    return tuple(found)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group().startswith(".") and _is_abbreviation(text, match.start()):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _is_abbreviation(text: str, dot: int) -> bool:
    word = re.split(r"[\s(]", text[max(0, dot - 12) : dot])[-1].casefold()
    follows = text[dot + 1 : dot + 40].lstrip()
    if word and not word.strip("0123456789."):
        # "am 15. Dezember", but "It was due on the 15. Please wait."
        return follows[:1].islower() or bool(_AFTER_ORDINAL.match(follows))
    return word in _ABBREVIATIONS or bool(re.fullmatch(r"\w|(\w\.)+\w?", word))


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = start
    dates = [match.span() for match in _INSERTED_DATE.finditer(text, start, end)]
    for match in _JOINT.finditer(text, start, end):
        if any(opening <= match.start() < closing for opening, closing in dates):
            continue
        before, after = text[left : match.start()], text[match.end() : end]
        if _words(before) < _LEAST_WORDS or _words(after) < _LEAST_WORDS:
            continue
        yield from _trimmed(text, left, match.start())
        left = match.end()
    yield from _trimmed(text, left, end)


def _words(text: str) -> int:
    return len(_WORD.findall(text, 0, 80))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if right > left and _WORD.search(text, left, right):
        yield left, right


_LEAST_WORDS = 2
_WORD = re.compile(r"\w+")
# A full stop ends a sentence only before a space; a line ends one when the next is empty, a list
# item, or starts with a capital after a line that is too short to be wrapped.
_SENTENCE_END = re.compile(
    r"[!?]+[\s)\"'»”]*|\.+(?=\s|$)|;|…|\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)]\s))|\n(?=[A-ZÄÖÜÉÈÀÇÑ¿¡])"
)
_ABBREVIATIONS = frozenset(
    "abs abt aprox approx art atte bijv bspw bsp bzgl bzw ca cf cfr cia co corp dept dpto dr dt "
    "e.g evtl etc ext fa ff fra fr gem ggf gr hr i.d.r inc incl inkl inv invc lfd lt ltd m.b.h max "
    "mej mevr min mio mlle mme mr mrs ms mwst nl nr num núm o.ä ord p pag pág pos prof ref resp "
    "rg rnr sr sra srta st str tel tlf u.a usw vgl vs z.b z.hd zgl zzgl jan feb mär mar apr aug "
    "sept sep okt oct nov dez dec déc janv févr juil ene abr ago dic mrt mon tue tues wed thu "
    "thur thurs fri sat sun a.s jl".split()
)
_AFTER_ORDINAL = re.compile(
    r"(?:jan|feb|f[eé]v|m[aä]r|maa|mrt|apr|avr|abr|ma[iyj]|jun|jui|jul|aug|ao[uû]|ago|se[pt]|okt"
    r"|oct|nov|de[zc]|d[eé]c|dic|en[ee]|\d)",
    re.IGNORECASE,
)
# "on Tuesday, 10 March, we will": the commas set the date off and end no clause.
_INSERTED_DATE = re.compile(
    r",\s+(?:den|dem|the|le|el|día|de|op)?\s*\d{1,2}(?:[./]|st|nd|rd|th|er|e)?[^,\n]{0,16}(?:,|$)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r",\s+|\s+[-–—]\s+|:\s+|\s+\(|\)\s*|\s+/\s+"
    r"|\s+(?:but|however|although|though|whereas|while|because|aber|jedoch|sondern|allerdings|weil"
    r"|mais|cependant|toutefois|pero|sin embargo|aunque|porque|maar|echter|omdat)\s+"
    r"|\s+(?:and|und|et|y|en|so)\s+(?=(?:i|we|you|he|she|they|the|this|that|it|its|please|pls"
    r"|inv\w*|will|can|could|also|ich|wir|sie|die|der|das|den|re|bitte|nous|vous|je|la|le|les|il"
    r"|elle|on|merci|el|los|las|yo|ustedes|usted|por|wij|ik|u|jullie|de|het|graag)\b)",
    re.IGNORECASE,
)
