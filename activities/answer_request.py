"""What an answer to a customer's own message says, before it is put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping

from activities.issued_files import originals
from activities.letter_request import LetterItem, LetterRequest
from activities.planning import Planner
from dunning.money import Money
from ledger.books import Books

Row = Mapping[str, Any] | RowMapping
# A copy lists its invoices as they were issued, whether they are late or not.
_COPY = "invoice_copy"


def answer_request(
    books: Books,
    planner: Planner,
    row: Row,
    items: Iterable[tuple[Row, Money]],
    now: datetime,
) -> LetterRequest:
    """The letter that a message's row asks for, about `items` with what is open of each.

    Replies go to the creditor's own mailbox.
    """
    customer, about = books.customer(row["customer"]), list(items)
    entity = planner.policies_at(now).entity(about[0][0]["entity"] if about else customer.entity)
    contact = next((c for c in customer.contacts if c.contact == row["contact"]), None)
    today = row["local_date"]
    listed = [_item(case, open_, today) for case, open_ in about]
    late = [one for one in listed if one.days_overdue > 0 and row["letter"] != _COPY]
    return LetterRequest(
        letter=row["letter"],
        locale=customer.locale or entity.locale,
        level=0,
        channel=row["channel"],
        customer=row["customer"],
        customer_name=customer.name,
        contact_name=contact.name if contact else "",
        creditor=entity.creditor,
        today=today,
        overdue=tuple(late),
        upcoming=(),
        new=tuple(one for one in listed if one not in late),
        act_by=None,
        previous_contacts=(),
        broken_promise=None,
        reply_to=entity.creditor.email,
        enclosures=originals(books, row["letter"], [case["invoice"] for case, _ in about]),
    )


def _item(case: Row, open_: Money, today: date) -> LetterItem:
    return LetterItem(
        invoice=case["invoice"],
        issue_date=case["issue_date"],
        due_date=case["due_date"],
        amount=Money(case["amount_minor"], case["currency"]),
        balance=open_,
        days_overdue=(today - case["due_date"]).days,
        reference=case["reference"],
    )
