"""The verdict of a chaos run can be bad: each kind of disagreement is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaos.crowd import Debtor, crowd
from chaos.load import Acknowledged
from chaos.place import place_for
from chaos.verdict import Verdict, judge
from dunning import facts, touch_facts
from fakes.records import Sent
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.cast import eur

NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
OPENED = facts.InvoiceOpened(
    at=NOW - timedelta(days=1),
    by="erp",
    invoice="I-1",
    customer="C-1",
    entity="",
    amount=eur("500.00"),
    issue_date=NOW.date() - timedelta(days=33),
    due_date=NOW.date() - timedelta(days=3),
)
TOUCH = touch_facts.TouchStarted(
    at=NOW,
    by="duncan",
    attempt="a",
    step="reminder",
    channel="email",
    letter="reminder",
    level=1,
    amount=eur("500.00"),
    contact="C-1/billing",
    policy="standard_b2b v1",
    claimant="I-1",
)
SENT = Sent("a", "email", "p", "c@x.example", "us@x.example", "Overdue", "", "", {}, {}, {}, NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.db'}"))
    upgrade(made.engine)
    made.transact(lambda books: books.open_case(OPENED))
    return made


def verdict(ledger: Ledger, *sent: Sent, known: Acknowledged | None = None) -> Verdict:
    with ledger.reading() as books:
        return judge(books, list(sent), known or Acknowledged())


def wrong(found: Verdict) -> set[str]:
    return {what for what, cases in found.wrong.items() if cases}


def acknowledged(**stopped: str) -> Acknowledged:
    return Acknowledged({"I-1": Debtor("C-1", "I-1", "c@x.example", 0)}, stopped)


def test_books_that_agree_are_fine(ledger: Ledger) -> None:
    assert verdict(ledger).ok


def test_a_letter_that_came_twice_is_noticed(ledger: Ledger) -> None:
    found = verdict(ledger, SENT, replace(SENT, attempt="b", provider_id="q"))

    assert wrong(found) == {"messages delivered twice", "messages the books do not know"}


def test_an_invoice_of_which_nothing_became_is_lost(ledger: Ledger) -> None:
    assert wrong(verdict(ledger, known=acknowledged())) == {"touches lost without a reason"}


def test_a_payment_that_was_acknowledged_and_is_not_there_is_noticed(ledger: Ledger) -> None:
    found = verdict(ledger, known=acknowledged(**{"I-1": "payment"}))

    assert "facts lost that were acknowledged" in wrong(found)


def test_a_touch_after_a_pause_is_noticed(ledger: Ledger) -> None:
    until = NOW.date() + timedelta(days=3)
    pause = facts.Paused(at=NOW, by="ada", reason="internal_query", until=until)
    ledger.transact(lambda books: books.record("I-1", pause, TOUCH))

    assert wrong(verdict(ledger)) == {"touches after the case was stopped"}


def test_a_reply_that_nobody_has_is_noticed(ledger: Ledger) -> None:
    known = Acknowledged(replies=["<1@customer.example>"])

    assert wrong(verdict(ledger, known=known)) == {"replies lost"}


def test_somebody_is_at_work_on_every_day_of_a_year() -> None:
    days = (NOW + timedelta(days=number, hours=number % 24) for number in range(365))
    found = [place_for(day, timedelta(minutes=10)) for day in days]

    assert {one.country for one in found} > {"GB", "IR"}


def test_a_crowd_comes_in_the_order_of_its_moments() -> None:
    found = crowd(20, 7, 0.5)

    assert [one.slot for one in found] == sorted(one.slot for one in found)
    assert found == crowd(20, 7, 0.5)
    assert all(one.slot < 0.5 for one in found)
