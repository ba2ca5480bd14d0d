"""What people said to customers themselves, and letters that people have to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.letter_templates import LetterError
from dunning.contact_facts import ContactLogged
from dunning.steps import AskAssociate, SendTouch
from ledger.people_contacts import log_contact
from tests.activities.workshop import TASK, Post, Workshop, afternoon, workshop
from tests.cast import customer, day, invoice

NOW = afternoon(day(3))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def goes_on(shop: Workshop) -> None:
    step = shop.plan("I-1", NOW)
    assert isinstance(step, SendTouch)
    shop.send("I-1", step, NOW)


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

    def states_claims(self, _: str) -> bool:
        """None of them."""
        return False

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
    assert shop.case("I-2").withheld[-1].code == "CONTENT_MISSING"
    assert [touch.state for touch in shop.case().touches] == ["sent"]
