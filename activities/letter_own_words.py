"""Words that a person writes for one message: around the letter's blocks, which stay its own."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from activities.letter_request import OwnWords
from activities.letter_templates import LetterError, LetterTemplates
from activities.sms_segments import plain_sms, segment_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_SUBJECT, LONGEST_TEXT = 200, 8_000
# Carriers bill by segment; longer than this, a text belongs in an e-mail.
MOST_SMS_SEGMENTS = 3
_BLOCK = re.compile(r"\{\{ ?([a-z_]+) ?\}\}")
_OPENING = "{{"


class OutdatedWordsError(LetterError):
    """The letter says something else by now than when a person wrote its words."""


def words_to_edit(
    templates: LetterTemplates, letter: str, locale: str, words: Mapping[str, object], channel: str
) -> OwnWords:
    """The letter's own words as they stand now, to be written over; raises LetterError."""
    if channel == "sms":
        text = plain_sms(templates.line(letter, locale, "sms.txt", words))
        return OwnWords("", text, _digest("", text))
    subject = templates.line(letter, locale, "subject.txt", words)
    prose = templates.prose(letter, locale, "body.txt", words)
    said = [one for one in _paragraphs(prose) if not _is_empty(templates, locale, one, words)]
    text = "\n\n".join(said)
    return OwnWords(subject, text, _digest(subject, text))


def problem_of(own: OwnWords, before: OwnWords, channel: str) -> str:
    """Why these words cannot go out in place of those before; empty when they can."""
    if channel == "sms":
        return _problem_of_sms(own.text)
    return _problem_of_subject(own.subject) or _problem_of_text(own.text, before.text)


def check_up_to_date(own: OwnWords, before: OwnWords) -> None:
    """Raises OutdatedWordsError when the letter says something else than when they were written."""
    if own.made_from != before.made_from:
        raise OutdatedWordsError(
            "The letter says something else by now than when a person wrote words for it."
        )


def text_of_own(
    templates: LetterTemplates, locale: str, own: OwnWords, words: Mapping[str, object]
) -> str:
    """Own words with the letter's blocks, as plain text."""
    said = (_text_part(templates, locale, one, words) for one in _paragraphs(own.text))
    return "\n\n".join(one for one in said if one) + "\n"


def html_of_own(
    templates: LetterTemplates, locale: str, own: OwnWords, words: Mapping[str, object]
) -> str:
    """The same on the letters' sheet; what a person wrote is text, never markup."""
    parts = [_html_part(templates, locale, one, words) for one in _paragraphs(own.text)]
    return templates.sheet(Markup("\n").join(parts), words)


def _text_part(
    templates: LetterTemplates, locale: str, part: str, words: Mapping[str, object]
) -> str:
    block = _block(part)
    if block is None:
        return part
    return templates.text("_blocks", locale, f"{block}.txt", words).strip()


def _html_part(
    templates: LetterTemplates, locale: str, part: str, words: Mapping[str, object]
) -> Markup:
    block = _block(part)
    if block is None:
        return Markup("<p>%s</p>") % Markup("<br>").join(escape(one) for one in part.split("\n"))
    # The block escaped what it was given.
    return Markup(templates.write("_blocks", locale, f"{block}.html", words))  # noqa: S704


def _is_empty(
    templates: LetterTemplates, locale: str, part: str, words: Mapping[str, object]
) -> bool:
    return _block(part) is not None and not _text_part(templates, locale, part, words)


def _problem_of_subject(subject: str) -> str:
    if subject.strip() and "\n" not in subject and len(subject) <= LONGEST_SUBJECT:
        return ""
    return f"The subject is one line of at most {LONGEST_SUBJECT} characters."


def _problem_of_text(text: str, before: str) -> str:
    if len(text) > LONGEST_TEXT:
        return f"A letter has at most {LONGEST_TEXT:,} characters."
    wanted = _blocks(before)
    if sorted(_blocks(text)) != sorted(wanted):
        named = ", ".join("{{ " + one + " }}" for one in wanted)
        return f"Keep each of these once, in a paragraph of its own: {named}."
    own = [one for one in _paragraphs(text) if _block(one) is None]
    if not own:
        return "Write something: a letter is more than its list."
    if any(_OPENING in one for one in own):
        return "Double braces stand only where the letter had them, in a paragraph of their own."
    return ""


def _problem_of_sms(text: str) -> str:
    if not text.strip():
        return "Write something: a text message cannot be empty."
    if segment_count(plain_sms(" ".join(text.split()))) > MOST_SMS_SEGMENTS:
        return f"A text message has at most {MOST_SMS_SEGMENTS} parts: make it shorter."
    return ""


def _paragraphs(text: str) -> Sequence[str]:
    return [one.strip() for one in re.split(r"\n\s*\n", text.strip()) if one.strip()]


def _blocks(text: str) -> Sequence[str]:
    return [block for one in _paragraphs(text) if (block := _block(one))]


def _block(part: str) -> str | None:
    found = _BLOCK.fullmatch(part)
    return found[1] if found else None


def _digest(subject: str, text: str) -> str:
    return hashlib.sha256(f"{subject}\n\n{text}".encode()).hexdigest()
