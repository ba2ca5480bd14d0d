"""What may be proposed and decided in a case; refusals are worded for an associate."""

from __future__ import annotations

from dunning.case import Case
from dunning.proposal import open_proposal, same_person
from dunning.proposal_facts import ProposalDecided, ProposalFact, ProposalMade

_OUTCOMES = ("approved", "declined", "lapsed")


def refuse_proposal(case: Case, fact: ProposalFact) -> str | None:
    """Why a proposal may not be made or decided; None when it may."""
    words = fact.what.replace("_", "-")
    known = open_proposal(case.proposals, fact.what)
    if isinstance(fact, ProposalMade):
        waits = f"A {words} of invoice {case.invoice} waits for a decision already."
        return waits if known else None
    return _refuse_decision(case, fact, words)


def _refuse_decision(case: Case, fact: ProposalDecided, words: str) -> str | None:
    known = open_proposal(case.proposals, fact.what)
    if known is None:
        return f"No {words} of invoice {case.invoice} waits for a decision."
    if fact.outcome not in _OUTCOMES:
        return f"{fact.outcome!r} is no decision; use one of {', '.join(_OUTCOMES)}."
    if fact.outcome == "approved" and same_person(known.by, fact.by):
        return f"{fact.by} proposed it: another person has to approve it."
    return None
