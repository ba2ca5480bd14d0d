"""What people said to customers themselves: their calls, mails and texts count for the caps too."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning.at_the_door import RecentTouch
from dunning.contact_facts import ContactLogged
from ledger.books import Books

# What their streams' names begin with.
CONTACTS = "contacts:"


def log_contact(books: Books, customer: str, fact: ContactLogged) -> None:
    """Record that somebody spoke or wrote to the customer."""
    books.append(_stream(customer), fact)


def people_contacts(
    books: Books, customer: str, now: datetime, look_back: timedelta
) -> tuple[RecentTouch, ...]:
    """When people spoke or wrote to the customer lately, and by which channel."""
    logged = books.histories([_stream(customer)]).get(_stream(customer), [])
    return tuple(
        RecentTouch(fact.channel, fact.at)
        for fact in logged
        if isinstance(fact, ContactLogged) and fact.at > now - look_back
    )


def _stream(customer: str) -> str:
    return f"{CONTACTS}{customer}"
