"""What becomes of messages after they were handed over, and what follows for the customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.deliveries import Deliveries
from activities.gateways.interface import Accepted, RetryLater, Unknown
from activities.letter_templates import LetterError
from dunning import facts
from dunning.contact_facts import ContactLogged
from dunning.customer import Customer
from dunning.delivery import DeliveryEvent
from dunning.steps import AskAssociate, SendTouch
from ledger.people_contacts import log_contact
from tests.activities.workshop import MESSAGE, TASK, Post, Workshop, afternoon, workshop
from tests.cast import contact, customer, day, eur, invoice

NOW = afternoon(day(3))
GRACE, HUGO = contact("Grace"), contact("Hugo", "manager")
TEXTED = contact("Grace", phone="+447700900123")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def reminded(shop: Workshop, *people: object) -> str:
    """The reminder went out; its attempt."""
    them = customer("C-1", *(people or (GRACE,)))  # type: ignore[arg-type]  # Contacts.
    shop.opens(customers=[them])
    goes_on(shop)
    return shop.post.handed_over[-1].attempt


def goes_on(shop: Workshop) -> object:
    step = shop.plan("I-1", NOW)
    if isinstance(step, SendTouch) and step.at <= NOW:
        return shop.send("I-1", step, NOW)
    return step


def said(attempt: str, kind: str, event: str = "e1", **more: object) -> DeliveryEvent:
    usual = DeliveryEvent(event, attempt, "email", kind, NOW, code="5.1.1", why="no such user")  # type: ignore[arg-type]  # One of its words.
    return replace(usual, **more)  # type: ignore[arg-type]  # Its own fields, by name.


def take(shop: Workshop, *events: DeliveryEvent) -> list[str]:
    deliveries = Deliveries(shop.wiring.planner)
    return [
        shop.wiring.ledger.transact(lambda books, e=event: deliveries.take(books, e, NOW))  # type: ignore[misc]
        for event in events
    ]


def known(shop: Workshop) -> Customer:
    with shop.wiring.ledger.reading() as books:
        return books.customer("C-1")


def states(shop: Workshop) -> list[str]:
    return [touch.state for touch in shop.case().touches]


def to(shop: Workshop) -> list[str]:
    return [message.to_address for message in shop.post.handed_over]


def codes(shop: Workshop) -> list[str]:
    return [code for _, _, code in known(shop).blocked]


def test_a_bounced_message_goes_to_the_next_contact_at_once(shop: Workshop) -> None:
    attempt = reminded(shop, GRACE, HUGO)
    take(shop, said(attempt, "bounced"))
    goes_on(shop)

    assert to(shop) == ["grace@customer.example", "hugo@customer.example"]
    assert states(shop) == ["bounced", "sent"]
    assert codes(shop) == ["BOUNCED"]


def test_where_nobody_is_left_it_goes_by_text_message_to_who_agreed(shop: Workshop) -> None:
    attempt = reminded(shop, TEXTED)
    take(shop, said(attempt, "bounced"))
    goes_on(shop)

    assert [message.channel for message in shop.post.handed_over] == ["email", "sms"]
    assert states(shop) == ["bounced", "sent"]
    assert shop.rows(TASK) == []


def test_where_there_is_no_other_way_people_find_one(shop: Workshop) -> None:
    attempt = reminded(shop)
    take(shop, said(attempt, "bounced"))
    goes_on(shop)

    assert [row.what for row in shop.rows(TASK)] == ["contact"]
    assert shop.case().withheld[-1].code == "NO_CONTACT"
    assert len(shop.post.handed_over) == 1


@pytest.mark.parametrize(("people", "ways"), [((GRACE,), 1), ((TEXTED,), 2)])
def test_what_would_be_filtered_again_is_not_sent_again(
    shop: Workshop, people: tuple[object, ...], ways: int
) -> None:
    attempt = reminded(shop, *people)
    take(shop, said(attempt, "failed"))
    goes_on(shop)

    assert len(shop.post.handed_over) == ways
    assert codes(shop) == []
    assert [row.what for row in shop.rows(TASK)] == (["contact"] if ways == 1 else [])
    assert shop.case().withheld[-1].code == ("REFUSED" if ways == 1 else "OTHER_CHANNEL")


def test_what_failed_for_the_day_comes_again_the_day_after(shop: Workshop) -> None:
    attempt = reminded(shop)
    take(shop, said(attempt, "failed", again=True))
    step = shop.plan("I-1", NOW)

    assert isinstance(step, SendTouch)
    assert step.step == "reminder"
    assert step.at >= NOW + timedelta(hours=18)
    assert codes(shop) == []


def test_a_complaint_ends_mail_to_the_address_and_asks_a_person(shop: Workshop) -> None:
    attempt = reminded(shop)
    take(shop, said(attempt, "complained"))

    assert codes(shop) == ["COMPLAINT"]
    assert states(shop) == ["sent"], "it was read, after all"
    assert [row.what for row in shop.rows(TASK)] == ["contact"]


@pytest.mark.parametrize("dropped", [True, False])
def test_who_opted_out_before_did_not_get_it_and_who_does_so_after_reading_did(
    shop: Workshop, *, dropped: bool
) -> None:
    attempt = reminded(shop)
    take(shop, said(attempt, "opted_out", dropped=dropped))

    assert codes(shop) == ["OPT_OUT"]
    assert states(shop) == ["bounced" if dropped else "sent"]


def test_news_that_comes_twice_counts_once(shop: Workshop) -> None:
    attempt = reminded(shop, GRACE, HUGO)
    answers = take(shop, said(attempt, "bounced"), said(attempt, "bounced"))
    again = take(shop, said(attempt, "bounced", "another name for it"))
    goes_on(shop)

    assert answers == ["bounced", "known already"]
    assert again == ["bounced"]
    assert codes(shop) == ["BOUNCED"]
    assert states(shop) == ["bounced", "sent"]


def test_delivered_before_and_after_a_bounce_changes_nothing(shop: Workshop) -> None:
    attempt = reminded(shop)
    take(shop, said(attempt, "delivered", "e1"), said(attempt, "bounced", "e2"))
    take(shop, said(attempt, "delivered", "e3"), said(attempt, "processed", "e4"))

    assert states(shop) == ["bounced"]
    assert [(row.state, row.delivery) for row in shop.rows(MESSAGE)] == [("bounced", "bounced")]


def test_a_bounce_before_the_answer_is_not_forgotten_over_it(shop: Workshop) -> None:
    shop.post.meanwhile = lambda message: take(shop, said(message.attempt, "bounced"))
    reminded(shop)

    assert states(shop) == ["bounced"]
    assert [row.state for row in shop.rows(MESSAGE)] == ["bounced"]
    assert [row.provider_id for row in shop.rows(MESSAGE)] == [
        f"post:{shop.post.handed_over[0].attempt}"
    ]


@pytest.mark.parametrize("answer", [Unknown("too long"), RetryLater("BUSY", "", timedelta(1))])
def test_what_the_provider_tells_meanwhile_outweighs_its_answer(
    shop: Workshop, answer: Unknown | RetryLater
) -> None:
    shop.post.answers = [answer]
    shop.post.meanwhile = lambda message: take(shop, said(message.attempt, "processed"))
    reminded(shop)

    assert states(shop) == [row.state for row in shop.rows(MESSAGE)] == ["sent"]
    assert shop.rows(TASK) == []


def test_a_lost_answer_after_a_second_try_asks_nobody_twice(shop: Workshop) -> None:
    shop.opens()
    step = shop.plan("I-1", NOW)
    shop.post.answers = [Unknown("too long")]
    shop.post.meanwhile = lambda _: shop.send("I-1", step, NOW)
    shop.send("I-1", step, NOW)

    assert len(shop.post.handed_over) == 1
    assert states(shop) == ["unknown"]
    assert len(shop.case().tasks) == 1


def test_a_bounce_after_the_money_came_is_nobodys_work(shop: Workshop) -> None:
    attempt = reminded(shop)
    shop.add(facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("1500.00"), on=day(3)))
    take(shop, said(attempt, "failed"), said(attempt, "complained", "e2"))

    assert shop.rows(TASK) == []


def test_what_is_said_of_nobodys_message_still_counts_for_the_address(shop: Workshop) -> None:
    reminded(shop)
    unproven = Deliveries(shop.wiring.planner)
    forged = said("", "complained", "e0", address="grace@customer.example")
    answer = shop.wiring.ledger.transact(
        lambda books: unproven.take(books, forged, NOW, proven=False)
    )
    before = codes(shop)
    [proven] = take(shop, said("", "complained", "e1", address="Grace@Customer.example"))

    assert (answer, before) == ("not about us", [])
    assert proven == "complained: contact of 1 customers"
    assert codes(shop) == ["COMPLAINT"]


def test_peoples_own_messages_and_calls_count_for_the_caps(shop: Workshop) -> None:
    shop.opens()
    for channel in ("call", "letter", "call"):
        fact = ContactLogged(at=NOW - timedelta(days=1), by="ada", channel=channel)
        shop.wiring.ledger.transact(lambda books, f=fact: log_contact(books, "C-1", f))  # type: ignore[misc]
    goes_on(shop)
    reason = shop.case().withheld[-1]

    assert shop.post.handed_over == []
    assert (reason.code, reason.why) == ("CAP", "all: 3 in 7 days is the policy's cap")
    assert reason.until == NOW + timedelta(days=6)


def test_a_person_who_wrote_yesterday_is_not_followed_by_a_reminder(shop: Workshop) -> None:
    shop.opens()
    fact = ContactLogged(at=NOW - timedelta(days=1), by="ada", channel="email")
    shop.wiring.ledger.transact(lambda books: log_contact(books, "C-1", fact))
    goes_on(shop)

    assert shop.post.handed_over == []
    assert shop.case().withheld[-1].code == "MIN_INTERVAL"


@pytest.mark.parametrize(("calls", "warns"), [(2, False), (3, True)])
def test_a_call_task_says_that_the_customer_was_called_often_enough(
    shop: Workshop, calls: int, *, warns: bool
) -> None:
    now = afternoon(day(31))
    shop.opens()
    shop.spoke("I-1", "request_sms", day(14))
    for number in range(calls):
        fact = ContactLogged(at=now - timedelta(days=number), by="ada", channel="call")
        shop.wiring.ledger.transact(lambda books, f=fact: log_contact(books, "C-1", f))  # type: ignore[misc]
    step = shop.plan("I-1", now)
    assert isinstance(step, AskAssociate)
    shop.hand_to_people("I-1", step, now)

    assert ("called 3 times within 7 days" in shop.rows(TASK)[0].why) is warns


class BrokenLetters:
    """Letters nobody can write."""

    def render(self, _: object) -> None:
        """As a template would that lacks a word."""
        raise LetterError("reminder: the template prints a word that nobody gives")


def test_a_letter_that_cannot_be_written_is_mended_by_people_once_for_all_customers(
    shop: Workshop,
) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", of="C-2"), customers=[customer(), customer("C-2")])
    letters = shop.wiring.letters
    broken = Workshop(replace(shop.wiring, letters=BrokenLetters()), shop.post)  # type: ignore[arg-type]  # On purpose.
    later = [broken.send(number, broken.plan(number, NOW), NOW) for number in ("I-1", "I-2")]
    step = later[0]
    assert isinstance(step, SendTouch)
    assert step.at >= NOW + timedelta(hours=18)
    tasks = [(row.what, row.role) for row in shop.rows(TASK)]
    mended = Workshop(replace(shop.wiring, letters=letters), Post())
    mended.send("I-1", step, step.at)

    assert shop.post.handed_over == []
    assert tasks == [("content", "ar_lead")]
    assert [shop.case(number).withheld[-1].code for number in ("I-1", "I-2")] == [
        "CONTENT_MISSING"
    ] * 2
    assert [touch.state for touch in shop.case().touches] == ["sent"]


def test_an_answer_without_a_name_does_not_forget_the_one_that_is_known(shop: Workshop) -> None:
    shop.post.answers = [Accepted("p-17")]
    attempt = reminded(shop)
    take(shop, said(attempt, "delivered"))

    assert shop.rows(MESSAGE)[0].provider_id == "p-17"
