"""Histories made for one rule each: what random ones seldom come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dunning import facts, plan_facts, proposal_facts, touch_facts
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.money import Money
from dunning.policy import Policy
from dunning.promise_facts import PromiseMade
from dunning.replacing import replace
from dunning.steps import SendTouch
from tests.dunning.audit.housed_invoices import Invoice
from tests.dunning.audit.households import Household
from tests.dunning.audit.told_policies import (
    STANDARD,
    certain_policy,
    conditional_policy,
    slow_policy,
    twice_policy,
)
from tests.dunning.worlds import POLICIES

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWED = Money(90_000, "EUR")
# The first reminder is due on the third day after the due date, a fortnight after the beginning.
DUE = BEGINS + timedelta(days=14)


def told(
    answer: str = "sent",
    policy: Policy = STANDARD,
    due: datetime = DUE,
    *,
    distributed: bool = True,
) -> tuple[Household, Invoice]:
    """A customer with one invoice, due in a fortnight where nothing else is said."""
    contact = Contact("C/billing", "Ada", "billing", "ada@quill.example", "", sms_consent=False)
    recorded = CustomerRecorded(
        at=BEGINS - timedelta(days=30),
        by="import",
        customer="C",
        name="Quill",
        timezone="Europe/London",
        contacts=(contact,),
    )
    home = Household(recorded, answers=lambda: answer)
    opening = facts.InvoiceOpened(
        at=BEGINS,
        by="import",
        invoice="I",
        customer="C",
        entity="",
        amount=OWED,
        issue_date=BEGINS.date(),
        due_date=due.date(),
        policy=policy.name,
        distributed=distributed,
    )
    return home, home.open(opening, policy)


def paused_at_the_door() -> Household:
    """A person pauses the case after the step was planned, and before its message is claimed."""
    home, one = told()
    # Another invoice is owed as well, so that the sum alone stops nothing.
    home.open(replace(one.opening, invoice="J", due_date=BEGINS.date()), one.policy)
    while not (isinstance(one.next, SendTouch) and one.next.level > 0):
        moment = one.moment()
        assert moment is not None, "a reminder comes first"
        home.until(moment)
    touch, before = one.next, one.next.at - timedelta(minutes=1)
    home.until(before)
    one.now = touch.at
    until = before.date() + timedelta(days=5)
    one.record(facts.Paused(at=before, by="maria", reason="internal_query", until=until))
    one._speak(touch)  # noqa: SLF001 - whoever carries the step out did not ask again
    one.next = one.plan()
    home.until(touch.at + timedelta(hours=1))
    return home


def always_refused() -> Household:
    """The provider takes none of its messages."""
    home, _ = told("refused")
    home.until(BEGINS + timedelta(days=60))
    return home


def broken_twice() -> Household:
    """Two promises in a row, neither kept."""
    home, one = told()
    for days in (25, 35):
        at = BEGINS + timedelta(days=days)
        home.until(at)
        on = at.date() + timedelta(days=3)
        one.record(PromiseMade(at=at, by="maria", amount=OWED, promised_on=on))
        one.next = one.plan()
    home.until(BEGINS + timedelta(days=60))
    return home


def broken_late() -> Household:
    """A promise made after the first reminder, far ahead, and broken; its policy goes slowly."""
    slow = slow_policy()
    home, one = told(policy=slow)
    at = BEGINS + timedelta(days=20)
    happens(home, one, at, PromiseMade(at=at, by="maria", amount=OWED, promised_on=_day(at, 20)))
    home.until(BEGINS + timedelta(days=80))
    return home


def enrolled_late() -> Household:
    """An invoice that came in when both its first reminders were due."""
    home, _ = told(policy=twice_policy(), due=BEGINS - timedelta(days=9))
    home.until(BEGINS + timedelta(days=40))
    return home


def without_a_promise() -> Household:
    """Nobody promised anything, and the policy asks for a broken promise."""
    home, _ = told(policy=conditional_policy())
    home.until(BEGINS + timedelta(days=40))
    return home


def never_delivered() -> Household:
    """The provider refuses the invoice itself, again and again; everything else it takes."""
    home, _ = told(policy=certain_policy(), distributed=False)
    home.answers = lambda: "refused" if home.now < DUE else "sent"
    home.invoices[0].provider = home.answers
    home.until(BEGINS + timedelta(days=60))
    return home


def followed_for_long() -> Household:
    """Nothing happens but what the policy says."""
    home, _ = told()
    home.until(BEGINS + timedelta(days=60))
    return home


def resumed_on_the_day() -> Household:
    """A pause over the reminder's day, lifted in the morning of a later one."""
    home, one = told()
    paused, resumed = DUE + timedelta(days=1), DUE + timedelta(days=8, hours=-1)
    until = _day(paused, 20)
    pause = facts.Paused(at=paused, by="maria", reason="internal_query", until=until)
    happens(home, one, paused, pause)
    happens(home, one, resumed, facts.Resumed(at=resumed, by="omar"))
    home.until(BEGINS + timedelta(days=40))
    return home


def promise_to_be_approved() -> Household:
    """Somebody asks for a long promise just before the reminder; the answer comes days later."""
    home, one = told()
    at = DUE + timedelta(days=2)
    asked = proposal_facts.ProposalMade(
        at=at, by="maria", what="promise", role="ar_lead", reason="long", amount=OWED
    )
    happens(home, one, at, replace(asked, promised_on=_day(at, 60)))
    home.until(at + timedelta(days=4))
    return home


def paid_by_plan() -> Household:
    """Instalments were agreed before the reminder."""
    home, _ = told()
    at = DUE + timedelta(days=1)
    home.until(at)
    parts = (plan_facts.Instalment(_day(at, 60), OWED),)
    home.tell(
        plan_facts.PlanProposed(at=at, by="maria", plan="P", invoices=("I",), instalments=parts)
    )
    home.until(DUE + timedelta(days=3, hours=9))
    return home


def asked_for() -> Household:
    """A person asks for the next letter, days before it is due."""
    home, one = told()
    at = DUE + timedelta(days=4, hours=-1)
    happens(home, one, at, touch_facts.SendRequested(at=at, by="maria"))
    home.until(DUE + timedelta(days=40))
    return home


def promised() -> Household:
    """A promise a fortnight ahead, and a pause that ends before it."""
    home, one = told()
    at = DUE + timedelta(days=1)
    pause = facts.Paused(at=at, by="maria", reason="internal_query", until=_day(at, 3))
    promise = PromiseMade(at=at, by="maria", amount=OWED, promised_on=_day(at, 14))
    happens(home, one, at, pause, promise)
    home.until(DUE + timedelta(days=30))
    return home


def never_approved() -> Household:
    """Nobody looks at the letters that wait for approval."""
    home, _ = told(policy=POLICIES["eu_formal"])
    home.until(BEGINS + timedelta(days=110))
    return home


def courtesy_after_payment() -> Household:
    """A second invoice comes in when the first, reminded of already, was just paid."""
    home, one = told()
    other = replace(
        one.opening,
        at=DUE,
        invoice="J",
        issue_date=DUE.date(),
        due_date=_day(DUE, 14),
    )
    home.until(DUE)
    home.open(other, one.policy)
    paid = DUE + timedelta(days=7)
    money = facts.PaymentApplied(at=paid, by="import", payment="P", amount=OWED, on=paid.date())
    happens(home, one, paid, money)
    home.until(paid + timedelta(days=3))
    return home


def happens(home: Household, one: Invoice, at: datetime, *said: facts.InvoiceFact) -> None:
    """Record facts of the invoice at a moment, and let it be planned again."""
    home.until(at)
    one.record(*said)
    one.next = one.plan()


def _day(at: datetime, days: int) -> date:
    return at.date() + timedelta(days=days)
