"""What the books hold of one customer: its streams, its messages, and what names it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Row, select

from dunning.personal import names_in
from ledger.applications import CASH, ApplicationRow
from ledger.correspondence import ReplyRow
from ledger.findings import FindingRow
from ledger.payment_standing import StandingRow
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, MessageRow, PaymentRow, table

CASE, FACT, FINDING = table(CaseRow), table(FactRow), table(FindingRow)
MESSAGE, REPLY, PAYMENT = table(MessageRow), table(ReplyRow), table(PaymentRow)
APPLICATION, STANDING = table(ApplicationRow), table(StandingRow)
# Streams that are named after the customer.
_OWN = ("customer", "contacts", "sentences", "notes", "erasure")
_SHORTEST = 4


@dataclass(frozen=True)
class Whose:
    """All of one customer. `shared` payments paid invoices of others as well and stay."""

    customer: str
    invoices: tuple[str, ...]
    payments: tuple[str, ...]
    shared: tuple[str, ...]
    streams: tuple[str, ...]
    attempts: tuple[str, ...]
    replies: tuple[str, ...]
    arrivals: tuple[int, ...]
    names: frozenset[str] = field(default_factory=frozenset)


def whose(connection: Connection, customer: str) -> Whose:
    """Find all of one customer."""
    invoices = _all(connection, CASE.c.invoice, CASE.c.customer, [customer])
    payments, shared = _payments(connection, customer, invoices)
    attempts = _all(connection, MESSAGE.c.attempt, MESSAGE.c.customer, [customer])
    replies = connection.execute(select(REPLY).where(REPLY.c.customer == customer)).all()
    streams = [f"{kind}:{customer}" for kind in _OWN]
    streams += [f"invoice:{one}" for one in invoices]
    streams += [f"payment:{one}" for one in payments]
    streams += _by_name(connection, customer, invoices)
    return Whose(
        customer,
        tuple(invoices),
        tuple(payments),
        tuple(shared),
        tuple(streams),
        tuple(attempts),
        tuple(row.reply for row in replies),
        tuple(sorted({row.arrival for row in replies})),
        _names(connection, streams, attempts, replies),
    )


def _payments(
    connection: Connection, customer: str, invoices: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The payments of these invoices or on the account, and those that paid others' as well."""
    found = set(_all(connection, STANDING.c.payment, STANDING.c.customer, [customer]))
    mine = set(invoices)
    for some in chunks(sorted(mine)):
        query = select(APPLICATION.c.source).where(
            APPLICATION.c.kind.in_(CASH), APPLICATION.c.invoice.in_(some)
        )
        found.update(connection.execute(query).scalars())
    shared: set[str] = set()
    for some in chunks(sorted(found)):
        pairs = select(APPLICATION.c.source, APPLICATION.c.invoice)
        rows = connection.execute(pairs.where(APPLICATION.c.source.in_(some)))
        shared |= {row.source for row in rows if row.invoice not in mine}
    return sorted(found - shared), sorted(shared)


def _by_name(connection: Connection, customer: str, invoices: Iterable[str]) -> list[str]:
    """Streams of statements, findings and remembered payers that are about the customer."""
    statements = select(FACT.c.stream).where(
        FACT.c.number == 1,
        FACT.c.stream.startswith("statement:"),
        FACT.c.stream.endswith(f":{customer}", autoescape=True),
    )
    payers = select(FACT.c.stream).where(
        FACT.c.kind == "payer_alias_learnt",
        FACT.c.body.contains(f'"customer":{json.dumps(customer, ensure_ascii=False)}'),
    )
    found = {*connection.execute(statements).scalars(), *connection.execute(payers).scalars()}
    findings = _all(connection, FINDING.c.finding, FINDING.c.customer, [customer])
    findings += _all(connection, FINDING.c.finding, FINDING.c.invoice, invoices)
    return sorted(found | {f"finding:{one}" for one in findings})


def _names(
    connection: Connection,
    streams: Iterable[str],
    attempts: Iterable[str],
    replies: Iterable[Row[Any]],
) -> frozenset[str]:
    """The names and addresses by which the customer and its people are known anywhere."""
    found: set[str] = set(_all(connection, MESSAGE.c.address, MESSAGE.c.attempt, attempts))
    found |= {name for row in replies for name in (row.from_address, row.from_name)}
    for some in chunks(streams):
        query = select(FACT.c.kind, FACT.c.body).where(FACT.c.stream.in_(some))
        for kind, body in connection.execute(query):
            found |= names_in(kind, json.loads(body))
    return frozenset(one for one in found if len(one) >= _SHORTEST)


def _all(
    connection: Connection, wanted: Column[Any], by: Column[Any], values: Iterable[str]
) -> list[str]:
    found: set[str] = set()
    for some in chunks(values):
        found.update(connection.execute(select(wanted).where(by.in_(some))).scalars())
    return sorted(found)
