"""What an approved adjustment does: the facts of the invoice, and of the other one it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from commands.acting import money
from dunning.adjustment import Asked
from dunning.adjustment_facts import Adjusted, AdjustedBy, AskedFor, InvoiceCancelled
from dunning.case import Case
from dunning.claim_facts import ClaimWaived
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.may_adjust import creditable
from dunning.money import Money

Doer = tuple[str, datetime]
Sides = tuple[Sequence[InvoiceFact], Sequence[InvoiceFact]]


def next_name(case: Case) -> str:
    """What the case's next adjustment is called: ``I-1:a3``."""
    known = {one.adjustment for one in case.asked} | {one.adjustment for one in case.adjustments}
    return f"{case.invoice}:a{len(known) + 1}"


def sum_of(case: Case, what: AskedFor, amount: Decimal | None) -> Money:
    """How much is meant: the amount, or all there is. Raises NotAllowed."""
    if amount is not None and what != "cancellation":
        meant = money(amount, case)
    elif what == "cancellation":
        meant = creditable(case)
    else:
        meant = case.balance if what in ("credit_note", "debit_note") else -case.balance
    if meant.minor <= 0:
        words = what.replace("_", " ")
        raise NotAllowed(f"Invoice {case.invoice} has nothing left for a {words}.")
    if what == "credit_note" and meant > creditable(case):
        most = f"at most {creditable(case)}, which was invoiced and not credited yet"
        raise NotAllowed(f"A credit note of invoice {case.invoice} is {most}.")
    if what in ("refund", "transfer") and meant > -case.balance:
        credit = max(-case.balance, Money.zero(meant.currency))
        raise NotAllowed(f"Invoice {case.invoice} has a credit of {credit}, not of {meant}.")
    return meant


def check_pair(case: Case, other: Case) -> None:
    """Refuse a transfer between these two invoices. Raises NotAllowed."""
    if case.invoice == other.invoice:
        raise NotAllowed("A transfer goes from one invoice to another.")
    if case.amount.currency != other.amount.currency:
        raise NotAllowed(
            f"Invoice {case.invoice} is in {case.amount.currency} and {other.invoice} in"
            f" {other.amount.currency}: two currencies do not transfer."
        )
    if other.balance.minor <= 0 or other.written_off:
        raise NotAllowed(f"Nothing of invoice {other.invoice} is open.")


def own_transfer(case: Case, other: Case, amount: Money, reason: str, doer: Doer) -> Sides:
    """A transfer between two invoices of one customer, which nobody has to approve."""
    check_pair(case, other)
    moved = _adjusted(next_name(case), "transfer", amount, reason, doer)
    moved = replace(moved, other=other.invoice, rule="same_customer")
    return [moved], [replace(moved, amount=-amount, other=case.invoice)]


def effects_of(asked: Asked, case: Case, other: Case | None, doer: Doer) -> Sides:
    """The facts that an approval brings about, on the invoice and on the other one."""
    by, now = doer
    size, name = asked.amount, asked.adjustment
    match asked.what:
        case "credit_note" | "debit_note":
            signed = -size if asked.what == "credit_note" else size
            made = _adjusted(name, asked.what, signed, asked.reason, doer)
            return [replace(made, reference=asked.to)], []
        case "transfer":
            assert other is not None, "a transfer goes to another invoice"
            made = _adjusted(name, "transfer", size, asked.reason, doer)
            # The approval stands on the invoice the credit leaves.
            theirs = replace(made, amount=-size, other=case.invoice, rule="other_invoice")
            return [replace(made, other=other.invoice)], [theirs]
        case "cancellation":
            cancelled = InvoiceCancelled(
                at=now, by=by, adjustment=name, amount=size, on=now.date(), reason=asked.reason
            )
            return [cancelled], []
        case "waiver":
            waived = ClaimWaived(
                at=now,
                by=by,
                claim=asked.to,
                amount=size,
                reason=asked.reason,
                adjustment=name,
            )
            return [waived], []
        case "refund":
            raise AssertionError("a refund is recorded when the bank has paid it")


def taken_back(case: Case, made: Adjusted, reason: str, doer: Doer) -> Adjusted:
    """The fact that takes an adjustment back, whole."""
    undone = _adjusted(next_name(case), made.what, -made.amount, reason, doer)
    return replace(undone, other=made.other, undoes=made.adjustment)


def _adjusted(name: str, what: AdjustedBy, amount: Money, reason: str, doer: Doer) -> Adjusted:
    by, now = doer
    return Adjusted(
        at=now,
        by=by,
        adjustment=name,
        what=what,
        amount=amount,
        on=now.date(),
        reason=reason,
    )
