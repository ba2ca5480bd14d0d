"""Restored books: answers and statements that went out since are found, and never sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.answers import Answers
from activities.gateways.interface import Accepted, SentBefore
from activities.letters import Letters
from activities.planning import Planner
from activities.statement_wishes import StatementWishes
from commands.restoring.lost_answers import LostAnswers
from commands.restoring.lost_statements import LostStatements
from commands.restoring.marking import mark_restored
from commands.statements.actions import StatementActions
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from settings import ROOT
from tests.activities.workshop import MESSAGE
from tests.commands.corresponding import NOW as WROTE
from tests.commands.corresponding import Correspondence, corresponding
from tests.commands.reporting import fill
from tests.commands.test_statements_sent import MARCH, NOW, Mailbox, sender

UNPROVEN = "nobody can say"
A_DAY = timedelta(days=1)


@dataclass
class Knowing(Mailbox):
    """A provider that may be asked what it took over."""

    tells: bool = True

    def look_up(self, message: SentBefore) -> Accepted | None:  # type: ignore[override]  # It can tell.
        """Accepted, where the message was handed over."""
        known = any(one.attempt == message.attempt for one in self.sent)
        return Accepted("told") if known and self.tells else None


@pytest.fixture
def letters() -> Letters:
    """The shipped letters."""
    return Letters(ROOT / "templates" / "letters")


@contextmanager
def filled(file: Path) -> Iterator[Ledger]:
    """Books of two customers who owe something, as a backup brings them back."""
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    ledger = Ledger(engine)
    ledger.transact(fill)
    yield ledger
    engine.dispose()


@pytest.mark.parametrize(("tells", "outcome"), [(True, "sent"), (False, "unknown")])
def test_statements_that_went_out_since_the_backup_do_not_go_again(
    tmp_path: Path, planner: Planner, letters: Letters, outcome: str, *, tells: bool
) -> None:
    provider, found = Knowing(tells=tells), Counter[str]()
    with filled(tmp_path / "lost.db") as lost, filled(tmp_path / "restored.db") as restored:
        before = sender(lost, planner, letters, provider).run(MARCH, NOW)
        statements = sender(restored, planner, letters, provider)
        restored.transact(lambda books: mark_restored(books, "ada", NOW + A_DAY))
        since, until = NOW - A_DAY, NOW + A_DAY
        LostStatements(statements, since, until, until, UNPROVEN).settle(found)
        after = statements.run(MARCH, NOW + 2 * A_DAY)

    assert [one.outcome for one in before] == ["sent", "sent"]
    assert found == {outcome: 2}
    assert {one.outcome for one in after} == {"sent before" if tells else "unknown"}
    assert len(provider.sent) == 2


def test_statements_of_whom_no_policy_asks_are_left_alone(
    tmp_path: Path, planner: Planner, letters: Letters
) -> None:
    provider, found = Knowing(), Counter[str]()
    with filled(tmp_path / "restored.db") as restored:
        statements = replace(sender(restored, planner, letters, provider), planner=planner)
        LostStatements(statements, NOW - A_DAY, NOW, NOW, UNPROVEN).settle(found)

    assert not found


def test_a_statement_that_somebody_asked_for_is_looked_up_too(
    tmp_path: Path, planner: Planner, letters: Letters
) -> None:
    provider, found = Knowing(), Counter[str]()
    with filled(tmp_path / "lost.db") as lost, filled(tmp_path / "restored.db") as restored:
        for ledger in (lost, restored):
            StatementActions(ledger, planner, "ada", NOW).ask_statement("C-1", NOW.date(), note="")
        wishes = [
            StatementWishes(replace(sender(one, planner, letters, provider), planner=planner))
            for one in (lost, restored)
        ]
        wishes[0].run(NOW)
        LostStatements(wishes[1].statements, NOW, NOW + A_DAY, NOW + A_DAY, UNPROVEN).settle(found)
        after = wishes[1].run(NOW + A_DAY)

    assert found == {"sent": 1}
    assert after == []
    assert len(provider.sent) == 1


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Correspondence]:
    """Restored books; the customer asked for a copy, which went out before the restore."""
    with corresponding(tmp_path / "home") as found:
        found.shop.opens()
        found.reminds()
        found.ledger.transact(lambda books: mark_restored(books, "ada", WROTE))
        found.mailed("Please send me a copy of the invoice I-1.", WROTE)
        yield found


def settled(shop: Correspondence, until: timedelta) -> Counter[str]:
    """Look the answers up to messages of up to so long after the customer wrote."""
    wiring, found = shop.wiring, Counter[str]()
    answers = Answers(
        shop.ledger, wiring.planner, wiring.letters, wiring.gateways, wiring.addresses
    )
    LostAnswers(answers, WROTE + until, WROTE + A_DAY, UNPROVEN).settle(found)
    return found


def states(shop: Correspondence) -> list[str]:
    rows = shop.shop.rows(MESSAGE)
    return [row.state for row in rows if row.claimant.startswith("reply:")]


def test_an_answer_that_the_provider_took_over_is_recorded_as_sent(shop: Correspondence) -> None:
    before = states(shop)
    attempt = next(row.attempt for row in shop.shop.rows(MESSAGE) if row.state == "queued")
    shop.shop.post.handed_over.append(replace(shop.shop.post.handed_over[0], attempt=attempt))
    shop.shop.post.answers_look_ups = True
    found = settled(shop, timedelta(hours=1))

    assert before == ["queued"]
    assert found == {"sent": 1}
    assert states(shop) == ["sent"]
    assert [one["state"] for one in shop.replies] == ["handled"]


def test_an_answer_that_nobody_can_tell_of_is_left_to_people(shop: Correspondence) -> None:
    found = settled(shop, timedelta(hours=1))

    assert found == {"unknown": 1}
    assert states(shop) == ["unknown"]
    assert [one["state"] for one in shop.replies] == ["open"]


def test_an_answer_to_what_was_written_after_the_restore_goes_out_as_ever(
    shop: Correspondence,
) -> None:
    found = settled(shop, -timedelta(hours=1))

    assert not found
    assert states(shop) == ["queued"]
