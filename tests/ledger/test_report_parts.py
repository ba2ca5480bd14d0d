"""Agings read an invoice's standing from its row: it has to be what its movements come to."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import event

from dunning import facts
from dunning.case import Case
from dunning.dispute_facts import DisputeOpened
from dunning.may import NotAllowed
from dunning.reports.aging import aging_rows, aging_totals
from dunning.reports.buckets import Basis, bucket_of, buckets_by
from ledger.applications import AMENDMENT
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.report_aging import aged_rows
from ledger.report_reading import EVERYTHING, Scope
from tests.ledger.entries import AT, DUE, eur, opened

FIRST, LAST = AT.date() - timedelta(days=3), AT.date() + timedelta(days=130)
Figures = dict[str, int]


def test_every_past_day_is_what_the_movements_say(ledger: Ledger) -> None:
    cases = ledger.transact(lived)

    for age in range(0, (LAST - FIRST).days, 9):
        day = FIRST + timedelta(days=age)
        for basis in ("due", "invoice"):
            assert aged(ledger, day, basis) == counted(cases, day, basis), (day, basis)


def test_what_was_known_at_a_moment_stays_what_it_was(ledger: Ledger) -> None:
    cases = ledger.transact(lived)
    known_at = AT + timedelta(days=60)

    for age in (10, 40, 59):
        day = AT.date() + timedelta(days=age)
        found = aged(ledger, day, "due", Scope(known_at=known_at))
        assert found == counted(cases, day, "due", Scope(known_at=known_at)), day


def test_an_aging_without_customers_is_one_walk_along_an_index(ledger: Ledger) -> None:
    if ledger.engine.dialect.name != "sqlite":
        return
    asked: list[tuple[str, Any]] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *args: asked.append(args[2:4]))
    with ledger.reading() as books:
        list(aged_rows(books.connection, LAST, "due", "entity"))
        statement, given = next(one for one in asked if "of_days" in one[0])
        plan = books.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()

    steps = [row[3] for row in plan]
    assert "SCAN dunning_case USING COVERING INDEX ix_case_aged_entity" in steps
    assert not any("application" in step for step in steps)


def lived(books: Books) -> list[Case]:
    """Invoices that were paid in part, too much, late, amended, given up, in every order."""
    dice = Random(20260202)
    names = [f"I-{number}" for number in range(60)]
    cases = books.open_cases([opened(name, f"C-{place % 7}") for place, name in enumerate(names)])
    for case in cases:
        at = AT
        for number in range(dice.randrange(5)):
            at += timedelta(days=dice.randrange(1, 30))
            fact = happened(dice, case, number, at)
            try:
                books.record(case.invoice, fact)
            except NotAllowed:
                continue
    return list(books.cases(names).values())


def happened(dice: Random, case: Case, number: int, at: datetime) -> facts.InvoiceFact:
    """Something of what may happen to an invoice."""
    amount, payment = eur(dice.randrange(1, 160_000)), f"P-{case.invoice}-{number}"
    # Value dates lie before or after the day of recording.
    on = at.date() + timedelta(days=dice.randrange(-12, 6))
    kinds: list[facts.InvoiceFact] = [
        facts.PaymentApplied(at=at, by="import", payment=payment, amount=amount, on=on),
        facts.PaymentApplied(at=at, by="import", payment=payment, amount=eur(150_000), on=on),
        facts.PaymentReversed(at=at, by="ada", payment=payment, amount=amount, on=on),
        facts.CreditApplied(at=at, by="ada", credit=payment, amount=amount, on=on),
        facts.InvoiceAmended(at=at, by="i", amount=amount, due_date=DUE + timedelta(days=number)),
        facts.WrittenOff(at=at, by="cfo", reason="small"),
        DisputeOpened(at=at, by="ada", dispute=f"{case.invoice}/{number}", reason="price"),
    ]
    return dice.choice(kinds)


def aged(ledger: Ledger, day: date, basis: Basis, scope: Scope = EVERYTHING) -> Figures:
    """What the database adds up, without disputes."""
    with ledger.reading() as books:
        rows = aging_rows((), aged_rows(books.connection, day, basis, "customer", scope))
    found: Counter[str] = Counter()
    for row in aging_totals(rows):
        found.update({**row.buckets, "unapplied": row.unapplied, "invoices": row.invoices})
    return {name: minor for name, minor in found.items() if minor}


def counted(cases: list[Case], day: date, basis: Basis, scope: Scope = EVERYTHING) -> Figures:
    """The same from the movements of each case, one by one."""
    found: Counter[str] = Counter()
    for case in cases:
        balance, due = standing(case, day, scope)
        if balance == 0 or case.issue_date > day:
            continue
        dated = due if basis == "due" else case.issue_date
        bucket = bucket_of((day - dated).days, buckets_by(basis)).key
        found[bucket if balance > 0 else "unapplied"] += balance
        found["invoices"] += 1
    return {name: minor for name, minor in found.items() if minor}


def standing(case: Case, day: date, scope: Scope) -> tuple[int, date]:
    """Balance and due date of a case at the end of a day, from what it was opened with."""
    amended = [one for one in case.movements if one.kind == AMENDMENT]
    balance = case.amount.minor - sum(one.amount.minor for one in amended)
    for one in case.movements:
        is_known = one.kind == AMENDMENT or not scope.known_at or one.at <= scope.known_at
        balance += one.amount.minor if one.on <= day and is_known else 0
    later = [one.due_before for one in amended if one.on > day]
    return balance, (later[0] if later else None) or case.due_date
