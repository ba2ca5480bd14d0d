"""Which open pages a fact concerns: only those ask for themselves again.

A page that is not known to be left alone is concerned: at worst it asks in vain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote

from ledger.desk_news import News

_OF_CUSTOMER, _OF_INVOICE = ("/customers/", "/contacts/"), ("/invoices/",)
# What is sent by itself changes the cases, what is to go out and what went out, and no other list.
_SENDING = frozenset(
    {
        "touch_started",
        "touch_sent",
        "touch_refused",
        "touch_withheld",
        "touch_bounced",
        "touch_unknown",
        "contact_logged",
    }
)
_NO_SENDING = frozenset(
    {
        *("/queue", "/inbox", "/approvals", "/tasks", "/promises", "/plans", "/disputes", "/holds"),
        *("/cash", "/adjustments", "/imports", "/audit", "/audit/findings", "/policies", "/people"),
        *("/experiments", "/keys", "/subscribers", "/settings"),
    }
)
_PEOPLE = "person:"
_OF_PEOPLE = frozenset({"/people", "/keys"})


def stream_of_page(address: str) -> str:
    """The stream whose customer a page is about; empty for a page about nobody in particular."""
    path, _, query = address.partition("?")
    asked = dict(parse_qsl(query))
    for prefix in _OF_CUSTOMER:
        if path.startswith(prefix):
            return f"customer:{unquote(path.removeprefix(prefix))}"
    for prefix in _OF_INVOICE:
        if path.startswith(prefix):
            return f"invoice:{unquote(path.removeprefix(prefix))}"
    return _asked_for(asked)


def concerns(address: str, customer: str, news: Iterable[News]) -> bool:
    """Whether one of the facts may change the page; `customer` is whom it is about, or empty."""
    path = address.partition("?")[0]
    return any(_concerns(path, customer, one) for one in news)


def _concerns(path: str, customer: str, news: News) -> bool:
    if news.stream.startswith(_PEOPLE):
        return path in _OF_PEOPLE
    if customer and news.customer:
        return customer == news.customer
    return not (news.kind in _SENDING and path in _NO_SENDING)


def _asked_for(asked: Mapping[str, str]) -> str:
    for name in ("customer", "invoice"):
        if name in asked:
            return f"{name}:{asked[name]}"
    return ""
