from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.facts import InvoiceFact
from dunning.folding import apply, fold
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from tests.dunning.worlds import (
    DUE,
    ISSUED,
    PERSON,
    after,
    case,
    euros,
    moment,
    opened,
    step_of,
    task_opened,
)

NOW = moment("8 Jun")
REMINDER, REQUEST = step_of("reminder"), step_of("request")


def _paid(amount: str, on: str = "8 Jun") -> facts.PaymentApplied:
    day = moment(on).date()
    return facts.PaymentApplied(at=NOW, by="import", payment="P1", amount=euros(amount), on=day)


def _reversed(amount: str) -> facts.PaymentReversed:
    money, day = euros(amount), NOW.date()
    return facts.PaymentReversed(at=NOW, by="import", payment="P1", amount=money, on=day)


def _disputed(name: str, amount: str = "") -> DisputeOpened:
    money = euros(amount) if amount else None
    return DisputeOpened(at=NOW, by=PERSON, dispute=name, reason="price", amount=money)


def _withdrawn(name: str) -> DisputeResolved:
    return DisputeResolved(at=NOW, by=PERSON, dispute=name, outcome="withdrawn")


def _promised(amount: str) -> PromiseMade:
    money, day = euros(amount), date(2026, 6, 12)
    return PromiseMade(at=NOW, by=PERSON, amount=money, promised_on=day)


def test_a_case_begins_as_the_ledger_gave_the_invoice() -> None:
    begun = case(policy="key_account", reference="PO-7", distributed=False)

    assert (begun.invoice, begun.customer, begun.policy, begun.reference) == (
        "INV-1",
        "C1",
        "key_account",
        "PO-7",
    )
    assert (begun.issue_date, begun.due_date, begun.distributed) == (ISSUED, DUE, False)
    assert (begun.balance, begun.level, begun.is_settled) == (euros("1200.00"), 0, False)
    assert begun.opened_at == moment("5 May 08:00")


@pytest.mark.parametrize("history", [[], [_paid("1.00")], [opened(), opened()]])
def test_a_history_opens_its_invoice_once_and_first(history: list[InvoiceFact]) -> None:
    with pytest.raises((AssertionError, ValueError)):
        fold(history)


def test_payments_add_up_until_nothing_is_open() -> None:
    part = case(_paid("700.00"))
    whole = after(part, _paid("500.00", on="10 Jun"))

    assert (part.balance, part.is_settled, part.settled_on) == (euros("500.00"), False, None)
    assert (whole.balance, whole.is_settled) == (euros("0.00"), True)
    assert whole.settled_on == date(2026, 6, 10)


def test_too_much_paid_shows_and_stays_settled_on_the_first_day() -> None:
    paid = case(_paid("1200.00", on="8 Jun"), _paid("10.00", on="12 Jun"))

    assert paid.balance == euros("-10.00")
    assert paid.settled_on == date(2026, 6, 8)


def test_a_bounced_payment_opens_the_invoice_again() -> None:
    bounced = case(_paid("1200.00"), _reversed("1200.00"))

    assert (bounced.balance, bounced.settled_on) == (euros("1200.00"), None)


def test_an_amended_invoice_follows_the_ledger() -> None:
    amended = facts.InvoiceAmended(
        at=NOW, by="import", amount=euros("800.00"), due_date=date(2026, 7, 1), policy="eu_formal"
    )
    case_now = case(_paid("500.00"), amended)

    assert (case_now.balance, case_now.due_date) == (euros("300.00"), date(2026, 7, 1))
    assert case_now.policy == "eu_formal"


def test_an_invoice_amended_below_what_was_paid_is_settled() -> None:
    amended = facts.InvoiceAmended(at=NOW, by="import", amount=euros("500.00"), due_date=DUE)

    assert case(_paid("500.00"), amended).settled_on == NOW.date()


def test_a_write_off_and_a_hand_over_are_kept_as_they_were_said() -> None:
    written_off = facts.WrittenOff(at=NOW, by=PERSON, reason="too small")
    handed_over = facts.HandedOver(at=NOW, by=PERSON, to="Agency Ltd")

    assert case(written_off).written_off == written_off
    assert case(handed_over).handed_over == handed_over


def test_a_later_pause_replaces_the_one_before() -> None:
    first = facts.Paused(at=NOW, by=PERSON, reason="hardship", until=date(2026, 6, 30))
    shorter = facts.Paused(at=NOW, by=PERSON, reason="goodwill", until=date(2026, 6, 12))
    pause = case(first, shorter).pause

    assert pause is not None
    assert (pause.reason, pause.until, pause.by) == ("goodwill", date(2026, 6, 12), PERSON)


def test_a_resume_lifts_pause_promises_and_escalation_and_nothing_else() -> None:
    held = case(
        facts.Paused(at=NOW, by=PERSON, reason="hardship", until=date(2026, 6, 30)),
        _promised("100.00"),
        facts.Escalated(at=NOW, by=PERSON, to_role="ar_lead", hold=True),
        _disputed("D1"),
    )
    resumed = apply(held, facts.Resumed(at=NOW, by=PERSON))

    assert (resumed.pause, resumed.promise, resumed.resumed_at) == (None, None, NOW)
    assert resumed.escalation is not None
    assert not resumed.escalation.hold
    assert resumed.disputed == euros("1200.00")


def test_the_latest_promise_counts_and_knows_what_was_paid_before() -> None:
    promised = case(_paid("200.00"), _promised("300.00"), _promised("500.00"))
    promise = promised.promise

    assert promise is not None
    assert promise.amount == euros("500.00")
    assert not promise.is_kept(euros("699.99"))
    assert promise.is_kept(euros("700.00"))


@pytest.mark.parametrize(
    ("history", "disputed"),
    [
        ([_disputed("D1")], "1200.00"),
        ([_disputed("D1", "200.00")], "200.00"),
        ([_disputed("D1", "200.00"), _disputed("D2", "300.00")], "500.00"),
        ([_disputed("D1", "200.00"), _disputed("D2")], "1200.00"),
        ([_disputed("D1", "200.00"), _withdrawn("D1")], "0.00"),
        ([_disputed("D1", "200.00"), _disputed("D2", "300.00"), _withdrawn("D1")], "300.00"),
        ([_disputed("D1", "900.00"), _paid("1000.00")], "200.00"),
        ([_disputed("D1"), _paid("1000.00")], "200.00"),
    ],
)
def test_disputes_take_their_part_of_the_balance(history: list[InvoiceFact], disputed: str) -> None:
    assert case(*history).disputed == euros(disputed)


def test_an_escalation_hold_outlives_later_escalations_of_the_cadence() -> None:
    held = facts.Escalated(at=NOW, by=PERSON, to_role="controller", hold=True)
    routine = facts.Escalated(at=NOW, by="duncan", to_role="ar_lead", step="escalate")
    escalation = case(held, routine).escalation

    assert escalation is not None
    assert escalation.hold
    assert escalation.steps == ("", "escalate")


def test_closing_a_task_closes_that_task_only() -> None:
    closed = facts.TaskClosed(at=NOW, by=PERSON, task="T1", outcome="called")
    known = case(task_opened(NOW, "call", "call", "T1"), task_opened(NOW, "decide", "decide", "T2"))

    assert [task.outcome for task in after(known, closed).tasks] == ["called", ""]


def test_the_latest_task_of_a_step_answers_for_it() -> None:
    later = NOW + timedelta(days=20)
    known = case(task_opened(NOW, "firm", "approve"), task_opened(later, "firm", "approve"))
    task = known.task_for("firm", "approve")

    assert task is not None
    assert task.at == later
    assert known.task_for("firm", "call") is None


def test_one_currency_is_never_taken_for_another() -> None:
    dollars = facts.PaymentApplied(
        at=NOW, by="import", payment="P", amount=Money(100, "USD"), on=NOW.date()
    )
    with pytest.raises(AssertionError, match="two currencies"):
        case(dollars)
