"""A simulation's play: one customer's open invoices in memory, moment by moment.

It does what workflows and activities do and asks the rulebook the same questions. It assumes that
providers take every message and that nobody pays, promises, disputes, approves or resumes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from activities import tasks
from activities.account import SOON, Account, Covered, giving_way, sharing
from activities.consolidation import composed
from activities.outgoing import started, withheld
from activities.planning import DUNCAN, Planner, consequences
from commands.simulation.business import Business, soon_for
from commands.simulation.open_tasks import OpenTasks
from commands.simulation.opening import Opening, PastMessage
from commands.simulation.rows import Touched, touched
from commands.simulation.situations import Situations
from dunning.at_the_door import Objection
from dunning.case import Case
from dunning.customer import apply_to_customer
from dunning.dispute_steps import CloseDispute
from dunning.dispute_work import dispute_steps, due_dispute_work
from dunning.facts import InvoiceFact, TaskOpened
from dunning.folding import apply
from dunning.ladder import next_look
from dunning.lapse import after_lapse
from dunning.next_step import plan
from dunning.plans import ended_plans
from dunning.send_gate import first_objection, is_same_touch
from dunning.situation import Situation
from dunning.steps import AskAssociate, CloseCase, Escalate, SendInvoice, SendTouch, Speak, Step
from dunning.touch_facts import TouchSent, TouchWithheld
from ledger.messages import SILENT_STAGES
from ledger.projections import stage_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Noted:
    """What else becomes of an invoice on one of the customer's days: withheld, or a task."""

    on: date
    invoice: str
    customer: str
    fact: TouchWithheld | TaskOpened


class Play:
    """One customer's invoices under one planner, until just before `end`.

    `messages` and `noted` fill meanwhile. What cannot come up before the end any more is
    forgotten, but for its line in the list of what is owed.
    """

    def __init__(self, planner: Planner, opening: Opening, end: datetime) -> None:
        self.messages: list[Touched] = []
        self.noted: list[Noted] = []
        self._planner, self._end = planner, end
        # No letter that goes out before the end says that this falls due soon.
        self._soon = end.date() + ONE_DAY + SOON
        self._customer = opening.customer
        self._cases: dict[str, Case] = {}
        self._business = Business(opening)
        self._situations = Situations(planner)
        self._steps: dict[str, Step] = {}
        self._stages: dict[str, str] = {}
        self._tasks = OpenTasks()
        self._queue: list[tuple[datetime, str]] = []

    def enter(self, case: Case, start: datetime) -> None:
        """Take one of the customer's cases in and plan it at the start."""
        self._cases[case.invoice] = case
        self._tasks.remember(case)
        self._plan(case.invoice, start)
        self._situations.forget()

    def run(self) -> None:
        """Play what comes up, moment by moment."""
        while self._queue:
            now, invoice = heapq.heappop(self._queue)
            self._carry_out(invoice, self._steps[invoice], now)
            self._plan(invoice, now)
        self._business.forget()

    def _situation(self, invoice: str, now: datetime) -> Situation:
        return self._situations.of(self._cases[invoice], self._customer, now)

    def _plan(self, invoice: str, now: datetime) -> None:
        self._end_plans(invoice, now)
        situation = self._situation(invoice, now)
        planned = plan(situation)
        self._stages[invoice] = stage_of(situation.case, planned)
        self._record(situation, (*consequences(situation, planned), *due_dispute_work(situation)))
        situation = self._situation(invoice, now)
        step = self._steps[invoice] = after_lapse(situation, planned).step
        self._list_item(invoice)
        self._business.planned_anew(invoice, now)
        moments = [] if isinstance(step, CloseCase) or step.at is None else [step.at]
        moments += _dispute_moments(situation) if situation.case.disputes else ()
        look = next_look(situation)
        moments += [look] if look else []
        if moments and min(moments) < self._end:
            heapq.heappush(self._queue, (max(min(moments), now), invoice))
        elif not self._may_share(invoice, step):
            del self._cases[invoice], self._steps[invoice], self._stages[invoice]

    def _may_share(self, invoice: str, step: Step) -> bool:
        """Whether another invoice's message may still carry the step out."""
        is_near = self._cases[invoice].due_date <= self._soon
        return is_near and isinstance(step, SendTouch | SendInvoice)

    def _end_plans(self, invoice: str, now: datetime) -> None:
        if not self._customer.plans:
            return
        for ended in ended_plans(self._situation(invoice, now)):
            self._customer = apply_to_customer(self._customer, ended)
            self._business.forget()

    def _carry_out(self, invoice: str, step: Step, now: datetime) -> None:
        situation = self._situation(invoice, now)
        if isinstance(step, SendTouch | SendInvoice):
            self._speak(situation, step)
        elif isinstance(step, AskAssociate | Escalate):
            self._hand_over(situation, step)

    def _speak(self, situation: Situation, touch: Speak) -> None:
        planned = plan(situation)
        if not is_same_touch(planned.step, touch) or planned.step.at > situation.now:
            return
        mine = Covered(situation, planned.step)
        account = self._business.account(situation, touch.channel)
        first = self._business.first_beside(account, mine, self._beside, self._steps)
        account = giving_way(account, mine, first)
        objection = first_objection(account.at_the_door(situation, planned.step))
        if objection:
            self._withhold(mine, objection)
            return
        self._record(situation, consequences(situation, planned))
        self._send(account, sharing(account, mine, self._others(mine)), mine)

    def _withhold(self, mine: Covered, objection: Objection) -> None:
        found: list[InvoiceFact] = [withheld(mine, objection)]
        if objection.code in tasks.PEOPLES_WORK:
            task = self._tasks.task_for(mine.situation, "contact", mine.touch.step)
            found.append(tasks.contact_task(mine.situation, mine.touch.step, objection.why, task))
        self._record(mine.situation, found)

    def _send(self, account: Account, covered: tuple[Covered, ...], mine: Covered) -> None:
        policies = self._planner.policies_at(mine.situation.now)
        entity = policies.entity(mine.situation.case.entity)
        slot = (mine.touch.channel, account.today)
        number = self._business.messages_of(*slot)
        message = composed(account, covered, entity, number)
        now = mine.situation.now
        for one in covered:
            claimed = started(message, one, mine.invoice)
            sent = TouchSent(at=now, by=DUNCAN, attempt=message.attempt)
            self._record(one.situation, [claimed, sent])
            self._list_item(one.invoice)
        letter = message.spoken.letter
        self._business.told(PastMessage(*slot, at=now, counts=True, letter=letter))
        self.messages.append(touched(message))

    def _hand_over(self, situation: Situation, step: AskAssociate | Escalate) -> None:
        whole = plan(situation)
        planned = whole.step
        if isinstance(planned, AskAssociate | Escalate) and tasks.is_due(
            planned, step, situation.now
        ):
            task = self._tasks.task_for(situation, tasks.work_of(planned), planned.step)
            currency = situation.case.amount.currency
            owed = lambda: self._business.account(situation, "").owed(currency)  # noqa: E731 - asked seldom
            found = tasks.handed_over(situation, planned, task, owed)
            self._record(situation, [*consequences(situation, whole), *found])

    def _record(self, situation: Situation, facts: Sequence[InvoiceFact]) -> None:
        invoice = situation.case.invoice
        for fact in facts:
            self._cases[invoice] = apply(self._cases[invoice], fact)
            if isinstance(fact, TouchWithheld | TaskOpened):
                customer = situation.case.customer
                self.noted.append(Noted(situation.today, invoice, customer, fact))
            self._tasks.note(invoice, fact)

    def _others(self, mine: Covered) -> Iterator[Situation]:
        """What may share the message."""
        now, soon = mine.situation.now, soon_for(mine)
        found = (self._beside(now, soon, one) for one in self._steps if one != mine.invoice)
        return (situation for situation in found if situation)

    def _beside(self, now: datetime, soon: date | None, invoice: str) -> Situation | None:
        """The invoice's situation if it may share a message, by the step that was planned last."""
        step = self._steps.get(invoice)
        if isinstance(step, SendTouch | SendInvoice) and (
            step.at <= now or (soon and self._cases[invoice].due_date <= soon)
        ):
            return self._situation(invoice, now)
        return None

    def _list_item(self, invoice: str) -> None:
        is_silent = self._stages.get(invoice) in SILENT_STAGES
        self._business.list_item(self._cases[invoice], is_silent=is_silent)


def _dispute_moments(situation: Situation) -> list[datetime]:
    steps = (step for _, step in dispute_steps(situation))
    return [step.at for step in steps if not isinstance(step, CloseDispute)]
