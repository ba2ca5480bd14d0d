"""Whether the customer has the invoice: nobody is dunned for what never arrived."""

from __future__ import annotations

from dunning.case import Case
from dunning.distribution_facts import DistributionFact, InvoiceDelivered
from dunning.replacing import replace

# The step of sending the invoice itself, which no policy names.
ISSUE = "issue"
NOT_DELIVERED = "INVOICE_NOT_DELIVERED"


def after_distribution(case: Case, fact: DistributionFact) -> Case:
    """The case after a person said something of its invoice's delivery."""
    if isinstance(fact, InvoiceDelivered):
        return replace(case, distributed=True)
    return replace(case, resend_asked_at=fact.at)


def is_given_up(case: Case) -> bool:
    """Whether Duncan could not bring the invoice to the customer and does not try again."""
    last = case.latest_withheld(ISSUE)
    if case.distributed or last is None or not last.passed_over:
        return False
    return case.resend_asked_at is None or case.resend_asked_at <= last.at


def refuse_distribution(case: Case, fact: DistributionFact) -> str | None:
    """Why it may not be recorded; None when it may."""
    if case.is_settled or case.written_off or case.handed_over:
        return f"Invoice {case.invoice} is closed; nobody has to get it any more."
    if case.distributed:
        return f"The customer has invoice {case.invoice} already."
    if isinstance(fact, InvoiceDelivered) and fact.on < case.issue_date:
        return f"Invoice {case.invoice} was issued on {case.issue_date}, not delivered before it."
    if isinstance(fact, InvoiceDelivered) and fact.on > fact.at.date():
        return f"{fact.on} is in the future: confirm it when the customer has the invoice."
    return None
