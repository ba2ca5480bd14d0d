"""What customers write becomes facts, holds, answers and work for people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunning.facts import Paused
from dunning.steps import Wait
from tests.cast import day, eur, invoice, payment
from tests.commands.corresponding import (
    GRACE,
    NOW,
    Correspondence,
)
from tests.commands.taking_in import PAYMENTS, take

A_DAY = timedelta(days=1)


def test_any_reply_holds_the_next_touch_until_it_is_dealt_with(one: Correspondence) -> None:
    row = one.mailed("Who signed for the delivery?")
    held = one.shop.plan("I-1", NOW)

    assert isinstance(held, Wait)
    assert held.code == "REPLY"
    assert row["state"] == "open"
    assert one.tasks == [("reply", "associate", "")]
    one.desk().handle(row["reply"], "called back")

    assert not isinstance(one.shop.plan("I-1", NOW + A_DAY), Wait)
    assert one.tasks == [("reply", "associate", "called back")]


def test_a_reply_nobody_deals_with_holds_no_longer_than_its_service_level(
    one: Correspondence,
) -> None:
    one.mailed("Who signed for the delivery?")
    # Thursday: two business days are over when Monday is.
    held = one.shop.plan("I-1", NOW + 3 * A_DAY)
    over = one.shop.plan("I-1", NOW + 5 * A_DAY)

    assert isinstance(held, Wait)
    assert not isinstance(over, Wait)


def test_a_promise_of_a_known_sender_is_recorded_and_closes_its_reply(one: Correspondence) -> None:
    row = one.mailed("We will pay invoice I-1 on 13 March.")
    promise = one.case().promise

    assert promise is not None
    assert promise.promised_on == date(2026, 3, 13)
    assert row["state"] == "handled"
    assert row["outcome"] == "a promise for 2026-03-13 was recorded for I-1"
    assert [e["text"] for e in row["reading"]["evidence"]] == [
        "We will pay invoice I-1 on 13 March."
    ]
    assert one.customer().replies == ()


@pytest.mark.parametrize("proven", [True, False])
def test_a_posted_promise_counts_only_with_a_proven_sender(
    one: Correspondence, *, proven: bool
) -> None:
    row = one.posted("We will pay invoice I-1 on 13 March.", proven=proven)

    assert (one.case().promise is not None) is proven
    assert row["state"] == ("handled" if proven else "open")
    assert one.customer().replies == () if proven else len(one.customer().replies) == 1


def test_an_answer_to_an_old_mail_is_about_what_is_still_open_of_it(
    letters: Correspondence,
) -> None:
    attempt = letters.reminds("I-1")
    pays(letters, "I-1")
    paid = letters.mailed("We will pay on 13 March.", answers=attempt, at=NOW + A_DAY)

    assert letters.case("I-1").promise is None
    assert letters.case("I-2").promise is not None
    assert paid["attempt"] == attempt


def test_nothing_is_promised_for_an_invoice_that_was_not_meant(letters: Correspondence) -> None:
    letters.shop.opens(invoice("I-3", due_date=day(20)), customers=[])
    attempt = letters.reminds("I-1")
    for number in ("I-1", "I-2"):
        pays(letters, number)
    row = letters.mailed("We will pay on 13 March.", answers=attempt, at=NOW + A_DAY)

    assert letters.case("I-3").promise is None
    assert "not clear which invoice" in "; ".join(row["reading"]["left"])


def test_two_intents_about_two_invoices_stay_apart(letters: Correspondence) -> None:
    letters.mailed("Invoice I-1 was paid yesterday. We will pay invoice I-2 on 13 March.")
    first, second = letters.case("I-1"), letters.case("I-2")

    assert first.pause is not None
    assert (first.pause.reason, first.pause.until) == ("payment_claimed", date(2026, 3, 12))
    assert first.promise is None
    assert second.pause is None
    assert second.promise is not None
    assert letters.tasks == [("match_payment", "associate", "")]


def test_paid_holds_five_business_days_once(one: Correspondence) -> None:
    one.mailed("We paid invoice I-1 last week.")
    again = one.mailed("We paid invoice I-1 already!", at=NOW + 10 * A_DAY)

    assert [p.until for p in [one.case().pause] if p] == [date(2026, 3, 12)]
    assert again["state"] == "open"
    assert "says again that it has paid I-1" in again["reading"]["left"]


def test_a_longer_pause_of_a_person_stays(one: Correspondence) -> None:
    desk = one.desk()
    one.shop.add(*pause_until(day(60)))
    one.mailed("We paid invoice I-1 last week.", at=desk.now)

    assert [(p.reason, p.until) for p in [one.case().pause] if p] == [("goodwill", day(60))]


def test_a_dispute_pauses_its_part_and_the_rest_goes_on(one: Correspondence) -> None:
    one.mailed("Invoice I-1: 300.00 EUR of it is wrong, the price was agreed lower.")
    (dispute,) = one.case().disputes

    assert dispute.amount == eur("300.00")
    assert dispute.reason == "price"
    assert not isinstance(one.shop.plan("I-1", NOW + A_DAY), Wait)


def test_a_dispute_of_a_stranger_only_holds(one: Correspondence) -> None:
    row = one.posted("Invoice I-1 is wrong, the price was agreed lower.", sender="eve@else.example")

    assert one.case().disputes == ()
    assert row["state"] == "open"


def test_a_copy_goes_back_by_itself_as_a_pdf(one: Correspondence) -> None:
    row = one.mailed("Please send me a copy of invoice I-1.", message_id="<ask@customer.example>")
    (answer,) = one.shop.post.handed_over

    assert (answer.to_address, [file.name for file in answer.attachments]) == (
        GRACE,
        ["invoice-I-1.pdf"],
    )
    assert answer.references == ("<ask@customer.example>",)
    assert row["state"] == "handled"
    assert [p.until for p in [one.case().pause] if p] == [date(2026, 3, 10)]


def test_the_same_copy_goes_once_a_day_and_another_one_all_the_same(
    letters: Correspondence,
) -> None:
    for number in ("I-1", "I-1", "I-2"):
        letters.mailed(f"Please send me a copy of invoice {number}.")
    sent = [[a.name for a in one.attachments] for one in letters.shop.post.handed_over]

    assert sent == [["invoice-I-1.pdf"], ["invoice-I-2.pdf"]]


def test_no_copy_goes_to_a_stranger(one: Correspondence) -> None:
    one.mailed("Please send me a copy of invoice I-1.", sender="eve@else.example")
    one.posted("Please send me a copy of invoice I-1.", proven=False)

    assert one.shop.post.handed_over == []


def pays(letters: Correspondence, number: str) -> None:
    take(letters.ledger, PAYMENTS, payment(f"P-{number}", eur("1500.00"), day(4), number))


def pause_until(until: date) -> tuple[Paused]:
    return (Paused(at=NOW, by="ada", reason="goodwill", until=until),)
