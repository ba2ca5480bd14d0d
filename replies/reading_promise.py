"""What was promised: the day, the amount or the share of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from replies.clauses import Clause
from replies.intents import Hit
from replies.rules.rulebook import rulebook
from replies.spans import AmountSpan, DateSpan, FractionSpan


@dataclass(frozen=True, slots=True)
class Named:
    """The days, amounts and shares that stand in a message."""

    dates: tuple[DateSpan, ...]
    amounts: tuple[AmountSpan, ...]
    fractions: tuple[FractionSpan, ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """What a promise names; amounts are in major units without their currency."""

    day: date | None = None
    amount: Decimal | None = None
    fraction: Fraction | None = None
    is_ambiguous: bool = False


def promised(
    text: str, clauses: Sequence[Clause], counted: Sequence[Hit], named: Named, language: str
) -> Promised:
    """What the promises among the hits name; of several instalments the first.

    A day is looked for in the promise's own clause, then in its sentence, then in a neighbour that
    says nothing else; a day in a clause about something else is not the promise's.
    """
    clauses_promised = [hit.clause for hit in counted if hit.label == "promise_to_pay"]
    if not clauses_promised:
        return Promised()
    places = _places(clauses, counted, clauses_promised)
    span = _first_date(text, places, named.dates, language)
    amount = _first_amount(places, named.amounts)
    share = next((one for one in named.fractions if _in_any(one.start, places[:1])), None)
    return Promised(
        span.day if span else None,
        amount.amount if amount else None,
        share.fraction if share and not amount else None,
        is_ambiguous=bool(span and span.is_ambiguous),
    )


def is_bare_date(text: str, dates: Sequence[DateSpan]) -> bool:
    """Whether a message is nothing but a coming day: "Friday", "by the 15th at the latest"."""
    if not dates or "?" in text or dates[0].day is None:
        return False
    around = text[: dates[0].start]
    for one, following in zip(dates, (*dates[1:], None), strict=True):
        around += " " + text[one.end : following.start if following else len(text)]
    return not set(re.findall(r"[^\W_]+", around.casefold())) - _FILL_WORDS


def _places(
    clauses: Sequence[Clause], counted: Sequence[Hit], promises: Sequence[Clause]
) -> list[Clause]:
    """Where a promise's day may stand, best first."""
    taken = {hit.clause for hit in counted} - set(promises)
    sentences = {clause.sentence for clause in promises}
    free = [clause for clause in clauses if clause not in taken and clause not in promises]
    same = [clause for clause in free if clause.sentence in sentences]
    near = [clause for clause in free if {clause.sentence - 1, clause.sentence + 1} & sentences]
    return [*promises, *same, *near]


def _first_date(
    text: str, places: Sequence[Clause], dates: Sequence[DateSpan], language: str
) -> DateSpan | None:
    usable = [one for one in dates if not _is_of_something_else(text, one, language)]
    for place in places:
        within = [one for one in usable if place.holds(one.start)]
        good = next((one for one in within if one.day), None)
        if good or within:
            return good or within[0]
    return None


def _is_of_something_else(text: str, span: DateSpan, language: str) -> bool:
    """Whether the words before a date say that it is an invoice's or a past payment's."""
    book = rulebook(language)
    return book.is_marked("dated", book.fold(text[max(0, span.start - 30) : span.start]))


def _first_amount(places: Sequence[Clause], amounts: Sequence[AmountSpan]) -> AmountSpan | None:
    own = [one for one in amounts if _in_any(one.start, places)]
    return min(own, key=lambda one: _rank(one.start, places), default=None)


def _rank(start: int, places: Sequence[Clause]) -> int:
    return next(number for number, place in enumerate(places) if place.holds(start))


def _in_any(start: int, places: Sequence[Clause]) -> bool:
    return any(place.holds(start) for place in places)


# Words that say no more than that the day is meant.
_FILL_WORDS = frozenset(
    """at the latest by on for sure promise promised ok okay yes yep sorry definitely before end of
    day close business cob eod then latest or sooner it will be hopefully probably maybe around
    approx say lets thats fine please hi hello thanks thx
    ja bis am spätestens zum ok sicher versprochen ende gegen wahrscheinlich sorry hallo danke dann
    oui le au plus tard avant promis sûr d ici pour désolé bonjour merci vers fin alors
    sí si el a más tardar antes para seguro prometido perdón hola gracias hacia del de la en
    uiterlijk op voor zeker beloofd rond hoi bedankt dan""".split()
)
