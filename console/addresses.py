"""Addresses of pages. They hold opaque numbers and filters, percent-encoded; never names."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def invoice_page(invoice: str) -> str:
    """The page of an invoice."""
    return f"/invoices/{quote(invoice, safe='')}"


def customer_page(customer: str) -> str:
    """The page of a customer."""
    return f"/customers/{quote(customer, safe='')}"


def message_page(attempt: str) -> str:
    """The page of a message."""
    return f"/messages/{quote(attempt, safe='')}"


def list_page(path: str, **filters: str) -> str:
    """A list with the filters that are set."""
    chosen = urlencode({name: value for name, value in filters.items() if value})
    return f"{path}?{chosen}" if chosen else path


def workflow_page(temporal_ui: str, namespace: str, workflow: str) -> str:
    """The workflow in Temporal's own pages."""
    place = f"namespaces/{quote(namespace, safe='')}/workflows/{quote(workflow, safe='')}"
    return f"{temporal_ui.rstrip('/')}/{place}"
