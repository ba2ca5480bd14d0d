"""What a reviewer looks through besides the figures: cut-off, write-offs, credits to accrue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import or_, select

from commands.month_end.asked import Asked
from dunning.dispute_facts import CreditDeclined, CreditProposed
from dunning.facts import InvoiceFact, WrittenOff
from dunning.money import Money, totals
from dunning.proposal_facts import ProposalDecided, ProposalMade
from ledger.books import Books
from ledger.disputes import DISPUTE
from ledger.report_cash import FreeCash, free_cash
from ledger.report_period import Entry, Span, entries
from ledger.report_reading import CASE, after, cases_in

Row = dict[str, Any]
# So many entries of a check are listed; all are counted.
MOST_LISTED = 200
_WRITE_OFFS = ("write_off", "small_balance")


@dataclass
class _Check:
    """How many entries a check found, what they come to, and the first of them."""

    count: int = 0
    sums: dict[str, Money] = field(default_factory=dict)
    listed: list[Row] = field(default_factory=list)

    def add(self, one: Entry) -> None:
        self.count += 1
        amount, currency = one.amount, one.amount.currency
        self.sums[currency] = self.sums.get(currency, Money.zero(currency)) + amount
        if len(self.listed) < MOST_LISTED:
            self.listed.append(entry_row(one))

    @property
    def row(self) -> Row:
        sums = {currency: str(amount.major) for currency, amount in sorted(self.sums.items())}
        return {"count": self.count, "totals": sums, "entries": self.listed}


def unapplied_rows(books: Books, asked: Asked) -> list[Row]:
    """Money that settles nothing at the end of the month, with its age in days, oldest first."""
    return [
        {
            "payment": one.payment,
            "customer": one.customer,
            "on": str(one.on),
            "age": (asked.month.last - one.on).days,
            "currency": one.amount.currency,
            "amount": str(one.amount.major),
        }
        for one in free_cash_of(books, asked)
    ]


def free_cash_of(books: Books, asked: Asked) -> list[FreeCash]:
    """The entity's money that settles nothing at the end of the month."""
    return free_cash(books.connection, asked.month.last, scope=asked.scope)


def cut_off(books: Books, asked: Asked) -> Row:
    """What was known when the pack was made and belongs to another month than it may seem.

    `dated_after` the month, `late` (recorded after the month, counted in it) and
    `of_closed_months` (counted before the month, recorded after that was closed).
    """
    connection, last, scope = books.connection, asked.month.last, asked.scope
    checks = {name: _Check() for name in ("dated_after", "late", "of_closed_months")}
    for one in entries(connection, Span(last + timedelta(days=1), date.max), scope):
        checks["dated_after"].add(one)
    for one in entries(connection, Span(asked.month.first, last, after(last)), scope):
        checks["late"].add(one)
    if asked.before.known_at:
        since = Span(date.min, asked.opening_day, asked.before.known_at)
        for one in entries(connection, since, scope):
            checks["of_closed_months"].add(one)
    return {name: check.row for name, check in checks.items()}


def late_entries(books: Books, asked: Asked, closed: Asked) -> Iterator[Entry]:
    """What was recorded after the month was closed and counts in it or earlier."""
    span = Span(date.min, asked.month.last, closed.known_at)
    return entries(books.connection, span, asked.scope)


def write_off_rows(books: Books, asked: Asked) -> list[Row]:
    """What was written off in the month: who asked, who agreed, and why."""
    span = Span(asked.month.first, asked.month.last)
    found = list(entries(books.connection, span, asked.scope, _WRITE_OFFS))
    histories = books.histories(f"invoice:{one.invoice}" for one in found)
    return [
        entry_row(one)
        | _approval(cast("list[InvoiceFact]", histories.get(f"invoice:{one.invoice}", [])), one)
        for one in found
    ]


def credits_to_accrue(books: Books, asked: Asked) -> list[Row]:
    """Disputes that were open at the end of the month, with the credit proposed or given since."""
    end = after(asked.month.last)
    still_open = or_(DISPUTE.c.resolved_at.is_(None), DISPUTE.c.resolved_at >= end)
    query = (
        select(DISPUTE)
        .join(CASE, CASE.c.invoice == DISPUTE.c.invoice)
        .where(DISPUTE.c.opened_at < end, still_open, *cases_in(asked.scope))
        .order_by(DISPUTE.c.opened_at, DISPUTE.c.dispute)
    )
    rows = list(books.connection.execute(query).mappings())
    histories = books.histories(f"invoice:{row['invoice']}" for row in rows)
    return [
        {
            "dispute": row["dispute"],
            "invoice": row["invoice"],
            "customer": row["customer"],
            "reason": row["reason"],
            "owner": row["owner"],
            "opened": str(row["opened_at"].date()),
            "currency": row["currency"],
            "disputed": str(Money(row["amount_minor"], row["currency"]).major),
            "credit": str(credit.major) if credit else None,
        }
        for row in rows
        for credit in [
            _credit(histories.get(f"invoice:{row['invoice']}", []), row["dispute"], asked)
        ]
    ]


def summed(rows: Iterable[Row], name: str) -> dict[str, str]:
    """The sums of a column of amounts by currency, in major units."""
    amounts = (Money.parse(row[name], row["currency"]) for row in rows if row[name] is not None)
    sums = totals(list(amounts))
    return {currency: str(amount.major) for currency, amount in sorted(sums.items())}


def entry_row(one: Entry) -> Row:
    """An entry as answers list it."""
    return {
        "invoice": one.invoice,
        "customer": one.customer,
        "kind": one.kind,
        "source": one.source,
        "on": str(one.on),
        "recorded_at": one.recorded_at.isoformat(),
        "currency": one.amount.currency,
        "amount": str(one.amount.major),
    }


def _approval(history: list[InvoiceFact], entry: Entry) -> Row:
    """Who asked for a write-off and who agreed: the proposal's two people, or who recorded it."""
    asked_by = agreed_by = reason = ""
    for fact in history:
        if fact.at > entry.recorded_at:
            break
        if isinstance(fact, ProposalMade) and fact.what == "write_off":
            asked_by = fact.by
        elif isinstance(fact, ProposalDecided) and fact.what == "write_off":
            agreed_by = fact.by if fact.outcome == "approved" else ""
        elif fact.at == entry.recorded_at and isinstance(fact, WrittenOff):
            asked_by, reason = asked_by or fact.by, fact.reason
            agreed_by = str(getattr(fact, "approved_by", "") or agreed_by)
    return {"requested_by": asked_by, "approved_by": agreed_by, "reason": reason}


def _credit(history: Iterable[Any], dispute: str, asked: Asked) -> Money | None:
    """The credit of a dispute that is agreed or asked for by what was known."""
    amount = None
    for fact in history:
        if getattr(fact, "dispute", "") != dispute or fact.at > asked.known_at:
            continue
        if isinstance(fact, CreditProposed):
            amount = fact.amount
        elif isinstance(fact, CreditDeclined):
            amount = None
        else:
            amount = getattr(fact, "credited", None) or amount
    return amount
