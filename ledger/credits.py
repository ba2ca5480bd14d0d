"""Credit that left a payment's account: the dated outflows that reports read, and their record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import case, delete, func, select
from sqlmodel import Field, SQLModel

from dunning.credit_facts import CreditFact
from dunning.credit_moves import CreditMove, credit_moves, kept_apart, refuse_credit_move
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.payments import note_applied, payment_of
from ledger.rows import Row, chunks, upsert
from ledger.tables import FactRow, minor, moment, table


class OutflowRow(SQLModel, table=True):
    """Credit that left a payment on the day `on`; without one it is approved and not paid yet.

    What came back has an entry of its own, with a negative amount.
    """

    __tablename__ = "credit_outflow"
    payment: str = Field(primary_key=True)
    entry: str = Field(primary_key=True)
    kind: str
    amount_minor: int = minor()
    on: date | None = None
    recorded_at: datetime = moment()


OUTFLOW, FACT = table(OutflowRow), table(FactRow)


def record_credit(books: Books, payment: str, *facts: CreditFact) -> tuple[CreditMove, ...]:
    """Record what becomes of a payment's credit. Raises NotAllowed when a rule refuses it."""
    known = payment_of(books.connection, payment)
    assert known is not None, "the caller has seen it"
    history = list(_history(books, payment))
    before = kept_apart(credit_moves(history), known.amount.currency)
    for fact in facts:
        moves = credit_moves(history)
        used = known.applied - before + kept_apart(moves, known.amount.currency)
        if reason := refuse_credit_move(moves, known.amount - used, fact):
            raise NotAllowed(reason)
        history.append(fact)
    moves = credit_moves(history)
    books.append(f"payment:{payment}", *facts)
    after = kept_apart(moves, known.amount.currency)
    note_applied(books.connection, payment, (known.applied - before + after).minor)
    books.connection.execute(delete(OUTFLOW).where(OUTFLOW.c.payment == payment))
    upsert(books.connection, OutflowRow, list(_outflows(payment, moves)))
    return moves


def moves_of(books: Books, payment: str) -> tuple[CreditMove, ...]:
    """The refunds and transfers of a payment's credit, in the order of asking."""
    return credit_moves(_history(books, payment))


def payments_with_moves(books: Books) -> dict[str, tuple[CreditMove, ...]]:
    """The payments of which a refund or transfer was ever asked for, with these."""
    query = select(FACT.c.stream).where(FACT.c.kind == "credit_move_proposed").distinct()
    found: dict[str, tuple[CreditMove, ...]] = {}
    for some in chunks(sorted(books.connection.execute(query).scalars())):
        for stream, history in sorted(books.histories(some).items()):
            found[stream.partition(":")[2]] = credit_moves(history)
    return found


def waiting_moves(books: Books) -> list[tuple[str, CreditMove]]:
    """The refunds and transfers that wait for a decision, with their payments, oldest first."""
    proposed = func.sum(case((FACT.c.kind == "credit_move_proposed", 1), else_=0))
    decided = func.sum(case((FACT.c.kind == "credit_move_decided", 1), else_=0))
    # What is cancelled after its approval was decided on twice.
    cancelled = func.sum(case((FACT.c.body.like('%"cancelled"%'), 1), else_=0))
    kinds = ("credit_move_proposed", "credit_move_decided")
    query = select(FACT.c.stream).where(FACT.c.kind.in_(kinds)).group_by(FACT.c.stream)
    streams = books.connection.execute(query.having(proposed > decided - cancelled)).scalars()
    found = [
        (stream.partition(":")[2], one)
        for some in chunks(sorted(streams))
        for stream, history in books.histories(some).items()
        for one in credit_moves(history)
        if not one.outcome
    ]
    return sorted(found, key=lambda each: each[1].at)


def outflow_rows(books: Books) -> Iterator[Row]:
    """Every outflow as the facts make it."""
    for payment, moves in payments_with_moves(books).items():
        yield from _outflows(payment, moves)


def _history(books: Books, payment: str) -> Sequence[object]:
    return books.histories([f"payment:{payment}"]).get(f"payment:{payment}", [])


def _outflows(payment: str, moves: Sequence[CreditMove]) -> Iterator[Row]:
    for one in moves:
        if one.outcome != "approved":
            continue
        row = {"payment": payment, "entry": one.adjustment, "kind": one.what}
        at = one.done_at or one.decided_at
        yield row | {"amount_minor": one.amount.minor, "on": one.on, "recorded_at": at}
        if one.undone_on:
            back = {"entry": f"{one.adjustment}/undone", "amount_minor": -one.amount.minor}
            yield row | back | {"on": one.undone_on, "recorded_at": one.undone_at}
