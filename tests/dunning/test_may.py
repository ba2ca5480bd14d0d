from __future__ import annotations

from datetime import date, datetime

import pytest

from dunning import facts, touch_facts
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed, is_closed, may
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from tests.dunning.worlds import PERSON, case, euros, moment, task_opened

NOW = moment("8 Jun 10:00")
PAST, YESTERDAY, TODAY, LATER = (date(2026, 6, day) for day in (6, 7, 8, 20))


def _paid(amount: str = "1200.00") -> facts.PaymentApplied:
    return facts.PaymentApplied(at=NOW, by="import", payment="P", amount=euros(amount), on=TODAY)


def _paused(until: date = LATER, at: datetime = NOW) -> facts.Paused:
    return facts.Paused(at=at, by=PERSON, reason="goodwill", until=until)


def _promised(amount: Money | None = None, on: date = LATER, at: datetime = NOW) -> PromiseMade:
    return PromiseMade(at=at, by=PERSON, amount=amount or euros("1200.00"), promised_on=on)


def _disputed(amount: Money | None = None, name: str = "D1") -> DisputeOpened:
    reason = "price" if name == "D1" else "quality"
    return DisputeOpened(at=NOW, by=PERSON, dispute=name, reason=reason, amount=amount)


def _resolved(name: str = "D1", outcome: str = "upheld") -> DisputeResolved:
    return DisputeResolved(at=NOW, by=PERSON, dispute=name, outcome=outcome)


def _closed_task(outcome: str = "done") -> facts.TaskClosed:
    return facts.TaskClosed(at=NOW, by=PERSON, task="T1", outcome=outcome)


WRITTEN_OFF = facts.WrittenOff(at=NOW, by=PERSON, reason="small")
HANDED_OVER = facts.HandedOver(at=NOW, by=PERSON, to="Agency")
RESUMED = facts.Resumed(at=NOW, by=PERSON)
ESCALATED = facts.Escalated(at=NOW, by=PERSON, to_role="ar_lead", hold=True)
SEND_NOW = touch_facts.SendRequested(at=NOW, by=PERSON)
APPROVED = touch_facts.TouchApproved(at=NOW, by=PERSON, step="firm")
REVERSED = facts.PaymentReversed(at=NOW, by="import", payment="P", amount=euros("100.00"), on=TODAY)
TASK = task_opened(NOW, "call", "call", "T1")


@pytest.mark.parametrize("closed_by", [_paid(), WRITTEN_OFF, HANDED_OVER])
@pytest.mark.parametrize(
    "fact",
    [_paused(), _promised(), _disputed(), ESCALATED, SEND_NOW, WRITTEN_OFF, HANDED_OVER],
    ids=lambda fact: fact.kind,
)
def test_a_closed_case_cannot_be_steered(closed_by: InvoiceFact, fact: InvoiceFact) -> None:
    closed = case(closed_by)

    assert is_closed(closed)
    with pytest.raises(NotAllowed, match="Invoice INV-1 is closed"):
        may(closed, fact)


@pytest.mark.parametrize("closed_by", [_paid(), WRITTEN_OFF, HANDED_OVER])
def test_the_ledger_always_has_its_say(closed_by: InvoiceFact) -> None:
    amended = facts.InvoiceAmended(at=NOW, by="import", amount=euros("1.00"), due_date=TODAY)

    for fact in (_paid("5.00"), amended):
        may(case(closed_by), fact)


@pytest.mark.parametrize(
    ("history", "fact"),
    [
        ([], _paused()),
        ([], _paused(until=TODAY)),
        ([_paused()], _paused()),
        ([_paused()], RESUMED),
        ([_promised()], RESUMED),
        ([ESCALATED], RESUMED),
        ([], _promised(on=TODAY)),
        ([], _promised(euros("0.01"))),
        ([_paid("200.00")], _promised(euros("1000.00"))),
        ([], _disputed()),
        ([], _disputed(euros("1200.00"))),
        ([_disputed(euros("700.00"))], _disputed(euros("500.00"), "D2")),
        ([_disputed()], _resolved()),
        ([], SEND_NOW),
        ([_disputed(euros("700.00"))], SEND_NOW),
        ([_promised(euros("500.00")), _paid("500.00")], SEND_NOW),
        ([task_opened(NOW, "firm", "approve")], APPROVED),
        ([TASK], _closed_task()),
        ([_paid("100.00")], REVERSED),
        ([], ESCALATED),
        ([], WRITTEN_OFF),
        ([], HANDED_OVER),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_what_makes_sense_may_be_recorded(history: list[InvoiceFact], fact: InvoiceFact) -> None:
    may(case(*history), fact)


@pytest.mark.parametrize(
    ("history", "fact", "reason"),
    [
        ([], _paused(until=PAST), "A pause cannot end in the past (2026-06-06)."),
        ([], RESUMED, "Invoice INV-1 is not paused, promised or escalated."),
        ([_paused(), RESUMED], RESUMED, "Invoice INV-1 is not paused, promised or escalated."),
        ([_disputed()], RESUMED, "Invoice INV-1 is not paused, promised or escalated."),
        (
            [],
            _promised(Money(100, "USD")),
            "Invoice INV-1 is in EUR, not USD.",
        ),
        (
            [],
            _promised(euros("1200.01")),
            "A promise must be more than nothing and at most the open 1200.00 EUR.",
        ),
        (
            [_paid("200.00")],
            _promised(euros("0.00")),
            "A promise must be more than nothing and at most the open 1000.00 EUR.",
        ),
        (
            [],
            _promised(on=PAST),
            "A promise cannot be for a day that has passed (2026-06-06).",
        ),
        ([], _disputed(Money(100, "USD")), "Invoice INV-1 is in EUR, not USD."),
        (
            [],
            _disputed(euros("0.00")),
            "The dispute must be about more than nothing and at most the open 1200.00 EUR.",
        ),
        (
            [_disputed(euros("700.00"))],
            _disputed(euros("500.01"), "D2"),
            "The dispute must be about more than nothing and at most the open 500.00 EUR.",
        ),
        ([], _resolved(), "There is no open dispute D1."),
        ([_disputed(), _resolved()], _resolved(), "There is no open dispute D1."),
        (
            [_disputed()],
            _resolved(outcome=""),
            "Say what came of it: without an outcome it would stay open.",
        ),
        (
            [_paused()],
            SEND_NOW,
            "Invoice INV-1 is paused until 2026-06-20: resume it first.",
        ),
        ([_disputed()], SEND_NOW, "Invoice INV-1 is disputed: resolve the dispute first."),
        (
            [_promised()],
            SEND_NOW,
            "Invoice INV-1 is promised for 2026-06-20: resume it first.",
        ),
        ([ESCALATED], SEND_NOW, "Invoice INV-1 is escalated to ar_lead: resume it first."),
        ([], APPROVED, "Step firm is not waiting for approval."),
        ([], _closed_task(), "There is no open task T1."),
        ([TASK, _closed_task()], _closed_task(), "There is no open task T1."),
        (
            [TASK],
            _closed_task(""),
            "Say what came of it: without an outcome it would stay open.",
        ),
        ([_paid("99.99")], REVERSED, "Only 99.99 EUR was paid on invoice INV-1."),
    ],
)
def test_a_refusal_says_why_in_a_sentence(
    history: list[InvoiceFact], fact: InvoiceFact, reason: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        may(case(*history), fact)

    assert str(refused.value) == reason


def test_today_is_still_today_in_the_west_when_it_is_tomorrow_in_greenwich() -> None:
    evening_in_los_angeles = moment("7 Jun 20:00", "America/Los_Angeles")
    assert evening_in_los_angeles.date() == TODAY

    may(case(), _paused(until=YESTERDAY, at=evening_in_los_angeles))
    may(case(), _promised(on=YESTERDAY, at=evening_in_los_angeles))


def test_a_bounced_payment_makes_a_case_steerable_again() -> None:
    bounced = facts.PaymentReversed(
        at=NOW, by="import", payment="P", amount=euros("1200.00"), on=TODAY
    )

    may(case(_paid(), bounced), _paused())
