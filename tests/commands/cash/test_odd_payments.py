"""What looks right and is not: a date still to come, digits that changed places."""

from __future__ import annotations

from datetime import timedelta

from commands.cash.actions import CashActions
from commands.cash.applying import match_again
from commands.cash.listing import cash_worklist, outlook
from dunning.cash.rules import CashRules
from ledger.ledger import Ledger
from tests.cast import eur, invoice
from tests.commands.coming_in import came
from tests.commands.taking_in import INVOICES, NOW, PAYMENTS, paid, take


def test_a_payment_dated_ahead_waits_with_the_reason(ledger: Ledger, desk: CashActions) -> None:
    later = NOW.date() + timedelta(days=2)
    taken = take(ledger, PAYMENTS, came("1500.00", "I-1", on=later))
    with ledger.reading() as books:
        (listed,) = cash_worklist(books, desk.planner.policies.cash, NOW.date(), 9)["payments"]

    reason = f"it is dated {later}, which is still to come; kept unapplied until that day"
    assert taken.warnings == [f"Row 2: {reason}."]
    assert listed["why"] == reason
    assert outlook(listed) == f"1: I-1 (99); {reason}"
    assert listed["days"] == 0
    assert paid(ledger) == eur("0")


def test_a_payment_dated_ahead_is_applied_when_its_day_comes(
    ledger: Ledger, desk: CashActions
) -> None:
    rules = desk.planner.policies.cash
    take(ledger, PAYMENTS, came("1500.00", "I-1", on=NOW.date() + timedelta(days=3)))
    too_early = match_again(ledger, rules, NOW + timedelta(days=1), "duncan")
    in_time = match_again(ledger, rules, NOW + timedelta(days=2), "duncan")

    assert (too_early, in_time) == (0, 1)
    assert paid(ledger) == eur("1500")


def test_where_the_bank_is_the_next_day_may_have_begun(ledger: Ledger, desk: CashActions) -> None:
    assert desk.by
    taken = take(ledger, PAYMENTS, came("1500.00", "I-1", on=NOW.date() + timedelta(days=1)))

    assert taken.warnings == []
    assert paid(ledger) == eur("1500")


def test_digits_that_changed_places_are_proposed_before_all_that_is_like(
    ledger: Ledger, desk: CashActions
) -> None:
    wanted = [f"INV-110{last}" for last in range(1, 10)]
    take(ledger, INVOICES, *(invoice(name) for name in (*wanted, "INV-1010")))
    take(ledger, PAYMENTS, came("99.00", "INV-1100"))
    with ledger.reading() as books:
        (listed,) = cash_worklist(books, CashRules(), NOW.date(), 9)["payments"]

    best = listed["proposals"][0]
    assert [one["invoice"] for one in best["invoices"]] == ["INV-1010"]
    assert best["rule"] == "similar_reference"
    assert best["score"] < 95
    assert desk.accept("P-1").cases[0].invoice == "INV-1010"
