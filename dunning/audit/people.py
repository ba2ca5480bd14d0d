"""Tests of what people decided: pauses, overrides, approvals, and who had asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from dunning import adjustment_facts, dispute_facts, facts, proposal_facts, touch_facts
from dunning.audit.known import Known
from dunning.audit.life import Life
from dunning.audit.tally import Tally
from dunning.audit.view import View
from dunning.customer_facts import CustomerPaused
from dunning.fact import Fact
from dunning.facts import InvoiceFact
from dunning.policy import Policy

MACHINES = ("", "duncan", "import")
# So often may a pause be made longer while it lasts.
EXTENSIONS = 2


class _Said(NamedTuple):
    test: str
    code: str
    fact: Fact
    subject: str
    why: str


def check_people(view: View, tally: Tally) -> None:
    """A17, A18, A24 and A25 for one invoice."""
    life, policy = view.life, view.life.last_term.policy
    checks = (
        *_pauses([one for one in life.others if isinstance(one, facts.Paused)], policy, tally),
        *_overrides(life, tally),
        *_ends(life, tally),
        *_own_approvals(life.others, tally),
        *_cash(life, tally),
    )
    _note(view, view.invoice, checks, tally)


def check_customer(view: View, known: Known, tally: Tally) -> None:
    """A17, A18 and A25 for what people decided about a whole customer."""
    policy = view.life.last_term.policy
    checks = [*_pauses(known.pauses, policy, tally), *_plans(known, tally)]
    for lifted in known.lifted:
        tally.check("A18", lifted.at.date())
        if lifted.by in MACHINES:
            checks.append(_Said("A18", "NOBODY", lifted, lifted.kind, "lifted by no person"))
    _note(view, "", checks, tally)


def _note(view: View, invoice: str, said: tuple[_Said, ...] | list[_Said], tally: Tally) -> None:
    for test, code, fact, subject, why in said:
        day = view.calendar.local_date(fact.at)
        tally.find(test, code, invoice, view.customer, day, subject, why)


def _pauses(
    pauses: list[facts.Paused] | list[CustomerPaused], policy: Policy, tally: Tally
) -> Iterator[_Said]:
    """A17: a reason, a person, an end within the policy's days, not prolonged again and again."""
    in_a_row, end = 0, None
    for one in pauses:
        tally.check("A17", one.at.date())
        if tally.period.has(one.at.date()):
            tally.list_of("A17", f"{one.at.date()} to {one.until}: {one.reason}, by {one.by}")
        # A pause that follows from a reply is recorded by the machine that read it.
        if not one.reason or (one.by in MACHINES and not one.reply):
            yield _Said("A17", "NO_REASON", one, str(one.until), "without a reason or a person")
        longest = one.at.date() + timedelta(days=policy.pause_days + 1)
        if one.until > longest:
            why = f"until {one.until}; the policy pauses for {policy.pause_days} days"
            yield _Said("A17", "TOO_LONG", one, str(one.until), why)
        in_a_row = in_a_row + 1 if end and one.at.date() <= end else 0
        if in_a_row > EXTENSIONS:
            yield _Said("A17", "PROLONGED", one, str(one.until), f"prolonged {in_a_row} times")
        end = one.until


def _overrides(life: Life, tally: Tally) -> Iterator[_Said]:
    """A18: what departs from the policy was a person's doing."""
    manual: list[tuple[Fact, str]] = [
        (one, one.kind) for one in life.others if isinstance(one, facts.Resumed | touch_facts.Asked)
    ]
    manual += [(one, one.code) for one in life.withheld if one.code == "DECLINED"]
    for fact, what in manual:
        tally.check("A18", fact.at.date())
        if tally.period.has(fact.at.date()):
            tally.list_of("A18", f"{life.opened.invoice}: {what} by {fact.by} on {fact.at.date()}")
        if fact.by in MACHINES:
            yield _Said("A18", "NOBODY", fact, what, f"{what.replace('_', ' ')} by no person")


def _ends(life: Life, tally: Tally) -> Iterator[_Said]:
    """A24: nothing is given up or handed over before the cadence was, unless another agreed."""
    for one in life.others:
        if not isinstance(one, facts.WrittenOff | facts.HandedOver):
            continue
        tally.check("A24", one.at.date())
        policy = life.last_term.policy
        top = max(step.level for step in policy.steps)
        reached = max((m.fact.level for m in life.touches if m.fact.at <= one.at), default=0)
        agreed = any(
            isinstance(p, proposal_facts.ProposalDecided)
            and p.outcome == "approved"
            and p.at <= one.at
            for p in life.others
        )
        least = policy.minimum(life.opened.amount.currency).minor
        small = life.standing is not None and 0 < life.standing.balance < least
        decided = any(w.what in ("decide", "write_off_proposal") for w in life.work)
        waived = isinstance(one, facts.WrittenOff) and bool(one.waiver)
        if not (reached >= top or agreed or small or decided or waived):
            why = f"at level {reached} of {top}, and nobody else agreed"
            yield _Said("A24", "BEFORE_TIME", one, one.kind, why)


def _own_approvals(history: list[InvoiceFact], tally: Tally) -> Iterator[_Said]:
    """A25: who proposes does not approve."""
    asked: dict[str, Fact] = {}
    for one in history:
        match one:
            case dispute_facts.CreditProposed():
                asked[f"credit {one.dispute}"] = one
            case proposal_facts.ProposalMade():
                asked[one.what] = one
            case adjustment_facts.AdjustmentProposed():
                asked[one.adjustment] = one
            case adjustment_facts.AdjustmentDecided() if one.outcome == "approved":
                yield from _by_another(asked, one.adjustment, one, tally)
            case touch_facts.TouchReworded() if one.text:
                asked[f"words of {one.step}"] = one
            case touch_facts.TouchApproved() if f"words of {one.step}" in asked:
                yield from _by_another(asked, f"words of {one.step}", one, tally)
            case dispute_facts.CreditApproved():
                yield from _by_another(asked, f"credit {one.dispute}", one, tally)
            case proposal_facts.ProposalDecided() if one.outcome == "approved":
                yield from _by_another(asked, one.what, one, tally)


def _by_another(asked: dict[str, Fact], what: str, given: Fact, tally: Tally) -> Iterator[_Said]:
    tally.check("A25", given.at.date())
    proposed = asked.get(what)
    if proposed is None:
        yield _Said("A25", "NOT_ASKED", given, what, f"{what}: approved, but never proposed")
    elif _name(proposed.by) == _name(given.by):
        yield _Said("A25", "SAME_PERSON", given, what, f"{what}: proposed and approved by one")


def _plans(known: Known, tally: Tally) -> Iterator[_Said]:
    for plan in known.plans:
        if plan.approved is None:
            continue
        tally.check("A25", plan.approved.at.date())
        same = _name(plan.approved.by) == _name(plan.fact.by)
        if plan.fact.role and same:
            why = "the plan was proposed and approved by one person"
            yield _Said("A25", "SAME_PERSON", plan.approved, plan.fact.plan, why)


def _cash(life: Life, tally: Tally) -> Iterator[_Said]:
    """A25: who posts cash does not give claims up."""
    posted = {_name(one.by) for one in life.payments if one.by not in MACHINES}
    for one in life.others:
        if isinstance(one, facts.WrittenOff | dispute_facts.CreditApproved):
            tally.check("A25", one.at.date())
            if _name(one.by) in posted:
                why = f"{one.by} posted cash on the invoice and gave money up"
                yield _Said("A25", "CASH_AND_CREDIT", one, one.kind, why)


def _name(by: str) -> str:
    return by.strip().casefold()
