"""Money of a customer that no invoice uses, as it was known from moment to moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import groupby

from dunning import cash_facts, credit_facts, facts
from dunning.audit.standing import Standing
from dunning.fact import Fact
from dunning.facts import InvoiceFact, InvoiceOpened
from dunning.money import Money
from dunning.payment import PaymentReceived

# From when on whose money changed by so much; less is a negative amount.
Change = tuple[datetime, str, Money]


def unused_at(changes: Sequence[tuple[datetime, Money]], at: datetime, currency: str) -> int:
    """How much of a customer's money was unused at the moment, in minor units."""
    known = (money for since, money in changes if since <= at)
    return sum(money.minor for money in known if money.currency == currency)


def changes_of_payment(history: Sequence[object], used: Sequence[InvoiceFact]) -> Iterator[Change]:
    """How much of a payment nothing used, and whose that was, after each of its facts.

    `history` are the payment's own facts, `used` those of invoices that name it. The owner is a
    customer's number, or the number or name that the payer gave.
    """
    first = next((one for one in history if isinstance(one, PaymentReceived)), None)
    if first is None:
        return
    free, owner, left = _Free(first), "", Money.zero(first.amount.currency)
    told = [one for one in (*history, *used) if isinstance(one, Fact)]
    # What is applied in the moment it arrives was never unused.
    for at, together in groupby(sorted(told, key=_moment), key=_moment):
        for fact in together:
            free.hear(fact)
        if (free.owner, free.left) == (owner, left):
            continue
        if left.minor:
            yield at, owner, -left
        owner, left = free.owner, free.left
        if left.minor:
            yield at, owner, left


def changes_of_invoice(history: Sequence[InvoiceFact]) -> Iterator[Change]:
    """How much more than it owed was paid on an invoice, after each of its facts."""
    opened = history[0]
    assert isinstance(opened, InvoiceOpened), "an invoice begins when the ledger names it"
    standing = Standing(opened.amount.minor, opened.due_date, opened.policy, opened.distributed)
    over, latest = 0, opened.at
    for fact in history[1:]:
        standing.hear(fact)
        now_over = max(0, -standing.balance)
        if now_over != over:
            # What counts from a later day is no money yet.
            latest = max(latest, fact.at, _start_of(fact))
            yield latest, opened.customer, Money(now_over - over, opened.amount.currency)
            over = now_over


@dataclass
class _Free:
    """One payment after some of its facts; amounts in minor units."""

    first: PaymentReceived
    account: str = ""
    used: int = 0
    gone: bool = False
    asked: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """Whose it is: of the account it was put on, else of whoever paid it."""
        return self.account or self.first.payer

    @property
    def left(self) -> Money:
        """What nothing uses of it."""
        whole = self.first.amount
        minor = whole.minor - self.used - sum(self.kept.values())
        return Money(0 if self.gone else max(0, minor), whole.currency)

    def hear(self, fact: object) -> None:
        """Take one fact in."""
        match fact:
            case facts.PaymentApplied():
                self.used += fact.amount.minor
            case cash_facts.ApplicationUndone():
                self.used -= fact.amount.minor
            case facts.PaymentReversed() | cash_facts.PaymentReturned():
                self.gone = True
            case cash_facts.PutOnAccount():
                self.account = fact.customer
            case cash_facts.TakenOffAccount():
                self.account = ""
            case credit_facts.CreditMoveProposed():
                self.asked[fact.adjustment] = fact.amount.minor
            case credit_facts.CreditMoveDecided(outcome="approved"):
                self.kept[fact.adjustment] = self.asked.get(fact.adjustment, 0)
            case credit_facts.CreditMoveDecided() | credit_facts.CreditTransferUndone():
                self.kept.pop(fact.adjustment, None)
            case _:
                return


def _moment(fact: Fact) -> datetime:
    return fact.at


def _start_of(fact: InvoiceFact) -> datetime:
    on = getattr(fact, "on", None)
    return datetime.combine(on, time(0), UTC) if on else fact.at
