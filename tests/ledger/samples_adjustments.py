"""One fact of every kind about adjustments and claims, as it may stand in the books."""

from __future__ import annotations

from datetime import date

from dunning import adjustment_facts, claim_facts, credit_facts, distribution_facts
from ledger.wire import AnyFact
from tests.ledger.entries import AT, eur

_DAY = date(2026, 3, 9)

ADJUSTED: tuple[AnyFact, ...] = (
    distribution_facts.InvoiceDelivered(at=AT, by="ada", on=_DAY, how="post", note="by courier"),
    distribution_facts.InvoiceResendAsked(at=AT, by="ada", note="new address"),
    credit_facts.CreditMoveProposed(
        at=AT,
        by="ada",
        payment="P-1",
        adjustment="P-1:m1",
        what="transfer",
        amount=eur(5),
        customer="C-1",
        role="ar_lead",
        reason="theirs",
        to="C-2",
    ),
    credit_facts.CreditMoveDecided(
        at=AT, by="bea", payment="P-1", adjustment="P-1:m1", outcome="approved", role="ar_lead"
    ),
    credit_facts.CreditRefunded(
        at=AT, by="cleo", payment="P-1", adjustment="P-1:m2", amount=eur(5), on=_DAY, reference="B"
    ),
    credit_facts.CreditTransferred(
        at=AT,
        by="bea",
        payment="P-1",
        adjustment="P-1:m1",
        amount=eur(5),
        on=_DAY,
        to="C-2",
        into="P-1:m1",
    ),
    credit_facts.CreditTransferUndone(
        at=AT, by="ada", payment="P-1", adjustment="P-1:m1", amount=eur(5), on=_DAY, reason="not"
    ),
    adjustment_facts.AdjustmentProposed(
        at=AT,
        by="ada",
        adjustment="I-1:a1",
        what="transfer",
        amount=eur(5),
        role="ar_lead",
        reason="theirs",
        to="I-2",
    ),
    adjustment_facts.AdjustmentDecided(
        at=AT, by="bea", adjustment="I-1:a1", outcome="approved", role="ar_lead", note="yes"
    ),
    adjustment_facts.Adjusted(
        at=AT,
        by="bea",
        adjustment="I-1:a1",
        what="transfer",
        amount=eur(-5),
        on=_DAY,
        reason="theirs",
        other="I-2",
        reference="R",
        rule="same_customer",
        limit=eur(9),
        undoes="I-1:a0",
    ),
    adjustment_facts.InvoiceCancelled(
        at=AT, by="bea", adjustment="I-1:a2", amount=eur(5), on=_DAY, reason="twice"
    ),
    adjustment_facts.InvoiceReopened(
        at=AT, by="bea", after="write_off", amount=eur(5), on=_DAY, reason="they pay"
    ),
    claim_facts.ClaimRaised(
        at=AT,
        by="ada",
        claim="I-1:k1",
        what="interest",
        amount=eur(5),
        principal=eur(500),
        first=_DAY,
        until=_DAY,
        country="DE",
        law="BGB",
        debtor="business",
        contract="9",
        attempt="a1",
    ),
    claim_facts.ClaimWaived(
        at=AT,
        by="ada",
        claim="I-1:k1",
        amount=eur(5),
        reason="kind",
        adjustment="I-1:a3",
        limit=eur(9),
    ),
    claim_facts.ClaimPaid(at=AT, by="ada", claim="I-1:k1", amount=eur(5), on=_DAY, reference="B-1"),
    claim_facts.ClaimWithdrawn(at=AT, by="ada", claim="I-1:k1", reason="wrong"),
)
