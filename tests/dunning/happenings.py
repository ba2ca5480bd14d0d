"""What may happen in the life of an invoice, allowed or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from hypothesis import strategies as st

from dunning import facts, touch_facts
from dunning.adjustment_facts import Adjusted, InvoiceReopened
from dunning.at_the_door import RecentTouch
from dunning.dispute import REASONS
from dunning.dispute_facts import (
    CreditApproved,
    CreditDeclined,
    CreditProposed,
    DisputeOpened,
    DisputeResolved,
    DisputeWaiting,
)
from dunning.facts import InvoiceFact
from dunning.may_dispute import creditable
from dunning.money import Money
from dunning.promise_facts import PromiseMade, PromiseWithdrawn
from dunning.proposal_facts import ProposalMade
from dunning.task_facts import CallMade
from tests.dunning.event import Event, Happening, day, part
from tests.dunning.following import Following
from tests.dunning.happenings_customer import CUSTOMERS
from tests.dunning.worlds import PERSON, POLICIES


def events() -> st.SearchStrategy[list[Event]]:
    """What happens in the life of an invoice, in order."""
    after = st.one_of(
        st.just(timedelta(0)),
        st.timedeltas(timedelta(minutes=1), timedelta(days=2)),
        st.timedeltas(timedelta(days=1), timedelta(days=25)),
    )
    share = st.floats(0.05, 1.2)
    return st.lists(
        st.builds(Event, after, st.sampled_from(sorted(HAPPENINGS)), share, st.integers(0, 20)),
        max_size=12,
    )


def happen(world: Following, event: Event) -> None:
    """Let the event happen now. Raises NotAllowed when a rule refuses it."""
    HAPPENINGS[event.what](world, event)


def _fact(make: Callable[[Following, Event], InvoiceFact]) -> Callable[[Following, Event], None]:
    return lambda world, event: world.record(make(world, event))


def _pay(world: Following, event: Event) -> InvoiceFact:
    paid, on = part(world, event), world.situation.today
    return facts.PaymentApplied(at=world.now, by="import", payment="P", amount=paid, on=on)


def _pay_all(world: Following, _: Event) -> InvoiceFact:
    paid, on = max(world.case.balance, Money(1, "EUR")), world.situation.today
    return facts.PaymentApplied(at=world.now, by="import", payment="P", amount=paid, on=on)


def _reverse(world: Following, event: Event) -> InvoiceFact:
    minor = max(1, int(world.case.paid.minor * min(1, event.share)))
    amount, on = Money(minor, world.case.amount.currency), world.situation.today
    return facts.PaymentReversed(at=world.now, by="import", payment="P", amount=amount, on=on)


def _pause(world: Following, event: Event) -> InvoiceFact:
    until = day(world, event)
    return facts.Paused(at=world.now, by=PERSON, reason="customer_request", until=until)


def _promise(world: Following, event: Event) -> InvoiceFact:
    amount, on = part(world, event), day(world, event)
    return PromiseMade(at=world.now, by=PERSON, amount=amount, promised_on=on)


def _dispute(world: Following, event: Event) -> InvoiceFact:
    name, amount = f"D{len(world.case.disputes)}", part(world, event) if event.share < 1 else None
    reason = REASONS[event.days % len(REASONS)]
    return DisputeOpened(at=world.now, by=PERSON, dispute=name, reason=reason, amount=amount)


def _resolve(world: Following, event: Event) -> InvoiceFact:
    outcome = "upheld" if event.share < 1 else "withdrawn"
    return DisputeResolved(at=world.now, by=PERSON, dispute=_open_dispute(world), outcome=outcome)


def _credit(world: Following, event: Event) -> None:
    """A credit is proposed, and another person approves or declines it."""
    now, name = world.now, _open_dispute(world)
    amount = part(world, event)
    proposed = CreditProposed(at=now, by=PERSON, dispute=name, amount=amount, role="ar_lead")
    world.record(proposed)
    if event.days % 2:
        world.record(CreditDeclined(at=now, by="lead", dispute=name))
    elif event.days % 3:
        one = next(one for one in world.case.disputes if one.dispute == name)
        outcome = "credited" if amount >= creditable(world.case, one) else "split"
        world.record(
            CreditApproved(at=now, by="lead", dispute=name, role="ar_lead"),
            facts.CreditApplied(
                at=now, by="lead", credit=name, amount=amount, on=now.date(), dispute=name
            ),
            DisputeResolved(at=now, by="lead", dispute=name, outcome=outcome, credited=amount),
        )


def _wait_for(world: Following, event: Event) -> InvoiceFact:
    on: Literal["customer", "owner"] = "customer" if event.share < 1 else "owner"
    return DisputeWaiting(at=world.now, by=PERSON, dispute=_open_dispute(world), on=on)


def _open_dispute(world: Following) -> str:
    return next((one.dispute for one in world.case.disputes if one.is_open), "none")


def _amend(world: Following, event: Event) -> InvoiceFact:
    due = world.case.due_date + timedelta(days=event.days)
    amount = world.case.amount + Money(100 * event.days, "EUR")
    return facts.InvoiceAmended(at=world.now, by="import", amount=amount, due_date=due)


def _approve(world: Following, _: Event) -> InvoiceFact:
    waiting = [task.step for task in world.case.tasks if task.what == "approve"]
    step = waiting[-1] if waiting else "none"
    return touch_facts.TouchApproved(at=world.now, by=PERSON, step=step)


def _decline(world: Following, _: Event) -> None:
    waiting = [task.step for task in world.case.tasks if task.what == "approve"]
    if waiting:
        declined = touch_facts.TouchWithheld(
            at=world.now, by=PERSON, step=waiting[-1], code="DECLINED", why="no", passed_over=True
        )
        world.record(declined)


def _call(world: Following, _: Event) -> InvoiceFact:
    open_ones = [task.task for task in world.case.tasks if not task.outcome]
    task = open_ones[-1] if open_ones else "none"
    return CallMade(at=world.now, by=PERSON, task=task, outcome="no_answer")


def _propose(world: Following, event: Event) -> InvoiceFact:
    return ProposalMade(
        at=world.now,
        by=PERSON,
        what="promise",
        role="ar_lead",
        reason="late",
        amount=part(world, event),
        promised_on=day(world, event),
    )


def _adjust(world: Following, event: Event) -> InvoiceFact:
    """The ledger tells of a credit note, or of more that is owed."""
    amount, less = part(world, event), event.days % 3
    return Adjusted(
        at=world.now,
        by="import",
        adjustment=f"A{len(world.case.adjustments)}",
        what="credit_note" if less else "debit_note",
        amount=-amount if less else amount,
        on=world.situation.today,
        reason="as the ledger says",
        rule="ledger",
    )


def _reopen(world: Following, _: Event) -> InvoiceFact:
    return InvoiceReopened(
        at=world.now,
        by=PERSON,
        after="write_off",
        amount=world.case.balance,
        on=world.situation.today,
        reason="they pay after all",
    )


def _write_to_customer(world: Following, event: Event) -> None:
    """Another invoice of the customer takes the day's slot."""
    channel = "sms" if event.share < 0.3 else "email"
    world.recent.append(RecentTouch(channel, world.now))
    world.slots.add((channel, world.situation.today))


def _change_policy(world: Following, event: Event) -> None:
    names = sorted(POLICIES)
    world.policy = POLICIES[names[event.days % len(names)]]
    world.came_from_another_policy = True


HAPPENINGS: dict[str, Happening] = CUSTOMERS | {
    "adjust": _fact(_adjust),
    "amend": _fact(_amend),
    "call": _fact(_call),
    "propose": _fact(_propose),
    "withdraw": _fact(lambda w, _: PromiseWithdrawn(at=w.now, by=PERSON, reason="misread")),
    "approve": _fact(_approve),
    "change_policy": _change_policy,
    "credit": _credit,
    "decline": _decline,
    "dispute": _fact(_dispute),
    "escalate": _fact(
        lambda w, _: facts.Escalated(at=w.now, by=PERSON, to_role="ar_lead", hold=True)
    ),
    "hand_over": _fact(lambda w, _: facts.HandedOver(at=w.now, by=PERSON, to="agency")),
    "pause": _fact(_pause),
    "pay": _fact(_pay),
    "pay_all": _fact(_pay_all),
    "promise": _fact(_promise),
    "reopen": _fact(_reopen),
    "resolve": _fact(_resolve),
    "resume": _fact(lambda w, _: facts.Resumed(at=w.now, by=PERSON)),
    "reverse": _fact(_reverse),
    "send_now": _fact(lambda w, _: touch_facts.SendRequested(at=w.now, by=PERSON)),
    "wait_for": _fact(_wait_for),
    "write_off": _fact(lambda w, _: facts.WrittenOff(at=w.now, by=PERSON, reason="small")),
    "write_to_customer": _write_to_customer,
}
