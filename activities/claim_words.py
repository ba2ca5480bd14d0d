"""The words about claims that a letter template may use: what is claimed beside the invoices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from activities.absent import Absent
from dunning.money import totals

if TYPE_CHECKING:
    from activities.letter_request import LetterClaim, LetterRequest
    from activities.wording import Wording


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """One claim; `until` is the last day interest was computed for."""

    invoice: str
    amount: str
    until: str
    fee: bool


def claim_words(request: LetterRequest, wording: Wording) -> dict[str, object]:
    """`claims` with total, law and basis, and `announced`; absent where there are none."""
    announced = request.announced
    words: dict[str, object] = {
        name: Absent(name=name)
        for name in ("claims", "claims_total", "claims_law", "claims_basis", "announced")
    }
    if announced is not None:
        words["announced"] = wording.amount(announced)
    if request.claims:
        sums = totals([one.amount for one in request.claims]).values()
        words |= {
            "claims": [_words(one, wording) for one in request.claims],
            "claims_total": wording.joined([wording.amount(one) for one in sums]),
            "claims_law": request.claims_law,
        }
    if request.claims_basis:
        words["claims_basis"] = _printable(request.claims_basis)
    return words


def _words(claim: LetterClaim, wording: Wording) -> ClaimWords:
    day = wording.day(claim.until)
    return ClaimWords(_printable(claim.invoice), wording.amount(claim.amount), day, claim.is_fee)


def _printable(text: str) -> str:
    """The text in one line, without signs that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
