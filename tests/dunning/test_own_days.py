"""The team's own days: read from a file, applied to a place, and never changed for the past."""

from __future__ import annotations

from datetime import date

import pytest

from dunning.own_days import OwnDay, OwnDays, merged, parse_own_days
from dunning.policy_problems import InvalidPolicy

EVE, BOXING = date(2026, 12, 24), date(2026, 12, 26)
TEXT = """
[[day]]
on = "2026-12-24"
country = "DE"
why = "closed"

[[day]]
on = "2026-12-26"
country = "DE"
subdivision = "BY"
off = false
why = "stocktaking"
"""


def test_days_are_added_and_taken_away_where_they_count() -> None:
    own = parse_own_days(TEXT, "calendars.toml")

    assert own.applied(frozenset({BOXING}), "DE", "") == {EVE, BOXING}
    assert own.applied(frozenset({BOXING}), "DE", "DE-BY") == {EVE}
    assert own.applied(frozenset({BOXING}), "FR", "") == {BOXING}


def test_a_version_says_nothing_of_days_before_its_own() -> None:
    first, later = date(2026, 1, 5), date(2026, 6, 1)
    spring, summer = OwnDay(date(2026, 3, 3), off=True), OwnDay(date(2026, 7, 3), off=True)
    before = OwnDays((spring, summer))

    told = merged([(later, OwnDays()), (first, before)])

    assert told.days == (spring,)
    assert merged([(first, OwnDays()), (later, before)]).days == (summer,)
    assert merged([(first, OwnDays()), (first, before)]).days == (spring, summer)


def test_everything_wrong_with_the_file_is_named_at_once() -> None:
    wrong = '[[day]]\non = "2026-02-30"\ncountry = "Germany"\nwhy = "x"\nlenght = 1\n'
    wrong += '[[day]]\non = "2026-03-01"\nsubdivision = "BY"\n'
    with pytest.raises(InvalidPolicy) as refused:
        parse_own_days(wrong, "calendars.toml")
    told = str(refused.value)

    for word in ("2026-02-30", '"Germany"', "lenght", "needs its country", "why"):
        assert word in told
