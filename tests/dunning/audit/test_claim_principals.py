"""The principal of a claim is recomputed: of one invoice, or of all that one letter asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dunning import facts
from dunning.audit.account import Account, Followed, Item, Message, Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.terms import PoliciesInForce
from dunning.claim_facts import ClaimRaised
from dunning.countries.nl import LETTER
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceFact
from dunning.money import Money
from tests.dunning.audit.test_claims import AT, DUE, POLICY, found, history, one
from tests.dunning.worlds import LONDON

CENT = Money(1, "EUR")
SENT = date(2023, 9, 4)
# Sixteen days later: BW 6:96 (6) gives fourteen full ones from the day after it came.
SINCE = SENT + timedelta(days=16)


@pytest.mark.parametrize("what", ["interest", "fee"])
@pytest.mark.parametrize("more", [-1, 1])
def test_a_cent_more_or_less_of_principal_is_found(what: str, more: int) -> None:
    told = history((250_000, 1), (100_000, 30))
    (right,) = (fact for fact in one(told, what) if isinstance(fact, ClaimRaised))
    wrong = replace(right, principal=right.principal + Money(more, "EUR"))

    # What was paid on the first day still counts on it, as what came afterwards does.
    assert right.principal == Money(1_000_000, "EUR")
    assert found([*told, right]) == set()
    assert ("A16", "PRINCIPAL") in found([*told, wrong])


def test_a_payment_before_the_due_date_lowers_the_principal() -> None:
    told = history((250_000, -3))
    before = one(told, "fee")
    as_if_unpaid = one(told, "fee", principal=Money(1_000_000, "EUR"))

    assert found(before) == set()
    assert found(as_if_unpaid) == {("A16", "PRINCIPAL")}


def test_interest_names_what_was_open_on_its_first_day_that_anything_was() -> None:
    told = history((1_000_000, -3))
    back = facts.PaymentReversed(
        at=told[-1].at + timedelta(days=1),
        by="import",
        payment="P1",
        amount=Money(400_000, "EUR"),
        on=DUE + timedelta(days=20),
        reason="returned",
    )
    claims = one([*told, back], "interest")
    (claim,) = (fact for fact in claims if isinstance(fact, ClaimRaised))

    assert claim.principal == Money(400_000, "EUR")
    assert found(claims) == set()


def sum_of(principal: Money) -> ClaimRaised:
    """The collection costs that a consumer owes for a principal, under Dutch law: 15 %."""
    return ClaimRaised(
        at=datetime(2023, 12, 31, 12, tzinfo=UTC),
        by="ada",
        claim="I-1:k1",
        what="fee",
        amount=Money(principal.minor * 15 // 100, "EUR"),
        principal=principal,
        first=SINCE,
        until=date(2023, 12, 31),
        country="NL",
        law="BW 6:96",
        debtor="consumer",
    )


def opened(number: str, minor: int, *paid: tuple[int, date]) -> list[InvoiceFact]:
    """An invoice, and what was paid of it on which days."""
    start = facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice=number,
        customer="C",
        entity="demo",
        amount=Money(minor, "EUR"),
        issue_date=AT.date(),
        due_date=DUE,
    )
    payments = [
        facts.PaymentApplied(
            at=datetime.combine(on, time(12), UTC),
            by="import",
            payment=f"P{number}",
            amount=Money(part, "EUR"),
            on=on,
        )
        for part, on in paid
    ]
    return [start, *payments]


def found_of(histories: Mapping[str, Sequence[InvoiceFact]], asked: Sequence[str]) -> set[str]:
    """The codes found of I-1's claim where one letter asked for these invoices."""
    at = datetime.combine(SENT, time(9), UTC)
    letter = Message("m", "email", SENT, LETTER, 1, "C/1", "c@c.example", "I-1", "sent", at)
    item = Item("m", "letter", 1, CENT, covered=False)
    recorded = CustomerRecorded(
        at=AT, by="import", customer="C", name="C", country="NL", debtor="consumer"
    )
    end = datetime(2024, 1, 1, tzinfo=UTC)
    terms = PoliciesInForce({POLICY.name: POLICY}, POLICY.name)
    auditor = Auditor(Period(DUE, end.date(), end), terms, Surroundings(LONDON))
    followed = [
        Followed(name, tuple(told), (item,) if name in asked else ())
        for name, told in histories.items()
    ]
    auditor.account(Account("C", (recorded,), (letter,), LONDON), followed)
    return {one.code for one in auditor.end().findings if one.subject == "I-1:k1"}


def test_a_sum_for_one_letter_counts_what_was_open_of_all_it_asked_for() -> None:
    half_paid = opened("I-2", 40_000, (15_000, SINCE - timedelta(days=1)))
    paid_later = opened("I-3", 30_000, (30_000, SINCE))
    not_asked = opened("I-4", 70_000)
    right = sum_of(Money(60_000 + 25_000 + 30_000, "EUR"))

    def codes(claim: ClaimRaised) -> set[str]:
        own = [*opened("I-1", 60_000), claim]
        histories = {"I-1": own, "I-2": half_paid, "I-3": paid_later, "I-4": not_asked}
        return found_of(histories, ["I-1", "I-2", "I-3"])

    # The letter itself is no touch of these invoices: that it was never sent is another finding.
    assert codes(right) == {"NO_LETTER"}
    for wrong in (60_000, 115_001, 130_000, 185_000):
        assert codes(sum_of(Money(wrong, "EUR"))) == {"NO_LETTER", "PRINCIPAL"}
