"""Erasing a customer's personal data: asked for by one person, decided by another."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy.exc import ProgrammingError

from commands.authority import needs
from commands.erasure.files import erase_files, files_of
from commands.erasure.grounds import grounds_against, in_flight
from dunning.erasure_facts import CustomerErased, ErasureAsked, ErasureDeclined, ErasureFact
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from ledger.books import Books
from ledger.erasing import erase
from ledger.ledger import Ledger
from ledger.leftovers import compact, leftovers
from ledger.people import person_of
from ledger.whose import Whose, whose

_MAY_NOT = "42501"
_Done = tuple[CustomerErased, Whose, list[Path]]


@dataclass(frozen=True)
class Outcome:
    """What was done: the fact, files that were deleted, and where a name stands all the same."""

    fact: CustomerErased
    whose: Whose
    files: int
    left: Sequence[str]
    is_compact: bool


@dataclass(frozen=True)
class ErasureActions:
    """A person who asks for an erasure or decides it. Every action raises NotAllowed.

    `years` is how many full years the law wants invoices kept; the folders hold the outbox and
    the files of disputes.
    """

    ledger: Ledger
    by: str
    now: datetime
    years: int
    outbox: Path
    evidence: Path

    @needs("change_contacts")
    def ask(self, customer: str, reason: str) -> list[str]:
        """Ask for the erasure; the answer is what stands against it today."""
        _check_reason(reason)

        def work(books: Books) -> list[str]:
            books.lock_customers([customer])
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            if asked_for(books, customer):
                raise NotAllowed(f"The erasure of {customer} is asked for already.")
            fact = ErasureAsked(at=self.now, by=self.by, customer=customer, reason=reason)
            books.append(f"erasure:{customer}", fact)
            return self._against(books, customer)

        return self.ledger.transact(work)

    @needs("approve")
    def decline(self, customer: str, reason: str) -> None:
        """Leave the data where they are."""
        _check_reason(reason)

        def work(books: Books) -> None:
            books.lock_customers([customer])
            _asked(books, customer)
            fact = ErasureDeclined(at=self.now, by=self.by, customer=customer, reason=reason)
            books.append(f"erasure:{customer}", fact)

        self.ledger.transact(work)

    @needs("approve")
    def check_approval(self, customer: str, forced: str = "") -> None:
        """Whether it may be approved now: what is asked before a work that takes its time."""
        with self.ledger.reading() as books:
            self._approvable(books, customer, forced)

    @needs("approve")
    def approve(self, customer: str, forced: str = "") -> Outcome:
        """Erase what was asked for by another person; only a controller may force it."""

        def work(books: Books) -> _Done:
            books.lock_customers([customer])
            asked = self._approvable(books, customer, forced)
            mine = whose(books.connection, customer)
            files = files_of(books, mine, self.outbox, self.evidence)
            return erase(books, mine, self._fact(asked, forced)), mine, files

        fact, mine, files = _as_owner(self.ledger, work)
        with self.ledger.reading() as books:
            left = list(leftovers(books.connection, mine.names))
        return Outcome(fact, mine, erase_files(files), left, compact(self.ledger.engine))

    def _approvable(self, books: Books, customer: str, forced: str) -> ErasureAsked:
        asked = _asked(books, customer)
        if asked.by.casefold() == self.by.casefold():
            raise NotAllowed(f"{self.by} asked for it: another person has to decide.")
        if in_flight(books, customer):
            raise NotAllowed("A message to it has no outcome yet: settle that first.")
        self._check_grounds(books, customer, forced)
        return asked

    def _fact(self, asked: ErasureAsked, forced: str) -> CustomerErased:
        return CustomerErased(
            at=self.now,
            by=self.by,
            customer=asked.customer,
            pseudonym=f"Erased customer {secrets.token_hex(4)}",
            asked_by=asked.by,
            facts=0,
            digest="",
            forced=forced,
        )

    def _against(self, books: Books, customer: str) -> list[str]:
        return list(grounds_against(books, customer, self.now.date(), self.years))

    def _check_grounds(self, books: Books, customer: str, forced: str) -> None:
        against = self._against(books, customer)
        if against and not forced.strip():
            raise NotAllowed(f"{' '.join(against)} A controller may force it with a reason.")
        person = person_of(books.connection, self.by)
        if forced and person is not None and "controller" not in person.roles:
            raise NoAuthority(f"{self.by} is no controller: only a controller may force it.")


def asked_for(books: Books, customer: str) -> ErasureAsked | None:
    """The erasure that waits to be decided; None when none does."""
    stream = f"erasure:{customer}"
    facts = cast("list[ErasureFact]", books.histories([stream]).get(stream, []))
    return facts[-1] if facts and isinstance(facts[-1], ErasureAsked) else None


def _asked(books: Books, customer: str) -> ErasureAsked:
    asked = asked_for(books, customer)
    if asked is None:
        raise NotAllowed(f"Nobody asked for the erasure of {customer}.")
    return asked


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise NotAllowed("Say why with --reason.")


def _as_owner(ledger: Ledger, work: Callable[[Books], _Done]) -> _Done:
    try:
        return ledger.transact(work, durable=True)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _MAY_NOT:
            raise
        raise NotAllowed(
            "This database user may not erase what facts say: run it as the owner of the tables."
        ) from None
