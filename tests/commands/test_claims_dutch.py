"""Dutch consumers: collection costs only after the fourteen-day letter, one sum for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from commands.adjustments.claim_actions import ClaimActions
from commands.adjustments.interest_answer import interest_answer
from dunning.facts import PaymentApplied
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import contact, customer, day, eur, invoice
from tests.commands.letters_of_a_case import words_of

NOW = afternoon(day(30))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def desk(shop: Workshop, by: str = "ada") -> ClaimActions:
    return ClaimActions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def dutch(shop: Workshop, *numbers: str) -> None:
    """A Dutch consumer with an invoice of 1,500 euros for each number, under the shipped policy."""
    home = {"country": "NL", "subdivision": "", "timezone": "Europe/Amsterdam", "locale": "nl_NL"}
    somebody = contact("Saskia", phone="+31612345678")
    consumer = customer("C-1", somebody, debtor="consumer", **home)
    shop.opens(*(invoice(one) for one in numbers), customers=[consumer])


def dutch_letter(shop: Workshop, *numbers: str) -> str:
    """The words of the fourteen-day letter, when it was the invoices' turn."""
    return words_of(shop, "nl_fourteen_day", numbers[0])


def claimed(shop: Workshop, number: str, until: date) -> dict[str, str]:
    """Amount and principal of the sum beside an invoice, or why there is none."""
    with shop.wiring.ledger.reading() as books:
        found = interest_answer(books, desk(shop), [number], until)
    (fee,) = [one for one in found["claims"] if one["what"] == "fee"] or [{}]
    why = "".join(one["reason"] for one in found["refused"])
    return {"amount": fee.get("amount", ""), "principal": fee.get("principal", ""), "why": why}


def test_dutch_consumers_owe_costs_only_after_the_fourteen_day_letter(shop: Workshop) -> None:
    dutch(shop, "I-1")
    before = claimed(shop, "I-1", day(60))
    text = dutch_letter(shop, "I-1")
    sent = shop.case().touches[-1].at.date()
    over = sent + timedelta(days=16)
    within, after = claimed(shop, "I-1", over - timedelta(days=1)), claimed(shop, "I-1", over)

    assert "nl_fourteen_day was not sent yet" in before["why"]
    # 15 % of 1,500: the letter names it to the cent.
    assert "225,00" in text
    assert f"has until {over - timedelta(days=1)}" in within["why"]
    assert (after["amount"], after["principal"]) == ("225.00", "1500.00")


def test_the_invoices_of_one_letter_share_one_sum_by_the_scale_over_all_of_them(
    shop: Workshop,
) -> None:
    dutch(shop, "I-1", "I-2", "I-3")
    text = dutch_letter(shop, "I-1", "I-2", "I-3")
    found = {one: claimed(shop, one, day(60)) for one in ("I-1", "I-2", "I-3")}

    # 4,500: 15 % of 2,500 and 10 % of 2,000; three times 225 would be too much.
    assert "575,00" in text
    assert (found["I-1"]["amount"], found["I-1"]["principal"]) == ("575.00", "4500.00")
    for other in ("I-2", "I-3"):
        assert found[other]["amount"] == ""
        assert "share one sum, which stands beside invoice I-1" in found[other]["why"]


def test_what_was_paid_in_the_letters_time_takes_its_share_of_the_sum_with_it(
    shop: Workshop,
) -> None:
    dutch(shop, "I-1", "I-2")
    dutch_letter(shop, "I-1", "I-2")
    paid = PaymentApplied(at=NOW, by="import", payment="P", amount=eur("1500"), on=day(30))
    shop.wiring.ledger.transact(lambda books: books.record("I-1", paid))
    (found, why) = claimed(shop, "I-2", day(60)), claimed(shop, "I-1", day(60))["why"]

    # 15 % of what is left.
    assert (found["amount"], found["principal"]) == ("225.00", "1500.00")
    assert "beside invoice I-2" in why


def test_once_the_sum_stands_beside_an_invoice_it_stays_there(shop: Workshop) -> None:
    dutch(shop, "I-1", "I-2")
    dutch_letter(shop, "I-1", "I-2")
    with shop.wiring.ledger.reading() as books:
        rules = desk(shop).planner.situation(books.case("I-1"), books.customer("C-1"), NOW).policy
    shop.spoke("I-1", "firm", day(41))
    desk(shop).raise_claims("I-1", day(60))
    paid = PaymentApplied(at=NOW, by="import", payment="P", amount=eur("1500"), on=day(30))
    shop.wiring.ledger.transact(lambda books: books.record("I-1", paid))

    assert rules.name == "consumer_nl"
    assert "beside invoice I-1" in claimed(shop, "I-2", day(61))["why"]
