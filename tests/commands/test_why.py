"""Why a message was sent or not: one true sentence for every day, with the facts behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from activities.gateways.interface import Refused, Unknown
from commands.cases.actions import Actions
from commands.why.answer import Answer, told
from commands.why.why import why
from dunning.may import NotAllowed
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import DUE, ISSUED, customer, day, eur, invoice, payment
from tests.commands.taking_in import PAYMENTS, take

LATER = afternoon(day(200))
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        # Nobody imports files regularly here.
        object.__setattr__(found.wiring.planner, "watch", None)
        yield found


def answered(shop: Workshop, on: date, now: datetime = LATER, of: str = "I-1") -> Answer:
    with shop.wiring.ledger.reading() as books:
        return why(books, shop.wiring.planner, of, on, now)


def speaks(shop: Workshop, on: date, number: str = "I-1") -> None:
    """What is due on the day goes out, through the gate."""
    at = afternoon(on)
    shop.send(number, shop.plan(number, at), at)


def desk(shop: Workshop, on: date) -> Actions:
    return Actions(shop.wiring.ledger, shop.wiring.planner, "ada", afternoon(on))


def test_a_message_says_who_got_what_when_and_why_this_level(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2"))
    speaks(shop, day(3))
    mine, other = answered(shop, day(3)), answered(shop, day(3), of="I-2")

    assert (mine.code, mine.sent, mine.step) == ("SENT", True, "reminder")
    assert mine.sentence == (
        "The letter “reminder” (level 1) was sent at 15:00 by e-mail to Grace (billing), together"
        " with I-2. Step reminder of standard_b2b v1 comes 3 days after the due date, 2026-03-02:"
        " 2026-03-05. No reminder of this invoice came before it."
    )
    assert "together with I-1 in the message of I-1" in other.sentence
    assert [one.kind for one in mine.facts] == ["touch_started", "touch_sent"]
    assert not mine.reconstructed


def test_a_letter_that_came_late_says_what_delayed_it(shop: Workshop) -> None:
    shop.opens()
    desk(shop, day(2)).pause("I-1", "customer_request", day(8))
    shop.plan("I-1", afternoon(day(2)))
    speaks(shop, day(9))

    assert "2026-03-05; it came on 2026-03-11 instead: paused until 2026-03-10." in (
        answered(shop, day(9)).sentence
    )


@pytest.mark.parametrize(
    ("outcome", "code", "sent", "words"),
    [
        (Refused("550", "mailbox full", address_is_dead=False), "REFUSED", False, "mailbox full"),
        (Unknown("it took too long"), "UNKNOWN", True, "may have gone out"),
    ],
)
def test_what_did_not_go_through_is_not_called_sent(
    shop: Workshop, outcome: Refused | Unknown, code: str, words: str, *, sent: bool
) -> None:
    shop.opens()
    shop.post.answers = [outcome]
    speaks(shop, day(3))
    answer = answered(shop, day(3))

    assert (answer.code, answer.sent) == (code, sent)
    assert words in answer.sentence


def test_nothing_due_names_the_next_step_and_its_day(shop: Workshop) -> None:
    shop.opens()
    answer = answered(shop, day(1))

    assert (answer.code, answer.reconstructed) == ("NOT_DUE", True)
    assert answer.sentence == (
        "Nothing was due. Next: step reminder (“reminder”, level 1, by e-mail) on 2026-03-05"
        " (3 days after the due date, 2026-03-02)."
    )


def test_a_holiday_is_called_by_its_name(shop: Workshop) -> None:
    # Three days later is Good Friday of 2026.
    shop.opens(invoice(due_date=date(2026, 3, 31)))
    on_the_day, after = (answered(shop, date(2026, 4, d)) for d in (3, 5))
    weekend = answered(shop, date(2026, 3, 22))

    assert (on_the_day.code, after.code) == ("DAY_OFF", "DAY_OFF")
    assert "2026-04-03, is Good Friday. It is planned for 2026-04-07." in on_the_day.sentence
    assert weekend.sentence.startswith("Nothing was due on 2026-03-22, a Sunday.")


def test_before_its_date_and_before_its_import_there_is_no_case(shop: Workshop) -> None:
    late = ISSUED - timedelta(days=20)
    shop.opens(invoice(issue_date=late))
    undated, unknown = (answered(shop, late + timedelta(days=n)) for n in (-1, 1))

    assert (undated.code, unknown.code) == ("NOT_ISSUED", "NOT_FOLLOWED")
    assert "is followed since 2026-02-02 only" in unknown.sentence


HOLDS: list[tuple[Callable[[Actions], object], str, str]] = [
    (lambda who: who.pause("I-1", "system", day(20)), "PAUSE_system", "paused until 2026-03-22"),
    (lambda who: who.promise("I-1", None, day(9)), "PROMISE", "promised for 2026-03-11"),
    (lambda who: who.dispute("I-1", "price"), "DISPUTE", "disputed"),
    (lambda who: who.escalate("I-1", "ar_lead"), "ESCALATED", "escalated to ar_lead"),
    (
        lambda who: who.pause_customer("C-1", "system", day(20)),
        "PAUSE_system",
        "the customer is paused",
    ),
]


@pytest.mark.parametrize(("act", "code", "words"), HOLDS)
def test_a_hold_names_its_reason_and_the_fact_behind_it(
    shop: Workshop, act: Callable[[Actions], object], code: str, words: str
) -> None:
    shop.opens()
    act(desk(shop, day(2)))
    on_the_day, later = answered(shop, day(2)), answered(shop, day(4))

    assert (on_the_day.code, later.code) == (code, code)
    assert words in later.sentence
    assert "(recorded on 2026-03-04 by ada)" in later.sentence
    assert not on_the_day.reconstructed
    assert later.reconstructed
    assert later.facts[0].at == afternoon(day(2))


def test_only_what_was_known_that_day_counts(shop: Workshop) -> None:
    shop.opens()
    before = answered(shop, day(2), afternoon(day(2)))
    desk(shop, day(5)).promise("I-1", None, day(9))
    # The money reached the bank on the first day and us on the seventh.
    take(shop.wiring.ledger, PAYMENTS, payment("P-1", eur("1500.00"), day(1)))

    assert before.code == "NOT_DUE"
    assert answered(shop, day(2)).code == "NOT_DUE"
    assert answered(shop, day(6)).code == "PROMISE"
    assert answered(shop, day(7)).code == "SETTLED"
    assert "closed since 2026-03-09 (paid in full)" in answered(shop, day(8)).sentence


def test_a_step_nobody_carried_out_is_said_to_be_so(shop: Workshop) -> None:
    """The engine was away: nothing was recorded at all."""
    shop.opens()
    answer = answered(shop, day(3))

    assert answer.code == "NOT_CARRIED_OUT"
    assert "was due at" in answer.sentence
    assert not answer.sent


def test_peoples_work_is_named(shop: Workshop) -> None:
    shop.opens()
    for step, number in (("reminder", 3), ("request", 10)):
        shop.spoke("I-1", step, day(number))
    at = afternoon(day(17))
    shop.send("I-1", shop.plan("I-1", afternoon(day(14))), afternoon(day(14)))
    shop.hand_to_people("I-1", shop.plan("I-1", at), at)
    answer = answered(shop, day(17))

    assert (answer.code, answer.step) == ("PEOPLE", "call")
    assert "a task for the associate (call)" in answer.sentence


def test_an_invoice_that_another_ones_message_lists_says_so(shop: Workshop) -> None:
    # Overdue on the tenth day, and not yet to be reminded of.
    shop.opens(invoice("I-1"), invoice("I-2", due_date=day(8)))
    for number in (3, 10):
        speaks(shop, day(number), "I-1")
    answer = answered(shop, day(10), of="I-2")

    assert (answer.code, answer.sent) == ("LISTED", False)
    assert "listed in the message of I-1 (“request”), sent by e-mail" in answer.sentence


def test_a_day_that_was_asked_by_nobody_is_today_with_the_whole_story(shop: Workshop) -> None:
    shop.opens()
    speaks(shop, day(3))
    with shop.wiring.ledger.reading() as books:
        answer = why(books, shop.wiring.planner, "I-1", None, afternoon(day(4)))
    shown = told(answer)

    assert (shown["on"], shown["code"]) == (str(day(4)), "NOT_DUE")
    assert [one["number"] for one in shown["because"]] == [1, 2, 3, 4]
    assert shown["because"][0]["kind"] == "invoice_opened"


def test_facts_are_told_in_the_customers_time_and_its_zone_is_named(shop: Workshop) -> None:
    shop.opens(customers=[replace(customer(), timezone="America/New_York")])
    with shop.wiring.ledger.reading() as books:
        shown = told(why(books, shop.wiring.planner, "I-1", None, LATER))
    opened = datetime.fromisoformat(shown["because"][0]["at"])

    assert shown["zone"] == "America/New_York"
    assert shown["because"][0]["local"] == f"{opened.astimezone(NEW_YORK):%Y-%m-%d %H:%M}"
    assert opened.astimezone(NEW_YORK).utcoffset() != timedelta(0)


def test_an_unknown_invoice_is_refused(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="no invoice I-9"):
        answered(shop, DUE, of="I-9")
