"""Money that no invoice used, read for an audit: as it was known then, not as it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import exists, select

from dunning.audit.unused import Change, changes_of_invoice, changes_of_payment
from dunning.cash_facts import PutOnAccount
from dunning.facts import InvoiceFact, InvoiceOpened, PaymentApplied
from dunning.money import Money
from ledger.applications import APPLICATION
from ledger.audit_facts import Streams
from ledger.books import Books
from ledger.credits import OUTFLOW
from ledger.payment_standing import STANDING
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, PaymentRow, table

CASE, FACT, PAYMENT = table(CaseRow), table(FactRow), table(PaymentRow)
_USED = ("payment_applied", "payment_reversed", "application_undone")
_FIRST = table(FactRow).alias("first")
_APPLIED_LATER = exists().where(
    APPLICATION.c.source == PAYMENT.c.payment,
    _FIRST.c.stream == "payment:" + PAYMENT.c.payment,
    _FIRST.c.number == 1,
    APPLICATION.c.recorded_at > _FIRST.c.recorded_at,
)
# A payment that was used whole in the moment it came was never anybody's unused money.
_EVER_UNUSED = (
    (PAYMENT.c.amount_minor != PAYMENT.c.applied_minor)
    | exists().where(STANDING.c.payment == PAYMENT.c.payment)
    | exists().where(OUTFLOW.c.payment == PAYMENT.c.payment)
    | _APPLIED_LATER
)
# An invoice owes less than nothing now, or did until something was taken back.
_EVER_OVERPAID = (CASE.c.balance_minor < 0) | exists().where(
    APPLICATION.c.invoice == CASE.c.invoice, APPLICATION.c.amount_minor > 0
)

Moment = tuple[datetime, Money]


def put_on_accounts(streams: Streams) -> dict[str, list[str]]:
    """The payments that were ever put on each customer's account."""
    query = select(FACT.c.stream).where(FACT.c.kind == "put_on_account").distinct()
    found: dict[str, list[str]] = defaultdict(list)
    for some in chunks(sorted(streams.books.connection.execute(query).scalars())):
        for history in streams.read(some, check=False).values():
            for fact in history:
                if isinstance(fact, PutOnAccount):
                    found[fact.customer].append(fact.payment)
    return found


def unused_of(
    streams: Streams, names: Mapping[str, Iterable[str]], on_account: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Moment, ...]]:
    """When the unused money of each customer changed and by how much, in order of moments.

    `names` are the names each customer ever had, `on_account` the payments put on its account.
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for customer, mine in names.items():
        for name in {customer, *mine} - {""}:
            owners[name].append(customer)
    payments = {one for customer in names for one in on_account.get(customer, ())}
    payments.update(_paid_by(streams.books, owners))
    found: dict[str, list[Moment]] = defaultdict(list)
    changes = (*_of_payments(streams, payments), *_of_invoices(streams, list(names)))
    for at, owner, money in changes:
        for customer in owners.get(owner, ()):
            found[customer].append((at, money))
    return {name: tuple(sorted(one, key=_moment)) for name, one in found.items()}


def _paid_by(books: Books, names: Iterable[str]) -> Iterable[str]:
    for some in chunks(sorted(names)):
        query = select(PAYMENT.c.payment).where(PAYMENT.c.payer.in_(some), _EVER_UNUSED)
        yield from books.connection.execute(query).scalars()


def _of_payments(streams: Streams, payments: Iterable[str]) -> Iterator[Change]:
    for some in chunks(sorted(payments)):
        used = _used(streams, some)
        histories = streams.read([f"payment:{one}" for one in some], check=False)
        for stream, history in sorted(histories.items()):
            yield from changes_of_payment(history, used.get(stream.partition(":")[2], ()))


def _used(streams: Streams, payments: list[str]) -> dict[str, list[InvoiceFact]]:
    """What invoices say of these payments; the list of movements tells where to look."""
    named = select(APPLICATION.c.invoice).where(APPLICATION.c.source.in_(payments)).distinct()
    found: dict[str, list[InvoiceFact]] = {one: [] for one in payments}
    for some in chunks(streams.books.connection.execute(named).scalars().all()):
        histories = streams.read([f"invoice:{one}" for one in some], check=False)
        for fact in (one for _, history in sorted(histories.items()) for one in history):
            if fact.kind in _USED:
                used = cast("PaymentApplied", fact)
                found.get(used.payment, []).append(used)
    return found


def _of_invoices(streams: Streams, customers: list[str]) -> Iterator[Change]:
    for some in chunks(customers):
        query = select(CASE.c.invoice).where(CASE.c.customer.in_(some), _EVER_OVERPAID)
        invoices = streams.books.connection.execute(query).scalars().all()
        for few in chunks(sorted(invoices)):
            histories = streams.read([f"invoice:{one}" for one in few], check=False)
            for _, history in sorted(histories.items()):
                if isinstance(history[0], InvoiceOpened):
                    yield from changes_of_invoice(cast("list[InvoiceFact]", history))


def _moment(change: Moment) -> datetime:
    return change[0]
