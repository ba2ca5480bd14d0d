"""The register of holds on customers: who placed each and why, and when it was lifted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Index, Text, text, update
from sqlmodel import Field, SQLModel

from dunning.customer_facts import CustomerFact, HoldLifted, HoldPlaced
from dunning.fact import Fact
from ledger.rows import Row, upsert
from ledger.tables import moment, table

_IN_FORCE, _LIFTED = text("lifted_at IS NULL"), text("lifted_at IS NOT NULL")


class HoldRow(SQLModel, table=True):
    """A hold, for lists; `kind` is legal, hardship or other."""

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_in_force", "at", "hold", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
        Index(
            "ix_hold_kind", "kind", "at", "hold", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE
        ),
        Index("ix_hold_lifted", "at", "hold", sqlite_where=_LIFTED, postgresql_where=_LIFTED),
        Index("ix_hold_at", "at", "hold"),
    )
    customer: str = Field(primary_key=True)
    hold: str = Field(primary_key=True)
    code: str
    kind: str
    why: str = Field(sa_type=Text)
    by: str
    at: datetime = moment()
    lifted_at: datetime | None = moment(nullable=True)


HOLD = table(HoldRow)


def kind_of_hold(code: str) -> str:
    """Legal, hardship or other."""
    if code.startswith("LEGAL"):
        return "legal"
    return "hardship" if code == "HARDSHIP" else "other"


def note_hold(connection: Connection, customer: str, fact: CustomerFact) -> None:
    """Bring the register up to date with what was just recorded of a customer."""
    if isinstance(fact, HoldPlaced):
        upsert(connection, HoldRow, [_row(customer, fact)])
    elif isinstance(fact, HoldLifted):
        mine = (HOLD.c.customer == customer, HOLD.c.hold == fact.hold)
        connection.execute(update(HOLD).where(*mine).values(lifted_at=fact.at))


def hold_rows(recorded: Iterator[tuple[str, Fact]]) -> Iterator[Row]:
    """The register as the facts `hold_placed` and `hold_lifted` of all customers make it."""
    found: dict[tuple[str, str], Row] = {}
    for customer, fact in recorded:
        if isinstance(fact, HoldPlaced):
            found[customer, fact.hold] = _row(customer, fact)
        elif isinstance(fact, HoldLifted) and (customer, fact.hold) in found:
            found[customer, fact.hold]["lifted_at"] = fact.at
    yield from found.values()


def _row(customer: str, fact: HoldPlaced) -> Row:
    named = {"customer": customer, "hold": fact.hold, "code": fact.code, "why": fact.why}
    placed = {"kind": kind_of_hold(fact.code), "by": fact.by, "at": fact.at, "lifted_at": None}
    return named | placed
