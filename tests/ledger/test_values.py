from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from dunning.money import Money
from dunning.promise_facts import PromiseMade
from ledger.doorbells import DoorbellRow
from ledger.ledger import Ledger
from ledger.tables import CaseRow, OutboxRow, table
from tests.ledger.entries import AT, open_case, opened, paid

OUTBOX = table(OutboxRow)


@pytest.mark.parametrize(
    "moment",
    [
        AT,
        datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
        datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=14))),
        datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(ledger: Ledger, moment: datetime) -> None:
    open_case(ledger)
    ledger.transact(lambda books: books.record("I-1", paid(1, at=moment)))
    with ledger.reading() as books:
        found = books.history("I-1")[1][1].at

    assert found == moment.astimezone(UTC)
    assert found.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(ledger: Ledger) -> None:
    naive = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - what this test is about
    texts = dict.fromkeys(("attempt", "channel", "address", "subject", "body", "file"), "")
    row = {**texts, "sent_at": naive}

    with pytest.raises((AssertionError, StatementError), match="without a zone"):
        ledger.transact(lambda books: books.connection.execute(insert(OUTBOX), [row]))


@pytest.mark.parametrize(
    "amount",
    [
        Money(1, "EUR"),
        Money(10**15 + 1, "EUR"),
        Money(123_457, "JPY"),
        Money(1_234_567, "KWD"),
        Money(-5_00, "USD"),
    ],
)
def test_money_is_kept_to_the_last_unit(ledger: Ledger, amount: Money) -> None:
    ledger.transact(lambda books: books.open_case(opened(amount=amount)))
    cases = table(CaseRow)
    with ledger.reading() as books:
        row = books.connection.execute(select(cases.c.amount_minor, cases.c.currency)).one()

        assert books.case("I-1").amount == amount
        assert Money(*row) == amount


def test_words_of_any_language_are_kept(ledger: Ledger) -> None:
    said = "заплатим завтра 🙂 — “ok”\n\x1fend"
    open_case(ledger)
    promised = PromiseMade(
        at=AT, by="Ada Ødegård", amount=Money(1, "EUR"), promised_on=AT.date(), note=said
    )
    ledger.transact(lambda books: books.record("I-1", promised))
    with ledger.reading() as books:
        assert books.history("I-1")[1][1] == promised


def test_more_invoices_than_one_statement_takes_are_read_in_pieces(ledger: Ledger) -> None:
    facts_ = [opened(f"I-{number:04}") for number in range(1201)]
    ledger.transact(lambda books: books.open_cases(facts_))
    with ledger.reading() as books:
        cases = books.cases(fact.invoice for fact in facts_)
        bells = books.connection.execute(select(table(DoorbellRow))).all()

    assert len(cases) == len(bells) == 1201
