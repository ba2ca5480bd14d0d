"""The roll-forward of money that settled nothing: it is owed to customers, so it is negative."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from commands.month_end.asked import Asked
from dunning.reports.roll_forward import LATE, UNAPPLIED_LINES, RollForward
from ledger.books import Books
from ledger.report_cash import FreeCash, free_cash
from ledger.report_free_cash import flows, taken_away
from ledger.report_period import Span
from ledger.report_reading import Scope


@dataclass(frozen=True)
class _Payment:
    """A payment: what was free of it as the last month was closed, before, after, and between."""

    payment: str
    then: FreeCash | None
    opened: FreeCash | None
    closed: FreeCash | None
    currency: str
    came: int
    went: int

    @property
    def vanished(self) -> int:
        """What is gone without having been applied."""
        return _minor(self.opened) + self.came - self.went - _minor(self.closed)

    @property
    def entity(self) -> str:
        """Whose it is by what is known last."""
        return next((one.entity for one in (self.closed, self.opened, self.then) if one), "")


def cash_rolls(books: Books, asked: Asked) -> dict[str, RollForward]:
    """The roll-forward by currency. What left without a fact that says so is a difference."""
    payments = list(_payments(books, asked))
    lost = [one.payment for one in payments if one.vanished]
    away = taken_away(books.connection, lost, Scope(known_at=asked.known_at))
    lines: dict[str, Counter[str]] = defaultdict(Counter)
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    for one in payments:
        _count(one, asked, lines[one.currency], ends[one.currency], is_away=one.payment in away)
    rolls = [
        RollForward(
            currency,
            ends[currency]["opening"],
            ends[currency]["closing"],
            {key: lines[currency][key] for key in UNAPPLIED_LINES},
        )
        for currency in sorted(lines)
    ]
    return {roll.currency: roll for roll in rolls if not roll.is_empty}


def _payments(books: Books, asked: Asked) -> Iterator[_Payment]:
    """Every payment that was free at some end of the month, or whose money did not all pay."""
    connection, first, last = books.connection, asked.opening_day, asked.month.last
    # Money is nobody's while it is not known whose it is, so that of all entities is read.
    scopes = (Scope(known_at=asked.opening_scope.known_at), Scope(known_at=asked.known_at))
    stands = [
        {one.payment: one for one in free_cash(connection, day, scope=scope)}
        for day, scope in ((first, scopes[0]), (first, scopes[1]), (last, scopes[1]))
    ]
    flowed = flows(connection, Span(asked.month.first, last), scopes[1])
    for payment in sorted({*flowed, *(name for stand in stands for name in stand)}):
        then, opened, closed = (stand.get(payment) for stand in stands)
        known = next((one.amount for one in (then, opened, closed) if one), None)
        came, went = flowed.get(payment, (None, None))
        currency = (known or came or went).currency  # type: ignore[union-attr] # one of them is
        minors = (came.minor if came else 0, went.minor if went else 0)
        yield _Payment(payment, then, opened, closed, currency, *minors)


def _count(
    one: _Payment, asked: Asked, lines: Counter[str], ends: Counter[str], *, is_away: bool
) -> None:
    """Add what happened to one payment to the lines of the entity it belongs to."""
    was_mine = one.then is not None and one.then.entity in asked.names
    is_mine = one.entity in asked.names
    if was_mine:
        ends["opening"] -= _minor(one.then)
    if was_mine != is_mine and one.then is not None:
        lines["moved"] += _minor(one.then) if was_mine else -_minor(one.then)
    if not is_mine:
        return
    ends["closing"] -= _minor(one.closed)
    lines[LATE] -= _minor(one.opened) - _minor(one.then)
    lines["received" if one.came else "applied"] -= one.came - one.went
    if is_away:
        lines["returned"] += one.vanished


def _minor(one: FreeCash | None) -> int:
    return one.amount.minor if one else 0
