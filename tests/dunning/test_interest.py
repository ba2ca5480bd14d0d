from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.business_days import BusinessCalendar
from dunning.countries.ca import CA, yearly_rate
from dunning.countries.de import DE
from dunning.countries.eu import EU
from dunning.countries.fr import FR
from dunning.countries.gb import GB
from dunning.countries.law import JURISDICTIONS, jurisdiction
from dunning.countries.nl import NL
from dunning.countries.se import SE
from dunning.countries.table import ClaimRule, Debtor, Jurisdiction, NotClaimable
from dunning.countries.us import US
from dunning.interest import Interest, Principal, half_up, interest, runs_from
from dunning.money import Money

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "test_vectors.json"
WEEK = BusinessCalendar("Europe/Berlin", frozenset({5, 6}), frozenset({date(2025, 6, 9)}))


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("the library's test vectors are not here")
    found: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    return found


def claimed(
    rule: ClaimRule, principal: str, due: str, paid: str, currency: str = "EUR"
) -> Interest:
    first = date.fromisoformat(due) + timedelta(days=1)
    owed = [Principal(first, Money.parse(principal, currency))]
    return interest(rule, date.fromisoformat(due), owed, date.fromisoformat(paid))


@pytest.mark.parametrize("name", ["uk_1", "uk_2", "uk_3"])
def test_the_british_vectors_hold_to_the_penny(vectors: dict[str, Any], name: str) -> None:
    one, rule = vectors[name], GB.rule("business")
    found = claimed(rule, one["principal"], one["due"], one["paid"], "GBP")

    assert str(found.total.major) == one["interest"]
    assert found.days == one["days"]
    assert {line.rate.percent for line in found.lines} == {Decimal(one["rate"])}
    assert rule.fee is not None
    assert str(rule.fee(Money.parse(one["principal"], "GBP")).major) == one["fixed_sum"]


@pytest.mark.parametrize(
    ("name", "law", "debtor", "currency"),
    [
        ("de_b2b", DE, "business", "EUR"),
        ("de_b2c", DE, "consumer", "EUR"),
        ("eu_default", EU, "business", "EUR"),
        ("fr_default", FR, "business", "EUR"),
        ("se_b2b", SE, "business", "SEK"),
    ],
)
def test_the_floating_vectors_hold_to_the_cent(
    vectors: dict[str, Any], name: str, law: Jurisdiction, debtor: Debtor, currency: str
) -> None:
    one, rule = vectors[name], law.rule(debtor)
    principal = str(one.get("principal") or one["principal_ttc"]).split()[0]
    found = claimed(rule, principal, one["due"], one["paid"], currency)
    shown = [
        {
            "from": str(line.first),
            "to": str(line.last),
            "days": line.days,
            "rate": str(line.rate.percent),
        }
        for line in found.lines
    ]
    wanted = next(
        (
            one[name]
            for name in ("pauschale", "fixed_sum", "indemnite", "forseningsersattning")
            if name in one
        ),
        "",
    )
    fee = rule.fee(Money.parse(principal, currency)).major if rule.fee else Decimal("0.00")

    assert str(found.total.major) == one["interest"]
    assert shown == one["segments"]
    assert str(fee) == wanted


def test_the_sums_by_principal_hold_at_every_boundary(vectors: dict[str, Any]) -> None:
    british, dutch = GB.rule("business").fee, NL.rule("consumer").fee
    assert british is not None
    assert dutch is not None
    pounds = {p: str(british(Money.parse(p, "GBP")).major) for p in vectors["uk_fixed_sum"]}
    euros = {p: str(dutch(Money.parse(p, "EUR")).major) for p in vectors["nl_wik"]}

    assert pounds == vectors["uk_fixed_sum"]
    assert euros == vectors["nl_wik"]


def test_a_monthly_rate_alone_is_worth_five_per_cent_in_canada(vectors: dict[str, Any]) -> None:
    owed = [Principal(date(2026, 1, 2), Money.parse("5000", "CAD"))]
    due, until, rule = date(2026, 1, 1), date(2026, 2, 15), CA.rule("business")
    monthly = yearly_rate(Decimal(2), "month", yearly_is_stated=False)
    yearly = yearly_rate(Decimal(18), "year", yearly_is_stated=False)
    found = [str(interest(rule, due, owed, until, one).total.major) for one in (monthly, yearly)]

    assert found == list(vectors["ca"].values())
    with pytest.raises(NotClaimable, match="Criminal Code"):
        yearly_rate(Decimal(3), "month", yearly_is_stated=True)
    with pytest.raises(NotClaimable, match="above the 35 %"):
        interest(rule, due, owed, until, Decimal("35.01"))


def test_a_rate_that_is_not_in_the_table_is_refused_and_not_guessed() -> None:
    for law, currency in ((DE, "EUR"), (EU, "EUR"), (FR, "EUR"), (SE, "SEK")):
        with pytest.raises(NotClaimable, match="2026H2 is not in the table"):
            claimed(law.rule("business"), "100", "2026-06-29", "2026-07-01", currency)
        assert claimed(law.rule("business"), "100", "2026-06-29", "2026-06-30", currency).days == 1
    with pytest.raises(NotClaimable, match="2027H1"):
        claimed(GB.rule("business"), "100", "2026-12-31", "2027-01-05", "GBP")


def test_a_british_debt_keeps_its_first_rate_for_years() -> None:
    found = claimed(GB.rule("business"), "100", "2023-12-31", "2027-12-31", "GBP")

    assert {line.rate.percent for line in found.lines} == {Decimal("13.25")}
    assert found.days == 366 + 365 * 3


def test_nobody_owes_interest_by_the_due_date() -> None:
    found = claimed(DE.rule("business"), "100", "2025-05-15", "2025-05-15")

    assert (found.days, found.total.minor) == (0, 0)


def test_dutch_interest_bears_interest_after_a_year() -> None:
    simple = claimed(NL.rule("consumer"), "10000", "2023-12-31", "2024-12-30")
    longer = claimed(NL.rule("consumer"), "10000", "2023-12-31", "2025-12-31")
    # 366 days of 2024 at 7 %, then 365 days of 2025 at 6 % on principal and that interest.
    first_year = Decimal(10000) * 7 * 366 / 36500
    expected = first_year + (10000 + first_year) * 6 / 100

    assert simple.days == 365
    assert longer.total.major == expected.quantize(Decimal("0.01"))


def test_a_french_contract_is_not_below_three_times_the_legal_rate() -> None:
    due, owed = date(2026, 1, 31), [Principal(date(2026, 2, 1), Money.parse("1000", "EUR"))]
    rule, until = FR.rule("business"), date(2026, 3, 2)
    low, high = (interest(rule, due, owed, until, Decimal(p)) for p in ("5", "9"))

    assert [one.lines[0].rate.percent for one in (low, high)] == [Decimal("7.86"), Decimal(9)]


def test_german_debtors_may_pay_on_the_next_working_day() -> None:
    rule = DE.rule("business")

    assert runs_from(rule, date(2025, 6, 7), WEEK) == date(2025, 6, 10)
    assert runs_from(GB.rule("business"), date(2025, 6, 7), WEEK) == date(2025, 6, 7)


def test_without_an_agreed_rate_nothing_is_claimed_overseas() -> None:
    for code in ("US", "CA", "AU"):
        with pytest.raises(NotClaimable, match="No rate was agreed"):
            claimed(JURISDICTIONS[code].rule("business"), "100", "2025-01-01", "2025-02-01")


@pytest.mark.parametrize("code", sorted(JURISDICTIONS))
def test_an_unknown_debtor_owes_nothing_anywhere(code: str) -> None:
    with pytest.raises(NotClaimable, match="counts as a consumer"):
        JURISDICTIONS[code].rule("")


@pytest.mark.parametrize("code", ["GB", "EU", "FR", "SE", "US", "CA", "AU"])
def test_nothing_is_claimed_from_consumers_where_the_law_says_no(code: str) -> None:
    with pytest.raises(NotClaimable, match="onsumer"):
        JURISDICTIONS[code].rule("consumer")


def test_consumers_keep_the_law_of_their_country_and_businesses_what_was_agreed() -> None:
    assert jurisdiction("consumer", "GB", "DE", "GB") is DE
    assert jurisdiction("business", "GB", "DE") is GB
    assert jurisdiction("business", "GB", "DE", "NL") is NL
    assert jurisdiction("business", "IT", "US") is EU
    for country in ("PL", "JP", ""):
        with pytest.raises(NotClaimable, match="no table"):
            jurisdiction("business", country, "DE")


def test_a_sum_of_the_law_is_not_translated() -> None:
    fee = GB.rule("business").fee
    assert fee is not None
    with pytest.raises(NotClaimable, match="fixes the sum in GBP"):
        fee(Money.parse("100", "EUR"))
    assert US.rule("business").fee is None


_MINORS = st.integers(1, 10_000_000)
_DAYS = st.integers(0, 700)


@given(whole=_MINORS, parts=st.lists(_MINORS, max_size=4), at=st.lists(_DAYS, max_size=4))
def test_interest_adds_up_over_part_payments(whole: int, parts: list[int], at: list[int]) -> None:
    """What is paid in parts bears the interest that each part bears until its day, exactly."""
    rule, due = DE.rule("business"), date(2024, 1, 31)
    until = due + timedelta(days=700)
    paid = list(zip(parts, sorted(at), strict=False))
    left, owed = whole + sum(part for part, _ in paid), []
    owed.append(Principal(due + timedelta(days=1), Money(left, "EUR")))
    for part, day in paid:
        left -= part
        owed.append(Principal(due + timedelta(days=day + 1), Money(left, "EUR")))
    together = interest(rule, due, owed, until)

    def alone(minor: int, last: date) -> Interest:
        return interest(rule, due, [Principal(due + timedelta(days=1), Money(minor, "EUR"))], last)

    apart = [alone(whole, until), *(alone(p, due + timedelta(days=d)) for p, d in paid)]
    exact = sum((line.exact for one in apart for line in one.lines), Fraction(0))

    assert sum(line.exact for line in together.lines) == exact
    assert together.total.minor == half_up(exact)


@given(days=st.integers(1, 1400), cut=st.integers(0, 1400))
def test_a_day_is_counted_once(days: int, cut: int) -> None:
    rule, due = EU.rule("business"), date(2023, 1, 10)
    cut = min(cut, days)
    owed = [Principal(due + timedelta(days=1), Money(123_456, "EUR"))]
    until = min(due + timedelta(days=days), date(2026, 6, 30))
    middle = min(due + timedelta(days=cut), until)
    whole = interest(rule, due, owed, until)
    first, rest = interest(rule, due, owed, middle), interest(rule, middle, owed, until)

    assert whole.days == first.days + rest.days == (until - due).days
    assert sum(x.exact for x in whole.lines) == sum(
        x.exact for one in (first, rest) for x in one.lines
    )
