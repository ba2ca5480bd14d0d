from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.gateways.interface import (
    Accepted,
    Outcome,
    OutgoingMessage,
    RetryLater,
    SentBefore,
    Unknown,
)
from activities.letters import Letters
from activities.planning import Planner
from activities.statements import Statements
from commands.audit.audit import Scope, audit
from dunning.customer_facts import CustomerPaused, HoldLifted, HoldPlaced
from dunning.period import Month
from dunning.policy import StatementRules
from ledger.ledger import Ledger
from ledger.messages import message_content, slot_taken
from settings import ROOT
from tests.commands.reporting import fill

MARCH = Month(2026, 3)
# A Tuesday morning in London.
NOW = datetime(2026, 4, 7, 10, tzinfo=UTC)


@dataclass
class Mailbox:
    """A provider that answers as it is told."""

    answers: list[Outcome] = field(default_factory=list)
    sent: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> Outcome:
        self.sent.append(message)
        return self.answers.pop(0) if self.answers else Accepted("id")

    def look_up(self, _: SentBefore) -> None:
        """It cannot tell."""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database: what is tested here is the order of facts and messages."""
    return f"sqlite:///{tmp_path / 'books.sqlite'}"


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """Two customers with open items at the end of March."""
    ledger.transact(fill)
    return ledger


@pytest.fixture(scope="module")
def letters() -> Letters:
    """The shipped letters."""
    return Letters(ROOT / "templates" / "letters")


def sender(ledger: Ledger, planner: Planner, letters: Letters, mailbox: Mailbox) -> Statements:
    """Statements under policies that ask for them on the third of a month."""
    policies = planner.policies
    monthly = {
        name: replace(policy, statement=StatementRules("month", 3))
        for name, policy in policies.policies.items()
    }
    asked = replace(planner, policies=replace(policies, policies=monthly))
    return Statements(ledger, asked, letters, {"email": mailbox})


def test_one_statement_a_customer_and_month(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    mailbox = Mailbox()
    statements = sender(books, planner, letters, mailbox)
    first = statements.run(MARCH, NOW)
    again = statements.run(MARCH, NOW + timedelta(days=1))

    assert [(one.due.customer, one.outcome) for one in first] == [("C-1", "sent"), ("C-2", "sent")]
    assert {one.outcome for one in again} == {"sent before"}
    assert len(mailbox.sent) == 2
    pdf = next(one for one in mailbox.sent[0].attachments if one.media_type == "application/pdf")
    assert pdf.content.startswith(b"%PDF")
    with books.reading() as read:
        kept = json.loads(message_content(read.connection, mailbox.sent[0].attempt) or b"{}")
        # A statement is no touch: the day's slot is free.
        assert not slot_taken(read.connection, "C-1", "email", NOW.date())
    assert kept["to"][1] == "ada@customer.example"


def test_a_policy_that_does_not_ask_sends_nothing_but_on_demand(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    mailbox = Mailbox()
    statements = Statements(books, planner, letters, {"email": mailbox})

    assert statements.run(MARCH, NOW) == []
    assert [one.outcome for one in statements.run(MARCH, NOW, "C-2", by_policy=False)] == ["sent"]


def test_it_is_not_due_before_its_day(books: Ledger, planner: Planner, letters: Letters) -> None:
    statements = sender(books, planner, letters, Mailbox())

    assert statements.run(MARCH, datetime(2026, 4, 2, 10, tzinfo=UTC)) == []


def test_what_holds_a_customer_stops_its_statement_with_a_reason(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    held = HoldPlaced(at=NOW, by="ada", hold="H-1", code="LEGAL_INSOLVENCY", why="an administrator")
    paused = CustomerPaused(at=NOW, by="ada", reason="system", until=NOW.date(), note="")
    books.transact(lambda one: one.record_customer("C-1", held))
    books.transact(lambda one: one.record_customer("C-2", paused))
    mailbox = Mailbox()
    statements = sender(books, planner, letters, mailbox)
    found = [statements.run(MARCH, NOW + timedelta(minutes=one)) for one in (1, 2)]

    assert [(one.outcome, one.code) for one in found[1]] == [
        ("withheld", "LEGAL_INSOLVENCY"),
        ("withheld", "PAUSED"),
    ]
    assert mailbox.sent == []
    with books.reading() as read:
        (history,) = read.histories(["statement:2026-03:demo:C-1"]).values()
    # Once, not with every run.
    assert [fact.kind for fact in history] == ["statement_withheld"]
    lifted = HoldLifted(at=NOW + timedelta(hours=1), by="ada", hold="H-1", reason="not them")
    books.transact(lambda one: one.record_customer("C-1", lifted))

    assert statements.run(MARCH, NOW + timedelta(hours=2))[0].outcome == "sent"


def test_an_unknown_outcome_is_never_sent_again_and_a_refused_one_is(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    mailbox = Mailbox(
        [Unknown(why="the line broke"), RetryLater("BUSY", "busy", timedelta(minutes=5))]
    )
    statements = sender(books, planner, letters, mailbox)
    moments = [NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=10)]
    found = [[one.outcome for one in statements.run(MARCH, moment)] for moment in moments]

    assert found == [["unknown", "refused"], ["unknown", "waiting"], ["unknown", "sent"]]
    assert len(mailbox.sent) == 3


def test_a_sender_that_died_leaves_an_unknown_and_no_second_message(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    class Dying(Mailbox):
        def send(self, message: OutgoingMessage) -> Outcome:
            super().send(message)
            raise KeyboardInterrupt

    mailbox = Dying()
    statements = sender(books, planner, letters, mailbox)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            statements.run(MARCH, NOW)

    found = statements.run(MARCH, NOW + timedelta(hours=1))
    assert [one.outcome for one in found] == ["unknown", "unknown"]
    assert len({message.attempt for message in mailbox.sent}) == len(mailbox.sent) == 2


def test_statements_wait_for_the_sending_window(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    found = sender(books, planner, letters, Mailbox()).run(MARCH, NOW.replace(hour=3))

    assert {(one.outcome, one.code) for one in found} == {("waiting", "QUIET")}


def test_the_auditor_accepts_statements_and_finds_one_during_a_hold(
    books: Ledger, planner: Planner, letters: Letters
) -> None:
    scope = Scope(NOW.date(), NOW.date(), NOW + timedelta(days=2))
    sender(books, planner, letters, Mailbox()).run(MARCH, NOW)
    clean = audit(books, planner, scope, lambda _: None)
    planted = HoldPlaced(
        at=NOW - timedelta(hours=1), by="ada", hold="H-1", code="LEGAL_INSOLVENCY", why="late"
    )
    books.transact(lambda one: one.record_customer("C-1", planted))
    found = audit(books, planner, scope, lambda _: None)

    def of_statements(answer: dict[str, object]) -> list[tuple[str, str]]:
        return [
            (one["test"], one["code"])
            for test in answer["tests"]  # type: ignore[attr-defined] # JSON
            for one in test["findings"]
            if str(one["subject"]).startswith("st-")
        ]

    assert of_statements(clean) == []
    assert clean["score"]["extra"] == 0
    assert of_statements(found) == [("A12", "LEGAL_INSOLVENCY")]
