from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from activities.gateways.interface import Accepted, Refused, RetryLater, Unknown
from dunning.send_gate import REFUSALS
from dunning.touch_facts import TouchRefused, TouchUnknown
from settings import ROOT
from tests.cast import contact, customer, day
from tests.playing import Asked
from tests.stories import Stage, staged

COURTESY = Accepted("the courtesy note went out")
BUSY = RetryLater("SMTP_450", "busy", timedelta(minutes=15))


async def test_what_has_to_wait_is_tried_less_and_less_often(stage: Stage) -> None:
    stage.post.answers = [COURTESY, BUSY, BUSY]
    await stage.opens()
    await stage.evening(day(3))
    tries = [f"{message.at:%H:%M}" for message in stage.post.handed_over[1:]]

    assert tries == ["09:10", "09:25", "09:55"]
    assert stage.letters()[-1] == ("Thu 5 Mar", "reminder")


async def test_what_is_refused_again_and_again_becomes_peoples_work(stage: Stage) -> None:
    stage.post.answers = [COURTESY, *[BUSY] * 50]
    await stage.opens()
    await stage.evening(day(8))

    assert len(stage.post.handed_over) == 1 + REFUSALS
    assert stage.passed_over()[0][1:] == ("reminder", "PROVIDER_FAIL")
    assert [(task.what, task.role) for task in stage.tasks()] == [("contact", "associate")]


async def test_what_has_to_wait_past_the_window_goes_out_the_next_morning(stage: Stage) -> None:
    stage.post.answers = [COURTESY, RetryLater("SMTP_450", "busy", timedelta(hours=9))]
    await stage.opens()
    await stage.evening(day(4))

    assert stage.letters()[-1] == ("Fri 6 Mar", "reminder")


async def test_an_unknown_outcome_is_never_sent_again_and_the_cadence_goes_on(
    stage: Stage,
) -> None:
    stage.post.answers = [COURTESY, Unknown("the line broke")]
    await stage.opens()
    await stage.evening(day(10))

    assert [letter for _, letter in stage.letters()] == ["courtesy", "reminder", "request"]
    assert len(stage.post.handed_over) == 3
    assert stage.tasks() == [Asked("Thu 5 Mar", "unknown_outcome", "associate", ["I-1"])]
    assert [fact.why for fact in stage.facts() if isinstance(fact, TouchUnknown)] == [
        "the line broke"
    ]


async def test_a_dead_address_gives_way_to_the_next_contact(stage: Stage) -> None:
    stage.post.answers = [COURTESY, Refused("SMTP_550", "no such user", address_is_dead=True)]
    people = (contact("Grace"), contact("Hugo", "manager"))
    await stage.opens(customers=[customer("C-1", *people)])
    await stage.evening(day(10))
    addresses = [message.to_address.partition("@")[0] for message in stage.post.handed_over]

    assert addresses == ["grace", "grace", "hugo", "hugo"]
    assert [letter for _, letter in stage.letters()] == ["courtesy", "reminder", "request"]


async def test_the_only_address_is_dead_so_people_find_another(stage: Stage) -> None:
    stage.post.answers = [COURTESY, Refused("SMTP_550", "no such user", address_is_dead=True)]
    await stage.opens()
    await stage.evening(day(10))

    assert len(stage.post.handed_over) == 2
    assert stage.tasks() == [Asked("Thu 5 Mar", "contact", "associate", ["I-1"])]
    assert [code for _, _, code in stage.passed_over()] == ["NO_CONTACT", "NO_CONTACT"]


async def test_a_message_refused_for_good_is_not_tried_again(stage: Stage) -> None:
    stage.post.answers = [COURTESY, *[Refused("SMTP_554", "looks like spam")] * 5]
    await stage.opens()
    await stage.evening(day(9))

    assert len(stage.post.handed_over) == 2
    assert stage.tasks() == [Asked("Thu 5 Mar", "contact", "associate", ["I-1"])]
    assert stage.passed_over() == [("Thu 5 Mar", "reminder", "REFUSED")]
    assert [fact.code for fact in stage.facts() if isinstance(fact, TouchRefused)] == ["SMTP_554"]


async def test_a_letter_that_lacks_something_is_withheld_every_day(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    shutil.copytree(ROOT / "templates" / "letters", letters)
    reminder = letters / "reminder" / "en" / "body.txt"
    reminder.write_text(reminder.read_text() + "{{ account_manager }}")
    async with staged(time_skipping, tmp_path / "home", letters=letters) as stage:
        await stage.opens()
        await stage.evening(day(7))

        # A letter with a hole in it never leaves; over the weekend nobody tries.
        assert stage.letters() == [("Wed 25 Feb", "courtesy")]
        missing = [one for one in stage.withheld() if one[2] == "CONTENT_MISSING"]
        assert missing == [
            ("Thu 5 Mar", "reminder", "CONTENT_MISSING"),
            ("Fri 6 Mar", "reminder", "CONTENT_MISSING"),
            ("Mon 9 Mar", "reminder", "CONTENT_MISSING"),
        ]
