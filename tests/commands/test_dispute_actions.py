"""What people do about disputes: money is only given up within a limit or with a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cases.actions import Actions
from commands.disputes.report import dispute_report
from dunning.case import Case
from dunning.dispute import Dispute
from dunning.facts import PaymentApplied
from dunning.may import NotAllowed
from ledger.disputes import open_disputes
from ledger.rebuild import differences
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import day, eur, invoice

NOW = afternoon(day(4))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Activities on fresh books with two open invoices of 1,500 euros."""
    with workshop(tmp_path) as found:
        found.opens(invoice("I-1"), invoice("I-2"))
        yield found


def desk(shop: Workshop, at: int = 4, by: str = "ada") -> Actions:
    return Actions(shop.wiring.ledger, shop.wiring.planner, by, afternoon(day(at)))


def case_of(shop: Workshop, number: str = "I-1") -> Case:
    with shop.wiring.ledger.reading() as books:
        return books.case(number)


def dispute_of(shop: Workshop) -> Dispute:
    return case_of(shop).disputes[0]


def test_the_owner_of_a_new_dispute_is_asked_even_while_the_engine_is_away(
    shop: Workshop,
) -> None:
    done = desk(shop).dispute("I-1", "tax", Decimal(300), "VAT id missing", reply="R-7")

    assert done.case.disputes[0].owner == "tax"
    assert [(task.what, task.role) for task in done.case.tasks] == [("dispute", "tax")]


def test_a_small_credit_is_given_at_once(shop: Workshop) -> None:
    desk(shop).dispute("I-1", "price", Decimal(25))
    done = desk(shop).resolve("I-1/1", "credited")

    assert done.case.balance == eur("1475.00")
    assert (done.case.disputes[0].outcome, done.case.paid) == ("credited", eur("0.00"))


@pytest.mark.parametrize(
    ("amount", "role", "approver"),
    [
        ("25.01", "associate", "ar_lead"),
        ("1000.00", "associate", "ar_lead"),
        ("1000.01", "ar_lead", "controller"),
        ("1000.00", "sales", "ar_lead"),
        ("1000.00", "ar_lead", ""),
    ],
)
def test_a_credit_above_the_limit_waits_for_the_lowest_role_that_covers_it(
    shop: Workshop, amount: str, role: str, approver: str
) -> None:
    desk(shop).dispute("I-1", "price")
    desk(shop).propose_credit("I-1/1", Decimal(amount), role)
    undecided = dispute_of(shop).undecided

    assert (undecided.role if undecided else "") == approver
    assert case_of(shop).balance == (eur("1500.00") if approver else eur("500.00"))


def test_another_person_whose_limit_covers_it_approves_and_that_resolves_it(
    shop: Workshop,
) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).resolve("I-1/1", "split", credit=Decimal(100))
    with pytest.raises(NotAllowed, match="above the limit of the associate"):
        desk(shop, by="bea").approve_credit("I-1/1", "associate")
    with pytest.raises(NotAllowed, match="'king' is no role with a limit"):
        desk(shop, by="bea").approve_credit("I-1/1", "king")
    done = desk(shop, by="bea").approve_credit("I-1/1", "controller")
    [dispute] = done.case.disputes

    assert (dispute.outcome, dispute.credited) == ("split", eur("100.00"))
    assert done.case.balance == eur("1400.00")
    # The upheld part is still held for the days of grace.
    assert done.case.disputed == eur("200.00")
    assert {task.outcome for task in case_of(shop).tasks} == {"split"}


def test_who_posted_cash_on_the_invoice_approves_no_credit_of_it(shop: Workshop) -> None:
    shop.add(
        PaymentApplied(
            at=afternoon(day(3)), by="Bea", payment="P-1", amount=eur("10.00"), on=day(3)
        )
    )
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).resolve("I-1/1", "split", credit=Decimal(100))

    with pytest.raises(NotAllowed, match="posted cash"):
        desk(shop, by="bea").approve_credit("I-1/1", "controller")
    assert desk(shop, by="cleo").approve_credit("I-1/1", "controller").case.disputes[0].credited


def test_a_declined_credit_leaves_the_dispute_to_its_owner(shop: Workshop) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).propose_credit("I-1/1", None)
    desk(shop, by="bea").decline_credit("I-1/1", "it was agreed")
    outcomes = {task.what: task.outcome for task in case_of(shop).tasks}

    assert dispute_of(shop).is_open
    assert outcomes == {"dispute": "", "credit_approval": "decided"}


def test_what_was_paid_meanwhile_cannot_be_credited_too(shop: Workshop) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).propose_credit("I-1/1", None)
    shop.add(
        PaymentApplied(at=NOW, by="import", payment="P-1", amount=eur("1400.00"), on=NOW.date())
    )

    with pytest.raises(NotAllowed, match=r"at most the open 100\.00 EUR"):
        desk(shop, by="bea").approve_credit("I-1/1")


def test_a_dispute_given_to_another_role_asks_that_role_and_the_old_one_no_more(
    shop: Workshop,
) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).assign_dispute("I-1/1", "logistics", "the pallets were short")
    tasks = [(task.role, task.outcome) for task in case_of(shop).tasks]

    assert tasks == [("pricing", "given to logistics"), ("logistics", "")]


def test_while_the_customer_is_asked_nobody_has_a_task_and_afterwards_the_owner_has(
    shop: Workshop,
) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).wait_for("I-1/1", "customer", "asked for the delivery note")
    asked = [(task.role, task.outcome) for task in case_of(shop).tasks]
    desk(shop, 6).wait_for("I-1/1", "owner")
    answered = [(task.role, task.outcome) for task in case_of(shop).tasks]

    assert asked == [("pricing", "waits for the customer")]
    assert answered == [*asked, ("pricing", "")]


REFUSED: list[tuple[Callable[[Actions], object], str]] = [
    (lambda desk: desk.resolve("I-1/1", "split"), "Say how much is credited"),
    (
        lambda desk: desk.resolve("I-1/1", "split", credit=Decimal(300)),
        "less than the disputed 300.00 EUR",
    ),
    (lambda desk: desk.assign_dispute("I-1/1", "janitor"), "'janitor' is no owner"),
    (lambda desk: desk.propose_credit("I-1/1", Decimal("1e-3")), "is not an amount in EUR"),
    (lambda desk: desk.propose_credit("I-1/1", Decimal(-1)), "more than nothing"),
    (lambda desk: desk.propose_credit("I-1/1", None, "king"), "'king' is no role"),
    (lambda desk: desk.propose_credit("I-1/7", None), "no open dispute I-1/7"),
    (lambda desk: desk.approve_credit("I-1/1"), "No credit for dispute I-1/1 waits"),
    (lambda desk: desk.wait_for("I-1/1", "owner"), "waits for the owner already"),
    (lambda desk: desk.acknowledge_dispute("nonsense"), "There is no invoice"),
]


@pytest.mark.parametrize(("action", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_a_rule_refuses_changes_nothing(
    shop: Workshop, action: Callable[[Actions], object], reason: str
) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    before = case_of(shop)
    with pytest.raises(NotAllowed, match=reason):
        action(desk(shop))

    assert case_of(shop) == before


def test_the_list_of_disputes_is_what_the_facts_say(shop: Workshop) -> None:
    desk(shop).dispute("I-1", "price", Decimal(300))
    desk(shop).dispute("I-1", "tax", Decimal(100))
    desk(shop).dispute("I-2", "quality")
    desk(shop).resolve("I-1/2", "upheld")
    with shop.wiring.ledger.reading() as books:
        listed = open_disputes(books.connection)
        sales = open_disputes(books.connection, "sales")
        wrong = list(differences(books))

    assert [(one.dispute, one.owner, one.held_minor) for one in listed] == [
        ("I-1/1", "pricing", 30_000),
        ("I-2/1", "sales", 150_000),
    ]
    assert [one.dispute for one in sales] == ["I-2/1"]
    assert wrong == []


def test_the_report_shows_the_customers_time_apart(shop: Workshop) -> None:
    desk(shop, 4).dispute("I-1", "price", Decimal(300))
    desk(shop, 7).wait_for("I-1/1", "customer")
    desk(shop, 9).wait_for("I-1/1", "owner")
    desk(shop, 11).resolve("I-1/1", "upheld")
    desk(shop, 8).dispute("I-2", "quality")
    with shop.wiring.ledger.reading() as books:
        report = dispute_report(
            books, shop.wiring.planner, date(2026, 3, 1), date(2026, 3, 31), afternoon(day(12))
        )

    # From Friday, 6 March, to Friday, 13 March; Tuesday and Wednesday were the customer's.
    assert report["cycle_times"] == {
        "count": 1,
        "calendar_days": {"median": 7, "p90": 7},
        "business_days": {"median": 5, "p90": 5},
        "waiting_business_days": {"median": 2, "p90": 2},
        "working_business_days": {"median": 3, "p90": 3},
    }
    assert report["opened"] == {"price": 1, "quality": 1}
    assert report["resolved"] == {"upheld": 1}
    assert report["open"] == [
        {
            "owner": "sales",
            "open": 1,
            "waiting_on_customer": 0,
            "escalated": 0,
            "oldest_days": 4,
            "median_days": 4,
            "held": {"EUR": "1500.00"},
        }
    ]
