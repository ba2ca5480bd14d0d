"""Builders for the rulebook's tests: one usual invoice, customer and calendar, changed at will.

The usual invoice is due on Monday, 1 June 2026. Under the standard policy that means: courtesy
27 May, reminder 4 June, request 11 June, request by SMS 15 June, call 18 June, firm 25 June,
escalate 1 July, formal notice 16 July, final notice 31 July, decide 17 August.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from activities.policies import load_policies
from dunning import facts, touch_facts
from dunning.at_the_door import AtTheDoor
from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.case import Case
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.folding import apply, fold
from dunning.money import Money
from dunning.policy import CadenceStep, Policy
from dunning.situation import Situation
from dunning.steps import SendTouch, Speak

POLICIES = dict(load_policies(Path(__file__).parents[2] / "policies").policies)
STANDARD = POLICIES["standard_b2b"]
WEEKEND = frozenset({5, 6})
LONDON = BusinessCalendar("Europe/London", WEEKEND, frozenset())
ISSUED, DUE = date(2026, 5, 5), date(2026, 6, 1)
OFFICE_HOURS = SendingWindow(time(9), time(17))
BILLING = Contact(
    "C1/billing", "Ada Quill", "billing", "ada@quill.example", "+442079460000", sms_consent=True
)
QUILL = Customer("C1", "Quill Ltd", timezone="Europe/London", contacts=(BILLING,))
PERSON, DUNCAN = "maria", "duncan"


@dataclass(frozen=True)
class Message:
    """A message that went out, or may have."""

    at: datetime
    on: date
    touch: Speak
    situation: Situation
    known: tuple[InvoiceFact, ...]

    @property
    def case(self) -> Case:
        """The case just before the touch."""
        return self.situation.case


def moment(text: str, zone: str = "Europe/London") -> datetime:
    """The moment of a local time in 2026, such as ``4 Jun 10:00``; without a time, at noon."""
    day = text if ":" in text else f"{text} 12:00"
    local = datetime.strptime(f"{day} 2026 +0000", "%d %b %H:%M %Y %z")
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money.parse(amount, "EUR")


def opened(**changes: object) -> facts.InvoiceOpened:
    """The usual invoice: 1200.00 EUR, issued 5 May, due 1 June, sent by the ledger."""
    usual = facts.InvoiceOpened(
        at=moment("5 May 08:00"),
        by="import",
        invoice="INV-1",
        customer="C1",
        entity="",
        amount=euros("1200.00"),
        issue_date=ISSUED,
        due_date=DUE,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # Its own fields, by name.


def case(*history: InvoiceFact, **changes: object) -> Case:
    """The usual case after these facts."""
    return fold([opened(**changes), *history])


def after(known: Case, *history: InvoiceFact) -> Case:
    """The case after more facts."""
    for fact in history:
        known = apply(known, fact)
    return known


def touched(
    step: CadenceStep, at: datetime, attempt: str = "", /, **changes: object
) -> list[InvoiceFact]:
    """The facts of a touch that was sent."""
    attempt = attempt or f"{step.id}@{at:%m%d}"
    return [started(step, at, attempt, **changes), sent(at, attempt)]


def started(
    step: CadenceStep, at: datetime, attempt: str, /, **changes: object
) -> touch_facts.TouchStarted:
    """The claim of a touch."""
    usual = touch_facts.TouchStarted(
        at=at,
        by=DUNCAN,
        attempt=attempt,
        step=step.id,
        channel=step.channel,
        letter=step.letter,
        level=step.level,
        amount=euros("1200.00"),
        contact=BILLING.contact,
        policy="standard_b2b v1",
        claimant="INV-1",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # Its own fields, by name.


def sent(at: datetime, attempt: str) -> touch_facts.TouchSent:
    """The provider accepted the message."""
    return touch_facts.TouchSent(at=at, by=DUNCAN, attempt=attempt)


def step_of(step: str, policy: Policy = STANDARD) -> CadenceStep:
    """A step of a policy by its id."""
    return next(one for one in policy.steps if one.id == step)


def done_until(step: str, policy: Policy = STANDARD) -> list[InvoiceFact]:
    """The cadence carried out on its days up to and including a step, tasks included."""
    history: list[InvoiceFact] = []
    for one in policy.steps:
        day = one.scheduled_on(DUE, LONDON)
        history += _done(one, LONDON.moment(day, time(10)))
        if one.id == step:
            return history
    raise LookupError(step)


def _done(step: CadenceStep, at: datetime) -> list[InvoiceFact]:
    if step.action == "touch":
        return touched(step, at)
    task = task_opened(at, step.id, step.what or "escalation")
    if step.action == "task":
        return [task]
    return [facts.Escalated(at=at, by=DUNCAN, to_role=step.to, step=step.id), task]


def task_opened(at: datetime, step: str, what: str, task: str = "") -> facts.TaskOpened:
    """People were given work by a step."""
    name = task or f"C1:{what}:{step}"
    return facts.TaskOpened(
        at=at, by=DUNCAN, task=name, what=what, role="ar_lead", why="", step=step
    )


def seen(
    known: Case,
    now: datetime,
    policy: Policy = STANDARD,
    calendar: BusinessCalendar = LONDON,
    customer: Customer = QUILL,
) -> Situation:
    """What the rulebook looks at."""
    return Situation(known, customer, policy, calendar, now)


def at_the_door(situation: Situation, touch: SendTouch, **changes: object) -> AtTheDoor:
    """What the gate looks at: the invoice's balance is all the customer owes."""
    usual = AtTheDoor(situation=situation, touch=touch, worth=situation.case.balance)
    return replace(usual, **changes)  # type: ignore[arg-type]  # Its own fields, by name.
