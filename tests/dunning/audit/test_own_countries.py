"""Claims under countries and scales of the team's own: the auditor reads the rows for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning import facts
from dunning.audit.account import Account, Followed, Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.terms import PoliciesInForce
from dunning.claim_facts import ClaimRaised
from dunning.claims_due import claims_due
from dunning.claims_raised import claims_raised
from dunning.countries.table import Debtor
from dunning.customer import Customer
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.interest_policy import InterestRules
from dunning.money import Money
from dunning.own_rates import NO_RATES, OwnRates
from dunning.situation import Situation
from tests.dunning.lawful import OWN
from tests.dunning.worlds import LONDON, POLICIES

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
POLICY = POLICIES[min(POLICIES)]
DUE = date(2026, 3, 2)
# Whose law, from whom, and at which agreed rate.
CLAIMED: tuple[tuple[str, Debtor, str], ...] = (
    ("AT", "business", ""),
    ("AT", "consumer", ""),
    ("PL", "business", ""),
    ("PL", "business", "17.5"),
    ("NL", "business", ""),
)


def opened(due: date, minor: int) -> facts.InvoiceOpened:
    return facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice="I",
        customer="C",
        entity="demo",
        amount=Money(minor, "EUR"),
        issue_date=AT.date(),
        due_date=due,
    )


def raised(
    told: facts.InvoiceOpened, until: date, law: str, debtor: Debtor, contract: str = ""
) -> list[ClaimRaised]:
    """What the rulebook claims under the own tables."""
    agreed = Decimal(contract) if contract else None
    rules = InterestRules(claim="statement_only", fees=True, law=law, contract=agreed)
    now = datetime(until.year, until.month, until.day, 12, tzinfo=UTC)
    case = fold([told])
    customer = Customer("C", "C", country=law, debtor=debtor)
    policy = replace(POLICY, interest=rules)
    situation = Situation(case, customer, policy, LONDON, now, rates=OWN)
    claims = claims_raised(case, claims_due(situation, law, until).claims, "ada", now)
    return [one for one in claims if isinstance(one, ClaimRaised)]


def found(told: list[InvoiceFact], debtor: Debtor, own: OwnRates = OWN) -> set[tuple[str, str]]:
    """What the auditor finds of the claims under these own tables."""
    recorded = CustomerRecorded(at=AT, by="import", customer="C", name="C", debtor=debtor)
    last = told[-1].at + timedelta(days=1)
    auditor = Auditor(
        Period(AT.date(), last.date(), last),
        PoliciesInForce({POLICY.name: POLICY}, POLICY.name, rates=own),
        Surroundings(LONDON),
    )
    auditor.account(Account("C", (recorded,), (), LONDON), [Followed("I", tuple(told))])
    tally = auditor.end()
    return {(one.test, one.code) for one in tally.findings if one.subject.startswith("I:k")}


@given(
    due=st.dates(date(2026, 1, 20), date(2026, 6, 1)),
    days=st.integers(1, 200),
    minor=st.integers(1, 3_000_000),
    whose=st.sampled_from(CLAIMED),
)
def test_two_readings_of_own_tables_agree_to_the_cent(
    due: date, days: int, minor: int, whose: tuple[str, Debtor, str]
) -> None:
    law, debtor, contract = whose
    until = min(due + timedelta(days=days), date(2026, 12, 31))
    told = opened(due, minor)
    claims = raised(told, until, law, debtor, contract)

    assert found([told, *claims], debtor) == set()


def test_a_cent_too_much_under_an_own_table_is_found() -> None:
    told = opened(DUE, 1_000_000)
    interest, fee = raised(told, date(2026, 4, 30), "AT", "business")
    cent = Money(1, "EUR")

    # 10,000 euros for 59 days at 1.53 + 9.2 per cent; the fixed sum of 40 euros.
    assert (interest.amount, fee.amount) == (Money(17_344, "EUR"), Money(4_000, "EUR"))
    assert found([told, interest, fee], "business") == set()
    for one in (interest, fee):
        wrong = replace(one, amount=one.amount + cent)
        assert found([told, wrong], "business") == {("A16", "CLAIM_AMOUNT")}


def test_a_dutch_sum_by_the_old_scale_is_found_once_the_new_one_counts() -> None:
    due = date(2026, 7, 6)
    told = opened(due, 1_000_000)
    # No rate of the half-year is known, so that there is no interest yet.
    (new,) = raised(told, date(2026, 8, 3), "NL", "business")
    old = replace(new, amount=Money(87_500, "EUR"))

    assert new.amount == Money(107_500, "EUR")
    assert found([told, new], "business") == set()
    assert found([told, old], "business") == {("A16", "CLAIM_AMOUNT")}


@pytest.mark.parametrize(
    ("country", "debtor", "code"),
    [("PL", "consumer", "CONSUMER"), ("AT", "public", "NOT_OWED"), ("CZ", "business", "NOT_OWED")],
)
def test_a_claim_for_which_no_own_table_has_a_rule_is_found(
    country: str, debtor: Debtor, code: str
) -> None:
    told = opened(DUE, 1_000_000)
    right = raised(told, date(2026, 4, 30), "AT", "business")[0]
    wrong = replace(right, country=country, debtor=debtor)

    assert found([told, wrong], debtor) == {("A29", code)}


def test_a_claim_is_judged_by_the_tables_of_its_own_version() -> None:
    told = opened(DUE, 1_000_000)
    claims = raised(told, date(2026, 4, 30), "PL", "business")

    assert found([told, *claims], "business") == set()
    assert found([told, *claims], "business", NO_RATES) == {("A29", "NOT_OWED")}
