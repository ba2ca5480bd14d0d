from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from activities.gateways.interface import Accepted, Outcome, OutgoingMessage
from commands.mailroom.actions import ReplyActions
from commands.mailroom.arrivals import mailroom_of
from ledger.arrivals import Incoming, store
from tests.cast import contact, customer, day, invoice
from tests.commands.corresponding import PHONE, form, mail
from tests.playing import Asked, Post
from tests.stories import Stage

BEFORE = [("Wed 25 Feb", "courtesy"), ("Thu 5 Mar", "reminder")]


async def test_a_promise_by_mail_keeps_the_case_silent_until_its_day_is_over(
    stage: Stage,
) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await writes(stage, "We will pay invoice I-1 on 20 March.")
    await stage.evening(day(18))

    assert stage.letters()[:2] == BEFORE
    assert all(letter == "promise_reminder" for _, letter in stage.letters()[2:])
    assert stage.case().promise is not None


async def test_a_reply_nobody_deals_with_delays_the_next_letter_by_its_service_level(
    stage: Stage,
) -> None:
    await stage.opens()
    await stage.morning(day(9))
    await writes(stage, "Who signed for the delivery?")
    await stage.evening(day(12))

    assert stage.letters() == BEFORE
    assert stage.tasks() == [Asked("Wed 11 Mar", "reply", "associate", ["I-1"])]
    await stage.evening(day(15))

    assert stage.letters() == [*BEFORE, ("Mon 16 Mar", "request")]


async def test_a_reply_that_was_not_told_to_the_engine_holds_at_the_door(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(3))
    await writes(stage, "Who signed for the delivery?", told=False)
    await stage.until(stage.now + timedelta(hours=12))

    assert stage.letters() == BEFORE[:1]


async def test_a_reply_while_the_message_goes_out_holds_the_next_one(stage: Stage) -> None:
    post = Interrupted(stage.post)
    stage.wiring.gateways["email"].send = post.send  # type: ignore[method-assign]  # Its own post.
    await stage.opens()
    await stage.morning(day(3))
    post.meanwhile = lambda: take(stage, "Who signed for the delivery?")
    await stage.evening(day(3))

    assert stage.letters() == BEFORE
    assert [one.intents for one in stage.read(lambda b: b.customer("C-1")).replies] == [
        ("question",)
    ]


async def test_stop_ends_text_messages_and_mails_go_on(stage: Stage) -> None:
    grace = customer("C-1", contact("Grace", phone=PHONE))
    await stage.opens(invoice("I-1"), customers=[grace])
    await stage.morning(day(11))
    await texts(stage, "please don't text me again")
    await handled(stage, "noted")
    await stage.evening(day(40))
    answers = [one.letter for one in stage.sent() if one.channel == "sms"]

    assert answers == ["opt_out_confirmation"]
    assert ("email", "firm") in [(one.channel, one.letter) for one in stage.sent()]


class Interrupted:
    """A post that something happens beside while it has a message in hand."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, message: OutgoingMessage) -> Outcome:
        """Take the message over."""
        self.post.handed_over.append(message)
        self.meanwhile()
        return Accepted(f"post:{message.attempt}")


async def writes(stage: Stage, text: str, *, told: bool = True) -> None:
    """A customer writes a mail that DKIM proves."""
    await asyncio.to_thread(take, stage, text)
    if told:
        await stage.answer_doorbells()


async def texts(stage: Stage, text: str) -> None:
    """A customer writes a text message."""
    body = f"MessageSid=SM1&From=%2B{PHONE[1:]}&To=%2B4915&Body={text.replace(' ', '+')}"
    await asyncio.to_thread(put, stage, "twilio_sms", body.encode(), {})
    await stage.answer_doorbells()


async def handled(stage: Stage, outcome: str) -> None:
    """The associate deals with every reply."""
    for one in stage.read(lambda books: books.customer("C-1")).replies:
        desk = ReplyActions(stage.wiring.ledger, stage.wiring.planner, "Ada", stage.now)
        await asyncio.to_thread(desk.handle, one.reply, outcome)
    await stage.answer_doorbells()


def take(stage: Stage, text: str) -> None:
    """Take a proven mail in."""
    proven = {"dkim": b"{@customer.example : pass}", "SPF": b"none"}
    body, kind = form({"email": mail(text), **proven})
    put(stage, "sendgrid_mail", body, {"content_type": kind})


def put(stage: Stage, kind: str, body: bytes, details: dict[str, str]) -> None:
    """Store what came in and handle it."""
    incoming = Incoming(kind, f"test:{stage.now}:{len(body)}", body, details, stage.now)
    stage.wiring.ledger.transact(lambda books: store(books.connection, incoming))
    mailroom_of(stage.wiring).work(stage.now)
