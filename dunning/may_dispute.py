"""What may be recorded about the disputes of a case; refusals are worded for an associate."""

from __future__ import annotations

from dunning import dispute_facts, facts
from dunning.case import Case
from dunning.dispute import OUTCOMES, OVERTAKEN, Dispute
from dunning.dispute_facts import DisputeFact, DisputeOpened, DisputeResolved
from dunning.money import Money

_GAVE_UP = ("credited", "split")


def refuse_dispute_fact(case: Case, fact: DisputeFact) -> str | None:
    """Why a fact about a dispute may not be recorded; None when it may."""
    if isinstance(fact, DisputeOpened):
        return _refuse_opened(case, fact)
    dispute = next((one for one in case.disputes if one.dispute == fact.dispute), None)
    if isinstance(fact, dispute_facts.DisputeReleased):
        graced = dispute is not None and dispute.has_grace
        return None if graced else f"Dispute {fact.dispute} has no days of grace."
    if isinstance(fact, DisputeResolved) and not fact.outcome:
        return "Say what came of it: without an outcome it would stay open."
    if dispute is None or not dispute.is_open:
        return f"There is no open dispute {fact.dispute}."
    return _refuse_work(case, dispute, fact)


def refuse_credit(case: Case, fact: facts.CreditApplied) -> str | None:
    """Why a credit may not be applied; None when it may."""
    refused = _refuse_amount(case, fact.amount, case.balance, "A credit")
    if refused or not fact.dispute:
        return refused
    dispute = next((one for one in case.disputes if one.dispute == fact.dispute), None)
    if dispute is None or not dispute.is_open or dispute.agreed != fact.amount:
        return f"A credit of {fact.amount} for dispute {fact.dispute} is not approved."
    return None


def creditable(case: Case, dispute: Dispute) -> Money:
    """The most that may be credited for an open dispute: its amount, while so much is open."""
    return case.held_by([dispute])


def _refuse_work(  # noqa: PLR0911 - one line a rule
    case: Case, dispute: Dispute, fact: DisputeFact
) -> str | None:
    match fact:
        case dispute_facts.DisputeAssigned() if not fact.owner:
            return "Say which role the dispute is given to."
        case dispute_facts.DisputeAssigned() if fact.owner == dispute.owner:
            return f"Dispute {dispute.dispute} is {fact.owner}'s already."
        case dispute_facts.DisputeAcknowledged() if dispute.acknowledged_at:
            return f"Dispute {dispute.dispute} is acknowledged already."
        case dispute_facts.DisputeWaiting():
            return _refuse_waiting(dispute, fact)
        case dispute_facts.EvidenceAdded() if fact.digest in dispute.evidence:
            return f"Dispute {dispute.dispute} has this file already."
        case dispute_facts.CreditProposed():
            return _refuse_undecided(dispute) or _refuse_amount(
                case, fact.amount, creditable(case, dispute), "A credit"
            )
        case dispute_facts.CreditApproved() | dispute_facts.CreditDeclined():
            return _refuse_decision(dispute, fact)
        case DisputeResolved():
            return _refuse_outcome(dispute, fact)
        case _:
            return None


def _refuse_opened(case: Case, fact: DisputeOpened) -> str | None:
    if any(one.dispute == fact.dispute for one in case.disputes):
        return f"There is a dispute {fact.dispute} already."
    left = case.balance - case.disputed
    if fact.amount is not None:
        refused = _refuse_amount(case, fact.amount, left, "The dispute")
        if refused:
            return refused
    elif left.minor <= 0:
        return f"All that is open of invoice {case.invoice} is disputed already."
    before = [one for one in case.disputes if one.reason == fact.reason]
    raised = [one.dispute for one in before if one.outcome not in OVERTAKEN]
    if raised and not fact.again:
        reason = fact.reason.replace("_", " ")
        return f"Dispute {raised[-1]} was about {reason} too: a person has to allow it again."
    return None


def _refuse_amount(case: Case, amount: Money, most: Money, what: str) -> str | None:
    if amount.currency != case.amount.currency:
        return f"Invoice {case.invoice} is in {case.amount.currency}, not {amount.currency}."
    if amount.minor <= 0 or amount > most:
        return f"{what} must be about more than nothing and at most the open {most}."
    return None


def _refuse_waiting(dispute: Dispute, fact: dispute_facts.DisputeWaiting) -> str | None:
    if fact.on == dispute.waiting_on:
        return f"Dispute {dispute.dispute} waits for the {fact.on} already."
    return _refuse_undecided(dispute)


def _refuse_undecided(dispute: Dispute) -> str | None:
    proposal = dispute.undecided
    if proposal is None:
        return None
    return f"A credit of {proposal.amount} waits for the {proposal.role}: have it decided first."


def _refuse_decision(
    dispute: Dispute, fact: dispute_facts.CreditApproved | dispute_facts.CreditDeclined
) -> str | None:
    proposal = dispute.undecided
    if proposal is None:
        return f"No credit for dispute {dispute.dispute} waits for approval."
    same = fact.by.strip().casefold() == proposal.by.strip().casefold()
    if same and isinstance(fact, dispute_facts.CreditApproved):
        return f"{fact.by} proposed this credit: another person has to approve it."
    return None


def _refuse_outcome(dispute: Dispute, fact: DisputeResolved) -> str | None:
    if fact.outcome not in (*OUTCOMES, *OVERTAKEN):
        return f"{fact.outcome!r} is no outcome; use one of {', '.join(OUTCOMES)}."
    if fact.outcome not in _GAVE_UP:
        given = fact.credited is not None
        return f"A dispute that is {fact.outcome} gives up no money." if given else None
    if fact.credited is None or dispute.agreed != fact.credited:
        return f"Propose the credit for dispute {dispute.dispute} first, and have it approved."
    return None
