"""A customer's statement of account: open items, credits and unapplied cash of one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.documents.request import StatementDocument
from activities.letter_request import LetterItem
from activities.policies import Policies
from activities.statement_contents import statement_claim
from commands.reports.as_closed import View
from commands.reports.claims_beside import claim_answers, claim_rows, claim_totals
from commands.reports.table import Cell, Column, ReportTable, totals_of
from dunning.customer import Customer
from dunning.may import NotAllowed
from dunning.money import totals
from dunning.reports.aging import UNAPPLIED, AgedSum, AgingRow, aging_rows, aging_totals
from dunning.reports.buckets import BUCKETS, bucket_of
from ledger.books import Books
from ledger.claims import OpenClaim
from ledger.report_cash import FreeCash, free_cash
from ledger.report_items import ItemOn, open_items_on
from ledger.report_reading import EVERYTHING

Row = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """What a customer owes one of our entities, or all of them where `entity` is empty."""

    customer: Customer
    day: date
    entity: str
    items: tuple[ItemOn, ...]
    cash: tuple[FreeCash, ...]
    claims: tuple[OpenClaim, ...] = ()
    # The entities of ours whose month was closed: their part has the figures that were closed.
    closed: tuple[str, ...] = ()

    @property
    def aging(self) -> list[AgingRow]:
        """The aging foot, a row for each currency."""
        sums = [*map(self._aged, self.items), *map(_unapplied, self.cash)]
        return aging_totals(aging_rows(sums))

    def _aged(self, item: ItemOn) -> AgedSum:
        bucket = bucket_of((self.day - item.due_date).days).key
        minor, currency = item.balance.minor, item.balance.currency
        place = bucket if minor > 0 else UNAPPLIED
        return AgedSum("", currency, place, minor, item.disputed.minor, 1)


def statement_of(
    books: Books, customer: str, day: date, entity: str = "", view: View | None = None
) -> Statement:
    """The customer's account at the end of the day; raises NotAllowed for an unknown customer.

    By a `view`, a day of a closed month has the figures that were closed; without one, all that
    is known by now.
    """
    if not books.knows_customer(customer):
        raise NotAllowed(f"There is no customer {customer} in the books.")
    scopes = view.scopes(books, day) if view else [EVERYTHING]
    items = (one for s in scopes for one in open_items_on(books.connection, day, customer, s))
    cash = (one for s in scopes for one in free_cash(books.connection, day, customer, s))
    owed = sorted(items, key=lambda one: (one.due_date, one.invoice))
    return Statement(
        customer=books.customer(customer),
        day=day,
        entity=entity,
        items=tuple(one for one in owed if entity in ("", one.entity)),
        cash=tuple(one for one in cash if entity in ("", one.entity)),
        closed=tuple(view.closed(books, day)) if view else (),
    )


def statement_answer(statement: Statement) -> Row:
    """The answer of `duncan statement --json`."""
    return {
        "customer": statement.customer.customer,
        "name": statement.customer.name,
        "as_of": str(statement.day),
        "entity": statement.entity,
        "items": [_listed(one, statement.day) for one in statement.items],
        "unapplied": [
            {
                "payment": one.payment,
                "kind": one.of,
                "on": str(one.on),
                "currency": one.amount.currency,
                "amount": str(one.amount.major),
            }
            for one in statement.cash
        ],
        "aging": [_foot(row) for row in statement.aging],
        "claims": claim_answers(statement.claims),
        "closed": list(statement.closed),
    }


def statement_document(statement: Statement, policies: Policies) -> StatementDocument:
    """The statement as it is printed, by the entity that is owed.

    Raises NotAllowed where several entities are: each has its own bank account.
    """
    customer = statement.customer
    entities = sorted({*(one.entity for one in statement.items)} or {customer.entity})
    if len({policies.entity(name).name for name in entities}) > 1:
        listed = ", ".join(entities)
        raise NotAllowed(
            f"Customer {customer.customer} owes several entities ({listed}), each with its own bank"
            " account; name one with --entity."
        )
    entity = policies.entity(entities[0])
    contact = customer.contact_for("billing", "email")
    return StatementDocument(
        locale=customer.locale or entity.locale,
        creditor=entity.creditor,
        customer=customer.customer,
        customer_name=customer.name,
        number=f"{statement.day:%Y%m%d}-{customer.customer}",
        today=statement.day,
        contact_name=contact.name if contact else "",
        items=tuple(_letter_item(one, statement.day) for one in statement.items),
        unapplied=tuple(totals([one.amount for one in statement.cash]).values()),
        claims=tuple(statement_claim(one) for one in statement.claims),
    )


def statement_table(statement: Statement) -> ReportTable:
    """The statement as a table; unapplied cash has rows of its own, with negative amounts."""
    columns = (
        *(Column(name) for name in ("kind", "number", "entity", "your reference", "currency")),
        *(Column(name, "date") for name in ("date", "due date")),
        *(Column(name, "amount") for name in ("amount", "paid or credited", "open", "disputed")),
        Column("days past due", "number"),
    )
    filters = (
        ("customer", f"{statement.customer.customer} {statement.customer.name}"),
        ("as of", str(statement.day)),
        ("entity", statement.entity or "all"),
        *(("as closed", name) for name in statement.closed),
    )
    rows = [*_item_rows(statement), *_cash_rows(statement), *claim_rows(statement.claims)]
    title = f"Statement of account as of {statement.day}"
    return ReportTable(title, columns, rows, (*filters, *_aging_totals(statement)))


def _listed(one: ItemOn, day: date) -> Row:
    amounts = {"amount": one.amount, "open": one.balance, "disputed": one.disputed}
    return {
        "invoice": one.invoice,
        "entity": one.entity,
        "reference": one.reference,
        "issue_date": str(one.issue_date),
        "due_date": str(one.due_date),
        "days_past_due": _overdue(one, day),
        "currency": one.amount.currency,
        **{name: str(amount.major) for name, amount in amounts.items()},
    }


def _foot(row: AgingRow) -> Row:
    amounts = {**row.buckets, "unapplied": row.unapplied, "total": row.total}
    shown = {name: str(row.money(minor).major) for name, minor in amounts.items()}
    return {"currency": row.currency, **shown, "disputed": str(row.money(row.disputed).major)}


def _unapplied(one: FreeCash) -> AgedSum:
    return AgedSum("", one.amount.currency, UNAPPLIED, -one.amount.minor)


def _letter_item(one: ItemOn, day: date) -> LetterItem:
    return LetterItem(
        invoice=one.invoice,
        issue_date=one.issue_date,
        due_date=one.due_date,
        amount=one.amount,
        balance=one.balance,
        days_overdue=(day - one.due_date).days,
        reference=one.reference,
        disputed=one.disputed if one.disputed.minor else None,
    )


def _overdue(one: ItemOn, day: date) -> int:
    return max((day - one.due_date).days, 0) if one.balance.minor > 0 else 0


def _item_rows(statement: Statement) -> Iterator[list[Cell]]:
    for one in statement.items:
        kind = "invoice" if one.balance.minor > 0 else "credit"
        amounts = (one.amount, one.amount - one.balance, one.balance, one.disputed)
        yield [
            *(kind, one.invoice, one.entity, one.reference, one.amount.currency),
            *(one.issue_date, one.due_date),
            *(amount.major for amount in amounts),
            _overdue(one, statement.day),
        ]


def _cash_rows(statement: Statement) -> Iterator[list[Cell]]:
    for one in statement.cash:
        kind = "credit note" if one.of == "credit_note" else "unapplied payment"
        named = (kind, one.payment, one.entity, one.reference)
        left = (-one.amount).major
        yield [*named, one.amount.currency, one.on, None, left, None, left, None, None]


def _aging_totals(statement: Statement) -> Iterator[tuple[str, Cell]]:
    rows = statement.aging
    for bucket in BUCKETS:
        yield from totals_of(bucket.label, [row.money(row.buckets[bucket.key]) for row in rows])
    yield from totals_of("unapplied", [row.money(row.unapplied) for row in rows])
    yield from totals_of("total", [row.money(row.total) for row in rows])
    yield from claim_totals(statement.claims)
