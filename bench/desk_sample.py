"""A rehearsed ledger in which people worked as well, so that every list of the desk has rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from sqlalchemy import insert, select

from bench.copies import AFTER_ALL, CASE, LAST, rehearsed
from commands.acting import Acting
from commands.adjustments.actions import AdjustmentActions
from commands.adjustments.decisions import AdjustmentDecisions
from commands.api_keys.actions import SCOPES, ApiKeyActions
from commands.cases.hold_commands import HoldActions
from commands.cases.plan_actions import PlanActions
from commands.mailroom.arrivals import mailroom_of
from commands.people.demo_team import add_demo_team
from commands.people.sign_in import SignIns
from dunning.finding_facts import AuditRecorded, FindingFound
from dunning.person_facts import PersonAdded, RoleGiven
from ledger.arrivals import Incoming, store
from ledger.books import Books
from ledger.findings import record_findings, record_run
from ledger.imports import RejectRow
from ledger.people import record_person
from ledger.tables import CustomerRow, ImportRow, table
from settings import Settings
from worker import Wiring, wire

CUSTOMER = table(CustomerRow)
ASKS, DECIDES, GIVES_KEYS = "mia.holm", "ines.moreau", "bench.admin"
A = TypeVar("A", bound=Acting)
_FEW = 6
_REJECTS = 20
_MAIL = "From: {who}\r\nTo: ar@seller.test\r\nSubject: {invoice}\r\n\r\n{text}\r\n"
_TEXTS = (
    "We will pay this on Friday.",
    "The goods arrived damaged, we will not pay before it is settled.",
    "Please send us a copy of the invoice.",
)


@dataclass(frozen=True)
class Sample:
    """Settings of the books, who holds most of what is open, a session and a key to see them."""

    settings: Settings
    largest: str
    session: str
    key: str


def desk_sample(folder: Path, days: int) -> Sample:
    """Rehearse so many days, then let people hold, agree, adjust, answer, audit and import."""
    settings = rehearsed(folder, days)
    wiring = wire(settings)
    add_demo_team(wiring.ledger, AFTER_ALL)
    with wiring.ledger.reading() as books:
        found = _open_by_customer(books)
    largest = max(found, key=lambda one: (len(found[one]), one))
    small = [one for one in sorted(found) if one != largest]
    _decided(wiring, small, found)
    _wrote(wiring, small, found)
    wiring.ledger.transact(lambda books: _found_and_refused(books, small, found))
    session, key = _entrance(wiring)
    wiring.ledger.engine.dispose()
    return Sample(settings, largest, session, key)


def _open_by_customer(books: Books) -> dict[str, list[str]]:
    query = select(CASE.c.customer, CASE.c.invoice).where(CASE.c.closed_on.is_(None))
    found: dict[str, list[str]] = {}
    for customer, invoice in books.connection.execute(query.order_by(CASE.c.invoice)):
        found.setdefault(customer, []).append(invoice)
    return found


def _decided(wiring: Wiring, customers: list[str], invoices: dict[str, list[str]]) -> None:
    """Holds, plans and credits, some of them decided by another person."""
    held, planned, credited = (customers[one * _FEW : (one + 1) * _FEW] for one in range(3))
    for customer in held:
        _as(wiring, HoldActions).place(customer, "COMPLAINT", "asked us to wait")
    for customer in planned:
        with wiring.ledger.reading() as books:
            owed = books.case(invoices[customer][0]).balance.major
        parts = [(LAST + timedelta(days=10), Decimal(1)), (LAST + timedelta(days=40), owed - 1)]
        _as(wiring, PlanActions).propose_plan(customer, invoices[customer][:1], parts)
    for number, customer in enumerate(credited):
        invoice = invoices[customer][0]
        _as(wiring, AdjustmentActions).credit(invoice, Decimal(5), "goodwill")
        if number % 2:
            _as(wiring, AdjustmentDecisions, DECIDES).approve_adjustment(invoice)


def _as(wiring: Wiring, actions: type[A], by: str = ASKS) -> A:
    return actions(wiring.ledger, wiring.planner, by, AFTER_ALL)


def _wrote(wiring: Wiring, customers: list[str], invoices: dict[str, list[str]]) -> None:
    """Mails from customers, one from nobody that the books know."""
    with wiring.ledger.reading() as books:
        query = select(CUSTOMER.c.customer, CUSTOMER.c.addresses)
        known = {row.customer: row.addresses.split() for row in books.connection.execute(query)}
    for number, customer in enumerate(customers[: 2 * _FEW]):
        who = next((one for one in known[customer] if "@" in one), "nobody@else.test")
        said = _MAIL.format(
            who=who, invoice=invoices[customer][0], text=_TEXTS[number % len(_TEXTS)]
        )
        incoming = Incoming("mail", f"mail-{number}", said.encode(), {"door": "bench"}, AFTER_ALL)
        wiring.ledger.transact(lambda books, one=incoming: store(books.connection, one))  # type: ignore[misc]
    mailroom_of(wiring).work(AFTER_ALL)


def _found_and_refused(books: Books, customers: list[str], invoices: dict[str, list[str]]) -> None:
    """Findings of a kept audit, and an import that refused rows."""
    run = AuditRecorded(
        at=AFTER_ALL, by=DECIDES, run="R-1", first=date(2026, 6, 1), last=LAST, invoices=1,
        touches=1, customers=1, found=_FEW, failed=1, digest="", sealed_from=1, sealed_to=1,
        sealed_facts=1, seal="", root="",
    )  # fmt: skip
    record_run(books, run)
    facts = [
        FindingFound(
            at=AFTER_ALL, by=DECIDES, finding=f"F-{invoices[one][0]}", run="R-1",
            first=run.first, last=run.last, test="A01", code="late", customer=one,
            invoice=invoices[one][0], detail="sent a day late", severity="low",
            owner="ar_lead", due=LAST + timedelta(days=14),
        )
        for one in customers[:_FEW]
    ]  # fmt: skip
    record_findings(books, [(fact.finding, fact) for fact in facts])
    counts = {"rows": _REJECTS, "accepted": 0, "updated": 0, "unchanged": 0, "rejected": _REJECTS}
    row = {"kind": "invoices", "file": "bench.csv", "sha256": "", "mapping": "", "totals": "{}"}
    made = insert(table(ImportRow)).values(**row, **counts, by=ASKS, imported_at=AFTER_ALL)
    kept = books.connection.execute(made).inserted_primary_key
    assert kept is not None, "it was inserted"
    refused = {"import_id": kept[0], "column": "amount", "code": "amount", "reason": "no amount"}
    books.connection.execute(
        insert(table(RejectRow)),
        [{**refused, "row": one, "cells": '{"invoice": "X", "amount": "?"}'} for one in range(20)],
    )


def _entrance(wiring: Wiring) -> tuple[str, str]:
    """A session of somebody who reads everything, and a key of the API."""

    def add(books: Books) -> None:
        added = PersonAdded(at=AFTER_ALL, by="bench", person=GIVES_KEYS, name="Administrator")
        role = RoleGiven(at=AFTER_ALL, by="bench", role="administrator")
        record_person(books, GIVES_KEYS, added, role)

    wiring.ledger.transact(add)
    key = ApiKeyActions(wiring.ledger, GIVES_KEYS, AFTER_ALL).add(ASKS, list(SCOPES))
    return SignIns(wiring.ledger, AFTER_ALL).trusted("ines.moreau", "password"), key
