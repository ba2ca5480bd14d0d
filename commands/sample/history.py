"""What happens to the sample's invoices: payments that come in and events associates record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

from commands.sample.invoices import Invoice
from commands.sample.period import Period, weekday
from commands.sample.stories import Event, Payment, Plot, Story, paid, paid_by_habit, plots
from dunning.money import Money

_LEAST_MINOR = 10_000  # Smaller amounts leave no room for parts, shortfalls and fees.


def sample_history(
    rng: Random, invoices: tuple[Invoice, ...], period: Period
) -> tuple[tuple[Payment, ...], tuple[Event, ...]]:
    """Tell every invoice's story up to the last day; payments are numbered in their order.

    Promises kept, kept in part, broken and open, disputes, pauses, escalations, part payments,
    small balances, an overpayment and payments that name no invoice all occur in 90 days.
    """
    cast = _cast(rng, invoices, period)
    stories = [cast.get(invoice.number, paid_by_habit)(rng, invoice) for invoice in invoices]
    payments = [payment for story, _ in stories for payment in story]
    payments += _unknown_payments(rng, invoices, period)
    booked = sorted((p for p in payments if p.on <= period.last_day), key=_payment_order)
    events = [event for _, story in stories for event in story if event.on <= period.last_day]
    return (
        tuple(replace(payment, number=f"PAY-{50001 + n}") for n, payment in enumerate(booked)),
        tuple(sorted(events, key=lambda event: (event.on, event.invoice.number))),
    )


def _cast(
    rng: Random, invoices: tuple[Invoice, ...], period: Period
) -> dict[str, Callable[[Random, Invoice], Story]]:
    chosen: dict[str, Callable[[Random, Invoice], Story]] = {}
    for plot in plots():
        fitting = [i for i in invoices if i.number not in chosen and _fits(i, plot, period)]
        for invoice in rng.sample(fitting, min(plot.count, len(fitting))):
            chosen[invoice.number] = plot.tell
    return chosen


def _fits(invoice: Invoice, plot: Plot, period: Period) -> bool:
    least, most = plot.window
    return (
        invoice.amount.minor >= _LEAST_MINOR
        and invoice.customer.habit in plot.habits
        and invoice.due >= period.first_day
        and least <= (period.last_day - invoice.due).days <= most
    )


def _unknown_payments(rng: Random, invoices: tuple[Invoice, ...], period: Period) -> list[Payment]:
    """Two payments whose reference names no invoice: cash that people must match."""
    return [
        replace(
            paid(invoice, weekday(period.day_at(share))),
            reference=reference,
            amount=invoice.amount + Money(37, invoice.amount.currency),
        )
        for invoice, reference, share in zip(
            rng.sample(invoices, 2),
            ("INV-9873", "your letter of last week"),
            (0.35, 0.7),
            strict=True,
        )
    ]


def _payment_order(payment: Payment) -> tuple[date, str, int]:
    return payment.on, payment.reference, payment.amount.minor
