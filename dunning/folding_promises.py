"""Folding: how facts about promises and proposals change a case."""

from __future__ import annotations

from typing import assert_never

from dunning import facts, promise_facts
from dunning.case import Case
from dunning.promise import WITHDRAWN, Promise
from dunning.promise_facts import PromiseFact
from dunning.proposal import Proposal
from dunning.proposal_facts import ProposalFact, ProposalMade
from dunning.replacing import replace


def after_promise(case: Case, fact: PromiseFact) -> Case:
    """The case after a fact about its promises."""
    match fact:
        case promise_facts.PromiseMade():
            made = Promise.of(fact, case.paid, len(case.cash))
            return replace(case, promises=(*case.promises, made))
        case promise_facts.PromiseWithdrawn():
            return _withdrawn(case, fact)
        case promise_facts.PromiseSettled():
            place, promises = fact.number - 1, case.promises
            settled = (one.after(fact) for one in promises[place : place + 1])
            after = (*promises[:place], *settled, *promises[place + 1 :])
            return replace(case, promises=after)
        case _:
            assert_never(fact)


def after_proposal(case: Case, fact: ProposalFact) -> Case:
    """The case after somebody proposed something, or another decided on it."""
    if isinstance(fact, ProposalMade):
        return replace(case, proposals=(*case.proposals, Proposal.of(fact)))
    return replace(case, proposals=tuple(one.after(fact) for one in case.proposals))


def _withdrawn(case: Case, fact: promise_facts.PromiseWithdrawn) -> Case:
    """The case without its latest promise, which keeps its place: they are counted."""
    latest = case.promise
    promises = tuple(
        replace(one, lifted=True, outcome=WITHDRAWN) if one is latest else one
        for one in case.promises
    )
    return replace(case, promises=promises, resumed_at=fact.at)


def resumed(case: Case, fact: facts.Resumed) -> Case:
    """The case after a person lifted what held it."""
    return replace(
        case,
        pause=None,
        escalation=replace(case.escalation, hold=False) if case.escalation else None,
        promises=tuple(replace(promise, lifted=True) for promise in case.promises),
        resumed_at=fact.at,
    )
