"""Finds what the sender wrote among a mail's parts, as plain text and as safe markup."""

from __future__ import annotations

import html as markup
from collections.abc import Sequence
from dataclasses import dataclass

from intake.mail.charsets import clean
from intake.mail.html import displayable
from intake.mail.html_text import text_of
from intake.mail.limits import LONGEST_HTML, LONGEST_TEXT
from intake.mail.parts import Part

# Plain text and markup of the same words, either of them perhaps empty.
Passage = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """What was written: plain text, and safe markup (empty where there was no markup)."""

    text: str
    html: str
    defects: tuple[str, ...] = ()


def body_of(tree: Part) -> Body:
    """The text and the markup of a mail; of alternatives, the plain one gives the text."""
    return body_from(_passages(tree))


def body_from(passages: Sequence[Passage]) -> Body:
    """One body of passages; a passage's markup gives its text where no plain word stands."""
    texts: list[str] = []
    safes: list[str] = []
    room = LONGEST_HTML
    for plain, html in passages:
        safe = displayable(html[:room]) if html.strip() else ""
        room = max(0, room - len(html))
        has_words = any(sign.isalnum() for sign in plain)
        texts.append(plain if has_words or not safe else clean(text_of(safe)))
        safes.append(safe or f"<pre>{markup.escape(plain[:LONGEST_TEXT])}</pre>")
    text = "\n".join(text.strip("\n") for text in texts if text.strip())
    has_markup = any(html.strip() for _, html in passages)
    is_cut = len(text) > LONGEST_TEXT or not room
    shown = "\n".join(safes) if has_markup else ""
    return Body(text[:LONGEST_TEXT], shown, ("TEXT_LEFT_OUT",) if is_cut else ())


def _passages(part: Part) -> list[Passage]:
    if part.parts:
        inner = [passage for each in part.parts for passage in _passages(each)]
        return _merged(inner) if part.media_type == "multipart/alternative" else inner
    if not part.is_written:
        return []
    return [("", part.text()) if part.media_type == "text/html" else (part.text(), "")]


def _merged(alternatives: list[Passage]) -> list[Passage]:
    if not alternatives:
        return []
    plain = "\n".join(plain for plain, _ in alternatives if plain)
    return [(plain, "".join(html for _, html in alternatives))]
