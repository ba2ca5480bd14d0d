from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from activities.planning import Planner
from commands.reports.kpis import kpi_answer, kpi_table
from commands.reports.money import LossMatrix
from commands.reports.rates import costs_of
from dunning.contact_facts import ReplyReceived
from dunning.dispute_facts import DisputeResolved
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.books import Books
from ledger.report_rates import Disputed, disputed
from tests.commands.reporting import NOW

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def euros(books: Books, planner: Planner, cost: Mapping[str, Money] | None = None) -> object:
    answer = kpi_answer(books, planner, FIRST, LAST, LossMatrix(), cost)
    return next(one for one in answer["currencies"] if one["currency"] == "EUR")


def test_shares_of_disputes_and_unapplied_cash_are_of_what_was_sold_and_came_in(
    reported: Books, planner: Planner
) -> None:
    found = euros(reported, planner)

    assert isinstance(found, dict)
    assert found["received"] == "500.00"
    # 200 of 1,500 was disputed; 100 of 500 settles nothing since 15 February.
    assert found["dispute_rate_percent"] == "13.33"
    assert (found["unapplied_percent"], found["unapplied_oldest_days"]) == ("20.00", 44)
    assert found["deduction_days"] is None


def test_a_cost_is_divided_by_what_came_in_and_without_one_there_is_no_figure(
    reported: Books, planner: Planner
) -> None:
    given, none = (euros(reported, planner, one) for one in (costs_of(["eur=25"]), None))

    assert isinstance(given, dict)
    assert isinstance(none, dict)
    assert (given["cost_to_collect_percent"], none["cost_to_collect_percent"]) == ("5.00", None)


@pytest.mark.parametrize("text", ["12", "EUR=", "EUR=-1", "EUR=1.001"])
def test_what_is_no_cost_is_refused(text: str) -> None:
    with pytest.raises(NotAllowed):
        costs_of([text])


def test_a_settled_dispute_makes_a_number_of_days(reported: Books) -> None:
    resolved = DisputeResolved(at=NOW, by="ada", dispute="I-1/1", outcome="upheld")
    reported.record("I-1", resolved)

    march, april = (
        disputed(reported.connection, *days)["EUR"]
        for days in ((FIRST, LAST), (date(2026, 4, 1), date(2026, 4, 30)))
    )
    assert march == Disputed(raised=20_000, settled=0, still_open=20_000)
    assert april == Disputed(raised=0, settled=20_000, still_open=0)


def test_nobody_reminded_and_nobody_called_is_not_a_share_of_nothing(
    reported: Books, planner: Planner
) -> None:
    reply = ReplyReceived(
        at=NOW, by="duncan", reply="R-1", channel="email", intents=("question",), hold_until=NOW
    )
    reported.record_customer("C-1", reply)
    answer = kpi_answer(reported, planner, FIRST, LAST, LossMatrix())
    contact, rows = answer["contact"], list(kpi_table(answer).rows)

    assert (contact["right_party_percent"], contact["answered_percent"]) == (None, None)
    assert any(row[0] == "contact.answered_percent" and row[2:] == ["n/a", row[3]] for row in rows)
    assert all(row[3] for row in rows if row[0] == "deduction_days")
