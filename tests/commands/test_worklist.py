"""What people have to do, in which order, and whose it is while somebody is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from commands.cases.evidence_summary import as_markdown, evidence
from commands.cases.plan_actions import PlanActions
from commands.cases.worklist import Work, worklist
from dunning import facts
from dunning.customer_facts import CustomerRecorded
from dunning.may import NotAllowed
from dunning.promise_facts import PromiseMade
from dunning.task_facts import Delegated
from ledger.correspondence import ReplyRow
from ledger.delegations import delegations, does_it
from ledger.rows import upsert
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import contact, customer, day, eur, invoice

NOW = afternoon(day(4))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Customers who owe little, much, and in yen."""
    with workshop(tmp_path) as found:
        found.opens(
            invoice("I-1"),
            invoice("I-2", customer="C-2", amount=eur("90000.00")),
            customers=[customer("C-1"), customer("C-2", contact("Bob"))],
        )
        yield found


def asked(shop: Workshop, number: str, what: str = "call", role: str = "associate") -> None:
    """Somebody is asked for something about an invoice."""
    task = facts.TaskOpened(
        at=NOW, by="duncan", task=f"{number}:{what}", what=what, role=role, why="because"
    )
    shop.add(task, of=number)


def listed(shop: Workshop, who: str = "", at: int = 4) -> list[Work]:
    """The worklist."""
    with shop.wiring.ledger.reading() as books:
        return worklist(books, shop.wiring.planner, afternoon(day(at)), who)


def written(shop: Workshop, reply: str, state: str, customer: str = "") -> None:
    """A customer's message that nobody dealt with."""
    row = ReplyRow(
        reply=reply,
        arrival=1,
        kind="message",
        channel="email",
        received_at=NOW,
        from_address="x@y.example",
        customer=customer,
        state=state,
        hold_until=NOW + timedelta(days=2),
    )
    shop.wiring.ledger.transact(
        lambda books: upsert(books.connection, ReplyRow, [row.model_dump()])
    )


def test_much_comes_before_little_and_says_why(shop: Workshop) -> None:
    asked(shop, "I-1")
    asked(shop, "I-2")
    first, second = listed(shop)

    assert [first.name, second.name] == ["I-2:call", "I-1:call"]
    assert first.reasons == ("90000.00 EUR open", "4 days overdue")
    assert first.score > second.score


def test_what_is_late_weighs_more_and_names_its_day(shop: Workshop) -> None:
    asked(shop, "I-1")
    [fresh] = listed(shop)
    [late] = listed(shop, at=9)

    assert (fresh.due, fresh.late) == (day(9), False)
    assert late.late
    assert "its time is over" in late.reasons
    assert late.score > 2 * fresh.score


def test_broken_promises_weigh_more(shop: Workshop) -> None:
    asked(shop, "I-1")
    before = listed(shop, at=15)[0].score
    shop.add(PromiseMade(at=NOW, by="ada", amount=eur("1500.00"), promised_on=day(7)))
    [after] = listed(shop, at=15)

    assert after.score > before
    assert "promises broken in a row: 1" in after.reasons


def test_a_role_sees_its_own_work(shop: Workshop) -> None:
    asked(shop, "I-1")
    asked(shop, "I-2", "decide", "controller")

    assert [one.name for one in listed(shop, "controller")] == ["I-2:decide"]


def test_the_work_of_who_is_away_is_anothers_until_the_day(shop: Workshop) -> None:
    asked(shop, "I-1")
    for of, to in (("associate", "ada"), ("ada", "cem"), ("cem", "ada")):
        fact = Delegated(at=NOW, by="bea", of=of, to=to, until=day(6))
        shop.wiring.ledger.transact(
            lambda books, fact=fact: books.append(f"delegation:{fact.of}", fact)  # type: ignore[misc]
        )
    with shop.wiring.ledger.reading() as books:
        over = delegations(books.connection, day(7))

    assert over == {}
    assert [one.who for one in listed(shop)] == ["cem"]
    assert [one.name for one in listed(shop, "cem")] == ["I-1:call"]
    assert listed(shop, "dan") == []
    assert [one.who for one in listed(shop, at=7)] == ["associate"]
    assert does_it({}, "associate") == "associate"


def test_messages_nobody_could_be_found_for_are_work_too(shop: Workshop) -> None:
    written(shop, "R-1", "unassigned")
    written(shop, "R-2", "open", "C-1")
    written(shop, "R-3", "handled", "C-1")
    late = listed(shop, at=9)

    assert [(one.name, one.what) for one in listed(shop)] == [
        ("R-1", "assign_reply"),
        ("R-2", "reply"),
    ]
    assert all("its service level has run out" in one.reasons for one in late)


def test_a_message_with_a_task_is_listed_once(shop: Workshop) -> None:
    written(shop, "R-2", "open", "C-1")
    task = facts.TaskOpened(
        at=NOW, by="duncan", task="C-1:reply:R-2", what="reply", role="associate", why="asks"
    )
    shop.add(task)

    assert [one.name for one in listed(shop)] == ["C-1:reply:R-2"]


def test_what_is_promised_for_today_is_looked_for_today(shop: Workshop) -> None:
    shop.add(PromiseMade(at=NOW, by="ada", amount=eur("1500.00"), promised_on=day(9)))
    shop.plan("I-1", NOW)

    assert listed(shop) == []
    assert [(one.what, one.invoices) for one in listed(shop, at=9)] == [("promise_due", ("I-1",))]


def test_the_evidence_holds_what_was_promised_said_and_recorded(shop: Workshop) -> None:
    shop.add(PromiseMade(at=NOW, by="ada", amount=eur("100.00"), promised_on=day(9)))
    PlanActions(shop.wiring.ledger, shop.wiring.planner, "ada", NOW).propose_plan(
        "C-1", ["I-1"], [(day(30), eur("1500.00").major)]
    )
    written(shop, "R-2", "open", "C-1")
    with shop.wiring.ledger.reading() as books:
        found = evidence(books, shop.wiring.planner, "C-1", NOW)
        same = evidence(books, shop.wiring.planner, "I-1", NOW)
        with pytest.raises(NotAllowed, match="neither an invoice nor a customer"):
            evidence(books, shop.wiring.planner, "I-9", NOW)
    text = as_markdown(found)

    assert [case["invoice"] for case in found["cases"]] == ["I-1"]
    assert found["promises"] == same["promises"]
    assert found["promises"][0]["amount"] == "100.00"
    assert [one["plan"] for one in found["plans"]] == ["C-1/plan-1"]
    assert [one["reply"] for one in found["replies"]] == ["R-2"]
    assert "promise_made by ada" in text
    assert "C-1/plan-1" in text


def test_an_associate_s_work_is_the_collector_s_and_a_controller_s_stays_his(
    shop: Workshop,
) -> None:
    described = CustomerRecorded(at=NOW, by="import", customer="C-2", name="Bob", collector="dora")
    shop.wiring.ledger.transact(lambda books: books.record_customer("C-2", described))
    asked(shop, "I-1")
    asked(shop, "I-2")
    asked(shop, "I-2", "approve", "controller")

    assert {one.name: one.who for one in listed(shop)} == {
        "I-1:call": "associate",
        "I-2:call": "dora",
        "I-2:approve": "controller",
    }
    assert [one.name for one in listed(shop, "dora")] == ["I-2:call"]
