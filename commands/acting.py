"""Acting: what every action of a person at a case has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from activities.planning import Planner
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.steps import Step
from ledger.books import Books
from ledger.ledger import Ledger

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
    """A person who acts at one moment."""

    ledger: Ledger
    planner: Planner
    by: str
    now: datetime

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
            case = books.record(invoice, *found(books, case))
            step = self.planner.plan(books, case, self.now)
            # Planning does what is due for disputes, such as asking the owner of a new one.
            return Done(books.case(invoice) if case.disputes else case, step)

        return self.ledger.transact(work)


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
