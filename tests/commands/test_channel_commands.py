"""Commands about channels and single messages, as people type them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import Result

from activities.gateways.interface import Unknown
from commands.sending import channel_commands
from commands.why.why import why
from dunning.may import NotAllowed
from dunning.steps import SendTouch
from tests.activities.workshop import TASK, Workshop, afternoon, workshop
from tests.cast import day
from tests.commands.typed import typed

NOW = afternoon(day(3))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def duncan(shop: Workshop, *arguments: str) -> Result:
    """Run a command on the books of the test."""
    door = typer.Typer()
    door.registered_commands += channel_commands.app.registered_commands
    door.add_typer(channel_commands.group, name="channel")
    return typed(shop, door, *arguments)


def unknown(shop: Workshop) -> str:
    """The reminder was handed over and nobody knows what became of it; its attempt."""
    shop.opens()
    shop.post.answers = [Unknown("it took too long")]
    step = shop.plan("I-1", NOW)
    shop.send("I-1", step, NOW)
    return shop.post.handed_over[0].attempt


def said(shop: Workshop) -> str:
    with shop.wiring.ledger.reading() as books:
        answer = why(books, shop.wiring.planner, "I-1", None, NOW)
    return "\n".join(one.sentence for one in answer.facts)


@pytest.mark.parametrize(
    ("flag", "state", "words"),
    [
        ("--sent", "sent", "The message went out, though nobody knew at first"),
        ("--not-sent", "refused", "The message did not go out, though nobody knew at first"),
    ],
)
def test_a_person_settles_what_nobody_knew(
    shop: Workshop, flag: str, state: str, words: str
) -> None:
    attempt = unknown(shop)
    before = said(shop)
    answer = duncan(shop, "settle", attempt, flag, "--by", "ada", "--reason", "looked it up")

    assert answer.exit_code == 0, answer.exception
    assert [touch.state for touch in shop.case().touches] == [state]
    assert [row.outcome for row in shop.rows(TASK)] == [f"touch_{state}"]
    assert "Nobody knows whether the message went out: it took too long." in before
    assert words in said(shop)


def test_what_did_not_go_out_is_sent_again_and_settled_only_once(shop: Workshop) -> None:
    attempt = unknown(shop)
    command = ("settle", attempt, "--not-sent", "--by", "ada", "--reason", "not in the log")
    duncan(shop, *command)
    refusal = duncan(shop, *command).exception
    step = shop.plan("I-1", NOW)
    assert isinstance(step, SendTouch)
    # The command's own clock is today's.
    shop.send("I-1", step, step.at)

    assert isinstance(refusal, NotAllowed)
    assert str(refusal) == f"What became of message {attempt} is known: refused."
    assert [touch.state for touch in shop.case().touches] == ["refused", "sent"]


def test_a_message_that_is_not_ours_cannot_be_settled(shop: Workshop) -> None:
    refusal = duncan(shop, "settle", "nobody", "--sent", "--by", "ada", "--reason", "x").exception

    assert isinstance(refusal, NotAllowed)
    assert str(refusal) == "There is no message nobody."


def test_a_channel_is_stopped_listed_and_released(shop: Workshop) -> None:
    stopping = [
        duncan(shop, "channel", "stop", "email", "--reason", "moving house", "--by", "ada")
        for _ in range(2)
    ]
    listed = json.loads(duncan(shop, "channel", "list", "--json", "-").stdout)
    released = duncan(shop, "channel", "release", "email", "--reason", "moved", "--by", "ada")
    again = duncan(shop, "channel", "release", "email", "--reason", "moved", "--by", "ada")

    assert stopping[0].exit_code == 0
    assert isinstance(stopping[1].exception, NotAllowed)
    assert [(one["channel"], one["why"]) for one in listed["channels"] if one["stopped"]] == [
        ("email", "moving house")
    ]
    assert released.exit_code == 0, released.exception
    assert isinstance(again.exception, NotAllowed)


def test_what_a_person_did_is_noted_for_customers_that_are_known(shop: Workshop) -> None:
    shop.opens()
    noted = duncan(shop, "logged", "C-1", "--channel", "call", "--by", "ada")
    refusal = duncan(shop, "logged", "C-9", "--channel", "call", "--by", "ada").exception

    assert noted.exit_code == 0, noted.exception
    assert "ada reached out to C-1 (call)" in noted.stdout
    assert isinstance(refusal, NotAllowed)


def test_why_names_the_guards_a_message_passed_and_why_another_was_withheld(
    shop: Workshop,
) -> None:
    shop.opens()
    watch = replace(shop.wiring.planner, watch=None)
    quiet = Workshop(replace(shop.wiring, planner=watch), shop.post)
    step = quiet.plan("I-1", NOW)
    quiet.send("I-1", step, NOW)
    words = said(shop)

    assert "It passed: planned, credit, contact, refusals, slot, caps, window" in words
    assert "Step courtesy was withheld (EXPIRED): the invoice is already due." in words
