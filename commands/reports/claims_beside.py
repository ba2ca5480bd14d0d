"""Claims on a statement of account: interest and fixed sums beside its balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from commands.reports.table import Cell, totals_of
from dunning.money import totals
from ledger.claims import OpenClaim


def claim_answers(claims: Sequence[OpenClaim]) -> list[dict[str, Any]]:
    """The claims for `duncan statement --json`; amounts in major units."""
    return [
        {
            "claim": one.claim.name,
            "invoice": one.invoice,
            "what": one.claim.raised.what,
            "until": str(one.claim.raised.until),
            "currency": one.claim.open.currency,
            "amount": str(one.claim.open.major),
        }
        for one in claims
    ]


def claim_rows(claims: Sequence[OpenClaim]) -> Iterator[list[Cell]]:
    """Rows with an amount and nothing open: the open column is the balance."""
    for one in claims:
        kind = "fixed sum" if one.claim.raised.what == "fee" else "interest"
        named = (f"{kind} claimed", one.claim.name, one.entity, one.invoice)
        raised, amount = one.claim.raised, one.claim.open.major
        yield [*named, one.claim.open.currency, raised.until, None, amount, *([None] * 4)]


def claim_totals(claims: Sequence[OpenClaim]) -> Iterator[tuple[str, Cell]]:
    """What is claimed, one total for each currency."""
    sums = totals([one.claim.open for one in claims])
    yield from totals_of("claimed beside the balance", list(sums.values()))
