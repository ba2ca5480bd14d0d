"""Payers remembered from what people decided: whose account or name pays for which customer."""

from __future__ import annotations

from datetime import datetime

from dunning.cash.payers import payer_keys, shown_payer
from dunning.cash_facts import PayerAliasForgotten, PayerAliasLearnt
from dunning.may import NotAllowed
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import aliases


def learn_from(
    books: Books,
    payment: PaymentReceived,
    customer: str,
    now: datetime,
    by: str,
    *,
    asked: bool = False,
) -> str:
    """Remember the payer of a payment that a person gave to a customer; what was done, in words.

    A payer who is known to pay for another customer pays for several: then none is assumed, and
    what was learnt is forgotten until somebody asks for it (`asked`). A payer without name and
    account cannot be remembered.
    """
    keys = payer_keys(payment)[:1]
    if not keys or not customer:
        return ""
    (payer,) = keys
    known = aliases(books, [payer]).get(payer, "")
    was_forgotten = bool(books.latest([f"payer:{payer}"])) and not known
    if known == customer or (was_forgotten and not asked):
        return ""
    shown = shown_payer(payment)
    if known:
        forget(books, payer, f"pays for {known} and for {customer}", now, by)
        return f"{shown} pays for several customers, so none is assumed."
    learnt = PayerAliasLearnt(at=now, by=by, payer=payer, shown=shown, customer=customer)
    books.append(f"payer:{payer}", learnt)
    return f"{shown} is remembered to pay for {customer}."


def forget(books: Books, payer: str, reason: str, now: datetime, by: str) -> None:
    """Forget a payer, named by its hash. Raises NotAllowed when it is not remembered."""
    if payer not in aliases(books, [payer]):
        raise NotAllowed(f"No payer {payer} is remembered; duncan cash aliases lists them.")
    fact = PayerAliasForgotten(at=now, by=by, payer=payer, reason=reason)
    books.append(f"payer:{payer}", fact)
