"""A statement of account that a person asked for: sent once, as soon as it may go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.gateways.interface import RetryLater
from activities.letters import Letters
from activities.planning import Planner
from activities.statement_wishes import StatementWishes
from activities.statements import Statements
from commands.statements.actions import StatementActions
from dunning.customer_facts import HoldPlaced
from dunning.may import NotAllowed
from ledger.ledger import Ledger
from settings import ROOT
from tests.commands.reporting import fill
from tests.commands.test_statements_sent import Mailbox

# A Tuesday morning in London, and its night before.
NOW = datetime(2026, 4, 7, 10, tzinfo=UTC)
NIGHT = NOW - timedelta(hours=8)
TODAY = NOW.date()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database: what is tested here is the order of facts and messages."""
    return f"sqlite:///{tmp_path / 'books.sqlite'}"


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """Two customers with open items at the end of March."""
    ledger.transact(fill)
    return ledger


@pytest.fixture
def mailbox() -> Mailbox:
    """A provider that takes everything."""
    return Mailbox()


Run = Callable[[datetime], list[str]]


@pytest.fixture
def run(books: Ledger, planner: Planner, mailbox: Mailbox) -> Run:
    """The job: what became of everything that was asked for."""
    letters = Letters(ROOT / "templates" / "letters")
    wishes = StatementWishes(Statements(books, planner, letters, {"email": mailbox}))
    return lambda now: [one.outcome for one in wishes.run(now)]


def desk(books: Ledger, planner: Planner, now: datetime = NOW) -> StatementActions:
    """An associate at work."""
    return StatementActions(books, planner, "ada", now)


def test_what_was_asked_for_goes_out_once(
    books: Ledger, planner: Planner, run: Run, mailbox: Mailbox
) -> None:
    said = desk(books, planner).ask_statement("C-1", TODAY, note="they rang")
    outcomes = [run(NOW), run(NOW + timedelta(minutes=5))]

    assert said == "The statement of 2026-04-07 is sent as soon as it may go."
    assert outcomes == [["sent"], []]
    assert len(mailbox.sent) == 1
    assert any(one.media_type == "application/pdf" for one in mailbox.sent[0].attachments)
    with pytest.raises(NotAllowed, match="was sent on 2026-04-07"):
        desk(books, planner).ask_statement("C-1", TODAY)


def test_it_waits_for_the_customers_hours_and_for_the_provider(
    books: Ledger, planner: Planner, run: Run, mailbox: Mailbox
) -> None:
    mailbox.answers = [RetryLater("429", "busy", timedelta(minutes=10))]
    desk(books, planner, NIGHT).ask_statement("C-1", TODAY)
    later = [run(NIGHT), run(NOW), run(NOW + timedelta(minutes=5)), run(NOW + timedelta(hours=1))]

    assert later == [["waiting"], ["refused"], ["waiting"], ["sent"]]


def test_asked_twice_it_is_refused_and_cancelled_it_does_not_go(
    books: Ledger, planner: Planner, run: Run, mailbox: Mailbox
) -> None:
    desk(books, planner).ask_statement("C-1", TODAY)
    with pytest.raises(NotAllowed, match="asked for already"):
        desk(books, planner).ask_statement("C-1", TODAY)
    desk(books, planner).cancel_statement("C-1", TODAY)

    assert run(NOW) == []
    assert mailbox.sent == []
    with pytest.raises(NotAllowed, match="No statement waits"):
        desk(books, planner).cancel_statement("C-1", TODAY)


@pytest.mark.parametrize(
    ("customer", "days", "why"),
    [
        ("C-9", 0, "no customer C-9"),
        ("C-1", 1, "today or of a day before"),
        ("C-1", -4000, "Nothing of customer C-1 was open"),
    ],
)
def test_what_cannot_be_stated_is_refused(
    books: Ledger, planner: Planner, customer: str, days: int, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        desk(books, planner).ask_statement(customer, TODAY + timedelta(days=days))


def test_a_hold_refuses_it_in_a_sentence(books: Ledger, planner: Planner) -> None:
    held = HoldPlaced(at=NOW, by="ada", hold="H-1", code="LEGAL_INSOLVENCY", why="an administrator")
    books.transact(lambda one: one.record_customer("C-1", held))

    with pytest.raises(NotAllowed, match="No statement can be sent: an administrator"):
        desk(books, planner).ask_statement("C-1", TODAY)


def test_what_cannot_go_for_a_week_lapses_with_a_reason(
    books: Ledger, planner: Planner, run: Run, mailbox: Mailbox
) -> None:
    desk(books, planner).ask_statement("C-1", TODAY)
    late = NOW + timedelta(days=7, hours=1)

    assert [run(late), run(late)] == [["lapsed"], []]
    assert mailbox.sent == []
