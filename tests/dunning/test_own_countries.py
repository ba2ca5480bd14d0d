"""Whole countries and scales of the team's own: read from a file, and in the law's place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.countries.law import JURISDICTIONS, jurisdiction
from dunning.countries.table import ClaimRule, Debtor, NotClaimable
from dunning.interest import Interest, Principal, interest
from dunning.money import Money
from dunning.own_rates import OwnRates
from dunning.own_rates_text import parse_own_rates
from dunning.policy_problems import InvalidPolicy
from tests.dunning.lawful import AUSTRIA, OWN, POLAND, SCALE

MARCH = date(2026, 3, 2)


def rule(country: str, debtor: Debtor, due: date = MARCH, own: OwnRates = OWN) -> ClaimRule:
    residence, creditor = (country, "") if debtor == "consumer" else ("", country)
    return jurisdiction(debtor, creditor, residence, laws=own.laws(due)).rule(debtor)


def owed(country: str, debtor: Debtor, due: date, until: date, contract: str = "") -> Interest:
    principal = [Principal(due, Money(3_650_000, "EUR"))]
    agreed = Decimal(contract) if contract else None
    return interest(rule(country, debtor, due), due, principal, until, agreed)


def wrong(text: str) -> str:
    with pytest.raises(InvalidPolicy) as refused:
        parse_own_rates(text, "rates.toml")
    return str(refused.value)


def test_an_own_country_takes_the_place_of_the_euro_area_from_its_day_on() -> None:
    before = rule("AT", "business", date(2026, 1, 31))
    after = rule("AT", "business", date(2026, 2, 1))

    assert before == JURISDICTIONS["EU"].rule("business")
    assert (after.law, after.margin, after.fee_law) == ("UGB § 456", Decimal("9.2"), "UGB § 458")
    assert rule("FI", "business") == JURISDICTIONS["EU"].rule("business")


def test_a_country_nobody_knew_has_a_law_from_its_day_on() -> None:
    with pytest.raises(NotClaimable, match="invoices that fall due from 2026-01-01 on"):
        rule("PL", "business", date(2025, 12, 31))

    assert rule("PL", "business").law == "Dz.U. 2013 poz. 403"
    with pytest.raises(NotClaimable, match="no table of late-payment rules for CZ"):
        rule("CZ", "business")


def test_who_has_no_rule_owes_nothing() -> None:
    with pytest.raises(NotClaimable, match="a consumer debtor under the law of Poland"):
        rule("PL", "consumer")


def test_points_come_on_top_of_the_countrys_own_rate_of_each_half_year() -> None:
    found = owed("AT", "business", date(2026, 6, 29), date(2026, 7, 1))

    told = [(str(one.rate.percent), one.rate.source) for one in found.lines]
    assert told == [
        ("10.73", "Basiszinssatz (OeNB) 2026H1 + 9.2 (OeNB)"),
        ("10.23", "Basiszinssatz (OeNB) 2026H2 + 9.2 (OeNB, July)"),
    ]
    # 36,500 euros for a day at 10.73 and for a day at 10.23 per cent of 365.
    assert found.total == Money(1_073 + 1_023, "EUR")
    with pytest.raises(NotClaimable, match="2027H1 is not in the table"):
        owed("AT", "business", date(2026, 6, 29), date(2027, 1, 1))


def test_a_rate_of_law_alone_and_a_year_of_360_days() -> None:
    found = owed("AT", "consumer", MARCH, date(2026, 3, 11))

    # 36,500 euros for nine days at 4 per cent of 360.
    assert found.total == Money(3_650, "EUR")
    assert [one.rate.source for one in found.lines] == ["ABGB § 1000 (1), by 360 days"]


@pytest.mark.parametrize(("year", "minor"), [(2027, 1_400), (2028, 1_396)])
def test_a_year_may_have_its_own_days(year: int, minor: int) -> None:
    later = POLAND.replace("2026-01-01", f"{year}-01-01").replace("2026-04-01", f"{year}-04-01")
    own = parse_own_rates(later, "rates.toml")
    due = date(year, 2, 27)
    principal = [Principal(due, Money(3_650_000, "EUR"))]

    found = interest(rule("PL", "business", due, own), due, principal, date(year, 2, 28))
    assert found.total == Money(minor, "EUR")


def test_the_newest_rule_for_the_due_date_counts() -> None:
    first, second = (rule("PL", "business", day) for day in (date(2026, 3, 31), date(2026, 4, 1)))

    assert (first.margin, first.compounds_yearly) == (Decimal(10), False)
    assert (second.margin, second.compounds_yearly, second.fixed_at_start) == (
        Decimal(11),
        True,
        True,
    )


def test_an_agreed_rate_takes_the_place_of_the_law_up_to_its_bound() -> None:
    assert owed("PL", "business", MARCH, date(2026, 3, 3), "20").total == Money(2_000, "EUR")
    with pytest.raises(NotClaimable, match="above the 20 %"):
        owed("PL", "business", MARCH, date(2026, 3, 3), "20.01")


def test_a_reference_rate_of_the_release_takes_its_new_rows_for_own_countries_too() -> None:
    row = 'table = "ecb_main_refinancing"\nsince = "2026-07-01"\npercent = "3"\nsource = "x"\n'
    own = parse_own_rates(f"{POLAND}[[rate]]\n{row}", "rates.toml")
    found = own.in_law(rule("PL", "business", date(2026, 4, 1), own), "PL", "business", MARCH)

    assert found.table is not None
    assert found.table.of(date(2026, 7, 1)).percent == Decimal(3)


@pytest.mark.parametrize(
    ("principal", "costs"),
    [
        ("125", "48"),
        ("300.01", "48.00"),
        ("3000", "480"),
        ("10000", "1075"),
        ("10000.99", "1075.00"),
        ("10001.00", "1075.01"),
        ("9999999", "7000"),
    ],
)
def test_a_new_scale_counts_for_claims_that_arise_from_its_day_on(
    principal: str, costs: str
) -> None:
    dutch = JURISDICTIONS["NL"].rule("consumer")
    new = OWN.in_law(dutch, "NL", "consumer", date(2026, 7, 1)).fee
    old = OWN.in_law(dutch, "NL", "consumer", date(2026, 6, 30)).fee

    assert new is not None
    assert new(Money.parse(principal, "EUR")) == Money.parse(costs, "EUR")
    assert old == dutch.fee
    with pytest.raises(NotClaimable, match="fixes the sum in EUR"):
        new(Money.parse("100", "GBP"))


@pytest.mark.parametrize(
    ("written", "instead", "why"),
    [
        ('country = "AT"\nname', 'country = "Austria"\nname', '"Austria" is not a country such as'),
        ('source = "BGBl. I 50/2013"\n', "", "rule[1].source: is missing"),
        ('source = "OeNB, July"\n', "", "rate[2].source: is missing"),
        ('source = "UGB § 458"\n', "", "sum[1].source: is missing"),
        ('law = "UGB § 456"\n', "", "rule[1].law: is missing"),
        ('since = "2026-07-01"', 'since = "2026-01-01"', "rate: does not stand in the order"),
        ('since = "2026-07-01"', 'since = "2026-07-02"', "is no 1 January or 1 July"),
        ('debtor = "consumer"', 'debtor = "business"', "rule: does not stand in the order"),
        ('points = "9.2"', 'points = "-9.2"', '"-9.2" is not a rate in per cent'),
        ('points = "9.2"', 'percent = "9.2"', "rule[1].percent: is in the table"),
        ('percent = "4"', 'points = "4"', "rule[2].points: needs the table it comes on top of"),
        ('table = "own"', 'table = "owm"', 'there is no table "owm"; did you mean "own"?'),
        ('year_days = "360"', 'year_days = "364"', '"364" is not one of 365, 360, actual'),
        ('percent = "4"', 'percent = "4"\nagreed = "only"', "only what was agreed is owed"),
        (
            'since = "2026-01-01"\ncurrency',
            'since = "2026-02-02"\ncurrency',
            "needs a [[sum]] of AT",
        ),
        ('sum_law = "UGB § 458"\n', "", "the law of Austria knows no fixed sum"),
        ('reference = "Basiszinssatz (OeNB)"\n', "", "is the name of the rate"),
    ],
)
def test_a_mistake_in_a_country_is_said_at_its_line(written: str, instead: str, why: str) -> None:
    assert AUSTRIA.count(written) >= 1
    assert why in wrong(AUSTRIA.replace(written, instead, 1))


@pytest.mark.parametrize(
    ("written", "instead", "why"),
    [
        ('least = "48.00"\n', "", "sum[1].least: is missing"),
        ('most = "7000.00"', 'most = "47.99"', "47.99 is less than the least, 48.00"),
        ('from = "0.00"', 'from = "1.00"', "band: begins with 0.00"),
        ('from = "10000.00"', 'from = "2000.00"', "in the order of the principals"),
        ('percent = "16"', 'percent = "-16"', '"-16" is not a rate'),
        (
            'percent = "0.5"\n',
            'percent = "1"\n[[sum.tier]]\nleast = "1"\namount = "1"\n',
            "either tiers or bands",
        ),
    ],
)
def test_a_mistake_in_a_scale_is_said_at_its_line(written: str, instead: str, why: str) -> None:
    assert why in wrong(SCALE.replace(written, instead, 1))


def test_dutch_consumers_keep_the_letter_before_the_sum() -> None:
    rule_ = (
        '[[country]]\ncountry = "NL"\nname = "the Netherlands"\n[[country.rule]]\n'
        'debtor = "consumer"\nsince = "2026-07-01"\nlaw = "BW"\npercent = "5"\nsource = "x"\n'
        'sum_law = "BIK"\n'
    )
    kept = parse_own_rates(rule_ + 'after_letter = "nl_fourteen_day"\n' + SCALE, "rates.toml")

    assert 'wants the letter "nl_fourteen_day" first' in wrong(rule_ + SCALE)
    assert rule("NL", "consumer", date(2026, 7, 1), kept).fee_after == "nl_fourteen_day"
    assert rule("NL", "consumer", date(2026, 6, 30), kept).margin == 0


def test_a_country_and_its_sum_stand_there_once() -> None:
    assert "country[2].country: stands here twice" in wrong(POLAND + POLAND)
    assert "sum[2].since: stands here twice" in wrong(SCALE + SCALE)
