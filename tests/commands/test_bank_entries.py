"""Payments a bank reports twice, in parts, or takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dunning import facts
from dunning.cash_facts import PaymentReturned
from dunning.money import Money
from intake.payments import PaymentRow
from ledger.books import Books
from ledger.cash import unmatched
from ledger.ledger import Ledger
from ledger.payments import note_applied
from tests.cast import day, eur, invoice, payment
from tests.commands.taking_in import INVOICES, PAYMENTS, paid, take, unapplied

LATER = datetime(2026, 3, 10, 12, tzinfo=UTC)


def received(number: str = "B-1-abc", amount: str = "100.00", on: int = 2) -> PaymentRow:
    return replace(payment(number, eur(amount), day(on)), account="DE89")


def returned(number: str = "B-2-def", amount: str = "100.00", on: int = 4) -> PaymentRow:
    row = received(number, amount, on)
    return replace(row, is_reversal=True, returned_reason="AC04", bank_reference=number[:3])


def reversals(ledger: Ledger) -> list[facts.PaymentReversed]:
    with ledger.reading() as books:
        history = books.history("I-1")
    return [fact for _, fact in history if isinstance(fact, facts.PaymentReversed)]


def test_a_returned_item_reverses_the_payment_it_names(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    taken = take(ledger, PAYMENTS, received(), returned())
    (reversed_,) = reversals(ledger)

    assert (taken.counts, taken.warnings) == ({"accepted": 2}, [])
    assert paid(ledger) == eur("0.00")
    assert (reversed_.payment, reversed_.amount, reversed_.on) == (
        "B-1-abc",
        eur("100.00"),
        day(4),
    )
    assert reversed_.reason == "AC04, bank entry B-2-def"
    assert unapplied(ledger, "B-1-abc") == eur("100.00")


def test_the_same_statement_again_reverses_nothing_more(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, received(), returned())
    take(ledger, PAYMENTS, received("B-3-ghi", on=5))
    again = take(ledger, PAYMENTS, received(), returned())

    assert again.counts == {"unchanged": 2}
    assert paid(ledger) == eur("100.00")


def test_a_payment_presented_again_and_returned_again_is_reversed_again(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, received(), returned())
    taken = take(ledger, PAYMENTS, received("B-3-ghi", on=5), returned("B-4-jkl", on=7))

    assert taken.counts == {"accepted": 2}
    assert [fact.payment for fact in reversals(ledger)] == ["B-1-abc", "B-3-ghi"]


def test_a_return_that_names_nothing_known_is_told(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, received(amount="99.00"))
    taken = take(ledger, PAYMENTS, returned())

    assert taken.counts == {}
    assert len(taken.warnings) == 1
    assert taken.warnings[0].startswith("Row 2: 100.00 EUR went back (AC04), but no payment in")
    assert paid(ledger) == eur("99.00")


def test_a_return_that_may_be_one_of_two_is_left_to_people(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    taken = take(ledger, PAYMENTS, received(), received("B-3-ghi"), returned())

    assert "it may be any of B-1-abc, B-3-ghi" in taken.warnings[0]
    assert reversals(ledger) == []


def reversed_by_hand(ledger: Ledger, on: int) -> None:
    by_hand = facts.PaymentReversed(
        at=LATER, by="ada", payment="B-1-abc", amount=eur("100.00"), on=day(on), reason="bounced"
    )

    def bounced(books: Books) -> None:
        books.record("I-1", by_hand)
        note_applied(books.connection, "B-1-abc", 0)

    ledger.transact(bounced)


def test_what_a_person_reversed_is_not_reversed_a_second_time(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, received(), received("B-3-ghi"))
    reversed_by_hand(ledger, on=9)
    taken = take(ledger, PAYMENTS, returned())

    assert taken.counts == {"unchanged": 1}
    assert paid(ledger) == eur("100.00")


def test_what_a_person_reversed_before_is_another_matter(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, received())
    reversed_by_hand(ledger, on=3)
    taken = take(ledger, PAYMENTS, received("B-3-ghi", on=5), returned(on=7))

    assert taken.counts == {"accepted": 2}
    assert paid(ledger) == eur("0.00")


def test_a_return_with_the_bank_s_fee_names_what_was_paid(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    fee = replace(returned(amount="103.00"), charges=eur("3.00"))
    taken = take(ledger, PAYMENTS, received(), fee)

    assert taken.counts == {"accepted": 2}
    assert paid(ledger) == eur("0.00")


def test_a_return_may_name_the_bank_s_reference_of_the_payment(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    row = replace(returned(), reference="RETURN", end_to_end="B-1x")
    take(ledger, PAYMENTS, received("B-1x-abc"), row)

    assert paid(ledger) == eur("0.00")


def test_a_return_before_the_payment_or_of_other_money_names_another(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    dollars = replace(returned(), amount=Money(10000, "USD"))
    taken = take(ledger, PAYMENTS, received(), returned(on=1), dollars)

    assert len(taken.warnings) == 2
    assert paid(ledger) == eur("100.00")


def test_a_payment_that_paid_nothing_goes_back_all_the_same(ledger: Ledger) -> None:
    taken = take(ledger, PAYMENTS, received(), returned())
    with ledger.reading() as books:
        (came, went) = books.histories(["payment:B-1-abc"])["payment:B-1-abc"]
        waiting = unmatched(books, 10)

    assert taken.counts == {"accepted": 2}
    assert isinstance(went, PaymentReturned)
    assert (went.on, went.amount, came.kind) == (day(4), eur("100.00"), "payment_received")
    assert waiting == []
    assert take(ledger, PAYMENTS, received(), returned()).counts == {"unchanged": 2}


def test_a_batch_booked_as_one_is_not_taken_again_in_parts(ledger: Ledger) -> None:
    parts = [replace(received(f"B-1-abc/{n}", "50.00"), batch="B-1-abc") for n in (1, 2)]
    take(ledger, PAYMENTS, received())

    assert take(ledger, PAYMENTS, *parts).counts == {"unchanged": 2}


def test_a_batch_taken_in_parts_is_not_taken_again_as_one(ledger: Ledger) -> None:
    parts = [replace(received(f"B-1-abc/{n}", "50.00"), batch="B-1-abc") for n in (1, 2)]

    assert take(ledger, PAYMENTS, *parts).counts == {"accepted": 2}
    assert take(ledger, PAYMENTS, received()).counts == {"unchanged": 1}


def test_a_number_with_a_stroke_in_a_table_is_just_a_number(ledger: Ledger) -> None:
    take(ledger, PAYMENTS, payment("P/1", eur("1.00"), day(2)))

    assert take(ledger, PAYMENTS, payment("P", eur("1.00"), day(2))).counts == {"accepted": 1}
