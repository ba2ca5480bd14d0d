"""The team's own rates and sums: read from a file, and laid over the release's tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.countries.law import JURISDICTIONS, TABLES
from dunning.countries.table import ClaimRule, Debtor, NotClaimable
from dunning.interest import Principal, interest
from dunning.money import Money
from dunning.own_rates import NO_RATES, OwnRates
from dunning.own_rates_text import parse_own_rates
from dunning.policy_problems import InvalidPolicy

TEXT = """
[[rate]]
table = "de_base_rate"
since = "2026-07-01"
percent = "-0.12"
source = "Bundesbank, 30 June 2026"

[[rate]]
table = "de_base_rate"
since = "2026-01-01"
percent = "1.30"
source = "Bundesbank, corrected"

[[sum]]
country = "GB"
since = "2026-05-01"
currency = "GBP"
source = "SI 2026/1"

[[sum.tier]]
least = "0.01"
amount = "50.00"

[[sum.tier]]
least = "500.00"
amount = "90.00"

[[sum]]
country = "GB"
debtor = "public"
since = "2026-05-01"
currency = "GBP"
source = "SI 2026/2"

[[sum.tier]]
least = "0.01"
amount = "10.00"
"""
OWN = parse_own_rates(TEXT, "rates.toml")
BEFORE, AFTER = date(2026, 4, 30), date(2026, 5, 1)


def ruled(own: OwnRates, country: str, debtor: Debtor, first: date) -> ClaimRule:
    return own.in_law(JURISDICTIONS[country].rule(debtor), country, debtor, first)


def fee(own: OwnRates, debtor: Debtor, first: date, principal: str) -> str:
    found = ruled(own, "GB", debtor, first).fee
    assert found is not None
    return str(found(Money.parse(principal, "GBP")).major)


def test_a_row_adds_a_half_year_and_takes_the_place_of_another() -> None:
    rule = ruled(OWN, "DE", "business", AFTER)
    assert rule.table is not None
    told = {half: str(rule.table.rates[half].percent) for half in ("2025H2", "2026H1", "2026H2")}

    assert told == {"2025H2": "1.27", "2026H1": "1.30", "2026H2": "-0.12"}
    assert "2026H2" not in TABLES["de_base_rate"].rates
    with pytest.raises(NotClaimable, match="2027H1"):
        rule.table.of(date(2027, 1, 1))


def test_only_the_table_of_the_row_changes() -> None:
    assert ruled(OWN, "FR", "business", AFTER) == JURISDICTIONS["FR"].rule("business")
    assert ruled(NO_RATES, "DE", "consumer", AFTER) == JURISDICTIONS["DE"].rule("consumer")


def test_interest_says_where_the_rate_comes_from() -> None:
    owed = [Principal(date(2026, 7, 1), Money(1_000_000, "EUR"))]
    rule = ruled(OWN, "DE", "business", AFTER)
    found = interest(rule, date(2026, 6, 30), owed, date(2026, 7, 10))

    assert found.lines[0].rate.percent == Decimal("8.88")
    assert found.lines[0].rate.source == "Basiszinssatz 2026H2 + 9 (Bundesbank, 30 June 2026)"


def test_a_floor_under_agreed_rates_takes_the_row_as_well() -> None:
    row = '[[rate]]\ntable = "fr_legal_rate"\nsince = "2026-07-01"\npercent = "4"\nsource = "x"\n'
    rule = ruled(parse_own_rates(row, "rates.toml"), "FR", "business", AFTER)
    owed = [Principal(date(2026, 7, 1), Money(1_000_000, "EUR"))]
    found = interest(rule, date(2026, 6, 30), owed, date(2026, 7, 10), Decimal(5))

    assert found.lines[0].rate.percent == Decimal(12)


def test_a_sum_counts_for_claims_that_arise_from_its_day_on() -> None:
    assert fee(OWN, "business", BEFORE, "600.00") == "40.00"
    assert fee(OWN, "business", AFTER, "499.99") == "50.00"
    assert fee(OWN, "business", AFTER, "500.00") == "90.00"
    assert fee(OWN, "public", AFTER, "600.00") == "10.00"


def test_everything_wrong_with_the_file_is_named_at_once() -> None:
    wrong = (
        '[[rate]]\ntable = "de_base_rat"\nsince = "2026-08-01"\npercent = "one"\n'
        '[[rate]]\ntable = "gb_bank_rate"\nsince = "2026-07-01"\npercent = "101"\nsource = "x"\n'
        '[[rate]]\ntable = "gb_bank_rate"\nsince = "2026-07-01"\npercent = "4"\nsource = "x"\n'
        '[[sum]]\ncountry = "US"\nsince = "1.1.2027"\ncurrency = "usd"\nsource = "x"\n'
        '[[sum]]\ncountry = "NL"\nsince = "2027-01-01"\ncurrency = "EUR"\nsource = "x"\n'
        'most = "1"\n'
        '[[sum.tier]]\nleast = "10"\namount = "5"\n[[sum.tier]]\nleast = "1"\namount = "6.001"\n'
        '[[sum.tier]]\nleast = "20"\namount = "1e999999"\n'
    )
    with pytest.raises(InvalidPolicy) as refused:
        parse_own_rates(wrong, "rates.toml")
    told = str(refused.value)

    for words in (
        'did you mean "de_base_rate"?',
        "rate[1].since: is no 1 January or 1 July",
        '"one" is not a rate in per cent',
        "rate[1].source",
        '"101" is not a rate',
        "rate[2].since: stands here twice",
        "knows no fixed sum",
        '"1.1.2027" is not a day',
        '"usd" is not a currency',
        "sum[1].tier: is missing",
        "sum[2].most: belongs to a sum by bands",
        "sum[2].tier: is missing, or not in the order",
        "sum[2].tier[2].amount: 6.001 is not an amount in EUR",
        "sum[2].tier[3].amount: is more than 1000000000",
    ):
        assert words in told, told
