"""The days a message names, reckoned from the day it came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import zip_longest

from replies.date_answer import Answer, Piece
from replies.date_rules import readings
from replies.date_tokens import Token, tokens_of
from replies.folding import folded
from replies.languages import LANGUAGES
from replies.spans import DateSpan

_MOST_READ = 10_000
_FURTHEST = timedelta(days=120)
_LEADING_SIGNS = "puItfJRGbre,-"
_BETWEEN = frozenset("tfp")
_SEEN_AROUND = 6
_MONTH_FIRST_REGIONS = frozenset({"US", "PH"})
_FEWEST_LETTERS = 3
_MOST_BETWEEN = 3
_MOST_CORRECTED_DAYS = 7


def dates_in(text: str, received_on: date, language: str, locale: str = "") -> tuple[DateSpan, ...]:
    """The dates a text names, in its order, as a message of that day means them.

    Read in `language` first and, when that finds no day, in the other four, because people mix.
    `locale` (``en-US``, ``de-AT``) tells how the sender orders day and month.
    """
    message = _Message(
        text, folded(text[:_MOST_READ]), received_on, _is_month_first(language, locale)
    )
    found = _dates(message, language)
    if any(span.day for span in found):
        return found
    for other in LANGUAGES:
        borrowed = _dates(message, other) if other != language else ()
        if any(span.day and _is_worded(span) for span in borrowed):
            return borrowed
    return found


@dataclass(frozen=True, slots=True)
class _Message:
    """A text as written and folded, when it came, and whether its sender writes month first."""

    text: str
    plain: str
    received_on: date
    is_month_first: bool | None


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer and the tokens it came from, the end not included."""

    first: int
    end: int
    answer: Answer


def _is_worded(span: DateSpan) -> bool:
    """Whether a span holds a word; a bare number means too many things in a foreign language."""
    return sum(letter.isalpha() for letter in span.text) >= _FEWEST_LETTERS


def _is_month_first(language: str, locale: str) -> bool | None:
    spoken, _, region = locale.replace("_", "-").partition("-")
    if region:
        return region.upper() in _MONTH_FIRST_REGIONS
    return None if language == "en" and spoken.lower() in {"", "en"} else False


def _dates(message: _Message, language: str) -> tuple[DateSpan, ...]:
    tokens = tokens_of(message.plain, language)
    signs = "".join(token.sign for token in tokens)
    piece_at = partial(_piece, message, tokens, signs)
    found = [_Found(*reading) for reading in readings(signs, piece_at)]
    found = _refined(_ranges_joined(_closings_dropped(found), signs), signs)
    return tuple(_span(message, tokens, signs, one) for one in found)


def _piece(message: _Message, tokens: list[Token], signs: str, start: int, end: int) -> Piece:
    behind = next((t.value for t in tokens[end : end + _SEEN_AROUND] if t.sign == "m"), 0)
    return Piece(
        tokens=tuple(tokens[start:end]),
        before=signs[max(0, start - _SEEN_AROUND) : start],
        after=signs[end : end + _SEEN_AROUND],
        received_on=message.received_on,
        is_month_first=message.is_month_first,
        month_behind=behind if isinstance(behind, int) else 0,
    )


def _closings_dropped(found: list[_Found]) -> list[_Found]:
    """Without a close of business that belongs to the day next to it: `EOD Friday`."""
    kept: list[_Found] = []
    for place, one in enumerate(found):
        around = [other for other in found[max(0, place - 1) : place + 2] if other is not one]
        near = any(
            abs(other.first - one.end) <= _MOST_BETWEEN
            or abs(one.first - other.end) <= _MOST_BETWEEN
            for other in around
        )
        if not (one.answer.is_closing and near):
            kept.append(one)
    return kept


def _ranges_joined(found: list[_Found], signs: str) -> list[_Found]:
    """Two days with `or`, `to` or a stroke between them are one range up to the later."""
    joined: list[_Found] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and _is_range(before, one, signs):
            joined[-1] = _Found(before.first, one.end, _range(before.answer, one.answer))
        else:
            joined.append(one)
    return joined


def _refined(found: list[_Found], signs: str) -> list[_Found]:
    """Without a range that its writer narrows at once: `next week, on Tuesday`."""
    return [
        one
        for one, following in zip_longest(found, found[1:])
        if following is None or not _narrows(one, following, signs)
    ]


def _narrows(one: _Found, following: _Found, signs: str) -> bool:
    day, later = one.answer.day, following.answer.day
    if day is None or later is None or following.answer.is_range:
        return False
    between = set(signs[one.end : following.first])
    if following.first - one.end > _MOST_BETWEEN or between & set("rR."):
        return False
    if one.answer.is_range and later <= day:
        return True
    is_dated = set("od~m#") & set(signs[following.first : following.end])
    was_dated = set("od~m") & set(signs[one.first : one.end])
    is_near = abs((later - day).days) <= _MOST_CORRECTED_DAYS
    return bool(is_dated and not was_dated and is_near and "," in between and "x" not in between)


def _is_range(first: _Found, second: _Found, signs: str) -> bool:
    if first.answer.day is None or second.answer.day is None:
        return False
    lead = len(signs[second.first :]) - len(signs[second.first :].lstrip(_LEADING_SIGNS))
    between = set(signs[first.end : second.first + lead]) - _BETWEEN
    opening = signs[max(0, first.first - 3) : first.first + 1]
    return between in ({"R"}, {"-"}, {"/"}, {"u"}, {"R", "u"}) or (
        between == {"r"} and "b" in opening
    )


def _range(first: Answer, second: Answer) -> Answer:
    days = sorted(answer.day for answer in (first, second) if answer.day)
    return Answer(
        days[-1], tuple(days[:-1]), first.is_ambiguous or second.is_ambiguous, is_range=True
    )


def _span(message: _Message, tokens: list[Token], signs: str, found: _Found) -> DateSpan:
    first = found.first
    while first < found.end - 1 and signs[first] in _LEADING_SIGNS and signs[first] != "e":
        first += 1
    start, end = tokens[first].start, tokens[found.end - 1].end
    answer = _possible(found.answer, message.received_on)
    return DateSpan(
        start=start,
        end=end,
        text=message.text[start:end],
        day=answer.day,
        alternatives=tuple(day for day in answer.alternatives if day != answer.day),
        is_ambiguous=answer.is_ambiguous,
        is_range=answer.is_range,
        reason=answer.reason,
    )


def _possible(answer: Answer, received_on: date) -> Answer:
    """The answer, without a day that is over or further than anybody promises."""
    if answer.day is None:
        return answer
    if answer.day < received_on:
        return replace(answer, day=None, reason="past")
    if answer.day - received_on > _FURTHEST:
        return replace(answer, day=None, reason="too_far")
    return answer
