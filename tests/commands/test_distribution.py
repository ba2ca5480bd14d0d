"""Proof of delivery: what the books can show about an invoice's way to the customer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from commands.cases.show import show
from dunning.steps import SendInvoice
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import ISSUED, invoice

NOW = afternoon(ISSUED)


def shown(shop: Workshop, number: str = "I-1") -> dict[str, Any]:
    with shop.wiring.ledger.reading() as books:
        found: dict[str, Any] = show(books, shop.wiring.planner, number, NOW)["distribution"]
    return found


def test_an_invoice_of_ours_shows_when_and_to_whom_it_went(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        shop.opens(invoice("I-1", distributed=False))
        before = shown(shop)
        step = shop.plan("I-1", NOW)
        assert isinstance(step, SendInvoice)
        shop.send("I-1", step, step.at)
        after = shown(shop)

    assert before == {"has_it": False, "by": "ledger", "messages": []}
    assert (after["has_it"], after["by"]) == (True, "duncan")
    (message,) = after["messages"]
    assert (message["letter"], message["state"]) == ("invoice", "sent")
    assert message["to"] == "grace@customer.example"
    assert len(message["content_hash"]) == 64


def test_an_invoice_that_the_ledger_sent_needs_no_message(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        shop.opens(invoice("I-1"))

        assert shown(shop) == {"has_it": True, "by": "ledger", "messages": []}
