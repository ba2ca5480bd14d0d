"""What becomes of messages after they were handed over, and what follows for the customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.deliveries import Deliveries
from activities.gateways.interface import Accepted, RetryLater, Unknown
from dunning import facts
from dunning.customer import Customer
from dunning.delivery import DeliveryEvent
from dunning.steps import SendTouch
from tests.activities.workshop import MESSAGE, TASK, Workshop, afternoon, workshop
from tests.cast import contact, customer, day, eur

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


def test_an_answer_without_a_name_does_not_forget_the_one_that_is_known(shop: Workshop) -> None:
    shop.post.answers = [Accepted("p-17")]
    attempt = reminded(shop)
    take(shop, said(attempt, "delivered"))

    assert shop.rows(MESSAGE)[0].provider_id == "p-17"


def test_more_bad_news_of_a_message_that_came_back_is_no_second_return(shop: Workshop) -> None:
    attempt = reminded(shop)
    take(shop, said(attempt, "failed", again=True), said(attempt, "failed", "e2"))
    take(shop, said(attempt, "bounced", "e3"))
    with shop.wiring.ledger.reading() as books:
        kinds = [fact.kind for _, fact in books.history("I-1")]

    assert kinds.count("touch_bounced") == 1
    assert codes(shop) == ["BOUNCED"], "that the address is dead is news all the same"
    assert shop.rows(TASK) == []
