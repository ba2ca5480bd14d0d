"""What the team lets Duncan apply by itself, and which differences it accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from dunning.money import Money, minor_digits
from dunning.write_off_rules import WriteOffRules

EXACT_REFERENCE = "exact_reference"
CREDITOR_REFERENCE = "creditor_reference"
UNIQUE_SUM = "unique_sum"
# Every way in which a payment may be understood; only the first three can be sure.
MATCHES = {
    EXACT_REFERENCE: "the payer names the invoice",
    CREDITOR_REFERENCE: "the structured reference is the invoice's, with right check digits",
    UNIQUE_SUM: "only these open invoices of the known payer make the amount",
    "part_of_several": "the payer names more than was paid",
    "amount_and_payer": "an open invoice of the known payer has this amount",
    "similar_reference": "the reference resembles the invoice's number",
    "oldest_first": "the oldest open invoices of the known payer",
}
CAN_BE_SURE = (EXACT_REFERENCE, CREDITOR_REFERENCE, UNIQUE_SUM)


@dataclass(frozen=True)
class CashRules:
    """The rules of `policies/cash.toml`; amounts are in major units of the payment's currency.

    `applied` lists the matches that need no person. A difference up to `tolerance_percent` and
    `tolerance_most` is small. `withholding` has the rates in percent by country of the customer.
    `small` says which small rests are written off with the payment that leaves them; None leaves
    them open. `default_entity` is whose the invoices are that name no entity.
    """

    applied: tuple[str, ...] = CAN_BE_SURE
    tolerance_percent: Decimal = Decimal(1)
    tolerance_most: Decimal = Decimal("5.00")
    bank_fee_most: Decimal = Decimal("50.00")
    discount_grace_days: int = 0
    withholding: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    small: WriteOffRules | None = None
    default_entity: str = ""

    def tolerance(self, owed: Money) -> Money:
        """How much may be missing of what is owed and still count as small."""
        share = Decimal(owed.minor) * self.tolerance_percent / 100
        most = min(share, Decimal(limit(self.tolerance_most, owed.currency).minor))
        return Money(int(most), owed.currency)


def limit(major: Decimal, currency: str) -> Money:
    """A limit in major units as money, with the digits the currency has."""
    shifted = major.scaleb(minor_digits(currency))
    return Money(int(shifted.to_integral_value(ROUND_HALF_UP)), currency)
