"""Notes for colleagues, about a customer or about one of its invoices."""

from __future__ import annotations

from dataclasses import dataclass

from commands.acting import Acting
from commands.authority import needs
from dunning.may import NotAllowed
from dunning.note_facts import NoteAdded
from ledger.notes import add_note

LONGEST_NOTE = 4_000


@dataclass(frozen=True)
class NoteActions(Acting):
    """Actions of a person who leaves a note."""

    @needs("follow_up")
    def note_customer(self, customer: str, text: str) -> str:
        """Note something about a customer. Raises NotAllowed for none, or for too much."""
        return self._noted(customer, "", text)

    @needs("follow_up")
    def note_invoice(self, invoice: str, text: str) -> str:
        """Note something about an invoice; it stands with its customer as well."""
        with self.ledger.reading() as books:
            customer = books.case(invoice).customer
        return self._noted(customer, invoice, text)

    def _noted(self, customer: str, invoice: str, text: str) -> str:
        said = text.strip()
        if not said:
            raise NotAllowed("Say what is to be noted.")
        if len(said) > LONGEST_NOTE:
            raise NotAllowed(f"A note has at most {LONGEST_NOTE:,} characters.")
        with self.ledger.reading() as books:
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
        fact = NoteAdded(at=self.now, by=self.by, text=said, invoice=invoice)
        self.ledger.transact(lambda books: add_note(books, customer, fact))
        return "Noted."
