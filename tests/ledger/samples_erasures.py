"""One fact of every kind about erasures."""

from __future__ import annotations

from dunning.erasure_facts import ContentsErased, CustomerErased, ErasureAsked, ErasureDeclined
from ledger.wire import AnyFact
from tests.ledger.entries import AT

ERASURES: tuple[AnyFact, ...] = (
    ErasureAsked(at=AT, by="ada", customer="C-1", reason="asked for by letter"),
    ErasureDeclined(at=AT, by="grace", customer="C-1", reason="they still owe"),
    CustomerErased(
        at=AT,
        by="grace",
        customer="C-1",
        pseudonym="Erased customer 1f2e3d4c",
        asked_by="ada",
        facts=12,
        digest="0" * 64,
        forced="a court ordered it",
    ),
    ContentsErased(
        at=AT, by="duncan", what="messages", before=AT, years=6, count=40, digest="0" * 64
    ),
)
