"""Addresses of pages. They hold opaque numbers and filters, percent-encoded; never names."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def invoice_page(invoice: str) -> str:
    """The page of an invoice."""
    return _page("invoices", invoice)


def customer_page(customer: str) -> str:
    """The page of a customer."""
    return _page("customers", customer)


def message_page(attempt: str) -> str:
    """The page of a message."""
    return _page("messages", attempt)


def reply_page(reply: str) -> str:
    """The page of what a customer wrote."""
    return _page("inbox", reply)


def promise_page(promise: str) -> str:
    """The page of a promise to pay."""
    return _page("promises", promise)


def plan_page(plan: str) -> str:
    """The page of a payment plan."""
    return _page("plans", plan)


def dispute_page(dispute: str) -> str:
    """The page of a dispute."""
    return _page("disputes", dispute)


def evidence_file(dispute: str, digest: str) -> str:
    """A file that is kept with a dispute."""
    return f"{dispute_page(dispute)}/evidence/{digest}"


def task_page(task: str) -> str:
    """The page of a task."""
    return _page("tasks", task)


def approval_page(task: str) -> str:
    """The page on which somebody decides what a task asks for."""
    return _page("approvals", task)


def contacts_page(customer: str) -> str:
    """The page of a customer's contacts."""
    return _page("contacts", customer)


def erasure_page(customer: str) -> str:
    """Whether and why a customer's personal data are erased."""
    return _page("erasures", customer)


def credit_page(payment: str) -> str:
    """What is asked of a payment's credit."""
    return _page("credits", payment)


def list_page(path: str, **filters: str) -> str:
    """A list with the filters that are set."""
    chosen = urlencode({name: value for name, value in filters.items() if value})
    return f"{path}?{chosen}" if chosen else path


def workflow_page(temporal_ui: str, namespace: str, workflow: str) -> str:
    """The workflow in Temporal's own pages."""
    place = f"namespaces/{quote(namespace, safe='')}/workflows/{quote(workflow, safe='')}"
    return f"{temporal_ui.rstrip('/')}/{place}"


def _page(room: str, number: str) -> str:
    # A number may hold whatever means something in an address.
    return f"/{room}/{quote(number, safe='')}"
