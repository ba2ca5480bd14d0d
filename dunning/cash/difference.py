"""What it means that a payment is less than the invoices it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from dunning.cash.item import OpenItem, Part, owed
from dunning.cash.rules import CashRules, limit
from dunning.cash_facts import DeductedFor
from dunning.money import Money
from dunning.payment import PaymentReceived

# Each invoice's discount or tax is rounded by itself.
_ROUNDING_MINOR = 1


@dataclass(frozen=True)
class Difference:
    """Why a payment is short: kept back for good (`deducted`), or still owed for a known reason.

    `clear` when the reason explains the whole difference.
    """

    reason: str
    why: str
    deducted: DeductedFor | None = None
    clear: bool = True


def difference(
    payment: PaymentReceived, items: Sequence[OpenItem], rules: CashRules, country: str = ""
) -> Difference:
    """Why the payment is less than the items owe; the first reason that fits exactly counts.

    In this order: bank charges the statement states, discount of the invoices' terms (in time or
    late), withholding tax at a rate of the customer's country, a small difference, a part payment.
    """
    found = (
        _bank_charges(payment, items, rules)
        or _discount(payment, items, rules)
        or _withholding(payment, items, rules, country)
        or _small(payment, items, rules)
    )
    return found or Difference("part_payment", "a part of it is paid", clear=False)


def parts_of(
    items: Sequence[OpenItem], short: Money, found: Difference, payment: PaymentReceived
) -> tuple[Part, ...]:
    """The items paid in full but for what is missing, which stands with the last ones."""
    nothing = Money.zero(short.currency)
    parts: list[Part] = []
    left = short
    for item in reversed(items):
        missing = _share(item, left, found, is_last=item is items[0])
        left -= missing
        paid = item.balance - missing
        kept = missing > nothing
        parts.append(
            Part(
                item.invoice,
                paid,
                missing if kept and found.deducted else None,
                found.deducted if kept else None,
                missing if kept and not found.deducted else None,
                found.reason if kept and not found.deducted else "",
            )
        )
    assert sum(part.amount.minor for part in parts) == payment.amount.minor, "all of it is used"
    return tuple(part for part in reversed(parts) if part.amount > nothing)


def _share(item: OpenItem, left: Money, found: Difference, *, is_last: bool) -> Money:
    """What of the missing money is missing at this item."""
    own = item.discount if found.reason in {"discount", "discount_late"} else None
    if is_last:
        return min(left, item.balance)
    return min(left, own if own is not None else item.balance, item.balance)


def _bank_charges(
    payment: PaymentReceived, items: Sequence[OpenItem], rules: CashRules
) -> Difference | None:
    short = owed(items) - payment.amount
    taken = _charges(payment)
    most = limit(rules.bank_fee_most, short.currency)
    if taken is None or taken != short or short > most:
        return None
    return Difference("bank_fee", f"the bank kept back charges of {short}", "bank_fee")


def _charges(payment: PaymentReceived) -> Money | None:
    if payment.charges and payment.charges.currency == payment.amount.currency:
        return payment.charges
    ordered = payment.original
    if ordered and ordered.currency == payment.amount.currency and ordered > payment.amount:
        return ordered - payment.amount
    return None


def _discount(
    payment: PaymentReceived, items: Sequence[OpenItem], rules: CashRules
) -> Difference | None:
    short = owed(items) - payment.amount
    terms = [item for item in items if item.discount and item.discount_until]
    given = sum(item.discount.minor for item in terms if item.discount)
    if not terms or abs(given - short.minor) > _ROUNDING_MINOR * len(terms):
        return None
    grace = timedelta(days=rules.discount_grace_days)
    ends = min(item.discount_until for item in terms if item.discount_until)
    if payment.on <= ends + grace:
        return Difference("discount", f"discount of {short}, taken in time", "discount")
    return Difference("discount_late", f"discount of {short}, taken after {ends}")


def _withholding(
    payment: PaymentReceived, items: Sequence[OpenItem], rules: CashRules, country: str
) -> Difference | None:
    whole, short = owed(items), owed(items) - payment.amount
    for rate in rules.withholding.get(country, ()):
        tax = (Decimal(whole.minor) * rate / 100).to_integral_value(ROUND_HALF_UP)
        if abs(int(tax) - short.minor) <= _ROUNDING_MINOR * len(items):
            why = f"{short} is withholding tax of {rate} % in {country}"
            return Difference("withholding", why, "withholding")
    return None


def _small(
    payment: PaymentReceived, items: Sequence[OpenItem], rules: CashRules
) -> Difference | None:
    short = owed(items) - payment.amount
    if short > rules.tolerance(owed(items)):
        return None
    return Difference("tolerance", f"{short} is missing, which is within the tolerance")
