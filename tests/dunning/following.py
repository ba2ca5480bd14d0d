"""One invoice followed in memory, the way the workflow and the activities follow it.

Nothing here decides: the rulebook plans, the gate objects, and what came of it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from dunning import facts, touch_facts
from dunning.at_the_door import AtTheDoor, Objection, RecentTouch
from dunning.business_days import BusinessCalendar
from dunning.customer import Customer, apply_to_customer
from dunning.dispute_steps import CloseDispute
from dunning.dispute_work import dispute_steps, due_dispute_work
from dunning.facts import InvoiceFact
from dunning.folding import apply, fold
from dunning.ladder import next_look, raised_tasks
from dunning.may import may
from dunning.next_step import plan
from dunning.plans import ended_plans, with_money
from dunning.policy import Policy
from dunning.promises import settled_promises
from dunning.send_gate import first_objection, is_same_touch
from dunning.situation import Plan, Situation
from dunning.steps import (
    AskAssociate,
    CloseCase,
    Escalate,
    SendInvoice,
    SendTouch,
    Speak,
    Step,
    Wait,
)
from tests.dunning.provider import provider_said
from tests.dunning.worlds import DUNCAN, LONDON, QUILL, STANDARD, Message, opened

# More than any case has to do at one moment; beyond it, something goes round in circles.
TURNS_AT_ONE_MOMENT = 12


@dataclass
class Following:
    """A case with everything around it, and the clock in `now`.

    The provider answers `sent`, `later`, `refused`, `dead` (no such address) or `unknown`.
    """

    opening: facts.InvoiceOpened
    customer: Customer
    policy: Policy
    calendar: BusinessCalendar
    now: datetime
    provider: Callable[[], str] = lambda: "sent"
    on_plan: Callable[[Following, Plan], None] = lambda _, __: None
    # Reminders the customer got, for other invoices too, and the days taken on each channel.
    recent: list[RecentTouch] = field(default_factory=list)
    slots: set[tuple[str, date]] = field(default_factory=set)
    came_from_another_policy: bool = False
    messages: list[Message] = field(default_factory=list)
    history: list[InvoiceFact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history.append(self.opening)
        self.case = fold([self.opening])
        self.next: Step = self.plan()

    @property
    def situation(self) -> Situation:
        """What the rulebook looks at now."""
        known = {self.case.invoice: self.case}
        plans = tuple(with_money(one, known) for one in self.customer.plans)
        customer = replace(self.customer, plans=plans)
        return Situation(self.case, customer, self.policy, self.calendar, self.now)

    def record(self, *happened: InvoiceFact) -> None:
        """Record facts that are allowed, as a person or an import does. Raises NotAllowed."""
        known = self.case
        for fact in happened:
            may(known, fact)
            known = apply(known, fact)
        self.case = known
        self.history.extend(happened)

    def plan(self) -> Step:
        """Ask the rulebook and record its remarks."""
        planned = plan(self.situation)
        self.on_plan(self, planned)
        self.record(
            *(self._withheld(r.step, r.code, r.why, None, r.passed_over) for r in planned.remarks)
        )
        self.record(*due_dispute_work(self.situation), *settled_promises(self.situation))
        self.record(*raised_tasks(self.situation))
        for ended in ended_plans(self.situation):
            self.customer = apply_to_customer(self.customer, ended)
        return planned.step

    def tell(self) -> list[str]:
        """Touches, work for people and passed-over steps, such as ``04 Jun reminder 1``."""
        return [
            f"{self.calendar.local_date(fact.at):%d %b} {line}"
            for fact in self.history
            if (line := _line(fact))
        ]

    def until(self, end: datetime) -> Step:
        """Carry out what comes due up to a moment; the answer is what comes next then."""
        step, moment, turns = self.plan(), self.now, 0
        while (at := self._next_moment(step)) and at <= end:
            self.now = max(self.now, at)
            turns = turns + 1 if self.now == moment else 0
            moment = self.now
            assert turns < TURNS_AT_ONE_MOMENT, f"going round in circles: {step}"
            step = self.carry_out(step)
        self.now = max(self.now, end)
        self.next = step
        return step

    def carry_out(self, step: Step) -> Step:
        """Hand a due step to the hand it belongs to, unless the plan has changed."""
        planned = plan(self.situation).step
        if isinstance(planned, CloseCase | Wait) or planned.at > self.now:
            return self.plan()
        if isinstance(planned, AskAssociate | Escalate):
            if (planned.kind, planned.step) == (step.kind, getattr(step, "step", "")):
                self._hand_over(planned)
        elif isinstance(step, SendTouch | SendInvoice) and is_same_touch(planned, step):
            self._speak(planned)
        return self.plan()

    def _next_moment(self, step: Step) -> datetime | None:
        """When the case, or one of its disputes, has to be looked at again."""
        steps = [one for _, one in dispute_steps(self.situation)]
        moments = [one.at for one in steps if not isinstance(one, CloseDispute)]
        moments += filter(None, [next_look(self.situation)])
        if not isinstance(step, CloseCase) and step.at is not None:
            moments.append(step.at)
        return min(moments, default=None)

    def _speak(self, touch: Speak) -> None:
        today = self.situation.today
        taken = (touch.channel, today) in self.slots
        door = AtTheDoor(
            self.situation, touch, self.case.balance, tuple(self.recent), slot_taken=taken
        )
        objection = first_objection(door)
        if objection:
            self._withhold(touch, objection)
            return
        contact = self.customer.contact_for(touch.to, touch.channel)
        assert contact is not None
        attempt = f"m{sum(isinstance(f, touch_facts.TouchStarted) for f in self.history)}"
        message = Message(self.now, today, touch, self.situation, tuple(self.history))
        self.record(self._started(touch, attempt, contact.contact))
        self._hear(self.provider(), message, attempt, contact.contact)

    def _hear(self, said: str, message: Message, attempt: str, contact: str) -> None:
        if said in ("sent", "unknown"):
            self.messages.append(message)
            self.slots.add((message.touch.channel, message.on))
            if message.touch.letter != "invoice":
                touch = message.touch
                self.recent.append(RecentTouch(touch.channel, self.now, touch.letter))
        if said == "dead":
            self._block(contact, message.touch.channel)
        self.record(provider_said(said, self.now, attempt))

    def _block(self, contact: str, channel: str) -> None:
        contacts = tuple(
            replace(one, blocked=(*one.blocked, channel)) if one.contact == contact else one
            for one in self.customer.contacts
        )
        self.customer = replace(self.customer, contacts=contacts)

    def _withhold(self, touch: Speak, objection: Objection) -> None:
        code, why, until = objection.code, objection.why, objection.until
        self.record(self._withheld(touch.step, code, why, until, until is None))
        if code == "NO_CONTACT":
            self.record(self._task(touch.step, "contact", "associate", why))

    def _hand_over(self, step: AskAssociate | Escalate) -> None:
        if isinstance(step, Escalate):
            self.record(facts.Escalated(at=self.now, by=DUNCAN, to_role=step.role, step=step.step))
        what = step.what if isinstance(step, AskAssociate) else "escalation"
        self.record(self._task(step.step, what, step.role, step.why))

    def _task(self, step: str, what: str, role: str, why: str) -> facts.TaskOpened:
        name = f"{what}:{step}:{len(self.case.tasks)}"
        return facts.TaskOpened(
            at=self.now, by=DUNCAN, task=name, what=what, role=role, why=why, step=step
        )

    def _started(self, touch: Speak, attempt: str, contact: str) -> touch_facts.TouchStarted:
        return touch_facts.TouchStarted(
            at=self.now,
            by=DUNCAN,
            attempt=attempt,
            step=touch.step,
            channel=touch.channel,
            letter=touch.letter,
            level=touch.level,
            amount=self.case.balance - self.case.disputed,
            contact=contact,
            policy=self.policy.name,
            claimant=self.case.invoice,
        )

    def _withheld(
        self,
        step: str,
        code: str,
        why: str,
        until: datetime | None,
        passed_over: bool,  # noqa: FBT001
    ) -> touch_facts.TouchWithheld:
        return touch_facts.TouchWithheld(
            at=self.now,
            by=DUNCAN,
            step=step,
            code=code,
            why=why,
            until=until,
            passed_over=passed_over,
        )


def _line(fact: InvoiceFact) -> str:
    match fact:
        case touch_facts.TouchStarted():
            return f"{fact.step} {fact.level}"
        case facts.TaskOpened():
            return f"{fact.step} {fact.what}"
        case touch_facts.TouchWithheld() if fact.passed_over:
            return f"{fact.step} {fact.code}"
        case _:
            return ""


def following(
    opening: facts.InvoiceOpened | None = None,
    policy: Policy = STANDARD,
    calendar: BusinessCalendar = LONDON,
    customer: Customer = QUILL,
) -> Following:
    """The usual invoice, followed from the moment it came in."""
    first = opening or opened()
    return Following(first, customer, policy, calendar, first.at)
