"""Matching: every way to understand a payment, the likeliest first, each with reason and score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dunning.cash.difference import difference, parts_of
from dunning.cash.item import OpenItem, Part, Proposal, owed
from dunning.cash.rules import CREDITOR_REFERENCE, EXACT_REFERENCE, UNIQUE_SUM, CashRules
from dunning.cash.sums import is_complete, sums_to
from dunning.money import Money
from dunning.payment import PaymentReceived

_MOST_PROPOSALS = 5
_MOST_NAMED_IN_WORDS = 4


@dataclass(frozen=True)
class Evidence:
    """What the books have that may belong to a payment.

    `named` are the invoices its texts name, `structured` those its structured reference is of,
    `payers` the open items of the customer who is known to pay so (`payer`, "" if unknown),
    oldest first; `more` when there are more of these than were looked at. `similar` are invoices
    whose numbers resemble the texts, with their likeness.
    """

    named: tuple[OpenItem, ...] = ()
    doubt: str = ""
    structured: tuple[OpenItem, ...] = ()
    payer: str = ""
    country: str = ""
    payers: tuple[OpenItem, ...] = ()
    more: bool = False
    similar: tuple[tuple[OpenItem, int], ...] = ()


def proposals(
    payment: PaymentReceived, evidence: Evidence, rules: CashRules | None = None
) -> list[Proposal]:
    """At most five ways to use what the payment has left, the likeliest first.

    `payment.amount` is what is left of it. Only the first can be sure, and only where the team's
    rules apply its kind. Items in another currency are never proposed.
    """
    ruled = rules or CashRules()
    found = [
        *_by_reference(payment, evidence, ruled),
        *_by_sum(payment, evidence),
        *_by_likeness(payment, evidence),
        *_oldest_first(payment, evidence),
    ]
    kept: dict[tuple[Part, ...], Proposal] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.rule)):
        kept.setdefault(one.parts, one)
    ranked = list(kept.values())[:_MOST_PROPOSALS]
    sure = [_is_sure(one, ruled) and place == 0 for place, one in enumerate(ranked)]
    return [replace(one, sure=is_sure) for one, is_sure in zip(ranked, sure, strict=True)]


def _is_sure(one: Proposal, rules: CashRules) -> bool:
    return one.rule in rules.applied and one.score >= _SURE


_SURE = 95


def _by_reference(payment: PaymentReceived, evidence: Evidence, rules: CashRules) -> list[Proposal]:
    found = []
    for rule, items, top in (
        (CREDITOR_REFERENCE, evidence.structured, 100),
        (EXACT_REFERENCE, evidence.named, 99),
    ):
        usable = _payable(items, payment)
        if not usable:
            continue
        one = _for_named(payment, usable, rules, evidence.country, rule)
        score = min(top, one.score) if not evidence.doubt else 60
        found.append(replace(one, score=score, why=_with(one.why, evidence.doubt)))
    return found


def _for_named(
    payment: PaymentReceived, items: list[OpenItem], rules: CashRules, country: str, rule: str
) -> Proposal:
    names, whole = _listed(items), owed(items)
    customer = items[0].customer
    nothing = Money.zero(payment.amount.currency)
    if payment.amount >= whole:
        parts = tuple(Part(item.invoice, item.balance) for item in items)
        left = payment.amount - whole
        why = f"names {names}" + (f"; {left} more than is open" if left.minor else "")
        return Proposal(rule, 100, why, customer, parts, left)
    found = difference(payment, items, rules, country)
    if found.clear:
        parts = parts_of(items, whole - payment.amount, found, payment)
        return Proposal(rule, 98, f"names {names}; {found.why}", customer, parts, nothing)
    parts = _oldest(payment.amount, items)
    if len(items) == 1:
        why = f"names {names}; pays {payment.amount} of {whole}"
        return Proposal(rule, 97, why, customer, parts, nothing)
    why = f"names {names}, which owe {whole}: it is not clear which is paid in part"
    return Proposal("part_of_several", 70, why, customer, parts, nothing)


def _by_sum(payment: PaymentReceived, evidence: Evidence) -> list[Proposal]:
    items = _payable(evidence.payers, payment)
    choices = sums_to([item.balance.minor for item in items], payment.amount.minor)
    proven = len(choices) == 1 and is_complete(len(items)) and not evidence.more
    # Texts that name something else speak against a sum that only happens to fit.
    told_otherwise = bool(evidence.named or evidence.structured)
    found = []
    for places in choices:
        chosen = [items[place] for place in places]
        several = len(chosen) > 1
        rule = UNIQUE_SUM if proven else "amount_and_payer"
        score = (96 if proven and not told_otherwise else 80) if len(choices) == 1 else 65
        sums = f"{_listed(chosen)} {'make' if several else 'owes'} exactly {payment.amount}"
        only = ", and nothing else of this payer does" if proven else ""
        parts = tuple(Part(item.invoice, item.balance) for item in chosen)
        nothing = Money.zero(payment.amount.currency)
        found.append(Proposal(rule, score, sums + only, evidence.payer, parts, nothing))
    return found


def _by_likeness(payment: PaymentReceived, evidence: Evidence) -> list[Proposal]:
    found = []
    for item, likeness in evidence.similar:
        if not _payable((item,), payment):
            continue
        fits = item.balance == payment.amount
        score = min(90, likeness * 8 // 10 + (10 if fits else 0))
        why = f"the text resembles {item.invoice} ({likeness} of 100)" + (
            f", which owes exactly {payment.amount}" if fits else ""
        )
        part = min(item.balance, payment.amount)
        parts = (Part(item.invoice, part),)
        left = payment.amount - part
        found.append(Proposal("similar_reference", score, why, item.customer, parts, left))
    return found


def _oldest_first(payment: PaymentReceived, evidence: Evidence) -> list[Proposal]:
    items = _payable(evidence.payers, payment)
    if not items:
        return []
    parts = _oldest(payment.amount, items)
    used = sum(part.amount.minor for part in parts)
    left = payment.amount - Money(used, payment.amount.currency)
    why = f"{evidence.payer} pays; these are its oldest open invoices"
    return [Proposal("oldest_first", 30, why, evidence.payer, parts, left)]


def _payable(items: Sequence[OpenItem], payment: PaymentReceived) -> list[OpenItem]:
    return [
        item
        for item in items
        if item.balance.currency == payment.amount.currency and item.balance.minor > 0
    ]


def _oldest(amount: Money, items: Sequence[OpenItem]) -> tuple[Part, ...]:
    left = amount
    parts = []
    for item in sorted(items, key=lambda item: (item.due_date, item.invoice)):
        part = min(left, item.balance)
        if part.minor > 0:
            parts.append(Part(item.invoice, part))
            left -= part
    return tuple(parts)


def _listed(items: Sequence[OpenItem]) -> str:
    names = [item.invoice for item in items]
    if len(names) > _MOST_NAMED_IN_WORDS:
        return f"{names[0]} and {len(names) - 1} more"
    return ", ".join(names)


def _with(why: str, doubt: str) -> str:
    return f"{why}; {doubt}" if doubt else why
