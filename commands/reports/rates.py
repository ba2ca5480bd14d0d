"""Shares of a period: disputes, unapplied cash, calls and replies, what collecting costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commands.cases.call_actions import CALL_OUTCOMES, UNREACHED
from commands.reports.as_closed import View
from commands.reports.money import Receivables
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.reports.days_sales import dso_simple
from dunning.reports.rounding import percent
from ledger.books import Books
from ledger.report_activity import Productivity
from ledger.report_cash import FreeCash, free_cash
from ledger.report_rates import Disputed, answered, disputed, received

Row = dict[str, Any]
FORMS = {
    "dispute_rate_percent": "disputed in the period ÷ credit sales of the period",
    "deduction_days": "disputed and open ÷ disputes settled in the period × its days",
    "unapplied_percent": "unapplied cash at the end ÷ money received in the period",
    "unapplied_oldest_days": "age of the oldest money that settles nothing",
    "cost_to_collect_percent": "the cost that was given ÷ money received in the period",
    "contact.right_party_percent": "calls that reached the right person ÷ calls",
    "contact.answered_percent": "customers who wrote ÷ customers who got a reminder",
}


@dataclass(frozen=True)
class Shares:
    """What the shares of every currency are made from."""

    received: Mapping[str, int]
    disputed: Mapping[str, Disputed]
    cash: list[FreeCash]
    cost: Mapping[str, Money] = field(default_factory=dict)


def shares_of(
    books: Books, first: date, last: date, cost: Mapping[str, Money], view: View
) -> Shares:
    """What came in and was disputed in the period, and what is unapplied at its end."""
    connection = books.connection
    free = [
        one for scope in view.scopes(books, last) for one in free_cash(connection, last, "", scope)
    ]
    cash = [one for one in free if one.of == "payment"]
    came = received(connection, first, last, view.cash_known_at(books, last))
    return Shares(came, disputed(connection, first, last), cash, cost)


def share_figures(found: Receivables, shares: Shares) -> Row:
    """The shares of one currency; None where there is nothing to divide by or no cost was given."""
    currency, days = found.currency, (found.last - found.first).days + 1
    came, about = shares.received.get(currency, 0), shares.disputed.get(currency, Disputed())
    sold = sum(minor for on, minor in found.sales.items() if on >= found.first)
    free = [one for one in shares.cash if one.amount.currency == currency]
    cost = shares.cost.get(currency)
    return {
        "received": str(Money(came, currency).major),
        "dispute_rate_percent": percent(about.raised, sold),
        "deduction_days": dso_simple(about.still_open, about.settled, days),
        "unapplied_percent": percent(sum(one.amount.minor for one in free), came),
        "unapplied_oldest_days": max(((found.last - one.on).days for one in free), default=None),
        "cost_to_collect_percent": percent(cost.minor, came) if cost else None,
    }


def contact_shares(books: Books, people: Iterable[Productivity], first: date, last: date) -> Row:
    """Calls and those that reached the right person; reminders that were answered, by customer."""
    calls = [outcome for one in people for outcome in calls_of(one)]
    touched, wrote = answered(books.connection, first, last)
    right = sum(map(reached, calls))
    return {
        "calls": len(calls),
        "right_party": right,
        "right_party_percent": percent(right, len(calls)),
        "reminded_customers": touched,
        "answered": wrote,
        "answered_percent": percent(wrote, touched),
    }


def calls_of(one: Productivity) -> list[str]:
    """The outcomes of a person's calls."""
    return [outcome for outcome in one.calls.values() if outcome in CALL_OUTCOMES]


def reached(outcome: str) -> bool:
    """Whether it ended with more than no answer, a message or a wrong number."""
    return outcome not in (*UNREACHED, "wrong_number")


def costs_of(given: Iterable[str]) -> dict[str, Money]:
    """What collecting cost, from texts such as ``EUR=12000``. Raises NotAllowed."""
    found = {}
    for one in given:
        currency, _, amount = one.partition("=")
        iso = currency.strip().upper()
        try:
            found[iso] = Money.parse(amount.strip(), iso)
        except ValueError:
            raise NotAllowed(f"{one!r} is no cost; write it as EUR=12000.") from None
        if found[iso].minor < 0:
            raise NotAllowed(f"{one!r} is less than nothing.")
    return found
