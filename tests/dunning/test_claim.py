from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.claim import open_claims
from dunning.claim_facts import ClaimPaid, ClaimWaived, ClaimWithdrawn
from dunning.folding import fold
from dunning.may import NotAllowed
from dunning.write_off import relief_from
from tests.dunning.claiming import AT, DAY, eur, opened, raised, told


def test_a_claim_is_not_raised_twice_for_the_same_days() -> None:
    case = told(fold([opened()]), raised())
    with pytest.raises(NotAllowed, match="withdraw it before"):
        told(case, raised("k2"))
    paid = told(case, ClaimPaid(at=AT, by="ada", claim="k1", amount=eur(500), on=DAY))
    with pytest.raises(NotAllowed, match="was claimed already"):
        told(paid, raised("k2"))
    told(paid, raised("k2", first=date(2026, 4, 1), until=date(2026, 4, 30)))
    gone = told(case, ClaimWithdrawn(at=AT, by="ada", claim="k1", reason="wrong"))

    assert [one.name for one in open_claims(told(gone, raised("k2")).claims)] == ["k2"]


def test_a_fee_is_claimed_once() -> None:
    case = told(fold([opened()]), raised(what="fee", amount=eur(4_000)))
    paid = told(case, ClaimPaid(at=AT, by="ada", claim="k1", amount=eur(4_000), on=DAY))

    with pytest.raises(NotAllowed, match="claimed once already"):
        told(paid, raised("k2", what="fee", amount=eur(4_000), first=date(2027, 1, 1)))


def test_a_waiver_above_the_limit_needs_another_person() -> None:
    case = told(fold([opened()]), raised())
    waived = ClaimWaived(
        at=AT, by="ada", claim="k1", amount=eur(500), reason="kind", limit=eur(499)
    )

    with pytest.raises(NotAllowed, match="not approved"):
        told(case, waived)


@pytest.mark.parametrize(
    ("due", "country", "relief"),
    [
        (date(2026, 3, 2), "GB", date(2026, 9, 2)),
        (date(2026, 8, 31), "GB", date(2027, 2, 28)),
        (date(2026, 1, 2), "GB", date(2026, 8, 2)),
        (date(2026, 3, 2), "DE", None),
    ],
)
def test_british_vat_comes_back_half_a_year_after_the_later_of_due_date_and_supply(
    due: date, country: str, relief: date | None
) -> None:
    terms = facts.InvoiceAmended(at=AT + timedelta(1), by="i", amount=eur(1), due_date=due)

    assert relief_from(fold([opened(), terms]), country) == relief
