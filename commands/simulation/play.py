"""A simulation's play: one customer's open invoices in memory, moment by moment.

It does what workflows and activities do and asks the rulebook the same questions. It assumes that
providers take every message and that nobody pays, promises, disputes, approves or resumes.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from activities import tasks
from activities.account import SOON, Account, Covered, sharing
from activities.consolidation import Consolidated, composed
from activities.outgoing import started, withheld
from activities.planning import DUNCAN, Planner, consequences
from commands.simulation.opening import Opening, PastMessage
from dunning.at_the_door import Objection, RecentTouch
from dunning.case import Case
from dunning.customer import apply_to_customer
from dunning.dispute_steps import CloseDispute
from dunning.dispute_work import dispute_steps, due_dispute_work
from dunning.facts import InvoiceFact, TaskClosed, TaskOpened
from dunning.folding import apply
from dunning.ladder import next_look
from dunning.money import Money
from dunning.next_step import plan
from dunning.plans import ended_plans
from dunning.send_gate import first_objection, is_same_touch
from dunning.situation import Situation
from dunning.steps import AskAssociate, CloseCase, Escalate, SendInvoice, SendTouch, Speak, Step
from dunning.touch_facts import TouchSent, TouchWithheld
from ledger.messages import LOOK_BACK, SILENT_STAGES, OpenItem, open_item_of
from ledger.projections import stage_of


@dataclass(frozen=True)
class Noted:
    """What else becomes of an invoice on one of the customer's days: withheld, or a task."""

    on: date
    case: Case
    fact: TouchWithheld | TaskOpened


class Play:
    """One customer's invoices under one planner; `messages` and `noted` fill while it runs."""

    def __init__(self, planner: Planner, opening: Opening) -> None:
        self.messages: list[Consolidated] = []
        self.noted: list[Noted] = []
        self._planner = planner
        self._customer = opening.customer
        self._cases = {case.invoice: case for case in opening.cases}
        self._past = list(opening.messages)
        self._spoken, self._credit = opening.spoken, opening.credit
        self._moment: datetime | None = None
        self._seen: dict[str, Situation] = {}
        self._steps: dict[str, Step] = {}
        self._stages: dict[str, str] = {}
        self._items: dict[str, OpenItem] = {}
        self._sorted: tuple[OpenItem, ...] | None = None
        self._accounts: dict[tuple[datetime, str], Account] = {}
        self._kinds: dict[str, tuple[str, str]] = {}
        self._about: dict[str, set[str]] = defaultdict(set)
        for case in opening.cases:
            self._remember_tasks(case)
        self._queue: list[tuple[datetime, str]] = []

    def run(self, start: datetime, end: datetime) -> None:
        """Play from `start` until just before `end`."""
        for invoice in self._cases:
            self._plan(invoice, start)
        while self._queue and self._queue[0][0] < end:
            now, invoice = heapq.heappop(self._queue)
            self._carry_out(invoice, self._steps[invoice], now)
            self._plan(invoice, now)

    def _situation(self, invoice: str, now: datetime) -> Situation:
        """The situation of a moment, once: what was worked out about it is asked for again."""
        if now != self._moment:
            self._moment, self._seen = now, {}
        case, seen = self._cases[invoice], self._seen.get(invoice)
        if seen and seen.case is case and seen.customer is self._customer:
            return seen
        found = self._seen[invoice] = self._planner.situation(case, self._customer, now)
        return found

    def _remember_tasks(self, case: Case) -> None:
        for task in case.tasks:
            if not task.outcome:
                self._kinds[task.task] = _kind(task.what, task.step)
                self._about[task.task].add(case.invoice)

    def _plan(self, invoice: str, now: datetime) -> None:
        self._end_plans(invoice, now)
        situation = self._situation(invoice, now)
        planned = plan(situation)
        work = due_dispute_work(situation)
        self._record(situation, (*consequences(situation, planned), *work))
        step = planned.step
        self._steps[invoice] = step
        self._stages[invoice] = stage_of(situation.case, planned)
        self._list_item(invoice)
        moments = [] if isinstance(step, CloseCase) or step.at is None else [step.at]
        moments += self._dispute_moments(invoice, now)
        moments += filter(None, [next_look(self._situation(invoice, now))])
        if moments:
            heapq.heappush(self._queue, (max(min(moments), now), invoice))

    def _end_plans(self, invoice: str, now: datetime) -> None:
        for ended in ended_plans(self._situation(invoice, now)):
            self._customer = apply_to_customer(self._customer, ended)

    def _dispute_moments(self, invoice: str, now: datetime) -> list[datetime]:
        steps = (step for _, step in dispute_steps(self._situation(invoice, now)))
        return [step.at for step in steps if not isinstance(step, CloseDispute)]

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
        account = self._account(situation, touch.channel)
        objection = first_objection(account.at_the_door(situation, planned.step))
        if objection:
            self._withhold(mine, objection)
            return
        self._record(situation, consequences(situation, planned))
        self._send(account, sharing(account, mine, self._others(mine)), mine)

    def _withhold(self, mine: Covered, objection: Objection) -> None:
        found: list[InvoiceFact] = [withheld(mine, objection)]
        if objection.code in tasks.PEOPLES_WORK:
            task = self._task_for(mine.situation, "contact", mine.touch.step)
            found.append(tasks.contact_task(mine.situation, mine.touch.step, objection.why, task))
        self._record(mine.situation, found)

    def _send(self, account: Account, covered: tuple[Covered, ...], mine: Covered) -> None:
        policies = self._planner.policies_at(mine.situation.now)
        entity = policies.entity(mine.situation.case.entity)
        slot = (mine.touch.channel, account.today)
        number = Counter((one.channel, one.on) for one in self._past)[slot]
        message = composed(account, covered, entity, number)
        now = mine.situation.now
        for one in covered:
            claimed = started(message, one, mine.invoice)
            sent = TouchSent(at=now, by=DUNCAN, attempt=message.attempt)
            self._record(one.situation, [claimed, sent])
        letter = message.spoken.letter
        self._past.append(PastMessage(*slot, at=now, counts=True, letter=letter))
        self._accounts.clear()
        self.messages.append(message)

    def _hand_over(self, situation: Situation, step: AskAssociate | Escalate) -> None:
        planned = plan(situation).step
        if isinstance(planned, AskAssociate | Escalate) and tasks.is_due(
            planned, step, situation.now
        ):
            task = self._task_for(situation, tasks.work_of(planned), planned.step)
            found = tasks.handed_over(situation, planned, task, lambda: self._owed(situation))
            self._record(situation, found)

    def _owed(self, situation: Situation) -> Money:
        return self._account(situation, "").owed(situation.case.amount.currency)

    def _task_for(self, situation: Situation, what: str, step: str) -> str:
        """The customer's open task of this kind, or a new one; many invoices share it."""
        alike = (task for task, kind in self._kinds.items() if kind == _kind(what, step))
        known = next((task for task in alike if self._about[task]), None)
        return known or tasks.task_name(situation, what, step)

    def _record(self, situation: Situation, facts: Sequence[InvoiceFact]) -> None:
        invoice = situation.case.invoice
        for fact in facts:
            self._cases[invoice] = apply(self._cases[invoice], fact)
            if isinstance(fact, TouchWithheld | TaskOpened):
                self.noted.append(Noted(situation.today, situation.case, fact))
            self._note_task(invoice, fact)
        if facts:
            self._list_item(invoice)

    def _note_task(self, invoice: str, fact: InvoiceFact) -> None:
        if isinstance(fact, TaskOpened):
            self._kinds[fact.task] = _kind(fact.what, fact.step)
            self._about[fact.task].add(invoice)
        elif isinstance(fact, TaskClosed):
            self._about[fact.task].discard(invoice)

    def _account(self, situation: Situation, channel: str) -> Account:
        """The customer's business, gathered once for all that happens at one moment."""
        key = (situation.now, channel)
        if key not in self._accounts:
            self._accounts = {key: self._gathered(situation, channel)}
        return self._accounts[key]

    def _gathered(self, situation: Situation, channel: str) -> Account:
        now, today = situation.now, situation.today
        made = [one for one in self._past if one.counts]
        dunned = (one for one in made if one.letter != "invoice")
        recent = (*(RecentTouch(o.channel, o.at, o.letter) for o in dunned), *self._spoken)
        return Account(
            today=today,
            items=self._open_items(),
            recent=tuple(one for one in recent if one.at > now - LOOK_BACK),
            slot_taken=any((one.channel, one.on) == (channel, today) for one in made),
            credit=self._credit.get(situation.case.amount.currency),
        )

    def _others(self, mine: Covered) -> Iterator[Situation]:
        """What may share the message, by the steps that were planned last."""
        now = mine.situation.now
        soon = mine.situation.today + SOON if mine.touch.level == 0 else None
        for invoice, step in self._steps.items():
            if invoice == mine.invoice or not isinstance(step, SendTouch | SendInvoice):
                continue
            if step.at <= now or (soon and self._cases[invoice].due_date <= soon):
                yield self._situation(invoice, now)

    def _open_items(self) -> tuple[OpenItem, ...]:
        if self._sorted is None:
            items = sorted(self._items.values(), key=lambda one: (one.due_date, one.invoice))
            self._sorted = tuple(items)
        return self._sorted

    def _list_item(self, invoice: str) -> None:
        """Keep the list of what the customer owes and may be reminded of."""
        case, before = self._cases[invoice], self._items.pop(invoice, None)
        if self._stages.get(invoice) not in SILENT_STAGES and case.balance > case.disputed:
            self._items[invoice] = open_item_of(case)
        if self._items.get(invoice) != before:
            self._sorted = None
            self._accounts.clear()


def _kind(what: str, step: str) -> tuple[str, str]:
    """Tasks of one kind are one task."""
    return what, step if what in tasks.OF_ONE_STEP else ""
