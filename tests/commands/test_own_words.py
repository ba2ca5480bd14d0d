"""A letter in a person's own words: written over what it says now, and sent as it was seen."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from activities.letter_request import OwnWords
from commands.authority import Changed
from commands.cases.actions import Actions
from commands.cases.task_actions import TaskActions
from commands.sending.coming import Looked, letters_in_force, looked_at
from dunning import facts
from dunning.folding import apply
from dunning.may import NotAllowed, may
from dunning.steps import AskAssociate, SendTouch
from dunning.touch_facts import SendRequested, TouchApproved, TouchReworded, TouchStarted
from settings import Settings
from tests.activities.workshop import TASK, Post, Workshop, afternoon, workshop
from tests.cast import day, eur, invoice
from worker import wire

NOW = afternoon(day(4))
POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Activities on fresh books with one open invoice, whose reminder is due."""
    with workshop(tmp_path) as found:
        found.opens(invoice("I-1"))
        yield found


def desk(shop: Workshop, by: str = "ada") -> Actions:
    """An associate at work four days after the due date."""
    return Actions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def looked(shop: Workshop, *, now: bool = True) -> Looked:
    """The message that goes next, as if it was asked for now."""
    planner = shop.wiring.planner
    with shop.wiring.ledger.reading() as books:
        letters = letters_in_force(planner, NOW)
        asked = [SendRequested(at=NOW, by="ada")] if now else []
        return looked_at(books, planner, letters, "I-1", NOW, asked)


def edited(shop: Workshop, said: str = "We <spoke> on Monday.\n\nThank you.") -> OwnWords:
    """The letter's words with a first paragraph of one's own."""
    words = looked(shop).words
    assert words
    return replace(words, subject="Our call", text=f"{words.text}\n\n{said}")


def test_a_letter_goes_out_once_in_the_words_a_person_wrote(shop: Workshop) -> None:
    done = desk(shop).send_now("I-1", words=edited(shop))
    shop.send("I-1", done.step, NOW)
    shop.send("I-1", done.step, NOW)
    [message] = shop.post.handed_over

    assert message.subject == "Our call"
    assert "We <spoke> on Monday." in message.text
    assert "{{" not in message.text + message.html
    assert ">We &lt;spoke&gt; on Monday.</p>" in message.html
    assert "1,500.00" in message.text
    assert _started(shop).worded_by == "ada"


def test_the_words_are_used_up_by_the_message_that_carried_them(shop: Workshop) -> None:
    done = desk(shop).send_now("I-1", words=edited(shop))
    shop.send("I-1", done.step, NOW)

    assert shop.case().words_for("reminder") is None


def test_words_wait_for_a_person_when_the_letter_would_say_something_else(
    shop: Workshop,
) -> None:
    step = desk(shop).send_now("I-1", words=edited(shop)).step
    shop.add(facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("500.00"), on=day(4)))
    shop.send("I-1", step, NOW)
    [task] = [one for one in shop.rows(TASK) if one.what == "words"]
    withheld = shop.case().latest_withheld("reminder")
    desk(shop).unword("I-1")
    after = [one.outcome for one in shop.rows(TASK) if one.what == "words"]

    assert shop.post.handed_over == []
    assert (task.role, task.outcome) == ("associate", "")
    assert withheld is not None
    assert withheld.code == "WORDS_OUTDATED"
    assert after == ["done"]


def test_words_written_over_an_older_letter_are_refused(shop: Workshop) -> None:
    words = edited(shop)
    shop.add(facts.PaymentApplied(at=NOW, by="b", payment="P", amount=eur("500.00"), on=day(4)))

    with pytest.raises(Changed, match="says something else by now"):
        desk(shop).send_now("I-1", words=words)
    assert shop.case().send_requested_at is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ greeting }}\n\nPay.", "Keep each of these once"),
        ("{{ greeting }}\n\n{{ items }}\n\n{{ payment }}\n\n{{ signature }}", "Write something"),
        ("x" * 9_000, "at most 8,000"),
    ],
)
def test_words_that_would_leave_out_the_account_are_refused(
    shop: Workshop, text: str, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        desk(shop).send_now("I-1", words=replace(edited(shop), text=text))


def test_nothing_of_the_letters_language_runs_in_a_persons_words(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="Double braces"):
        desk(shop).send_now("I-1", words=edited(shop, "All of {{ creditor.iban }}."))


def test_a_subject_has_one_line(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="The subject is one line"):
        desk(shop).send_now("I-1", words=replace(edited(shop), subject="a\nBcc: b"))


def test_unchanged_words_are_the_letters_own(shop: Workshop) -> None:
    words = looked(shop).words
    done = desk(shop).send_now("I-1", words=words)

    assert isinstance(done.step, SendTouch)
    assert done.case.rewordings == ()


def test_what_holds_a_case_refuses_own_words_too(shop: Workshop) -> None:
    words = edited(shop)
    desk(shop).pause("I-1", "system", day(20))

    with pytest.raises(NotAllowed, match="is paused until"):
        desk(shop).send_now("I-1", words=words)


def test_where_the_policy_asks_for_it_another_person_approves_the_words(tmp_path: Path) -> None:
    strict = _strict(tmp_path)
    asked = desk(strict).send_now("I-1", words=edited(strict))
    assert isinstance(asked.step, AskAssociate)
    strict.hand_to_people("I-1", asked.step, NOW)
    shown = looked(strict, now=False)
    assert shown.letter is not None
    assert (shown.waits_for_approval, shown.letter.subject) == (True, "Our call")
    planner, ledger = strict.wiring.planner, strict.wiring.ledger
    with pytest.raises(NotAllowed, match="ada wrote these words"):
        TaskActions(ledger, planner, "ada", NOW).approve("I-1")
    agreed = TaskActions(ledger, planner, "ben", NOW).approve("I-1")
    strict.send("I-1", agreed.step, NOW)

    assert strict.post.handed_over[0].subject == "Our call"


def test_an_approval_does_not_cover_words_written_after_it(shop: Workshop) -> None:
    asked = facts.TaskOpened(
        at=NOW, by="duncan", task="T", what="approve", role="ar_lead", why="policy", step="notice"
    )
    approved = TouchApproved(at=NOW, by="ben", step="notice")
    case = apply(apply(shop.case(), asked), approved)
    reworded = apply(case, _reworded())

    assert case.approved_at("notice")
    assert reworded.approved_at("notice") is None
    with pytest.raises(NotAllowed, match="another person"):
        may(reworded, TouchApproved(at=NOW, by="Ada", step="notice"))


def test_the_letter_that_a_law_words_takes_no_other_words(shop: Workshop) -> None:
    letters = letters_in_force(shop.wiring.planner, NOW)
    request = looked(shop).one.letter
    fixed = replace(request, letter="nl_fourteen_day", locale="nl", announced=eur("40.00"))

    assert letters.words_to_edit(request) is not None
    assert letters.words_to_edit(fixed) is None


def test_the_words_shown_are_known_by_their_digest(shop: Workshop) -> None:
    words = looked(shop).words
    assert words
    digest = hashlib.sha256(f"{words.subject}\n\n{words.text}".encode()).hexdigest()

    assert words.made_from == digest
    assert words.text.startswith("{{ greeting }}")


def _strict(home: Path) -> Workshop:
    """The same under policies that want own words approved."""
    policies = shutil.copytree(POLICIES, home / "policies")
    for path in policies.glob("*.toml"):
        text = path.read_text().replace("[approval]\n", "[approval]\nown_words = true\n")
        path.write_text(text)
    settings = Settings(_env_file=None, home=home, policies=policies)  # type: ignore[call-arg]  # Pydantic's own.
    found = Workshop(wire(settings), Post())
    found.opens(invoice("I-1"))
    return found


def _started(shop: Workshop) -> TouchStarted:
    with shop.wiring.ledger.reading() as books:
        history = [fact for _, fact in books.history("I-1")]
    return next(one for one in history if isinstance(one, TouchStarted))


def _reworded() -> TouchReworded:
    return TouchReworded(
        at=NOW, by="ada", step="notice", letter="firm", channel="email", text="Pay.", subject="Pay"
    )
