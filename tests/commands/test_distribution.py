"""Proof of delivery: what the books can show about an invoice's way to the customer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.gateways.interface import Refused
from commands.cases.distribution_actions import DistributionActions
from commands.cases.show import show
from dunning.may import NotAllowed
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


def test_who_has_the_invoice_by_another_way_is_confirmed_once(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        shop.opens(invoice("I-1", distributed=False))
        desk = DistributionActions(shop.wiring.ledger, shop.wiring.planner, "ada", NOW)
        with pytest.raises(NotAllowed, match="no way an invoice arrives"):
            desk.delivered("I-1", ISSUED, "pigeon")
        with pytest.raises(NotAllowed, match="not delivered before it"):
            desk.delivered("I-1", ISSUED - timedelta(days=1), "post")
        desk.delivered("I-1", ISSUED, "post", "sent by hand")
        step, after = shop.plan("I-1", NOW), shown(shop)

        assert after["has_it"]
        assert not isinstance(step, SendInvoice)
        with pytest.raises(NotAllowed, match="has invoice I-1 already"):
            desk.resend("I-1")


def test_an_invoice_that_did_not_arrive_goes_out_again_when_somebody_asks(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        shop.opens(invoice("I-1", distributed=False))
        step = shop.plan("I-1", NOW)
        assert isinstance(step, SendInvoice)
        shop.post.answers = [Refused("550", "no such mailbox")]
        shop.send("I-1", step, step.at)
        refused = shown(shop)
        later = NOW + timedelta(days=1)
        desk = DistributionActions(shop.wiring.ledger, shop.wiring.planner, "ada", later)
        desk.resend("I-1", "new address")
        again = shop.plan("I-1", later)
        assert isinstance(again, SendInvoice)
        shop.send("I-1", again, again.at)
        sent = shown(shop)

    assert not refused["has_it"]
    assert sent["has_it"]
    assert [one["state"] for one in sent["messages"]] == ["refused", "sent"]
