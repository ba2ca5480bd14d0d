"""The roll-forward of a month: opening, every kind of movement once, closing, difference.

Amounts are minor units of one currency; what lowers the receivables is negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

INVOICES, LATE = "invoices", "late"
UNAPPLIED_LINES = {
    LATE: "Late entries of closed months",
    "received": "Received or credited, and not applied",
    "applied": "Applied, less applications undone",
    "returned": "Returned to payers, refunded or transferred",
    "moved": "Moved between entities when their customer became known",
}


class UnknownMovements(ValueError):  # noqa: N818 - says what is unknown, as NotAllowed does
    """Movements of kinds that no line of the roll-forward has; the message lists them."""


@dataclass(frozen=True)
class Line:
    """One line of the roll-forward and the kinds of movements it adds up."""

    key: str
    label: str
    kinds: tuple[str, ...] = ()


LINES = (
    Line(LATE, "Late entries of closed months"),
    Line(INVOICES, "Invoices issued"),
    Line("amendments", "Invoice amounts changed", ("amendment",)),
    Line("debit_notes", "Debit notes", ("debit_note",)),
    Line("interest", "Interest and fees", ("interest", "fee")),
    Line("cash", "Cash applied, less applications undone", ("payment", "undone")),
    Line("returned", "Payments returned by the bank", ("reversal",)),
    Line("discounts", "Discounts taken", ("discount",)),
    Line("bank_fees", "Bank fees kept back", ("bank_fee",)),
    Line("withholding", "Tax withheld", ("withholding",)),
    Line("credit_notes", "Credit notes", ("credit", "credit_note", "credit_used")),
    Line("write_offs", "Write-offs", ("write_off", "small_balance")),
    Line("recoveries", "Recoveries and reversed write-offs", ("recovery", "write_off_reversal")),
    Line("refunds", "Refunds of credits", ("refund",)),
    Line("transfers", "Transfers", ("transfer",)),
    Line("cancellations", "Cancellations", ("cancellation", "reopening")),
)
_LINE_OF: Mapping[str, str] = {kind: line.key for line in LINES for kind in line.kinds}


@dataclass(frozen=True)
class RollForward:
    """One currency: opening + lines = closing, if nothing is missing.

    Opening and closing are balances of two days; the lines are the movements between them.
    """

    currency: str
    opening: int
    closing: int
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        """What the movements do not explain: 0, or something is wrong."""
        return self.closing - self.opening - sum(self.lines.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was there and nothing moved."""
        return not (self.opening or self.closing or any(self.lines.values()))


def lines_of(moved: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Movements (kind and minor units) by line. Raises UnknownMovements, naming each kind."""
    sums: Counter[str] = Counter()
    unknown: set[str] = set()
    for kind, minor in moved:
        if kind not in _LINE_OF:
            unknown.add(kind)
            continue
        sums[_LINE_OF[kind]] += minor
    if unknown:
        listed = ", ".join(sorted(unknown))
        raise UnknownMovements(
            f"The roll-forward has no line for movements of these kinds: {listed}."
        )
    return {line.key: sums[line.key] for line in LINES}
