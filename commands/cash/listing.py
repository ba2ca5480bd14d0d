"""The cash worklist: payments that wait for people, with every proposal, and one explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from commands.cash.applying import dated_ahead, why_not
from commands.cash.lookup import Lookup
from dunning.cash.applied import Applied
from dunning.cash.item import Part, Proposal
from dunning.cash.matching import Evidence, proposals
from dunning.cash.payers import payer_keys, shown_payer
from dunning.cash.rules import CashRules
from dunning.money import Money, totals
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import (
    Unmatched,
    applied_of,
    learnt_aliases,
    like_payments,
    received,
    standing_of,
    unmatched,
)
from ledger.payments import payment_of

Row = dict[str, Any]


def cash_worklist(books: Books, rules: CashRules, today: date, most: int) -> Row:
    """Payments with money left that is on nobody's account, oldest first, with proposals."""
    waiting = unmatched(books, most)
    sums = totals([one.left for one in waiting])
    return {
        "as_of": today.isoformat(),
        "payments": waiting_rows(books, rules, waiting, today),
        "totals": {currency: str(total.major) for currency, total in sums.items()},
        "more": len(waiting) == most,
    }


def waiting_rows(
    books: Books, rules: CashRules, waiting: Sequence[Unmatched], today: date
) -> list[Row]:
    """These payments as the worklist shows them, with every proposal; the likeliest is first."""
    lookup = Lookup(books, whole=True, locks=False)
    told = [replace(one.payment, amount=one.left) for one in waiting]
    lookup.read(told)
    return [
        _waiting(books, lookup, rules, left, one.payment, today)
        for left, one in zip(told, waiting, strict=True)
    ]


def explain(books: Books, rules: CashRules, payment: PaymentReceived, today: date) -> Row:
    """What is known of a payment: what it paid by which rule, what it has left, what may follow."""
    known = payment_of(books.connection, payment.payment)
    assert known is not None, "the caller has seen it"
    left = known.amount - known.applied
    standing = standing_of(books, payment.payment)
    decided = bool(standing and (standing.customer or standing.returned_on))
    lookup = Lookup(books, whole=True, locks=False)
    rest = replace(payment, amount=left)
    lookup.read([rest])
    row = _waiting(books, lookup, rules, rest, payment, today)
    if decided or left.minor <= 0:
        row |= {"why": _decided(left, standing), "proposals": []}
    return row | {
        "structured": payment.structured,
        "texts": list(payment.texts),
        "payer_key": next(iter(payer_keys(payment)), ""),
        "recorded_at": payment.at.isoformat(),
        "on_account_of": standing.customer if standing else "",
        "returned_on": str(standing.returned_on) if standing and standing.returned_on else None,
        "applications": [_application(one) for one in applied_of(books, payment.payment)],
    }


def found_payment(books: Books, payment: str) -> PaymentReceived | None:
    """The payment as the bank told it."""
    return received(books, [payment]).get(payment)


def alias_rows(books: Books) -> list[Row]:
    """Every payer that is remembered."""
    return [
        {
            "payer": one.payer,
            "shown": one.shown,
            "customer": one.customer,
            "by": one.by,
            "at": one.at.isoformat(),
        }
        for one in learnt_aliases(books)
    ]


def flat_rows(worklist: Row) -> Iterator[list[str]]:
    """The worklist as a table: one row a payment with its likeliest proposal."""
    for one in worklist["payments"]:
        best = one["proposals"][0] if one["proposals"] else {}
        invoices = " ".join(part["invoice"] for part in best.get("invoices", ()))
        yield [
            one["payment"],
            one["date"],
            one["payer"],
            one["currency"],
            one["amount"],
            one["left"],
            one["reference"],
            one["why"],
            invoices,
            str(best.get("score", "")),
        ]


def outlook(one: Row) -> str:
    """A payment's likeliest proposals, or why it waits; where its date is the reason, both."""
    found = "; ".join(
        f"{p['number']}: {' '.join(part['invoice'] for part in p['invoices'])} ({p['score']})"
        for p in one["proposals"][:3]
    )
    return "; ".join(filter(None, (found, one["why"] if one["ahead"] or not found else "")))


FLAT = (
    "payment",
    "date",
    "payer",
    "currency",
    "amount",
    "left",
    "reference",
    "why",
    "best_proposal",
    "score",
)


def _waiting(
    books: Books,
    lookup: Lookup,
    rules: CashRules,
    rest: PaymentReceived,
    payment: PaymentReceived,
    today: date,
) -> Row:
    evidence: Evidence = lookup.evidence(rest)
    found = proposals(rest, evidence, rules) if rest.amount.minor > 0 else []
    best = found[0].why if found else ""
    return {
        "payment": payment.payment,
        "date": payment.on.isoformat(),
        "days": max((today - payment.on).days, 0),
        "ahead": bool(dated_ahead(payment, today)),
        "payer": shown_payer(payment),
        "customer": evidence.payer,
        "currency": payment.amount.currency,
        "amount": str(payment.amount.major),
        "left": str(rest.amount.major),
        "reference": payment.reference,
        "why": why_not(books, rest, evidence, best, today),
        "resembles": like_payments(books, payment),
        "proposals": [_proposal(number, one) for number, one in enumerate(found, start=1)],
    }


def _application(one: Applied) -> Row:
    return {
        "application": one.name,
        "invoice": one.invoice,
        "amount": str(one.amount.major),
        "kept_back": str(one.deducted.amount.major) if one.deducted else None,
        "kept_back_for": one.deducted.reason if one.deducted else "",
        "on": one.on.isoformat(),
        "rule": one.rule,
        "score": one.score,
        "why": one.why,
        "by": one.by,
    }


def _proposal(number: int, one: Proposal) -> Row:
    return {
        "number": number,
        "rule": one.rule,
        "score": one.score,
        "why": one.why,
        "customer": one.customer,
        "invoices": [_part(part) for part in one.parts],
        "left": str(one.left.major),
    }


def _part(part: Part) -> Row:
    def major(amount: Money | None) -> str | None:
        return str(amount.major) if amount else None

    return {
        "invoice": part.invoice,
        "amount": major(part.amount),
        "kept_back": major(part.deducted),
        "kept_back_for": part.deducted_for or "",
        "short": major(part.short),
        "short_for": part.short_for,
    }


def _decided(left: Money, standing: Any) -> str:  # noqa: ANN401 - a row, or None
    if standing and standing.returned_on:
        return f"went back on {standing.returned_on}"
    if left.minor <= 0:
        return "applied in full"
    return f"on account of {standing.customer}"
