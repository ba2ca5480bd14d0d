"""What a customer was asked for over time, all invoices together, however many there are."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from dunning.audit.life import Exposure
from dunning.audit.silence import Silence

# So many invoices are kept as they are; of more, only how their sums change.
FEW = 200
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NEVER = 2**63 - 1


def asked_at(exposures: Sequence[Exposure], silences: Sequence[Silence], at: datetime) -> int:
    """What one invoice might be asked for at the moment, in minor units."""
    found = _exposure_at(exposures, at)
    held = found is None or any(silence.at(at) for silence in silences)
    return 0 if held or found is None else max(found.asked, 0)


class _Invoice(NamedTuple):
    currency: str
    exposures: Sequence[Exposure]
    silences: Sequence[Silence]


@dataclass(slots=True)
class _Changes:
    """How a sum changes over time: by how much at which tick, and in the end what it comes to."""

    ticks: array[int] = field(default_factory=lambda: array("q"))
    amounts: array[int] = field(default_factory=lambda: array("q"))
    is_summed: bool = True

    def add(self, since: int, until: int, amount: int) -> None:
        """The sum is more by the amount since a tick, until another one."""
        assert not self.ticks or not self.is_summed, "sums are asked for when all is told"
        self.is_summed = False
        self.ticks.extend((since,) if until == _NEVER else (since, until))
        self.amounts.extend((amount,) if until == _NEVER else (amount, -amount))

    def sum_at(self, tick: int) -> int:
        """What it comes to."""
        if not self.is_summed:
            order = sorted(range(len(self.ticks)), key=self.ticks.__getitem__)
            self.amounts = array("q", accumulate(self.amounts[one] for one in order))
            self.ticks, self.is_summed = array("q", (self.ticks[one] for one in order)), True
        place = bisect_right(self.ticks, tick)
        return self.amounts[place - 1] if place else 0


class Exposed:
    """Sums over the invoices of one customer; they are asked for when all are added."""

    def __init__(self, few: int = FEW) -> None:
        """Up to `few` invoices are kept as they are."""
        self._few, self._invoices = few, list[_Invoice]()
        # By currency and due date; and by due date how many invoices were reminded of.
        self._asked: dict[tuple[str, date], _Changes] = defaultdict(_Changes)
        self._reminded: dict[date, _Changes] = defaultdict(_Changes)

    def add(
        self, currency: str, exposures: Sequence[Exposure], silences: Sequence[Silence]
    ) -> None:
        """Take an invoice in."""
        self._invoices.append(_Invoice(currency, exposures, silences))
        if len(self._invoices) > self._few:
            for one in self._invoices:
                self._condense(one)
            self._invoices.clear()

    def overdue(self, currency: str, at: datetime, today: date) -> int:
        """What was overdue in the currency and might be asked for, in minor units."""
        mine = (one for one in self._invoices if one.currency == currency)
        total = sum(one.asked for one in _told(mine, at) if one.due < today)
        tick = _tick(at)
        many = (
            changes.sum_at(tick)
            for (known, due), changes in self._asked.items()
            if known == currency and due < today
        )
        return total + sum(many)

    def is_reminded(self, at: datetime, today: date) -> bool:
        """Whether some overdue invoice that might be asked for had been reminded of."""
        if any(one.level > 0 and one.due < today for one in _told(self._invoices, at)):
            return True
        tick = _tick(at)
        many = (changes for due, changes in self._reminded.items() if due < today)
        return any(changes.sum_at(tick) for changes in many)

    def _condense(self, invoice: _Invoice) -> None:
        held = [
            (_tick(one.since) + 1, _tick(one.end) if one.end else _NEVER)
            for one in invoice.silences
        ]
        for since, until, exposure in _spans(invoice.exposures):
            for begin, end in _outside(held, since, until):
                self._asked[invoice.currency, exposure.due].add(begin, end, exposure.asked)
                if exposure.level > 0:
                    self._reminded[exposure.due].add(begin, end, 1)


def _told(invoices: Iterable[_Invoice], at: datetime) -> Iterator[Exposure]:
    """What each might be asked for at the moment."""
    for one in invoices:
        found = _exposure_at(one.exposures, at)
        if found and found.asked > 0 and not any(silence.at(at) for silence in one.silences):
            yield found


def _exposure_at(exposures: Sequence[Exposure], at: datetime) -> Exposure | None:
    place = bisect_right(exposures, at, key=_moment)
    return exposures[place - 1] if place else None


def _moment(exposure: Exposure) -> datetime:
    return exposure.at


def _spans(exposures: Sequence[Exposure]) -> Iterator[tuple[int, int, Exposure]]:
    """Since which tick and until which one something was asked for; what stays alike is one."""
    since = 0
    for number, one in enumerate(exposures):
        following = exposures[number + 1] if number + 1 < len(exposures) else None
        if number == 0 or not _is_alike(exposures[number - 1], one):
            since = _tick(one.at)
        if following is not None and _is_alike(one, following):
            continue
        until = _tick(following.at) if following else _NEVER
        if one.asked > 0 and since < until:
            yield since, until, one


def _is_alike(one: Exposure, other: Exposure) -> bool:
    return one[1:] == other[1:]


def _outside(
    intervals: Sequence[tuple[int, int]], since: int, until: int
) -> Iterator[tuple[int, int]]:
    """What is left of a time without these intervals."""
    for first, last in sorted(intervals):
        if since < first < until:
            yield since, first
        if first < until and last > since:
            since = last
    if since < until:
        yield since, until


def _tick(at: datetime) -> int:
    """Twice its microseconds: what begins just after a moment has a tick of its own."""
    return (at - _BEGINNING) // _TICK * 2
