"""Sums over many invoices of one customer are those of each invoice by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dunning.audit.exposed import Exposed, asked_at
from dunning.audit.life import Exposure
from dunning.audit.silence import Silence

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUES = [date(2026, 3, day) for day in (2, 4, 9)]
MOMENTS = [START + timedelta(days=half // 2, microseconds=half % 2) for half in range(24)]
AT = st.sampled_from(MOMENTS)


@st.composite
def exposures(draw: st.DrawFn) -> list[Exposure]:
    """What one invoice was asked for, from moment to moment."""
    moments = sorted(draw(st.lists(AT, min_size=1, max_size=6)))
    due, levels = draw(st.sampled_from(DUES)), st.integers(0, 2)
    return [
        Exposure(at, due, draw(st.sampled_from([-5, 0, 7, 40])), draw(levels)) for at in moments
    ]


@st.composite
def silences(draw: st.DrawFn) -> list[Silence]:
    """When nobody was to be asked for it."""
    found = []
    for since in draw(st.lists(AT, max_size=3)):
        end = draw(st.none() | AT)
        if end is None or end > since:
            last = date.max if end is None else end.date()
            found.append(Silence("PAUSE", since, end, since.date(), last))
    return found


INVOICE = st.tuples(st.sampled_from(["EUR", "GBP"]), exposures(), silences())


@given(st.lists(INVOICE, max_size=5), st.lists(AT, min_size=1, max_size=4))
def test_many_invoices_come_to_the_same_as_each_by_itself(
    invoices: list[tuple[str, list[Exposure], list[Silence]]], moments: list[datetime]
) -> None:
    every, condensed = Exposed(few=99), Exposed(few=0)
    for one in invoices:
        every.add(*one)
        condensed.add(*one)

    for at in moments:
        for currency in ("EUR", "GBP"):
            told = [
                (own, asked_at(own, held, at)) for name, own, held in invoices if name == currency
            ]
            alone = sum(asked for own, asked in told if own[0].due < at.date())
            assert every.overdue(currency, at, at.date()) == alone
            assert condensed.overdue(currency, at, at.date()) == alone
        reminded = every.is_reminded(at, at.date())
        assert condensed.is_reminded(at, at.date()) == reminded


def test_what_is_held_is_not_asked_for_and_what_was_never_reminded_of_reminds_nobody() -> None:
    told = [Exposure(START, DUES[0], 40, 0), Exposure(MOMENTS[8], DUES[0], 40, 1)]
    held = Silence("PAUSE", MOMENTS[4], MOMENTS[6], MOMENTS[4].date(), MOMENTS[6].date())
    sums = Exposed(few=0)
    sums.add("EUR", told, [held])
    later = DUES[2]

    assert [sums.overdue("EUR", at, later) for at in (MOMENTS[3], MOMENTS[5], MOMENTS[6])] == [
        40,
        0,
        40,
    ]
    assert [sums.is_reminded(at, later) for at in (MOMENTS[7], MOMENTS[8])] == [False, True]
    assert sums.overdue("GBP", MOMENTS[3], later) == 0
    assert sums.overdue("EUR", MOMENTS[3], DUES[0]) == 0
