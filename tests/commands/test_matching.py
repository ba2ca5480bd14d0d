"""Whose message it is: nothing is guessed, and a huge customer is found as fast as a small one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands.imports import take_in
from tests.cast import contact, customer, day, invoice
from tests.commands.corresponding import NOW, Correspondence, corresponding

MANY = 2_000
ELSE = "someone@else.example"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Correspondence]:
    """Two customers with an invoice each."""
    with corresponding(tmp_path) as found:
        found.shop.opens(
            invoice("INV-2001"),
            invoice("INV-3001", of="C-2"),
            customers=[customer("C-1"), customer("C-2", contact("Harald"))],
        )
        yield found


@pytest.mark.parametrize(
    ("headers", "text", "expected"),
    [
        ({"subject": "Re: INV-3001"}, "Hello?", ("C-2", "invoice")),
        ({"subject": "Hello"}, "about inv-3001, please", ("C-2", "invoice")),
        ({"subject": "Hello"}, "Hello?", ("", "nothing in it tells which customer wrote it")),
        ({"subject": "XINV-3001 and INV-30012"}, "Hello?", ("", "nothing in it tells")),
        ({"subject": "INV-2001, INV-3001"}, "Hello?", ("", "fit 2 customers")),
        ({"subject": "Hi", "sender": "Harald@Customer.Example"}, "Hello?", ("C-2", "address")),
        (
            {"subject": "INV-2001 and INV-3001", "sender": "harald@customer.example"},
            "Hello?",
            ("C-2", "invoice"),
        ),
        (
            {"subject": "INV-2001", "sender": "harald@customer.example"},
            "Hello?",
            ("", "its invoices and its sender fit 2 customers"),
        ),
        ({"subject": "From Pellworth C-2 Ltd."}, "Hello?", ("C-2", "name")),
        ({"subject": "Pellworth C-2 Ltdx"}, "Hello?", ("", "nothing in it tells")),
        ({"subject": "Pellworth C-1 Ltd, Pellworth C-2 Ltd"}, "Hello?", ("", "its name fits 2")),
    ],
)
def test_one_customer_is_found_or_nobody(
    two: Correspondence, headers: dict[str, Any], text: str, expected: tuple[str, str]
) -> None:
    row = two.mailed(text, **({"sender": ELSE} | headers))
    customer_number, says = expected

    assert row["customer"] == customer_number
    assert (row["matched_by"] if customer_number else row["outcome"]).count(says) == 1
    assert (row["state"] == "unassigned") is (customer_number == "")


def test_two_customers_of_one_name_are_not_told_apart(tmp_path: Path) -> None:
    with corresponding(tmp_path) as found:
        twins = [customer("C-1", name="Twin Ltd"), customer("C-2", name="Twin Ltd")]
        found.shop.opens(invoice("I-1"), invoice("I-2", of="C-2"), customers=twins)
        row = found.mailed("Hello?", sender=ELSE, subject="From Twin Ltd")

        assert row["outcome"] == "its name fits 2 customers"


def test_a_customer_with_thousands_of_invoices_is_answered_quickly(tmp_path: Path) -> None:
    with corresponding(tmp_path) as found:
        rows = [invoice(f"I-{number}", due_date=day(30)) for number in range(1, MANY)]
        found.shop.opens(*rows[:1])
        take_all(found, rows[1:])
        began = time.perf_counter()
        row = found.mailed("We will pay I-1234 on 13 March. Please send a copy of I-77.")
        took = time.perf_counter() - began

        assert row["customer"] == "C-1"
        assert found.case("I-1234").promise is not None
        assert found.case("I-77").pause is not None
        assert took < 5
        general = found.mailed("Who signed for all this?", at=NOW)

        assert general["state"] == "open"
        assert len(found.customer().replies) == 1


def take_all(found: Correspondence, rows: list[Any]) -> None:
    batch = take_in.invoices(NOW, "import")
    list(take_in.take_in(found.ledger, rows, batch, take_in.Taken()))
