"""Claims as the auditor reads them: its own arithmetic finds what was claimed wrongly."""

from __future__ import annotations

from collections.abc import Sequence
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
from dunning.case import Case
from dunning.claim_facts import ClaimFact, ClaimRaised
from dunning.claims_due import claims_due
from dunning.claims_raised import claims_raised
from dunning.customer import Customer
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.interest_policy import InterestRules
from dunning.money import Money
from dunning.situation import Situation
from dunning.touch_facts import TouchSent, TouchStarted
from tests.dunning.worlds import LONDON, POLICIES

AT = datetime(2023, 7, 3, 9, tzinfo=UTC)
DUE = date(2023, 8, 1)
POLICY = POLICIES[min(POLICIES)]


def history(*paid: tuple[int, int]) -> list[InvoiceFact]:
    opened = facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice="I",
        customer="C",
        entity="demo",
        amount=Money(1_000_000, "EUR"),
        issue_date=AT.date(),
        due_date=DUE,
    )
    payments = [
        facts.PaymentApplied(
            at=AT + timedelta(days=number),
            by="import",
            payment=f"P{number}",
            amount=Money(minor, "EUR"),
            on=DUE + timedelta(days=day),
        )
        for number, (minor, day) in enumerate(paid, start=1)
    ]
    return [opened, *payments]


def raised(
    told: Sequence[InvoiceFact], until: date, law: str, contract: str = "", debtor: str = "business"
) -> list[ClaimFact]:
    """What the rulebook claims on the day after, for such a debtor under such a law."""
    rules = InterestRules(
        claim="statement_only",
        fees=True,
        law=law,
        contract=Decimal(contract) if contract else None,
    )
    now = datetime(until.year, until.month, until.day, 12, tzinfo=UTC)
    case: Case = fold(told)
    customer = Customer("C", "C", country="NL", debtor=debtor)
    situation = Situation(case, customer, replace(POLICY, interest=rules), LONDON, now)
    return claims_raised(case, claims_due(situation, "GB", until).claims, "ada", now)


def found(told: Sequence[InvoiceFact], debtor: str = "business") -> set[tuple[str, str]]:
    recorded = CustomerRecorded(at=AT, by="import", customer="C", name="C", debtor=debtor)  # type: ignore[arg-type]  # One of its words.
    last = told[-1].at + timedelta(days=1)
    auditor = Auditor(
        Period(DUE, last.date(), last),
        PoliciesInForce({POLICY.name: POLICY}, POLICY.name),
        Surroundings(LONDON),
    )
    auditor.account(Account("C", (recorded,), (), LONDON), [Followed("I", tuple(told))])
    tally = auditor.end()
    return {(one.test, one.code) for one in tally.findings if one.subject.startswith("I:k")}


_PAID = st.lists(st.tuples(st.integers(1, 400_000), st.integers(-20, 700)), max_size=4)


@given(
    paid=_PAID,
    days=st.integers(1, 1000),
    law=st.sampled_from([("DE", ""), ("EU", ""), ("GB", ""), ("FR", ""), ("NL", ""), ("US", "18")]),
)
def test_two_ways_to_compute_interest_agree_to_the_cent(
    paid: list[tuple[int, int]], days: int, law: tuple[str, str]
) -> None:
    told = history(*paid)
    until = min(DUE + timedelta(days=days), date(2026, 6, 30))
    claims = raised(told, until, *law)

    assert found([*told, *claims]) == set()


def one(told: Sequence[InvoiceFact], what: str, **changes: object) -> list[InvoiceFact]:
    """The history with one claim of the rulebook's, spoilt."""
    claims = raised(told, date(2023, 12, 31), "DE")
    claim = next(c for c in claims if isinstance(c, ClaimRaised) and c.what == what)
    return [*told, replace(claim, **changes)]  # type: ignore[arg-type]  # Its own fields, by name.


def test_a_cent_too_much_is_found() -> None:
    assert found(one(history(), "interest")) == set()
    (right,) = (c for c in one(history(), "interest") if isinstance(c, ClaimRaised))
    for less_or_more in (-1, 1):
        wrong = right.amount + Money(less_or_more, "EUR")
        assert found(one(history(), "interest", amount=wrong)) == {("A16", "CLAIM_AMOUNT")}
    assert found(one(history(), "fee", amount=Money(7_000, "EUR"))) == {("A16", "CLAIM_AMOUNT")}


def test_a_rate_that_nobody_knows_is_found() -> None:
    told = one(history(), "interest", until=date(2026, 7, 1), at=datetime(2026, 7, 2, tzinfo=UTC))

    assert ("A16", "NO_RATE") in found(told)


@pytest.mark.parametrize("debtor", ["", "consumer", "public"])
def test_a_claim_from_another_debtor_than_the_ledger_knows_is_found(debtor: str) -> None:
    assert ("A29", "DEBTOR") in found(one(history(), "interest"), debtor)


@pytest.mark.parametrize(
    ("country", "what", "is_found"),
    [("GB", "interest", True), ("DE", "fee", True), ("FR", "fee", True), ("DE", "interest", False)],
)
def test_what_consumers_do_not_owe_is_found(country: str, what: str, *, is_found: bool) -> None:
    told = one(history(), what, country=country, debtor="consumer")

    assert (("A29", "CONSUMER") in found(told, "consumer")) == is_found


@pytest.mark.parametrize(("days", "is_found"), [(None, True), (15, True), (16, False)])
def test_dutch_costs_without_the_letter_or_before_its_time_are_found(
    days: int | None, *, is_found: bool
) -> None:
    told = history()
    sent = datetime(2023, 10, 2, 9, tzinfo=UTC)
    letter = TouchStarted(
        at=sent,
        by="duncan",
        attempt="m",
        step="x",
        channel="email",
        letter="nl_fourteen_day",
        level=1,
        amount=Money(1_000_000, "EUR"),
        contact="C/1",
        policy="",
        claimant="I",
    )
    fee = one(told, "fee", country="NL", debtor="consumer", amount=Money(87_500, "EUR"))[-1]
    assert isinstance(fee, ClaimRaised)
    until = sent.date() + timedelta(days=days or 0)
    claimed = replace(fee, until=until, at=datetime(2023, 12, 31, tzinfo=UTC))
    between: list[InvoiceFact] = (
        [letter, TouchSent(at=sent, by="duncan", attempt="m")] if days else []
    )

    assert (("A29", "NO_LETTER") in found([*told, *between, claimed], "consumer")) == is_found
