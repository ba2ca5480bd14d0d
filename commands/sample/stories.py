"""The stories of the sample ledger: what one invoice's customer pays and says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeAlias

from commands.sample.customers import Habit
from commands.sample.invoices import Invoice
from commands.sample.period import later, weekday
from dunning.money import Money, minor_digits

_ASSOCIATES = {"US": "m.rivera", "GB": "o.barnes", "DE": "s.vogt", "FR": "s.vogt", "JP": "o.barnes"}
_LATE: tuple[Habit, ...] = ("days_late", "chronically_late")
_ANY: tuple[Habit, ...] = ("punctual", *_LATE)
_UNPAID: tuple[Habit, ...] = ("chronically_late", "stops_paying")
_CONCLUDED = (38, 400)  # Due so many days before the last day, a plot has time to play out.


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that reached the bank; the reference is what the payer wrote."""

    number: str
    on: date
    amount: Money
    reference: str
    payer: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something an associate recorded about an invoice on a day."""

    on: date
    action: str
    invoice: Invoice
    reason: str
    amount: Money | None = None
    until: date | None = None

    @property
    def by(self) -> str:
        """The associate who looks after the customer's country."""
        return _ASSOCIATES[self.invoice.customer.country.code]


Story: TypeAlias = tuple[list[Payment], list[Event]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A turn of events told of ``count`` invoices due in a window of days before the last day."""

    tell: Callable[[Random, Invoice], Story]
    count: int
    habits: tuple[Habit, ...]
    window: tuple[int, int] = _CONCLUDED


def plots() -> tuple[Plot, ...]:
    """Every turn of events the sample tells, in the order they pick their invoices."""
    return (
        Plot(_promise_kept, 6, _LATE),
        Plot(_promise_kept_in_part, 3, _LATE),
        Plot(_promise_broken, 6, _UNPAID),
        Plot(_promise_open, 2, _LATE, window=(12, 17)),
        Plot(_dispute_settled, 3, _ANY),
        Plot(_dispute_of_a_part, 3, _ANY),
        Plot(_dispute_open, 3, _ANY, window=(10, 40)),
        Plot(_paused, 4, _LATE),
        Plot(_paused_and_resumed, 2, _LATE),
        Plot(_escalated, 3, ("stops_paying",)),
        Plot(_paid_in_parts, 12, _LATE),
        Plot(_paid_short, 3, _ANY),
        Plot(_overpaid, 1, _ANY),
    )


def paid_by_habit(_rng: Random, invoice: Invoice) -> Story:
    """Nothing special: paid in full on the day the habit says, or never."""
    return ([paid(invoice, invoice.pays_on)] if invoice.pays_on else [], [])


def paid(invoice: Invoice, on: date, minor: int | None = None) -> Payment:
    """Pay the invoice on a day, in full or these minor units of its currency."""
    amount = invoice.amount if minor is None else replace(invoice.amount, minor=minor)
    return Payment("", on, amount, invoice.number, invoice.customer.name)


def _promise_kept(rng: Random, invoice: Invoice) -> Story:
    promise, until = _promise(rng, invoice)
    return [paid(invoice, weekday(until - timedelta(rng.randint(0, 2)), -1))], [promise]


def _promise(rng: Random, invoice: Invoice) -> tuple[Event, date]:
    on = later(invoice.due, rng.randint(4, 9))
    until = later(on, rng.randint(5, 9))
    reason = rng.choice(("promised by e-mail", "promised on the phone"))
    return Event(on, "promise", invoice, reason, invoice.amount, until), until


def _promise_kept_in_part(rng: Random, invoice: Invoice) -> Story:
    promise, until = _promise(rng, invoice)
    part, rest = _split(rng, invoice)
    return [paid(invoice, until, part), paid(invoice, later(until, 14), rest)], [promise]


def _split(rng: Random, invoice: Invoice) -> tuple[int, int]:
    part = invoice.amount.minor * rng.randint(30, 70) // 100
    return part, invoice.amount.minor - part


def _promise_broken(rng: Random, invoice: Invoice) -> Story:
    promise, until = _promise(rng, invoice)
    pays_after_all = invoice.customer.habit != "stops_paying"
    return [paid(invoice, later(until, 16))] if pays_after_all else [], [promise]


def _promise_open(_rng: Random, invoice: Invoice) -> Story:
    """Promised before the last day for a day after it, so nobody knows yet how it ends."""
    on = later(invoice.due, 7)
    return [], [
        Event(on, "promise", invoice, "promised by e-mail", invoice.amount, later(on, 12)),
    ]


def _dispute_settled(_rng: Random, invoice: Invoice) -> Story:
    on = later(invoice.due, 1)
    resolved = later(on, 15)
    return [paid(invoice, later(resolved, 9))], [
        Event(on, "dispute", invoice, "quantity"),
        Event(resolved, "resolve", invoice, "upheld"),
    ]


def _dispute_of_a_part(rng: Random, invoice: Invoice) -> Story:
    on, undisputed = later(invoice.due, 2), invoice.amount.minor * rng.randint(60, 85) // 100
    disputed = replace(invoice.amount, minor=invoice.amount.minor - undisputed)
    resolved = later(on, 17)
    payments = [
        paid(invoice, later(on, 5), undisputed),
        paid(invoice, later(resolved, 7), disputed.minor),
    ]
    return payments, [
        Event(on, "dispute", invoice, "price", disputed),
        Event(resolved, "resolve", invoice, "upheld", disputed),
    ]


def _dispute_open(rng: Random, invoice: Invoice) -> Story:
    disputed = replace(invoice.amount, minor=invoice.amount.minor // 4)
    amount = rng.choice((None, disputed))
    return [], [Event(later(invoice.due, 4), "dispute", invoice, "damage", amount)]


def _paused(rng: Random, invoice: Invoice) -> Story:
    on = later(invoice.due, rng.randint(3, 6))
    until = later(on, 14)
    reason = rng.choice(("customer_request", "internal_query", "sales_request"))
    return [paid(invoice, later(until, 7))], [Event(on, "pause", invoice, reason, until=until)]


def _paused_and_resumed(_rng: Random, invoice: Invoice) -> Story:
    on = later(invoice.due, 3)
    resumed = later(on, 6)
    return [paid(invoice, later(resumed, 12))], [
        Event(on, "pause", invoice, "internal_query", until=later(on, 20)),
        Event(resumed, "resume", invoice, "query answered"),
    ]


def _escalated(rng: Random, invoice: Invoice) -> Story:
    on = later(invoice.due, rng.randint(20, 30))
    return [], [Event(on, "escalate", invoice, "no reply to any reminder")]


def _paid_in_parts(rng: Random, invoice: Invoice) -> Story:
    part, rest = _split(rng, invoice)
    first = later(invoice.due, rng.randint(1, 8))
    second = later(first, rng.randint(10, 25))
    return [paid(invoice, first, part), paid(invoice, second, rest)], []


def _paid_short(rng: Random, invoice: Invoice) -> Story:
    """A bank kept a fee of 5 to 24 in the invoice's currency: a balance too small to chase."""
    fee = rng.randint(5, 24) * 10 ** minor_digits(invoice.amount.currency)
    return [paid(invoice, later(invoice.due, 3), invoice.amount.minor - fee)], []


def _overpaid(_rng: Random, invoice: Invoice) -> Story:
    surplus = 50 * 10 ** minor_digits(invoice.amount.currency)
    return [paid(invoice, later(invoice.due, 1), invoice.amount.minor + surplus)], []
