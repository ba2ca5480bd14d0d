"""The invoices of the sample ledger, each with the day its customer's habit would pay it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from random import Random

from commands.sample.customers import Customer, Habit
from commands.sample.period import Period, later, weekday
from dunning.money import Money, minor_digits

_QUARTER_DAYS = 90
_DAYS_DUE_BEFORE = 12  # The first day already finds invoices this many days past due.
_UNDISTRIBUTED = 15
_LEAST_MINOR = 4000
_MEDIANS = {"USD": 2400, "GBP": 1900, "EUR": 2200, "JPY": 310_000}
_SPREAD = 0.8
_LATENESS: dict[Habit, tuple[int, int]] = {
    "punctual": (-5, 0),
    "days_late": (2, 12),
    "chronically_late": (15, 50),
    "stops_paying": (0, 10),
}


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice; ``pays_on`` is None when the customer has stopped paying by then."""

    number: str
    customer: Customer
    amount: Money
    issued: date
    due: date
    pays_on: date | None
    reference: str
    policy: str = ""
    distributed: bool = True


def sample_invoices(
    rng: Random, customers: tuple[Customer, ...], period: Period
) -> tuple[Invoice, ...]:
    """Issue about 400 invoices for 90 days, numbered in the order of issue.

    Invoices paid before the period begins are left out: that ledger was closed before.
    """
    drafts = chain.from_iterable(_drafts(rng, customer, period) for customer in customers)
    known = [draft for draft in drafts if not _is_settled_before(draft, period.first_day)]
    known.sort(key=lambda draft: (draft.issued, draft.customer.number, draft.amount.minor))
    numbered = [replace(draft, number=f"INV-{10001 + n}") for n, draft in enumerate(known)]
    return _mark_exceptions(rng, numbered, period)


def _drafts(rng: Random, customer: Customer, period: Period) -> list[Invoice]:
    earliest = period.first_day - timedelta(customer.segment.terms_days + _DAYS_DUE_BEFORE)
    span = (period.last_day - earliest).days
    count = max(1, round(customer.invoices * period.days / _QUARTER_DAYS * rng.uniform(0.9, 1.2)))
    issue_days = [earliest + timedelta(rng.randint(0, span)) for _ in range(count)]
    return [_draft(rng, customer, weekday(day, -1)) for day in issue_days]


def _draft(rng: Random, customer: Customer, issued: date) -> Invoice:
    due = issued + timedelta(customer.segment.terms_days)
    pays_on = later(due, rng.randint(*_LATENESS[customer.habit]))
    has_stopped = customer.stops_on is not None and pays_on >= customer.stops_on
    return Invoice(
        number="",
        customer=customer,
        amount=_amount(rng, customer),
        issued=issued,
        due=due,
        pays_on=None if has_stopped else pays_on,
        reference=rng.choice(("", f"PO-{rng.randint(10000, 99999)}")),
    )


def _amount(rng: Random, customer: Customer) -> Money:
    currency = rng.choice(customer.currencies)
    median = _MEDIANS[currency] * customer.segment.size
    major = rng.lognormvariate(math.log(median), _SPREAD)
    return Money(max(_LEAST_MINOR, round(major * 10 ** minor_digits(currency))), currency)


def _is_settled_before(draft: Invoice, first_day: date) -> bool:
    return draft.pays_on is not None and draft.pays_on < first_day


def _mark_exceptions(rng: Random, invoices: list[Invoice], period: Period) -> tuple[Invoice, ...]:
    """Leave some invoices for Duncan to send, and give one of them a policy of its own."""
    recent = [n for n, invoice in enumerate(invoices) if invoice.issued >= period.first_day]
    for n in sorted(rng.sample(recent, min(_UNDISTRIBUTED, len(recent)))):
        invoices[n] = replace(invoices[n], distributed=False)
    own_policy = rng.randrange(len(invoices))
    invoices[own_policy] = replace(invoices[own_policy], policy="key_account")
    return tuple(invoices)
