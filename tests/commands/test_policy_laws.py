"""What the law of each country lets claim, as a version has it: `duncan policy laws`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from commands.policies.commands import group
from commands.policies.laws import law_rows, sum_in_words
from dunning.countries.law import JURISDICTIONS
from dunning.own_rates import NO_RATES
from tests.activities.workshop import workshop
from tests.commands.typed import typed
from tests.dunning.lawful import OWN

DAY = date(2026, 6, 30)


def rows_of(country: str, day: date = DAY) -> list[dict[str, Any]]:
    return [one for one in law_rows(OWN, day) if one["country"] == country]


def test_a_rule_is_told_once_for_all_whom_it_is_for_with_its_sources() -> None:
    businesses, consumers = rows_of("GB")

    assert businesses["debtors"] == ["business", "public"]
    assert (businesses["percent"], businesses["rate"]) == (
        "11.75",
        "Bank of England rate 2026H1 + 8",
    )
    assert businesses["sum"] == "40 GBP, 70 GBP from 1000, 100 GBP from 10000"
    assert (consumers["law"], consumers["percent"]) == ("", None)
    assert "nothing is claimed from consumers" in consumers["why"]


def test_own_tables_are_marked_and_told_from_their_day_on() -> None:
    business, public, consumer = rows_of("AT")

    assert (business["own"], business["percent"], business["sum"]) == (True, "10.73", "40.00 EUR")
    assert (public["law"], consumer["percent"]) == ("", "4")
    assert rows_of("AT", date(2026, 1, 31)) == []


def test_a_rate_that_nobody_knows_is_said_and_the_others_stand() -> None:
    found = {
        (one["country"], tuple(one["debtors"])): one for one in law_rows(NO_RATES, date(2027, 1, 1))
    }
    german = found["DE", ("business", "public")]

    assert german["percent"] is None
    assert "2027H1 is not in the table" in german["why"]
    assert german["sum"] == "40 EUR"


def test_a_scale_is_said_band_by_band() -> None:
    fee = JURISDICTIONS["NL"].rule("business").fee
    assert fee is not None

    assert sum_in_words(fee) == (
        "15 % from 0 to 2500, 10 % from 2500 to 5000, 5 % from 5000 to 10000,"
        " 1 % from 10000 to 200000, 0.5 % from 200000 on, at least 40 and at most 6775 EUR"
    )


def test_the_command_shows_the_version_in_force_on_any_day(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        told = json.loads(typed(shop, group, "laws", "--on", str(DAY), "--json", "-").output)
        table = typed(shop, group, "laws", "--on", "2027-01-01").output
        unknown = typed(shop, group, "laws", "--version", "7")

    assert (told["version"], told["on"]) == (1, "2026-06-30")
    assert told["laws"] == law_rows(NO_RATES, DAY)
    assert "Law of late payment in version 1" in table
    assert "2027H1" in table
    assert "There is no version 7" in str(unknown.exception)
