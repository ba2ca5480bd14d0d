from __future__ import annotations

import pytest

from dunning import dispute_facts, facts
from dunning.dispute_facts import (
    CreditApproved,
    CreditDeclined,
    CreditProposed,
    DisputeOpened,
    DisputeResolved,
    DisputeWaiting,
)
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed, may
from dunning.money import Money
from tests.dunning.worlds import after, case, euros, moment

NOW = moment("8 Jun")


def _opened(
    name: str = "D1", amount: str = "300.00", reason: str = "price", *, again: bool = False
) -> DisputeOpened:
    part = euros(amount) if amount else None
    return DisputeOpened(at=NOW, by="duncan", dispute=name, reason=reason, amount=part, again=again)


def _resolved(outcome: str, credited: str = "") -> DisputeResolved:
    money = euros(credited) if credited else None
    return DisputeResolved(at=NOW, by="lea", dispute="D1", outcome=outcome, credited=money)


def _proposed(amount: str = "300.00", role: str = "ar_lead") -> CreditProposed:
    return CreditProposed(at=NOW, by="Anna", dispute="D1", amount=euros(amount), role=role)


def _applied(amount: str = "300.00", dispute: str = "D1") -> facts.CreditApplied:
    return facts.CreditApplied(
        at=NOW, by="lea", credit="CN", amount=euros(amount), on=NOW.date(), dispute=dispute
    )


APPROVED = CreditApproved(at=NOW, by="lea", dispute="D1", role="ar_lead")
CUSTOMER = DisputeWaiting(at=NOW, by="anna", dispute="D1", on="customer")
PAID = facts.PaymentApplied(
    at=NOW, by="import", payment="P", amount=euros("1000.00"), on=NOW.date()
)
EVIDENCE = dispute_facts.EvidenceAdded(at=NOW, by="x", dispute="D1", name="a", digest="ff")
SEEN = dispute_facts.DisputeAcknowledged(at=NOW, by="x", dispute="D1")
PRICING = dispute_facts.DisputeAssigned(at=NOW, by="x", dispute="D1", owner="pricing")
RELEASED = dispute_facts.DisputeReleased(at=NOW, by="duncan", dispute="D1", why="over")


@pytest.mark.parametrize("outcome", ["upheld", "withdrawn", ""])
def test_the_same_ground_needs_a_person_to_be_raised_again(outcome: str) -> None:
    history: list[InvoiceFact] = [_opened()]
    history += [_resolved(outcome)] if outcome else []
    known = case(*history)

    with pytest.raises(NotAllowed, match="D1 was about price too: a person has to allow it"):
        may(known, _opened("D2"))
    may(known, _opened("D2", again=True))
    may(known, _opened("D2", reason="quality"))


@pytest.mark.parametrize(
    ("history", "fact", "reason"),
    [
        ([_opened()], _opened(reason="tax"), "There is a dispute D1 already."),
        (
            [_opened(amount="")],
            _opened("D2", "", "tax"),
            "All that is open of invoice INV-1 is disputed already.",
        ),
        ([_opened()], _resolved("credited", "300.00"), "Propose the credit for dispute D1 first"),
        ([_opened(), _proposed()], _resolved("credited", "300.00"), "Propose the credit"),
        (
            [_opened(), _proposed(), APPROVED],
            _resolved("credited", "300.01"),
            "Propose the credit for dispute D1 first, and have it approved.",
        ),
        ([_opened()], _resolved("credited"), "Propose the credit for dispute D1 first"),
        ([_opened()], _resolved("upheld", "1.00"), "A dispute that is upheld gives up no money."),
        ([_opened()], _resolved("lost"), "'lost' is no outcome; use one of credited, upheld"),
        ([_opened()], _proposed("300.01"), "at most the open 300.00 EUR."),
        ([_opened(), PAID], _proposed("200.01"), "at most the open 200.00 EUR."),
        ([_opened()], _proposed("0.00"), "more than nothing"),
        ([_opened(), _proposed()], _proposed("1.00"), "waits for the ar_lead: have it decided"),
        ([_opened(), _proposed()], CUSTOMER, "A credit of 300.00 EUR waits for the ar_lead"),
        ([_opened()], APPROVED, "No credit for dispute D1 waits for approval."),
        ([_opened(), _proposed(), APPROVED], APPROVED, "No credit for dispute D1 waits"),
        (
            [_opened(), _proposed()],
            CreditApproved(at=NOW, by=" anna ", dispute="D1", role="controller"),
            " anna  proposed this credit: another person has to approve it.",
        ),
        ([_opened(), _proposed()], _applied(), "300.00 EUR for dispute D1 is not approved."),
        ([_opened(), _proposed(), APPROVED], _applied("299.00"), "is not approved."),
        ([], _applied("1.00", "D9"), "for dispute D9 is not approved."),
        ([], _applied("1200.01", ""), "at most the open 1200.00 EUR."),
        ([_opened(), CUSTOMER], CUSTOMER, "D1 waits for the customer already."),
        ([_opened(), EVIDENCE], EVIDENCE, "Dispute D1 has this file already."),
        ([_opened(), SEEN], SEEN, "Dispute D1 is acknowledged already."),
        ([_opened(), PRICING], PRICING, "Dispute D1 is pricing's already."),
        ([_opened(), _resolved("upheld")], EVIDENCE, "There is no open dispute D1."),
        ([_opened()], RELEASED, "Dispute D1 has no days of grace."),
        ([_opened(), _resolved("upheld"), RELEASED], RELEASED, "Dispute D1 has no days of grace."),
    ],
)
def test_a_refusal_says_why(history: list[InvoiceFact], fact: InvoiceFact, reason: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        may(case(*history), fact)

    assert reason in str(refused.value)


def test_a_credit_in_another_currency_is_refused() -> None:
    dollars = CreditProposed(
        at=NOW, by="x", dispute="D1", amount=Money(100, "USD"), role="controller"
    )

    with pytest.raises(NotAllowed, match="Invoice INV-1 is in EUR, not USD"):
        may(case(_opened()), dollars)


def test_who_proposed_a_credit_may_take_it_back() -> None:
    declined = CreditDeclined(at=NOW, by="Anna", dispute="D1")
    known = case(_opened(), _proposed())
    may(known, declined)

    assert after(known, declined).disputes[0].undecided is None


def test_a_credit_within_the_limit_needs_nobody_else() -> None:
    known = case(_opened(), _proposed(role=""))
    may(known, _applied())
    may(known, _resolved("credited", "300.00"))

    assert known.disputes[0].agreed == euros("300.00")


def test_nothing_is_credited_on_a_closed_case() -> None:
    settled = facts.PaymentApplied(
        at=NOW, by="import", payment="P", amount=euros("1200.00"), on=NOW.date()
    )

    with pytest.raises(NotAllowed, match="closed; nothing is left to credit"):
        may(case(settled), _applied("1.00", ""))
