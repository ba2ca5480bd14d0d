"""What happens to a household: payments, pauses, promises, disputes, replies."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from dunning import facts, touch_facts
from dunning.contact_facts import ReplyHandled, ReplyReceived
from dunning.customer_facts import (
    CustomerPaused,
    CustomerResumed,
    HoldLifted,
    HoldPlaced,
)
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from tests.dunning.audit.housed_invoices import Invoice
from tests.dunning.audit.households import Household
from tests.dunning.worlds import POLICIES


def _part(random: Random, one: Invoice) -> Money:
    minor = max(1, int(one.case.balance.minor * random.choice((0.3, 0.6, 1, 1))))
    return Money(minor, "EUR")


def _pay(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    amount, on = _part(random, one), at.date()
    one.record(facts.PaymentApplied(at=at, by="import", payment="P", amount=amount, on=on))


def _reverse(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    if one.case.paid.minor > 0:
        amount, on = one.case.paid, at.date()
        one.record(facts.PaymentReversed(at=at, by="omar", payment="P", amount=amount, on=on))


def _pause(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    until = at.date() + timedelta(days=random.randrange(1, 28))
    one.record(facts.Paused(at=at, by="maria", reason="internal_query", until=until))


def _promise(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    on = at.date() + timedelta(days=random.randrange(1, 14))
    one.record(PromiseMade(at=at, by="maria", amount=_part(random, one), promised_on=on))


def _resume(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    one.record(facts.Resumed(at=at, by="omar"))


def _dispute(random: Random, home: Household, one: Invoice, at: datetime) -> None:
    name = f"{one.case.invoice}/{len(one.case.disputes) + 1}"
    amount = None if random.random() < 0.5 else _part(random, one)
    one.record(DisputeOpened(at=at, by="maria", dispute=name, reason="price", amount=amount))
    decided = at + timedelta(days=random.randrange(1, 12))
    if random.random() < 0.5 and decided < home.ends:
        one.next = one.plan()
        home.until(decided)
        one.now = max(one.now, decided)
        _resolve(random, home, one, decided)


def _resolve(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    for dispute in one.case.disputes:
        if dispute.is_open:
            outcome = random.choice(("upheld", "upheld", "withdrawn"))
            name = dispute.dispute
            one.record(DisputeResolved(at=at, by="lena", dispute=name, outcome=outcome))
            return


def _escalate(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    one.record(facts.Escalated(at=at, by="maria", to_role="ar_lead", hold=True))


def _send_now(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    one.record(touch_facts.SendRequested(at=at, by="maria"))
    one.now = at + timedelta(seconds=1)


def _approve(_: Random, home: Household, __: Invoice, at: datetime) -> None:
    for one in home.invoices:
        for task in one.case.tasks:
            if task.what == "approve" and not task.outcome:
                one.now = max(one.now, at)
                one.record(touch_facts.TouchApproved(at=at, by="lena", step=task.step))
                one.next = one.plan()
                break


def approve_daily(random: Random, home: Household, end: datetime) -> None:
    """Somebody looks at what waits for approval every morning."""
    at = max(one.now for one in home.invoices)
    while at < end:
        home.until(at)
        _approve(random, home, home.invoices[0], at)
        at += timedelta(days=1)


def _decline(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    for task in one.case.tasks:
        if task.what == "approve" and not task.outcome:
            said = touch_facts.TouchWithheld(
                at=at, by="lena", step=task.step, code="DECLINED", why="no", passed_over=True
            )
            one.record(said)
            return


def _amend(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    due = one.case.due_date + timedelta(days=random.randrange(0, 15))
    amount = one.case.amount + Money(random.choice((0, 5_000)), "EUR")
    one.record(
        facts.InvoiceAmended(
            at=at, by="import", amount=amount, due_date=due, policy=one.case.policy
        )
    )


def _change_policy(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    name = random.choice(sorted(POLICIES))
    case = one.case
    amended = facts.InvoiceAmended(
        at=at, by="import", amount=case.amount, due_date=case.due_date, policy=name
    )
    one.record(amended)
    one.policy = POLICIES[name]


def _pause_customer(random: Random, home: Household, _: Invoice, at: datetime) -> None:
    until = at.date() + timedelta(days=random.randrange(1, 28))
    _all_at(home, at)
    home.tell(CustomerPaused(at=at, by="maria", reason="hardship", until=until))


def _resume_customer(_: Random, home: Household, __: Invoice, at: datetime) -> None:
    _all_at(home, at)
    home.tell(CustomerResumed(at=at, by="maria"))


def _hold(random: Random, home: Household, _: Invoice, at: datetime) -> None:
    _all_at(home, at)
    if home.customer.holds:
        home.tell(HoldLifted(at=at, by="lena", hold=home.customer.holds[0].hold, reason="over"))
    else:
        code = random.choice(("LEGAL_INSOLVENCY", "HARDSHIP"))
        home.tell(HoldPlaced(at=at, by="lena", hold=f"H{len(home.history)}", code=code, why="x"))


def _reply(random: Random, home: Household, _: Invoice, at: datetime) -> None:
    _all_at(home, at)
    name = f"R{len(home.history)}"
    over = at + timedelta(days=4)
    home.tell(
        ReplyReceived(
            at=at, by="duncan", reply=name, channel="email", intents=("question",), hold_until=over
        )
    )
    later = min(at + timedelta(hours=random.randrange(1, 90)), home.ends)
    home.until(later)
    _all_at(home, later)
    home.tell(ReplyHandled(at=later, by="maria", reply=name, outcome="answered"))


def _all_at(home: Household, at: datetime) -> None:
    for one in home.invoices:
        one.now = max(one.now, at)


HAPPENINGS = (
    _pay,
    _pay,
    _pay,
    _reverse,
    _pause,
    _promise,
    _promise,
    _resume,
    _dispute,
    _dispute,
    _resolve,
    _resolve,
    _escalate,
    _send_now,
    _approve,
    _approve,
    _decline,
    _amend,
    _change_policy,
    _pause_customer,
    _resume_customer,
    _hold,
    _reply,
)
