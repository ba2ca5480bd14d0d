"""Whose message of the day it is: asked of the first that may go, answered as if all were asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

import pytest

from activities import account
from activities.account import Account, Covered
from activities.planning import Planner
from commands.simulation import first_to_go
from commands.simulation.business import Beside, Business, soon_for
from commands.simulation.first_to_go import FirstToGo
from commands.simulation.simulation import AS_ASSIGNED
from dunning.at_the_door import AtTheDoor, Objection
from dunning.case import Case
from dunning.facts import Paused
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from dunning.send_gate import first_objection
from dunning.situation import Situation
from ledger.ledger import Ledger
from ledger.messages import open_item_of
from tests.commands.simulating import START, met, opened, simulated
from tests.dunning.worlds import case, euros, moment, seen

# The usual invoice's first reminder has come due.
REMINDED = moment("4 Jun 13:00")
ROOM = Account(REMINDED.date(), (open_item_of(case()),), recent=(), slot_taken=False)
POLICIES = ("standard_b2b", "high_risk", "eu_formal", "small_balance")


def _mixed(ledger: Ledger, customers: int, random: Random) -> None:
    """Customers whose invoices follow several policies; some are promised, many are small."""
    for customer in (f"C-{number}" for number in range(customers)):
        met(ledger, customer)
        for number in range(random.randint(4, 12)):
            _open(ledger, f"{customer}-I-{number}", customer, random)


def _open(ledger: Ledger, invoice: str, customer: str, random: Random) -> None:
    due = START.date() + timedelta(days=random.choice((-9, -5, -3, -2, 4, 6)))
    amount = random.choice((300, 900, 90_000))
    new = opened(invoice, due, customer, random.choice(POLICIES), amount)
    ledger.transact(lambda books: books.open_case(new))
    if random.random() < 0.3:
        day = date(2026, 3, random.randint(4, 13))
        made = PromiseMade(at=START, by="ada", amount=Money(amount, "EUR"), promised_on=day)
        ledger.transact(lambda books: books.record(invoice, made))


def _all_beside(
    _: Business, __: Account, mine: Covered, beside: Beside, invoices: Iterable[str]
) -> Iterator[Situation]:
    others = [one for one in invoices if one != mine.invoice]
    found = (beside(mine.situation.now, soon_for(mine), one) for one in others)
    return (situation for situation in found if situation)


def _first(*known: Case, channel: str = "email") -> list[str]:
    """Which of the invoices goes first; in the order they are asked in, and in the other."""
    situations = {one.invoice: seen(one, REMINDED) for one in known}
    orders = [list(situations), list(reversed(situations))]
    queues = [FirstToGo(ROOM, channel, situations.get, order) for order in orders]
    found = [[one.case.invoice for one in queue.first()] for queue in queues]

    assert found[0] == found[1]
    return found[0]


def _promised(invoice: str, on: date) -> Case:
    made = PromiseMade(at=moment("1 Jun"), by="ada", amount=euros("1200.00"), promised_on=on)
    return case(made, invoice=invoice)


def test_a_note_goes_before_letters_and_of_two_letters_one() -> None:
    letters, note = (case(invoice="I-1"), case(invoice="I-3")), _promised("I-2", date(2026, 6, 5))

    assert _first(*letters) == ["I-1"]
    assert _first(*letters, note) == ["I-2"]


def test_what_speaks_elsewhere_is_not_due_or_is_refused_does_not_go() -> None:
    later = case(invoice="I-1", due_date=date(2026, 6, 15))
    cent = case(invoice="I-2", amount=Money(1, "USD"))

    assert _first(later, cent) == []
    assert _first(later, cent, case(invoice="I-3")) == ["I-3"]
    assert _first(case(invoice="I-3"), channel="sms") == []


def test_an_invoice_planned_anew_may_go_where_it_could_not_before() -> None:
    held = case(
        Paused(at=moment("1 Jun"), by="ada", reason="goodwill", until=date(2026, 6, 9)),
        invoice="I-1",
    )
    situations = {"I-1": seen(held, REMINDED)}
    queue = FirstToGo(ROOM, "email", situations.get, situations)
    before = list(queue.first())
    situations["I-1"] = seen(case(invoice="I-1"), REMINDED)
    queue.planned_anew("I-1")

    assert (before, list(queue.first())) == ([], [situations["I-1"]])


def test_a_note_that_became_a_letter_goes_after_other_notes() -> None:
    noted = _promised("I-1", date(2026, 6, 5)), _promised("I-2", date(2026, 6, 5))
    situations = {one.invoice: seen(one, REMINDED) for one in noted}
    queue = FirstToGo(ROOM, "email", situations.get, situations)
    situations["I-1"] = seen(case(invoice="I-1"), REMINDED)
    queue.planned_anew("I-1")

    assert list(queue.first()) == [situations["I-2"]]


@pytest.mark.parametrize("policy", [AS_ASSIGNED, "eu_formal"])
def test_the_first_to_go_answers_for_all_of_them(
    ledger: Ledger, planner: Planner, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    _mixed(ledger, 12, Random(5))
    told = simulated(ledger, planner, policy, days=12)
    monkeypatch.setattr(Business, "first_beside", _all_beside)

    assert simulated(ledger, planner, policy, days=12) == told
    assert {"promise_reminder", "reminder"} <= {row["letter"] for row in told["touches"]}
    assert {"CAP", "MIN_AMOUNT"} <= {row["code"] for row in told["withheld"]}


def test_twice_as_many_invoices_left_out_at_once_ask_the_gate_twice_as_often(
    ledger: Ledger, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()

    def noted(door: AtTheDoor) -> Objection | None:
        asked[door.situation.case.customer] += 1
        return first_objection(door)

    for asking in (account, first_to_go):
        monkeypatch.setattr(asking, "first_objection", noted)
    for customer, count in (("C-1", 30), ("C-2", 60)):
        _open_cents(ledger, customer, count)
    told = simulated(ledger, planner, days=1)

    assert Counter(row["code"] for row in told["withheld"])["MIN_AMOUNT"] == 90
    assert 0 < asked["C-2"] <= 2.2 * asked["C-1"]


def _open_cents(ledger: Ledger, customer: str, count: int) -> None:
    """Invoices that together are too little to be reminded of."""
    met(ledger, customer)
    due = START.date() - timedelta(days=3)
    cents = [opened(f"{customer}-I-{n:02}", due, customer, minor=1) for n in range(count)]
    ledger.transact(lambda books: books.open_cases(cents))
