"""Where a message repeats earlier ones: quoted lines, attributions, headers, forwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from replies.folding import folded

_MOST_WRAPPED_LINES = 4
_LONGEST_ATTRIBUTION = 500
_HEADER_LINES = 9
_FEWEST_HEADERS = 2
_MARKER = re.compile(r"^[>\s]{0,20}#{2}-.{1,200}-#{2}\s*$")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|geschrieben|a ecrit|ecrit|escribio|escrito|schreef"
    r"|geschreven"
    r"|skrev|escreveu|ha scritto|napisala?|kirjoitti)\b|написал|пишет"
)
_OPENING = re.compile(r"(?:-{2,} )?(?:on|am|le|el|en|op|em|den|il|a|al|dne|w)\b")
_MOMENT = re.compile(r"\d{1,2}[:.h]\d\d|@|\b(?:19|20)\d\d\b")
_SURE = re.compile(r"\d{1,2}[:.h]\d\d|@|<")
_OF_EARLIER = (
    "original message|originalnachricht|ursprungliche nachricht|urspr. nachricht"
    "|message d'origine|"
    "message original|message initial|mensaje original|oorspronkelijk bericht|origineel bericht|"
    "original-nachricht|reply message|mensagem original|messaggio originale"
)
_OF_FORWARD = (
    "forwarded message|forwarded by .{1,80}|weitergeleitete nachricht|weitergeleitete e-mail|"
    "message transfere|message reexpedie|mensaje reenviado|doorgestuurd bericht|"
    "doorgestuurde e-mail|forwarded mail"
)
_EARLIER = re.compile(rf"[-_=*\s]{{2,60}}(?:{_OF_EARLIER})\s{{0,3}}:?[-_=*\s]{{2,60}}")
_FORWARD = re.compile(
    rf"[-_=*\s]{{2,60}}(?:{_OF_FORWARD})\s{{0,3}}:?[-_=*\s]{{2,60}}"
    r"|begin forwarded message\s?:|anfang der weitergeleiteten (?:nachricht|e-mail)\s?:"
    r"|debut du message (?:transfere|reexpedie)\s?:|inicio del mensaje reenviado\s?:"
    r"|begin doorgestuurd bericht\s?:"
)
_HEADER = re.compile(r"\*{0,2}([a-z][a-z -]{1,20}?)\s?:\*{0,2}(?:\s|$)|\*{0,2}(a)\s?:\*{0,2}\s")
_HEADERS = {
    **dict.fromkeys("from von de van desde".split(), "from"),
    **dict.fromkeys(
        (
            "sent",
            "date",
            "gesendet",
            "datum",
            "envoye",
            "date",
            "enviado",
            "enviado el",
            "fecha",
            "verzonden",
            "received",
            "envoye le",
            "gesendet am",
            "verzonden op",
        ),
        "date",
    ),
    **dict.fromkeys("to an a para pour aan".split(), "to"),
    **dict.fromkeys("subject betreff objet asunto onderwerp sujet betr".split(), "subject"),
    **dict.fromkeys(("cc", "kopie", "reply-to", "antwort an", "importance", "prioritat"), "more"),
}
_RULE = re.compile(r"[_\-=*\s]{5,200}")
_QUOTE_MARKS = re.compile(r"^(?:>\s?)+")


@dataclass(frozen=True, slots=True)
class History:
    """The blocks of a message that are not quoted, and the body below a forward's headers."""

    blocks: tuple[str, ...]
    forwarded: str = ""


def own_blocks(lines: list[str]) -> History:
    """Split a message's lines into the writer's own blocks and what was there before."""
    blocks: list[list[str]] = [[]]
    place = 0
    while place < len(lines):
        line = lines[place]
        if line.startswith(">"):
            blocks.append([])
            place += 1
        elif count := _attribution(lines, place):
            if not _is_quoted_below(lines, place + count):
                return _history(blocks, "")
            blocks.append([])
            place += count
        elif _ends_own_words(lines, place):
            return _history(blocks, _forwarded(lines, place))
        else:
            blocks[-1].append(line)
            place += 1
    return _history(blocks, "")


def _history(blocks: list[list[str]], forwarded: str) -> History:
    joined = ("\n".join(_without_rule_below(block)).strip("\n ") for block in blocks)
    return History(tuple(block for block in joined if block), forwarded)


def _without_rule_below(block: list[str]) -> list[str]:
    """A block without the line that a mail program drew below it."""
    last = len(block)
    while last and (not block[last - 1].strip() or _RULE.fullmatch(block[last - 1])):
        last -= 1
    return block[:last]


def _attribution(lines: list[str], place: int) -> int:
    """How many lines say who wrote when, from here on: `On … wrote:`; 0 when none do."""
    first = folded(lines[place][:_LONGEST_ATTRIBUTION]).strip()
    if not (_OPENING.match(first) or "@" in first or _MOMENT.search(first)):
        return 0
    joined = ""
    for count in range(1, _MOST_WRAPPED_LINES + 1):
        line = lines[place + count - 1] if place + count <= len(lines) else ""
        if not line.strip() or len(joined) > _LONGEST_ATTRIBUTION:
            return 0
        joined = f"{joined} {folded(line[:_LONGEST_ATTRIBUTION]).strip(' >')}".strip()
        if joined.endswith(":") and _WROTE.search(joined):
            below = _is_quoted_below(lines, place + count)
            return count if _says_who_and_when(joined, is_quoted=below) else 0
    return 0


def _says_who_and_when(joined: str, *, is_quoted: bool) -> bool:
    if is_quoted:
        return bool(_MOMENT.search(joined))
    return bool(_SURE.search(joined) and (_OPENING.match(joined) or "@" in joined))


def _is_quoted_below(lines: list[str], place: int) -> bool:
    for line in lines[place : place + 3]:
        if line.strip():
            return line.startswith(">")
    return False


def _ends_own_words(lines: list[str], place: int) -> bool:
    line = lines[place]
    if len(line) > _LONGEST_ATTRIBUTION or not line.strip():
        return False
    plain = folded(line).strip(" >")
    return bool(
        _MARKER.match(line)
        or _EARLIER.fullmatch(plain)
        or _FORWARD.fullmatch(plain)
        or _are_headers(lines, place)
    )


def _are_headers(lines: list[str], place: int) -> bool:
    """Whether the headers of an earlier mail begin here: a sender with a date or a subject."""
    if _header(lines[place]) in {"", "more"}:
        return False
    kinds: set[str] = set()
    for line in lines[place : place + _HEADER_LINES]:
        if not line.strip():
            break
        kinds.add(_header(line))
    return "from" in kinds and len(kinds & {"date", "to", "subject"}) >= _FEWEST_HEADERS


def _header(line: str) -> str:
    match = _HEADER.match(folded(line[:80]).strip(" >"))
    return _HEADERS.get((match[1] or match[2]).strip(), "") if match else ""


def _forwarded(lines: list[str], place: int) -> str:
    """The body of a message forwarded from here on, empty when it holds our own marker."""
    below = [_QUOTE_MARKS.sub("", line) for line in lines[place:]]
    if any(_MARKER.match(line) for line in below):
        return ""
    start = 0
    while start < len(below) and not _header(below[start]):
        start += 1
    while start < len(below) and below[start].strip():
        start += 1
    return "\n".join(below[start:]).strip("\n")
