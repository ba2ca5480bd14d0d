"""Acting: what every action of a person at a case has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from activities.planning import Planner
from commands.authority import Changed, check_role
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.steps import Step
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.people import person_of

PAUSE_REASONS = (
    "customer_request",
    "internal_query",
    "sales_request",
    "hardship",
    "goodwill",
    "system",
)
ROLES = ("associate", "ar_lead", "account_manager", "controller")


@dataclass(frozen=True)
class Done:
    """An action took effect: the case after it and what comes next."""

    case: Case
    step: Step


@dataclass(frozen=True)
class Acting:
    """A person who acts at one moment.

    `seen` is the number of the invoice's newest fact when the person looked at it, where the
    action must not be about something newer.
    """

    ledger: Ledger
    planner: Planner
    by: str
    now: datetime
    seen: int | None = None

    def _record_fact(self, invoice: str, fact: InvoiceFact) -> Done:
        return self._record(invoice, lambda _, __: [fact])

    def _record(
        self,
        invoice: str,
        found: Callable[[Books, Case], Sequence[InvoiceFact]],
    ) -> Done:
        def work(books: Books) -> Done:
            books.lock_invoices([invoice])
            case = books.case(invoice)
            self._check_unchanged(books, invoice)
            case = books.record(invoice, *found(books, case))
            step = self.planner.plan(books, case, self.now)
            # Planning does what is due for disputes, such as asking the owner of a new one.
            return Done(books.case(invoice) if case.disputes else case, step)

        return self.ledger.transact(work)

    def _check_unchanged(self, books: Books, invoice: str) -> None:
        if self.seen is not None and books.version(invoice) != self.seen:
            raise Changed(
                f"Invoice {invoice} changed since you opened it: look at what is new, then decide"
                " again. What you typed is kept."
            )

    def _speak_as(self, role: str) -> str:
        """The role of the policies the person decides as. Raises NoAuthority when it may not."""
        with self.ledger.reading() as books:
            check_role(books.connection, self.by, role)
        return role

    def _deciding_as(self, asked: str) -> str:
        """The role the person decides as: the one that was asked, else the highest it has."""
        with self.ledger.reading() as books:
            person = person_of(books.connection, self.by)
        spoken = person.speaks_as if person else ()
        return asked if not spoken or asked in spoken else spoken[-1]


def known(word: str, words: tuple[str, ...], what: str) -> None:
    """Refuse a word that is none of the listed ones."""
    if word not in words:
        raise NotAllowed(f"{word!r} is no {what}; use one of {', '.join(words)}.")


def money(amount: Decimal, case: Case) -> Money:
    """An amount in major units in the invoice's currency. Raises NotAllowed."""
    try:
        return Money.parse(amount, case.amount.currency)
    except ValueError as error:
        raise NotAllowed(f"{error}.") from None
