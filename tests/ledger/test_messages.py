from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from dunning.situation import Plan
from dunning.steps import SendTouch
from ledger.ledger import Ledger
from ledger.messages import (
    attempts_in_slot,
    claim_message,
    covered_invoices,
    open_items,
    previous_contacts,
    recent_touches,
    settle_message,
    shareable,
    slot_taken,
)
from ledger.projections import project_plans
from tests.ledger.entries import AT, DUE, eur, open_case, paid, paused

TODAY = AT.date()
SLOT = ("C-1", "email", TODAY)


def planned(ledger: Ledger, invoice: str, days: int) -> None:
    """A touch of the invoice is planned so many days from AT."""
    touch = SendTouch(
        at=AT + timedelta(days=days),
        why="reminder",
        step="reminder",
        channel="email",
        letter="reminder",
        level=1,
        to="billing",
    )
    ledger.transact(
        lambda books: project_plans(books.connection, [(books.case(invoice), Plan(touch))])
    )


def claimed(ledger: Ledger, attempt: str, day: date = TODAY, letter: str = "reminder") -> None:
    """The customer's slot of the day is taken for a message about I-1."""
    row: dict[str, Any] = dict.fromkeys(["contact", "address", "subject", "content_hash"], "")
    row |= {"attempt": attempt, "customer": "C-1", "channel": "email", "local_date": day}
    row |= {"letter": letter, "level": 1, "claimant": "I-1", "state": "started"}
    row |= {"claimed_at": AT + (day - TODAY)}
    item = {"invoice": "I-1", "step": "reminder", "level": 1, "currency": "EUR"}
    item |= {"amount_minor": 150_000, "covered": True}
    ledger.transact(lambda books: claim_message(books.connection, row, [item], b"said"))


def settled(ledger: Ledger, attempt: str, state: str) -> None:
    ledger.transact(lambda books: settle_message(books.connection, attempt, state, AT))


def test_what_a_customer_owes_and_may_be_reminded_of(ledger: Ledger) -> None:
    for invoice, customer in (("I-1", "C-1"), ("I-2", "C-1"), ("I-3", "C-1"), ("I-4", "C-2")):
        open_case(ledger, invoice, customer)
        planned(ledger, invoice, 1)
    ledger.transact(lambda books: books.record("I-1", paid(50_000)))
    ledger.transact(lambda books: books.record("I-2", paid(150_000, "P-2")))
    with ledger.reading() as books:
        items = open_items(books.connection, "C-1")

    assert [(item.invoice, item.balance) for item in items] == [
        ("I-1", eur(100_000)),
        ("I-3", eur(150_000)),
    ]


def test_a_message_is_shared_by_what_has_come_due_and_a_courtesy_by_what_soon_will(
    ledger: Ledger,
) -> None:
    for invoice, days in (("I-1", -1), ("I-2", 0), ("I-3", 1)):
        open_case(ledger, invoice)
        planned(ledger, invoice, days)
    open_case(ledger, "I-4")
    with ledger.reading() as books:
        due = shareable(books.connection, "C-1", AT, None)
        soon = shareable(books.connection, "C-1", AT, DUE)
        too_soon = shareable(books.connection, "C-1", AT, DUE - timedelta(days=1))

    assert due == ["I-1", "I-2"]
    assert soon == ["I-1", "I-2", "I-3"]
    assert too_soon == due


def test_the_slot_of_a_day_is_taken_once(ledger: Ledger) -> None:
    open_case(ledger)
    claimed(ledger, "A-1")
    with ledger.reading() as books:
        taken = slot_taken(books.connection, *SLOT)
        tomorrow = slot_taken(books.connection, "C-1", "email", TODAY + timedelta(days=1))
        by_sms = slot_taken(books.connection, "C-1", "sms", TODAY)

    assert (taken, tomorrow, by_sms) == (True, False, False)
    with pytest.raises(IntegrityError):
        claimed(ledger, "A-2")


def test_a_refused_message_leaves_its_slot_but_counts_as_an_attempt(ledger: Ledger) -> None:
    open_case(ledger)
    claimed(ledger, "A-1")
    settled(ledger, "A-1", "refused")
    with ledger.reading() as books:
        after_refusal = (
            slot_taken(books.connection, *SLOT),
            attempts_in_slot(books.connection, *SLOT),
        )
    claimed(ledger, "A-2")
    with ledger.reading() as books:
        again = slot_taken(books.connection, *SLOT), attempts_in_slot(books.connection, *SLOT)

    assert after_refusal == (False, 1)
    assert again == (True, 2)


def test_the_caps_look_back_on_a_month_of_reminders(ledger: Ledger) -> None:
    open_case(ledger)
    claimed(ledger, "A-0", TODAY - timedelta(days=32))
    claimed(ledger, "A-1", TODAY - timedelta(days=30))
    claimed(ledger, "A-2", TODAY - timedelta(days=20), letter="invoice")
    claimed(ledger, "A-3", TODAY - timedelta(days=10))
    settled(ledger, "A-3", "refused")
    with ledger.reading() as books:
        recent = recent_touches(books.connection, "C-1", AT)

    assert [(one.channel, one.at) for one in recent] == [("email", AT - timedelta(days=30))]


def test_a_letter_names_the_latest_reminders_of_what_is_still_overdue(ledger: Ledger) -> None:
    open_case(ledger)
    days = [TODAY + timedelta(days=n) for n in (0, 5, 10)]
    for number, day in enumerate(days):
        claimed(ledger, f"A-{number}", day)
        settled(ledger, f"A-{number}", "sent")
    overdue = DUE + timedelta(days=1)
    with ledger.reading() as books:
        named = previous_contacts(books.connection, "C-1", overdue)
        latest = previous_contacts(books.connection, "C-1", overdue, limit=2)
        not_due_yet = previous_contacts(books.connection, "C-1", DUE)

    assert [one.on for one in named] == days
    assert [one.on for one in latest] == days[1:]
    assert not_due_yet == ()


def test_a_message_knows_what_it_covers(ledger: Ledger) -> None:
    open_case(ledger)
    claimed(ledger, "A-1")
    ledger.transact(lambda books: books.record("I-1", paused()))
    with ledger.reading() as books:
        covered = covered_invoices(books.connection, "A-1")

    assert covered == ["I-1"]
