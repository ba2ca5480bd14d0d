"""Erasing one customer's personal data from the books, while their chain stays provable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select, update

from dunning.customer_facts import HoldPlaced
from dunning.erasure_facts import CustomerErased
from dunning.payment import PaymentReceived
from dunning.personal import redacted
from ledger.books import Books
from ledger.erased import (
    CUSTOMER_,
    EVENT_,
    FACT_,
    MESSAGE_,
    REPLY_,
    Erased,
    digest_of,
    erased_facts,
    erased_in,
    list_erased,
)
from ledger.erasing_rows import erase_rows, masked_events
from ledger.holds import HoldRow, hold_rows
from ledger.projections import project_cases, project_customer, project_payments
from ledger.rows import chunks, upsert
from ledger.tables import FactRow, PaymentRow, TaskRow, table
from ledger.whose import Whose
from ledger.wire import fact_of

FACT, PAYMENT, TASK = table(FactRow), table(PaymentRow), table(TaskRow)
# The hold that keeps everybody from writing to a customer that is erased.
HOLD = "erased"
_CHANGED = (
    update(FACT)
    .where(FACT.c.stream == bindparam("its_stream"), FACT.c.number == bindparam("its_number"))
    .values(body=bindparam("left"))
)


def erase(books: Books, mine: Whose, done: CustomerErased) -> CustomerErased:
    """Erase, in the order in which the books allow it: record, list, let go, project.

    The fact that is recorded has the counts and the digest that `done` lacks.
    """
    connection = books.connection
    items = [*_facts(books, mine, done.pseudonym), *_contents(books, mine)]
    items.append(Erased(CUSTOMER_, mine.customer))
    facts = [one for one in items if one.what == FACT_]
    told = vars(done) | {"facts": len(facts), "digest": digest_of(items)}
    recorded = CustomerErased(**told)
    stream = f"erasure:{mine.customer}"
    books.append(stream, recorded)
    place = (stream, len(books.histories([stream])[stream]))
    list_erased(connection, items, place, done.at, done.by)
    for some in chunks(facts):
        rows = [{"its_stream": i.name, "its_number": i.number, "left": i.body} for i in some]
        connection.execute(_CHANGED, rows)
    erase_rows(connection, mine, [one for one in items if one.what == EVENT_])
    _project(Books(connection), mine)
    why = f"Its personal data were erased on {done.at:%Y-%m-%d}."
    hold = HoldPlaced(at=done.at, by=done.by, hold=HOLD, code="DO_NOT_AUTOMATE", why=why)
    Books(connection).record_customer(mine.customer, hold)
    return recorded


def _facts(books: Books, mine: Whose, pseudonym: str) -> Iterator[Erased]:
    """What is left of each fact that says something personal and was not erased before."""
    before = erased_facts(books.connection)
    for some in chunks(mine.streams):
        query = select(FACT.c.stream, FACT.c.number, FACT.c.kind, FACT.c.body)
        for stream, number, kind, body in books.connection.execute(
            query.where(FACT.c.stream.in_(some)).order_by(FACT.c.stream, FACT.c.number)
        ):
            told: dict[str, Any] = json.loads(body)
            left = redacted(kind, told, pseudonym, mine.names)
            if left != told and (stream, number) not in before and not _is_salt(told, left):
                yield Erased(FACT_, stream, number, _written(left))


def _is_salt(told: dict[str, Any], left: dict[str, Any]) -> bool:
    """Whether nothing but the random part of the fact would go."""
    return all(left.get(name) == value for name, value in told.items() if name in left)


def _written(told: dict[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _contents(books: Books, mine: Whose) -> Iterator[Erased]:
    """Messages and replies whose words go, and what providers said that names somebody."""
    connection = books.connection
    for what, names in ((MESSAGE_, mine.attempts), (REPLY_, mine.replies)):
        before = erased_in(connection, what, names)
        yield from (Erased(what, name) for name in names if name not in before)
    yield from masked_events(connection, mine)


def _project(books: Books, mine: Whose) -> None:
    """Make the customer's rows again from what is left of its facts."""
    connection = books.connection
    project_customer(connection, books.customer(mine.customer))
    for some in chunks(mine.invoices):
        project_cases(connection, list(books.cases(some).values()))
    for payment in mine.payments:
        first = books.histories([f"payment:{payment}"])[f"payment:{payment}"][0]
        applied = select(PAYMENT.c.applied_minor).where(PAYMENT.c.payment == payment)
        if isinstance(first, PaymentReceived):
            project_payments(connection, [first], connection.execute(applied).scalar_one())
    stream = f"customer:{mine.customer}"
    named = ((mine.customer, fact) for fact in books.histories([stream]).get(stream, []))
    upsert(connection, HoldRow, list(hold_rows(named)))
    _tasks(books, mine)


def _tasks(books: Books, mine: Whose) -> None:
    for some in chunks(mine.invoices):
        query = select(FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by).where(
            FACT.c.stream.in_([f"invoice:{one}" for one in some]), FACT.c.kind == "task_opened"
        )
        # The first of several facts about a task words it.
        for row in books.connection.execute(query.order_by(FACT.c.id.desc())).all():
            opened: Any = fact_of(*row)
            mended = update(TASK).where(TASK.c.task == opened.task)
            books.connection.execute(mended.values(why=opened.why))
