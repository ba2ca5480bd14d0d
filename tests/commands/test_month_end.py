from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from activities.planning import Planner
from commands.month_end.asked import Given
from commands.month_end.pack import problems_of
from commands.reports.aging import aging_answer, aging_of
from dunning import facts
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.period import Month
from ledger.ledger import Ledger
from ledger.periods import closed_until, listed_periods
from ledger.report_reading import CASE
from tests.commands.month_ending import APRIL_3, DEMO, MARCH, closed, ends, fill_march


@pytest.fixture
def march(ledger: Ledger) -> Ledger:
    """Two customers, three invoices, a payment of which a part is left, a write-off."""
    ledger.transact(fill_march)
    return ledger


def tampered(ledger: Ledger, **columns: int) -> None:
    """Somebody writes another amount into the list of cases."""
    with ledger.engine.begin() as connection:
        connection.execute(CASE.update().where(CASE.c.invoice == "I-3").values(**columns))


def pays_late(ledger: Ledger) -> None:
    """A payment of March is recorded in the middle of April."""
    late = facts.PaymentApplied(
        at=APRIL_3 + timedelta(days=10),
        by="import",
        payment="P-9",
        amount=Money(10_000, "EUR"),
        on=date(2026, 3, 30),
    )
    ledger.transact(lambda books: books.record("I-3", late))


def test_two_people_close_a_month_and_nobody_closes_it_twice(
    march: Ledger, planner: Planner
) -> None:
    pack = closed(march, planner)

    assert (pack["state"], pack["prepared"]["by"], pack["closed"]["by"]) == ("closed", "ada", "bea")
    with pytest.raises(NotAllowed, match="was closed by bea"):
        ends(march, planner, "ada").prepare(DEMO, MARCH, Given())
    with pytest.raises(NotAllowed, match="was closed by bea"):
        ends(march, planner, "cem").review(DEMO, MARCH, "")
    with march.reading() as books:
        assert closed_until(books.connection, DEMO) == date(2026, 3, 31)
        assert [row["state"] for row in listed_periods(books.connection)] == ["closed"]


def test_the_preparer_does_not_review(march: Ledger, planner: Planner) -> None:
    ends(march, planner, "ada").prepare(DEMO, MARCH, Given())

    with pytest.raises(NotAllowed, match="another person has to review it"):
        ends(march, planner, " ADA ").review(DEMO, MARCH, "")
    with pytest.raises(NotAllowed, match="a signature needs a name"):
        ends(march, planner, " ").review(DEMO, MARCH, "")


def test_a_month_that_is_not_over_is_not_prepared(march: Ledger, planner: Planner) -> None:
    early = datetime(2026, 3, 31, 23, tzinfo=UTC)

    with pytest.raises(NotAllowed, match="can be prepared from 2026-04-01 on"):
        ends(march, planner, "ada", early).prepare(DEMO, MARCH, Given())


def test_reopening_needs_a_reason_and_another_person(march: Ledger, planner: Planner) -> None:
    closed(march, planner)
    controller = ends(march, planner, "ada")

    for reason, agreed in (("", "cfo"), ("wrong file", ""), ("wrong file", "Ada")):
        with pytest.raises(NotAllowed):
            controller.reopen(DEMO, MARCH, reason, agreed)
    assert controller.reopen(DEMO, MARCH, "wrong file", "cfo")["state"] == "open"
    assert closed(march, planner)["reopened"]["reason"] == "wrong file"


def test_what_comes_late_is_listed_and_does_not_change_what_was_closed(
    march: Ledger, planner: Planner
) -> None:
    before = closed(march, planner)
    pays_late(march)
    later = ends(march, planner, now=APRIL_3 + timedelta(days=40))

    again = later.pack(DEMO, MARCH)
    assert again["digest"] == before["digest"]
    assert again["aging"] == before["aging"]
    assert [(one["invoice"], one["amount"]) for one in later.late(DEMO, MARCH)] == [
        ("I-3", "-100.00")
    ]
    april = later.pack(DEMO, Month(2026, 4))
    (euros,) = [one for one in april["roll_forward"] if one["currency"] == "EUR"]
    assert (euros["invoices"]["lines"]["late"], euros["difference"]) == ("-100.00", "0.00")
    assert april["cut_off"]["of_closed_months"]["count"] == 1
    with march.reading() as books:
        for late_too, total in ((False, "1000.00"), (True, "900.00")):
            aging = aging_of(
                books, planner.policies, MARCH.last, "due", "entity", late_too=late_too
            )
            answer = aging_answer(aging)
            assert answer["totals"][0]["total"] == total
            assert list(answer["closed"]) == ([] if late_too else [DEMO])


def test_a_review_of_other_books_than_were_prepared_is_refused(
    march: Ledger, planner: Planner
) -> None:
    ends(march, planner, "ada").prepare(DEMO, MARCH, Given())
    tampered(march, amount_minor=1, open_minor=1)

    with pytest.raises(NotAllowed, match="the books that the pack was made from have changed"):
        ends(march, planner, "bea").review(DEMO, MARCH, "")
    tampered(march, amount_minor=30_000, open_minor=30_000)


def test_a_list_that_says_otherwise_than_its_movements_is_found(
    march: Ledger, planner: Planner
) -> None:
    tampered(march, open_minor=7)
    pack = ends(march, planner).pack(DEMO, MARCH)
    tampered(march, open_minor=30_000)

    assert [one["invoice"] for one in pack["differences"]] == ["I-3"]
    assert any("movements do not make" in problem for problem in problems_of(pack))


def test_write_offs_have_both_people(march: Ledger, planner: Planner) -> None:
    (given_up,) = ends(march, planner).pack(DEMO, MARCH)["write_offs"]

    assert (given_up["invoice"], given_up["amount"]) == ("I-2", "-5000")
    assert (given_up["requested_by"], given_up["approved_by"]) == ("ada", "cfo")
