from __future__ import annotations

from datetime import date

from dunning import facts, touch_facts
from dunning.steps import AskAssociate, SendTouch, Wait
from tests.dunning.following import Following, following
from tests.dunning.worlds import LONDON, PERSON, POLICIES, moment, opened


def _approve(world: Following, step: str) -> None:
    world.record(touch_facts.TouchApproved(at=world.now, by=PERSON, step=step))


def test_a_formal_notice_waits_for_a_person() -> None:
    world = following()
    waiting = world.until(moment("17 Jul"))

    assert world.tell()[-1] == "16 Jul formal_notice approve"
    assert isinstance(waiting, Wait)
    assert (waiting.code, waiting.why) == ("NO_APPROVAL", "formal_notice: waiting for approval")
    assert waiting.at is not None
    # Ten business days after 16 July.
    assert LONDON.local_date(waiting.at) == date(2026, 7, 30)


def test_an_approved_letter_goes_out_at_the_next_opening() -> None:
    world = following()
    world.until(moment("17 Jul 18:00"))
    _approve(world, "formal_notice")
    world.until(moment("20 Jul 18:00"))

    assert world.tell()[-1] == "20 Jul formal_notice 4"
    assert world.case.level == 4


def test_a_letter_nobody_approved_is_passed_over_aloud() -> None:
    world = following()
    world.until(moment("30 Jul 12:00"))

    assert world.tell()[-1] == "30 Jul formal_notice NO_APPROVAL"
    assert world.case.level == 3


def test_after_a_letter_was_passed_over_the_next_speaks_at_its_level() -> None:
    world = following()
    world.until(moment("31 Jul 12:00"))
    _approve(world, "final_notice")
    step = world.plan()
    assert isinstance(step, SendTouch)

    assert (step.step, step.letter, step.level) == ("final_notice", "formal_notice", 4)


def test_a_declined_letter_is_not_sent() -> None:
    world = following()
    world.until(moment("17 Jul"))
    declined = touch_facts.TouchWithheld(
        at=world.now, by=PERSON, step="formal_notice", code="DECLINED", why="no", passed_over=True
    )
    world.record(declined)
    world.until(moment("30 Jul"))

    assert "formal_notice" not in {message.touch.step for message in world.messages}


def test_an_approval_asked_for_before_a_pause_is_not_given_by_silence() -> None:
    world = following()
    world.until(moment("17 Jul"))
    pause = facts.Paused(at=world.now, by=PERSON, reason="goodwill", until=date(2026, 8, 14))
    world.record(pause)
    world.until(moment("17 Aug"))

    assert "17 Aug" not in {f"{message.on:%d %b}" for message in world.messages}
    assert "formal_notice NO_APPROVAL" in world.tell()[-2] + world.tell()[-1]


def test_waiting_for_the_approval_of_a_courtesy_ends_at_the_due_date() -> None:
    key_account = POLICIES["key_account"]
    due = date(2026, 6, 3)
    world = following(opened(due_date=due), policy=key_account)
    waiting = world.until(moment("28 May"))
    world.until(moment("9 Jun"))

    assert isinstance(waiting, Wait)
    assert waiting.at == LONDON.moment(due, moment("1 Jun").min.time())
    assert world.tell()[1:] == ["03 Jun statement_note EXPIRED", "08 Jun call call"]


def test_every_letter_of_a_key_account_is_approved_first() -> None:
    world = following(policy=POLICIES["key_account"])
    world.until(moment("31 Dec"))

    assert world.messages == []
    assert [line.split(" ", 2)[2] for line in world.tell()] == [
        "statement_note approve",
        "statement_note EXPIRED",
        "call call",
        "reminder approve",
        "reminder NO_APPROVAL",
        "escalate escalation",
        "decide decide",
    ]


def test_a_letter_that_speaks_at_a_lower_level_needs_no_approval() -> None:
    world = following(policy=POLICIES["eu_formal"])
    world.record(_passed_over(world, "reminder"), _passed_over(world, "request"))
    world.until(moment("6 Jul 18:00"))

    assert world.tell()[-1] == "06 Jul firm 1"


def _passed_over(world: Following, step: str) -> touch_facts.TouchWithheld:
    return touch_facts.TouchWithheld(
        at=world.now, by="duncan", step=step, code="NO_CONTACT", why="none", passed_over=True
    )


def test_the_question_is_put_during_office_hours() -> None:
    world = following()
    asked = world.until(moment("10 Jul"))

    assert isinstance(asked, AskAssociate)
    assert asked.at == moment("16 Jul 09:00")
