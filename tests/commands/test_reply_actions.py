"""What people do with replies: deal with them, say whose they are, and take back what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.gateways.interface import RetryLater
from dunning import facts
from dunning.may import NotAllowed
from dunning.promise_facts import PromiseMade
from dunning.steps import Wait
from ledger.rebuild import differences
from tests.cast import contact, customer, day, eur, invoice
from tests.commands.corresponding import GRACE_WITH_PHONE, NOW, Correspondence, corresponding

A_DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
EVERYTHING = {
    "We will pay invoice I-1 on 13 March.": "the promise for 2026-03-13 of I-1",
    "We paid invoice I-1 last week.": "the pause of I-1",
    "Invoice I-1 is wrong, the price was agreed lower.": "the dispute I-1/1",
    "Please send me a copy of invoice I-1.": "the pause of I-1",
    "Our lawyer will answer you from now on.": "the hold (a lawyer speaks for the customer)",
    "We cannot pay this, we lost our main client.": "the hold",
    "Stop emailing me.": "the block of",
    "You have the wrong person.": "the block of",
}


@pytest.fixture
def one(database_url: str, tmp_path: Path) -> Iterator[Correspondence]:
    """A customer with one open invoice, who can be texted."""
    with corresponding(tmp_path, database_url) as found:
        found.shop.opens(invoice("I-1"), customers=[GRACE_WITH_PHONE])
        yield found
        with found.ledger.reading() as books:
            assert list(differences(books)) == []


@pytest.mark.parametrize("text", EVERYTHING)
def test_one_command_takes_back_whatever_a_reply_led_to(one: Correspondence, text: str) -> None:
    row = one.mailed(text)
    said = one.desk().undo(row["reply"], "it said something else")
    case, owner = one.case(), one.customer()

    assert EVERYTHING[text] in said
    assert case.promise is None
    assert case.pause is None or case.pause.until <= NOW.date()
    assert [one.is_open for one in case.disputes] in ([], [False])
    assert (owner.holds, owner.blocked) == ((), ())
    assert [reply.reply for reply in owner.replies] == [row["reply"]]
    assert [what for what, _, outcome in one.tasks if not outcome] == ["reply"]
    assert isinstance(one.shop.plan("I-1", LATER), Wait)
    with pytest.raises(NotAllowed, match="left to undo"):
        one.desk().undo(row["reply"], "again")


def test_an_undone_reply_waits_for_a_person_and_ends_with_one(one: Correspondence) -> None:
    row = one.mailed("We paid invoice I-1 last week.")
    one.desk().undo(row["reply"], "it was a question")
    (waiting,) = one.replies

    assert (waiting["state"], waiting["outcome"]) == ("open", "undone by ada: it was a question")
    assert sorted(one.tasks) == [
        ("match_payment", "associate", "undone"),
        ("reply", "associate", ""),
    ]
    one.desk().handle(row["reply"], "answered")

    assert one.customer().replies == ()
    assert ("reply", "associate", "answered") in one.tasks
    assert not isinstance(one.shop.plan("I-1", NOW + A_DAY), Wait)


def test_what_was_before_the_reply_is_again(one: Correspondence) -> None:
    soon = facts.Paused(at=NOW, by="ada", reason="goodwill", until=day(5))
    promised = PromiseMade(at=NOW, by="ada", amount=eur("1500.00"), promised_on=day(20))
    one.shop.add(soon, promised)
    row = one.mailed("We paid invoice I-1 last week. We will pay the rest on 13 March.", at=LATER)
    one.desk(LATER).undo(row["reply"], "wrong")
    case = one.case()

    assert case.pause is not None
    assert (case.pause.reason, case.pause.until, case.pause.by) == ("goodwill", day(5), "ada")
    assert case.promise is not None
    assert case.promise.promised_on == day(20)


def test_undoing_a_pause_lifts_no_promise_of_a_person(one: Correspondence) -> None:
    row = one.mailed("We paid invoice I-1 last week.")
    one.shop.add(PromiseMade(at=LATER, by="ada", amount=eur("1500.00"), promised_on=day(20)))
    one.desk(LATER + A_DAY).undo(row["reply"], "wrong")
    case = one.case()

    assert case.promise is not None
    assert case.pause is not None
    assert case.pause.until <= LATER.date() + A_DAY


def test_an_undone_copy_does_not_go_out(one: Correspondence) -> None:
    one.shop.post.answers.append(RetryLater("busy", "busy", timedelta(minutes=5)))
    row = one.mailed("Please send me a copy of invoice I-1.")
    one.desk(LATER).undo(row["reply"], "wrong")
    one.mailroom.work(LATER + A_DAY)

    assert len(one.shop.post.handed_over) == 1
    assert one.answers == []


def test_a_block_for_another_reason_survives_an_undo(one: Correspondence) -> None:
    first = one.texted("stop texting me")
    one.texted("Wrong number, I am not Grace", at=LATER)
    one.desk(LATER).undo(first["reply"], "it was a joke")

    assert one.blocked() == [("Grace", "sms", "WRONG_PARTY")]


def test_an_undone_start_leaves_the_opt_out(one: Correspondence) -> None:
    one.texted("STOP")
    row = one.texted("START", at=LATER)
    one.desk(LATER).undo(row["reply"], "it was not Grace")

    assert one.blocked() == [("Grace", "sms", "OPT_OUT")]


def test_an_undone_absence_is_over(one: Correspondence) -> None:
    row = one.mailed("I am out of the office until 10 March.", Auto_Submitted="auto-replied")

    assert one.customer().away
    one.desk().undo(row["reply"], "she is back")

    assert all(until < NOW.date() for _, until in one.customer().away)


def test_a_reply_is_dealt_with_once_and_with_an_outcome(one: Correspondence) -> None:
    row = one.mailed("Who signed for the delivery?")
    with pytest.raises(NotAllowed, match="Say what came of it"):
        one.desk().handle(row["reply"], " ")
    one.desk().handle(row["reply"], "called back")

    with pytest.raises(NotAllowed, match="dealt with already: called back"):
        one.desk().handle(row["reply"], "called back")
    with pytest.raises(NotAllowed, match="There is no reply R9"):
        one.desk().handle("R9", "called back")


def test_what_nobody_could_be_found_for_is_acted_on_once_assigned(one: Correspondence) -> None:
    row = one.posted("We will pay on 13 March.", sender="Boss <boss@else.example>")

    assert row["state"] == "unassigned"
    said = one.desk(NOW + 3 * A_DAY).assign(row["reply"], "C-1", one.taker)
    (assigned,) = one.replies

    assert "nothing proves who wrote it" in said
    assert (assigned["customer"], assigned["matched_by"]) == ("C-1", "person ada")
    # The service level runs from the moment somebody could know whose it is.
    assert one.customer().replies[0].hold_until.date() == date(2026, 3, 11)


def test_only_what_waits_is_assigned_and_only_to_a_known_customer(one: Correspondence) -> None:
    row = one.posted("Hello?", sender="boss@else.example")
    with pytest.raises(NotAllowed, match="no customer C-9"):
        one.desk().assign(row["reply"], "C-9", one.taker)
    one.desk().assign(row["reply"], "C-1", one.taker)

    with pytest.raises(NotAllowed, match="belongs to customer C-1 already"):
        one.desk().assign(row["reply"], "C-1", one.taker)


def test_a_reply_that_was_put_aside_cannot_be_assigned(one: Correspondence) -> None:
    row = one.posted("Buy cheap watches", sender="spam@else.example")
    one.desk().handle(row["reply"], "spam")

    with pytest.raises(NotAllowed, match="dealt with already: spam"):
        one.desk().assign(row["reply"], "C-1", one.taker)


def test_two_customers_are_told_apart_by_a_person(database_url: str, tmp_path: Path) -> None:
    shared = contact("Grace")
    with corresponding(tmp_path, database_url) as both:
        both.shop.opens(
            invoice("I-1"),
            invoice("I-2", of="C-2"),
            customers=[customer("C-1", shared), customer("C-2", shared)],
        )
        row = both.mailed("We will pay on 13 March.")
        both.desk().assign(row["reply"], "C-2", both.taker)

        assert row["outcome"] == "its address fits 2 customers"
        assert both.case("I-1").promise is None
        assert both.case("I-2").promise is not None
