"""What people of the team wrote into messages themselves, before those went out."""

from __future__ import annotations

from datetime import date

from dunning.contact_facts import SentenceAdded
from ledger.books import Books

# What their streams' names begin with.
SENTENCES = "sentences:"


def add_sentence(books: Books, customer: str, fact: SentenceAdded) -> None:
    """Record what a person says in a message; the latest of a message counts."""
    books.append(_stream(customer), fact)


def sentence_of(books: Books, customer: str, message: str) -> str:
    """What a person says in the message; empty when nobody does."""
    found = latest_sentence(books, customer, message)
    return found.text if found else ""


def latest_sentence(books: Books, customer: str, message: str) -> SentenceAdded | None:
    """The same with who wrote it and when."""
    said = books.histories([_stream(customer)]).get(_stream(customer), [])
    mine = [one for one in said if isinstance(one, SentenceAdded) and one.message == message]
    return mine[-1] if mine else None


def message_of_day(day: date, channel: str) -> str:
    """The name of a customer's message of a day on a channel, before it is claimed."""
    return f"{day.isoformat()} {channel}"


def _stream(customer: str) -> str:
    return f"{SENTENCES}{customer}"
