"""What may be adjusted as a case stands; refusals are worded for an associate."""

from __future__ import annotations

from dunning.adjustment import Asked
from dunning.adjustment_facts import (
    Adjusted,
    AdjustmentDecided,
    AdjustmentFact,
    AdjustmentProposed,
    InvoiceCancelled,
    InvoiceReopened,
)
from dunning.case import Case
from dunning.claim import refuse_claim
from dunning.claim_facts import ClaimFact, ClaimRaised, ClaimWaived
from dunning.money import Money
from dunning.proposal import same_person


def refuse_adjustment(  # noqa: PLR0911 - one line a kind
    case: Case, fact: AdjustmentFact | ClaimFact
) -> str | None:
    """Why an adjustment may not be proposed, decided or made, or a claim; None when it may."""
    if isinstance(fact, ClaimFact):
        return _refuse_claim_fact(case, fact)
    if not isinstance(fact, AdjustmentDecided) and fact.amount.currency != case.amount.currency:
        return f"Invoice {case.invoice} is in {case.amount.currency}, not {fact.amount.currency}."
    match fact:
        case AdjustmentProposed():
            return _refuse_proposed(case, fact)
        case AdjustmentDecided():
            return _refuse_decided(case, fact)
        case Adjusted(undoes=""):
            return _refuse_adjusted(case, fact) or _refuse_alone(case, fact)
        case Adjusted():
            return _refuse_undo(case, fact)
        case InvoiceCancelled():
            return _refuse_cancelled(case, fact) or _refuse_unapproved(
                case, fact.adjustment, fact.by, fact.amount, "cancellation"
            )
        case InvoiceReopened():
            return _refuse_reopened(case, fact)


def creditable(case: Case) -> Money:
    """The most that a credit note may take away: what was invoiced and not credited yet."""
    return case.amount - case.credited


def _refuse_claim_fact(case: Case, fact: ClaimFact) -> str | None:
    refused = refuse_claim(case.claims, fact)
    if refused:
        return refused
    if isinstance(fact, ClaimRaised) and fact.amount.currency != case.amount.currency:
        return f"Invoice {case.invoice} is in {case.amount.currency}, not {fact.amount.currency}."
    if isinstance(fact, ClaimWaived) and (fact.limit is None or fact.amount > fact.limit):
        return _refuse_unapproved(case, fact.adjustment, fact.by, fact.amount, "waiver")
    return None


def _refuse_proposed(case: Case, fact: AdjustmentProposed) -> str | None:
    if any(one.adjustment == fact.adjustment for one in case.asked):
        return f"There is an adjustment {fact.adjustment} already."
    waiting = [one for one in case.asked if one.what == fact.what and not one.outcome]
    if waiting:
        return f"{waiting[0].adjustment} of invoice {case.invoice} waits for a decision already."
    if fact.amount.minor <= 0:
        return "An adjustment is about more than nothing."
    if not fact.reason.strip():
        return "Say why: an adjustment needs a reason."
    return None


def _refuse_decided(case: Case, fact: AdjustmentDecided) -> str | None:
    asked = _asked(case, fact.adjustment)
    if asked is None or asked.outcome:
        return f"No adjustment {fact.adjustment} of invoice {case.invoice} waits for a decision."
    if fact.outcome == "approved" and same_person(asked.by, fact.by):
        return f"{fact.by} proposed it: another person has to approve it."
    return None


def _refuse_adjusted(  # noqa: PLR0911 - one line a rule
    case: Case, fact: Adjusted
) -> str | None:
    size = max(fact.amount, -fact.amount)
    if any(one.adjustment == fact.adjustment for one in case.adjustments):
        return f"Adjustment {fact.adjustment} was made already."
    if not size.minor:
        return "An adjustment is about more than nothing."
    less = fact.amount.minor < 0
    match fact.what:
        case "credit_note":
            most = creditable(case)
            return None if less and size <= most else _at_most("A credit note", most)
        case "small_balance":
            return None if less and size <= case.balance else _at_most("It", case.balance)
        case "debit_note":
            closed = case.is_settled or case.written_off or case.handed_over
            no = f"Invoice {case.invoice} is closed: issue a new invoice instead."
            return no if closed or less else None
        case "transfer" if less:
            most = case.balance
            return None if size <= most else _at_most("A transfer", most)
        case "refund" | "transfer":
            credit = -case.balance
            return None if not less and size <= credit else _no_credit(case, credit)


def _refuse_alone(case: Case, fact: Adjusted) -> str | None:
    """Why it needs somebody's approval that it does not have."""
    size = max(fact.amount, -fact.amount)
    match fact.rule:
        case "ledger":
            return None
        case "small_balance" if fact.what == "small_balance":
            within = fact.limit is not None and size <= fact.limit
            return None if within else f"{size} is above the limit for small balances."
        case "same_customer" if fact.what == "transfer":
            return None
        case "other_invoice" if fact.what == "transfer" and fact.amount.minor < 0:
            return None
        case _:
            return _refuse_unapproved(case, fact.adjustment, fact.by, size, fact.what)


def _refuse_unapproved(
    case: Case, adjustment: str, by: str, amount: Money, what: str
) -> str | None:
    asked = _asked(case, adjustment)
    if asked is None or not asked.is_approved or asked.what != what:
        return f"It is not approved: propose it, and have another person approve it ({by})."
    if asked.amount != amount:
        return f"{asked.amount} was approved, not {amount}."
    return None


def _refuse_undo(case: Case, fact: Adjusted) -> str | None:
    made = next((one for one in case.adjustments if one.adjustment == fact.undoes), None)
    if made is None or made.undoes:
        return f"There is no adjustment {fact.undoes} of invoice {case.invoice} to take back."
    if any(one.undoes == fact.undoes for one in case.adjustments):
        return f"Adjustment {fact.undoes} was taken back already."
    if made.what == "refund":
        return f"{fact.undoes} was paid out: money that left is not taken back by a button."
    whole = fact.what == made.what and fact.amount == -made.amount
    return None if whole else f"Adjustment {fact.undoes} is taken back whole, or not at all."


def _refuse_cancelled(case: Case, fact: InvoiceCancelled) -> str | None:
    if case.cancelled:
        return f"Invoice {case.invoice} is cancelled already."
    if case.written_off or case.handed_over:
        return f"Invoice {case.invoice} is closed already."
    if fact.amount != creditable(case) or fact.amount.minor <= 0:
        return f"{creditable(case)} of invoice {case.invoice} can be cancelled."
    return None


def _refuse_reopened(case: Case, fact: InvoiceReopened) -> str | None:
    if fact.after == "write_off":
        if case.written_off is None:
            return f"Invoice {case.invoice} is not written off."
        return None if fact.amount == case.balance else f"{case.balance} comes back, no other sum."
    if case.cancelled is None:
        return f"Invoice {case.invoice} is not cancelled."
    most = case.cancelled.amount
    return None if fact.amount == most else f"{most} was cancelled, not {fact.amount}."


def _asked(case: Case, adjustment: str) -> Asked | None:
    return next((one for one in case.asked if one.adjustment == adjustment), None)


def _at_most(what: str, most: Money) -> str:
    return f"{what} takes away more than nothing and at most {most}."


def _no_credit(case: Case, credit: Money) -> str:
    left = max(credit, Money.zero(credit.currency))
    return f"Invoice {case.invoice} has a credit of {left}: no more can leave it."
