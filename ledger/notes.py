"""What people noted about a customer and its invoices."""

from __future__ import annotations

from dunning.note_facts import NoteAdded
from ledger.books import Books

# What their streams' names begin with.
NOTES = "notes:"


def add_note(books: Books, customer: str, fact: NoteAdded) -> None:
    """Keep a note with the customer."""
    books.append(f"{NOTES}{customer}", fact)


def notes_of(books: Books, customer: str, invoice: str = "") -> list[NoteAdded]:
    """What was noted about the customer, or about one of its invoices only, the latest first."""
    stream = f"{NOTES}{customer}"
    found = books.histories([stream]).get(stream, [])
    notes = [one for one in found if isinstance(one, NoteAdded)]
    return [one for one in reversed(notes) if invoice in ("", one.invoice)]
