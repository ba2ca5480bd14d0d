"""A statement with everything that goes wrong: an answer per line, nothing twice, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from activities.planning import Planner
from commands.cash.actions import CashActions
from commands.cash.listing import cash_worklist
from commands.imports.imports import import_into
from dunning.money import Money
from dunning.period_facts import PeriodClosed, PeriodPrepared
from intake.rows import UnreadableFile
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.periods import record_period
from ledger.report_cash import PAYMENT
from tests.cast import eur, invoice
from tests.commands.coming_in import NOW
from tests.commands.taking_in import INVOICES, paid, take
from tests.intake.bank.written import balance, camt, entry, transaction


@dataclass(frozen=True)
class Rooms:
    ledger: Ledger
    planner: Planner


@pytest.fixture
def rooms(desk: CashActions) -> Rooms:
    return Rooms(desk.ledger, desk.planner)


def line(amount: str, text: str, reference: str, currency: str = "EUR") -> str:
    return entry(amount, transaction(text=text), reference=reference, currency=currency)


LINES = (
    line("1500.00", "I-1", "RIGHT-0001"),
    line("1500.00", "I-1", "AGAIN-0002"),
    line("99.00", "I-99", "NOBODY-003"),
    line("1500.00", "Invoice INV-10074", "TYPO-00004"),
    line("1500.00", "I-2", "DOLLAR-005", "USD"),
    line("700.00", "J-1", "CLOSED-006"),
)


def imported(rooms: Rooms, folder: Path, text: str, now: datetime = NOW) -> dict[str, Any]:
    path = folder / "statement.xml"
    path.write_text(text, "utf-8")
    return import_into(rooms, "payments", path, None, "import", now, dry_run=False)


def close_march(rooms: Rooms, at: datetime) -> None:
    entity = rooms.planner.policies.default_entity

    def work(books: Books) -> None:
        named: dict[str, Any] = {"at": at, "entity": entity, "month": "2026-03", "digest": "d"}
        record_period(books, entity, "2026-03", PeriodPrepared(by="ada", **named))
        record_period(books, entity, "2026-03", PeriodClosed(by="bea", **named))

    rooms.ledger.transact(work)


def test_every_line_has_its_answer_and_all_money_is_there(rooms: Rooms, tmp_path: Path) -> None:
    take(rooms.ledger, INVOICES, invoice("INV-10047", of="C-2"))
    close_march(rooms, datetime(2026, 4, 3, tzinfo=NOW.tzinfo))
    answer = imported(rooms, tmp_path, camt(*LINES))
    with rooms.ledger.reading() as books:
        rules = rooms.planner.policies.cash
        waiting = cash_worklist(books, rules, date(2026, 4, 4), 100)["payments"]
        query = select(PAYMENT.c.currency, func.sum(PAYMENT.c.amount_minor))
        held = dict(books.connection.execute(query.group_by(PAYMENT.c.currency)).all())
        used = books.connection.execute(select(func.sum(PAYMENT.c.applied_minor))).scalar_one()

    assert (answer["rows"], answer["accepted"], answer["rejected"]) == (6, 6, [])
    told = {said.partition(":")[0]: said for said in answer["warnings"]}
    assert "owes nothing, perhaps" in told["Row 2"]
    assert "no invoice I-99" in told["Row 3"]
    assert told["Row 4"].endswith("kept unapplied.")
    assert "I-2 is in EUR, not USD" in told["Row 5"]
    assert "in a month that is closed; applied" in told["Row 6"]
    # What is not applied waits, each with a sentence; the typing error with a proposal.
    assert len(waiting) == 4
    typo = next(one for one in waiting if one["payment"].startswith("TYPO"))
    assert "INV-10047" in str(typo["proposals"])
    assert paid(rooms.ledger, "INV-10047") == eur("0")
    assert held == {"EUR": 529_900, "USD": 150_000}
    assert int(used) == 220_000
    assert (paid(rooms.ledger, "I-1"), paid(rooms.ledger, "J-1")) == (eur("1500"), eur("700"))
    assert paid(rooms.ledger, "I-2") == Money(0, "EUR")


def test_a_statement_twice_and_one_that_overlaps_bring_only_what_is_new(
    rooms: Rooms, tmp_path: Path
) -> None:
    imported(rooms, tmp_path, camt(*LINES[:3]))
    again = imported(rooms, tmp_path, camt(*LINES[:3]))
    overlapping = imported(rooms, tmp_path, camt(*LINES[2:], name="S-2"))

    assert (again["accepted"], again["unchanged"]) == (0, 3)
    assert (overlapping["accepted"], overlapping["unchanged"]) == (3, 1)
    assert paid(rooms.ledger, "I-1") == eur("1500")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            camt(*LINES[:1], balances=balance("OPBD", "0.00") + balance("CLBD", "1500.01")),
            "does not add up",
        ),
        (camt(*LINES)[:-40], "no whole"),
        (camt(LINES[0]) + camt(LINES[1]), "whole"),
        (
            '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + camt(LINES[0])[38:],
            "document type",
        ),
        (":61:2603020302C1,00NTRFNONREF\n:86:I-1\n", "is a piece of an MT940 statement"),
    ],
)
def test_what_cannot_be_trusted_is_refused_whole_and_leaves_nothing(
    rooms: Rooms, tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(UnreadableFile, match=why) as refused:
        imported(rooms, tmp_path, text)

    assert str(refused.value).endswith(".")
    with rooms.ledger.reading() as books:
        assert books.connection.execute(select(func.count()).select_from(PAYMENT)).scalar() == 0


def test_one_bad_row_of_a_table_keeps_no_other_out(rooms: Rooms, tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    rows = [
        b"date,currency,amount,reference",
        b"2026-03-04,EUR,100.00,I-1",
        b"2026-02-30,EUR,100.00,I-1",
        b"2026-03-04,ZZZ,100.00,I-1",
        b"2026-03-04,EUR,1.2.3,I-1",
        b"2026-03-04,EUR,200.00,I-2 \xff\xfe",
        b"2026-03-05,EUR,300.00,I-2",
    ]
    path.write_bytes(b"\n".join(rows) + b"\n")
    answer = import_into(rooms, "payments", path, None, "import", NOW, dry_run=False)

    assert answer["accepted"] + len(answer["rejected"]) == answer["rows"] == 6
    assert {2, 3, 4} <= {one["row"] - 1 for one in answer["rejected"]}
    assert all(one["reason"].endswith(".") for one in answer["rejected"])
    assert paid(rooms.ledger, "I-1") == eur("100")
