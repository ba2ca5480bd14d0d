from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning import facts
from dunning.case import Case
from dunning.money import Money
from dunning.payment import PaymentReceived, applications, names_invoice
from tests.dunning.worlds import case, euros, moment

NOW = moment("8 Jun")


def _payment(amount: Money, reference: str = "INV-1") -> PaymentReceived:
    return PaymentReceived(
        at=NOW, by="import", payment="P1", amount=amount, on=date(2026, 6, 8), reference=reference
    )


def _open(paid: str) -> Case:
    part = euros(paid)
    return case(
        facts.PaymentApplied(at=NOW, by="import", payment="P0", amount=part, on=date(2026, 6, 1))
    )


@pytest.mark.parametrize(
    ("paid", "amount", "applied"),
    [
        ("0.00", "1200.00", ["1200.00"]),
        ("0.00", "100.00", ["100.00"]),
        ("200.00", "1200.00", ["1000.00"]),
        ("1200.00", "5.00", []),
        ("0.00", "-5.00", []),
        ("0.00", "0.00", []),
    ],
)
def test_a_payment_settles_what_is_open_and_no_more(
    paid: str, amount: str, applied: list[str]
) -> None:
    parts = applications(_payment(euros(amount)), [_open(paid)])

    assert [part for _, part in parts] == [euros(one) for one in applied]


@pytest.mark.parametrize("reference", ["INV-2", "inv-1", "INV-1 ", "payment INV-1", ""])
def test_only_the_invoice_a_payment_names_is_settled(reference: str) -> None:
    assert applications(_payment(euros("5.00"), reference), [case()]) == []


def test_money_of_another_currency_settles_nothing() -> None:
    payment = _payment(Money(120_000, "USD"))

    assert not names_invoice(payment, case())
    assert applications(payment, [case()]) == []


@given(st.integers(-100, 300_000), st.integers(0, 130_000))
def test_nothing_is_made_up_or_applied_twice(received: int, paid: int) -> None:
    known = _open(str(Money(paid, "EUR").major))
    parts = [part.minor for _, part in applications(_payment(Money(received, "EUR")), [known])]

    assert sum(parts) == max(0, min(received, 120_000 - paid))
