from __future__ import annotations

import time as clock
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.planning import Planner
from commands.simulation.simulation import AS_ASSIGNED, simulate
from dunning import facts
from dunning.customer_facts import CustomerPaused
from dunning.may import NotAllowed
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rows import chunks
from ledger.schema import upgrade
from tests.commands.simulating import START, met, opened, simulated


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.db'}"))
    upgrade(ledger.engine)
    yield ledger
    ledger.engine.dispose()


def test_each_reminder_comes_on_its_day(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 9))))
    told = simulated(ledger, planner, days=32)

    assert [(row["date"], row["letter"], row["level"]) for row in told["touches"]] == [
        ("2026-03-04", "courtesy", 0),
        ("2026-03-12", "reminder", 1),
        ("2026-03-19", "request", 2),
        ("2026-04-02", "firm", 3),
    ]
    assert told["per_day"] == dict.fromkeys([row["date"] for row in told["touches"]], 1)


def test_a_customer_gets_one_message_for_all_invoices(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    both = [opened("I-1", date(2026, 2, 27)), opened("I-2", date(2026, 2, 17))]
    ledger.transact(lambda books: books.open_cases(both))
    told = simulated(ledger, planner)
    first = told["touches"][0]

    assert (first["date"], first["letter"], first["invoices"]) == (
        "2026-03-02",
        "reminder",
        ["I-1", "I-2"],
    )
    assert set(told["per_day"].values()) == {1}


def test_what_was_recorded_after_the_moment_is_left_out(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    invoice = opened("I-1", date(2026, 3, 9))
    ledger.transact(lambda books: books.open_case(invoice))
    before = simulated(ledger, planner)
    paid = facts.PaymentApplied(
        at=START + timedelta(days=5),
        by="import",
        payment="P-1",
        amount=invoice.amount,
        on=date(2026, 2, 20),
    )
    ledger.transact(lambda books: books.record("I-1", paid))

    assert simulated(ledger, planner) == before
    assert simulated(ledger, planner, as_of=START + timedelta(days=6))["touches"] == []


def test_a_paused_customer_hears_nothing_and_the_reason_is_told(
    ledger: Ledger, planner: Planner
) -> None:
    met(ledger)
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 2))))
    pause = CustomerPaused(at=START, by="ada", reason="goodwill", until=date(2026, 5, 1))
    ledger.transact(lambda books: books.record_customer("C-1", pause))
    told = simulated(ledger, planner)

    assert told["touches"] == []
    assert ("I-1", "reminder", "PAUSE_goodwill") in {
        (row["invoice"], row["step"], row["code"]) for row in told["withheld"]
    }


def test_what_is_paused_does_not_make_the_rest_worth_a_letter(
    ledger: Ledger, planner: Planner
) -> None:
    met(ledger)
    small = opened("I-1", date(2026, 2, 26), minor=1_000)
    ledger.transact(lambda books: books.open_cases([small, opened("I-2", date(2026, 2, 26))]))
    pause = facts.Paused(at=START, by="ada", reason="goodwill", until=date(2026, 5, 1))
    together = simulated(ledger, planner, days=3)
    ledger.transact(lambda books: books.record("I-2", pause))
    alone = simulated(ledger, planner, days=3)

    assert [row["invoices"] for row in together["touches"]] == [["I-1", "I-2"]]
    assert alone["touches"] == []
    assert ("I-1", "MIN_AMOUNT") in {(row["invoice"], row["code"]) for row in alone["withheld"]}


def test_an_invoice_without_an_address_becomes_a_task(ledger: Ledger, planner: Planner) -> None:
    met(ledger, email="")
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 2))))
    told = simulated(ledger, planner, days=10)

    assert told["touches"] == []
    assert ("I-1", "NO_CONTACT") in {(row["invoice"], row["code"]) for row in told["withheld"]}
    assert [(row["what"], row["invoices"]) for row in told["tasks"]] == [("contact", ["I-1"])]


def test_a_note_nobody_approved_is_given_up_on_the_due_date(
    ledger: Ledger, planner: Planner
) -> None:
    """The steps after it keep their own days: waiting any longer would only move them."""
    met(ledger)
    due = date(2026, 3, 17)
    ledger.transact(lambda books: books.open_case(opened("I-1", due, policy="key_account")))
    told = simulated(ledger, planner, AS_ASSIGNED)
    given_up = [row["date"] for row in told["withheld"] if row["code"] == "EXPIRED"]

    assert given_up == [str(due)]
    assert ("2026-03-23", "call") in {(row["date"], row["what"]) for row in told["tasks"]}


def test_two_policies_are_told_apart(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    met(ledger, "C-2")
    far = opened("I-2", date(2026, 3, 30), customer="C-2")
    ledger.transact(lambda books: books.open_cases([opened("I-1", date(2026, 3, 2)), far]))
    diff = simulated(ledger, planner, "standard_b2b", "small_balance", days=26)["diff"]

    assert diff["against"] == "small_balance"
    assert diff["newly_contacted"] == ["C-2"]
    assert diff["no_longer_contacted"] == []
    assert {row["letter"] for row in diff["only_policy"]} >= {"courtesy"}
    assert all(row["invoices"] for row in diff["only_against"])
    assert {"policy": 1, "against": 0} in diff["per_day"].values()


def test_a_policy_against_itself_makes_no_difference(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 2))))
    diff = simulated(ledger, planner, AS_ASSIGNED, "standard_b2b")["diff"]

    assert (diff["only_policy"], diff["only_against"], diff["newly_contacted"]) == ([], [], [])


@pytest.mark.parametrize(("policy", "against", "days"), [("no", "", 9), ("", "no", 9), ("", "", 0)])
def test_what_cannot_be_simulated_is_refused(
    ledger: Ledger, planner: Planner, policy: str, against: str, days: int
) -> None:
    with pytest.raises(NotAllowed, match=r"There is no policy \"no\"|at least one day"):
        simulated(ledger, planner, policy, against, days=days)


def test_progress_reaches_the_end(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 2))))
    heard: list[tuple[int, int]] = []
    simulate(ledger, planner, "", "", START, 1, lambda done, total: heard.append((done, total)))

    assert heard[-1] == (1, 1)


def test_a_thousand_invoices_of_one_customer_take_seconds(ledger: Ledger, planner: Planner) -> None:
    met(ledger)
    many = [opened(f"I-{n:04}", START.date() - timedelta(days=n % 60 - 20)) for n in range(1000)]
    for some in chunks(many):
        ledger.transact(lambda books, some=some: books.open_cases(some))  # type: ignore[misc]
    began = clock.process_time()
    told = simulated(ledger, planner)

    assert len(told["touches"]) < 12
    assert clock.process_time() - began < 20
