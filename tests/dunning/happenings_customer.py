"""What may happen to a customer: holds, messages, absences, payment plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning.contact_facts import ReplyHandled, ReplyReceived
from dunning.customer import apply_to_customer
from dunning.customer_facts import CustomerFact, CustomerPaused, HoldLifted, HoldPlaced
from dunning.money import Money
from dunning.plan_facts import Instalment, PlanApproved, PlanEnded, PlanProposed
from dunning.plans import open_plan
from tests.dunning.event import Event, Happening, day
from tests.dunning.following import Following
from tests.dunning.worlds import PERSON


def _hear(world: Following, fact: CustomerFact) -> None:
    world.customer = apply_to_customer(world.customer, fact)


def _hold_customer(world: Following, event: Event) -> None:
    code = "LEGAL_INSOLVENCY" if event.share < 0.5 else "HARDSHIP"
    _hear(world, HoldPlaced(at=world.now, by=PERSON, hold=f"H{event.days}", code=code, why="said"))


def _lift_holds(world: Following, _: Event) -> None:
    for hold in world.customer.holds:
        _hear(world, HoldLifted(at=world.now, by=PERSON, hold=hold.hold, reason="over"))


def _write(world: Following, event: Event) -> None:
    """The customer writes; nobody is in a hurry to answer."""
    until = world.now + timedelta(days=event.days)
    received = ReplyReceived(
        at=world.now, by="duncan", reply="R", channel="email", intents=(), hold_until=until
    )
    _hear(world, received)


def _answer(world: Following, _: Event) -> None:
    _hear(world, ReplyHandled(at=world.now, by=PERSON, reply="R", outcome="answered"))


def _be_away(world: Following, event: Event) -> None:
    away = tuple((one.contact, day(world, event)) for one in world.customer.contacts)
    world.customer = replace(world.customer, away=away)


def _plan(world: Following, event: Event) -> None:
    """Two instalments for what is open, approved unless nobody decides."""
    balance, today = world.case.balance, world.situation.today
    if balance.minor < 2 or open_plan(world.case, world.customer):
        return
    first = Money(balance.minor // 2, balance.currency)
    parts = (
        Instalment(today + timedelta(days=event.days), first),
        Instalment(today + timedelta(days=event.days + 10), balance - first),
    )
    name, role = f"plan-{len(world.customer.plans)}", "ar_lead" if event.share < 0.3 else ""
    invoices = (world.case.invoice,)
    proposed = PlanProposed(
        at=world.now, by=PERSON, plan=name, invoices=invoices, instalments=parts, role=role
    )
    _hear(world, proposed)
    if not role:
        _hear(world, PlanApproved(at=world.now, by=PERSON, plan=name))


def _cancel_plan(world: Following, _: Event) -> None:
    for one in world.customer.plans:
        _hear(world, PlanEnded(at=world.now, by=PERSON, plan=one.plan, outcome="cancelled"))


def _pause_customer(world: Following, event: Event) -> None:
    until = day(world, event)
    pause = CustomerPaused(at=world.now, by=PERSON, reason="hardship", until=until)
    world.customer = replace(world.customer, pause=pause)


def _resume_customer(world: Following, _: Event) -> None:
    world.customer = replace(world.customer, pause=None, resumed_at=world.now)


CUSTOMERS: dict[str, Happening] = {
    "answer": _answer,
    "be_away": _be_away,
    "cancel_plan": _cancel_plan,
    "hold_customer": _hold_customer,
    "lift_holds": _lift_holds,
    "pause_customer": _pause_customer,
    "plan": _plan,
    "resume_customer": _resume_customer,
    "write": _write,
}
