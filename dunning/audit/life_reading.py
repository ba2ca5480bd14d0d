"""Reading the life of an invoice: one pass over its facts, with the standing at every touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import get_args

from dunning import dispute_facts, facts, promise_facts, proposal_facts, touch_facts
from dunning.adjustment_facts import BalanceFact
from dunning.audit.excuses import ISSUE
from dunning.audit.holds import Intervals, holds_now
from dunning.audit.life import Exposure, Life, Made, Term
from dunning.audit.standing import Standing
from dunning.business_days import BusinessCalendar
from dunning.distribution_facts import DistributionFact
from dunning.facts import InvoiceFact, InvoiceOpened
from dunning.policy import Policy

# The policy of an invoice whose ledger names one (or ""), at a moment.
PolicyOf = Callable[[str, datetime], Policy]


def life_of(
    history: Sequence[InvoiceFact],
    calendar: BusinessCalendar,
    policy_of: PolicyOf,
    turns: Sequence[datetime] = (),
) -> Life:
    """Read an invoice from its facts; the first one opened it.

    `turns` are the moments at which the ledger said something new of the customer.
    """
    first, *later = history
    assert isinstance(first, InvoiceOpened), "an invoice begins when the ledger names it"
    reader = _Reader(first, calendar, policy_of, [at for at in turns if at > first.at])
    for fact in later:
        reader.hear(fact)
    return reader.end()


# Looked up by its kind: of so many kinds, a union is searched one by one.
_SILENT = frozenset(
    get_args(
        facts.LedgerFact
        | BalanceFact
        | facts.Paused
        | facts.Resumed
        | facts.Escalated
        | promise_facts.PromiseMade
        | promise_facts.PromiseWithdrawn
        | proposal_facts.ProposalFact
        | dispute_facts.DisputeOpened
        | dispute_facts.DisputeResolved
        | dispute_facts.DisputeReleased
        | DistributionFact
    )
)


class _Reader:
    def __init__(
        self,
        opened: InvoiceOpened,
        calendar: BusinessCalendar,
        policy_of: PolicyOf,
        turns: list[datetime],
    ) -> None:
        self._calendar, self._policy_of, self._turns = calendar, policy_of, turns
        self._life = Life(opened, calendar.local_date(opened.at))
        self._standing = Standing(
            opened.amount.minor, opened.due_date, opened.policy, opened.distributed
        )
        self._policy = policy_of(opened.policy, opened.at)
        self._intervals = Intervals(calendar)
        self._by_attempt: dict[str, Made] = {}
        self._life.terms.append(Term(date.min, opened.due_date, self._policy, opened.at))
        self._note_holds(opened.at)

    def hear(self, fact: InvoiceFact) -> None:
        while self._turns and self._turns[0] <= fact.at:
            self._turn(self._turns.pop(0))
        life, standing = self._life, self._standing
        match fact:
            case touch_facts.TouchStarted():
                self._start(fact)
            case (
                touch_facts.TouchSent()
                | touch_facts.TouchRefused()
                | (touch_facts.TouchUnknown() | touch_facts.TouchBounced())
            ):
                self._settle(fact)
            case touch_facts.TouchWithheld():
                life.withheld.append(fact)
                if fact.passed_over and fact.code not in touch_facts.TIME_IS_GONE:
                    standing.requested_at = None
                if fact.passed_over and fact.step == ISSUE:
                    standing.undelivered = not standing.distributed
                    self._note_holds(fact.at)
            case facts.TaskOpened():
                life.work.append(fact)
            case _:
                standing.hear(fact)
                self._keep(fact)
        if type(fact) in _SILENT:
            self._note_holds(fact.at)

    def end(self) -> Life:
        for at in self._turns:
            self._turn(at)
        self._life.silences = self._intervals.all()
        self._life.standing = self._standing
        return self._life

    def _turn(self, at: datetime) -> None:
        """Take another policy from the moment on, if what the ledger says now leads to one."""
        before, self._policy = self._policy, self._policy_of(self._standing.policy, at)
        if before is not self._policy:
            self._note_term(at)
            self._note_holds(at)

    def _keep(self, fact: InvoiceFact) -> None:
        life = self._life
        match fact:
            case facts.InvoiceAmended():
                self._policy = self._policy_of(fact.policy, fact.at)
                self._note_term(fact.at)
            case facts.PaymentApplied():
                life.payments.append(fact)
            case touch_facts.TouchApproved():
                life.approvals.append(fact)
            case facts.Escalated() if fact.step:
                life.escalations.append(fact)
        life.others.append(fact)

    def _note_term(self, at: datetime) -> None:
        since = self._calendar.local_date(at)
        self._life.terms.append(Term(since, self._standing.due, self._policy, at))

    def _note_holds(self, at: datetime) -> None:
        standing = self._standing
        self._intervals.note(holds_now(standing, at, self._calendar, self._policy), at)
        self._expose(at)

    def _expose(self, at: datetime) -> None:
        standing = self._standing
        level = max((one.fact.level for one in self._life.touches if one.counts), default=0)
        asked = 0 if standing.closed else standing.stated()
        self._life.exposures.append(Exposure(at, standing.due, asked, level))

    def _start(self, fact: touch_facts.TouchStarted) -> None:
        life, standing = self._life, self._standing
        day = self._calendar.local_date(fact.at)
        counted = [one for one in life.touches if one.counts and one.fact.level > 0]
        asked = standing.stated()
        made = Made(
            fact=fact,
            day=day,
            balance=standing.balance,
            asked=asked,
            held=frozenset(holds_now(standing, fact.at, self._calendar, self._policy)),
            due=standing.due,
            policy=self._policy,
            requested=standing.requested_at is not None,
            approved=frozenset(standing.approved),
            reached=max((one.fact.level for one in counted), default=0),
            last_reminder=max((one.day for one in counted), default=None),
            distributed=standing.distributed,
            pledges=len(standing.pledges),
        )
        standing.requested_at = None
        standing.distributed = standing.distributed or fact.letter == "invoice"
        life.touches.append(made)
        self._by_attempt[fact.attempt] = made
        self._expose(fact.at)

    def _settle(self, fact: touch_facts.TouchOutcome) -> None:
        made = self._by_attempt.get(fact.attempt)
        if made is None or (made.state == "bounced"):
            return
        if isinstance(fact, touch_facts.TouchUnknown) and made.state == "sent":
            return
        made.state = fact.kind.removeprefix("touch_")
        if isinstance(fact, touch_facts.TouchRefused | touch_facts.TouchBounced):
            made.settled_at, made.retry_at = fact.at, fact.retry_at
            if made.fact.letter == "invoice":
                self._standing.distributed = False
        self._expose(fact.at)
