"""What a simulation comes to: sums for people and charts, and rows for whoever asks for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from commands.simulation.play import Noted, Play
from commands.simulation.rows import Asked, Touched, Unsent
from dunning.facts import TaskOpened
from dunning.touch_facts import TouchWithheld

# A step whose day passes because a later one is due: its level is never spoken.
SKIPPED = "SUPERSEDED"


@dataclass
class Sums:
    """How much of everything one policy brings; small, however large the ledger is."""

    # By date and level, and by level, letter and channel.
    per_day: Counter[tuple[str, int]] = field(default_factory=Counter)
    kinds: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    customers: int = 0
    # Customers that only this policy contacts, messages only it sends, levels nobody ever hears.
    only_customers: int = 0
    only_touches: int = 0
    levels_skipped: int = 0
    # Customers who hear earlier than under any other policy, or who hear under this one only.
    sooner: list[str] = field(default_factory=list)

    @property
    def touches(self) -> int:
        """How many messages there are."""
        return self.per_day.total()

    def a_day(self) -> Counter[str]:
        """How many messages each day has."""
        days: Counter[str] = Counter()
        for (day, _), count in self.per_day.items():
            days[day] += count
        return days

    def add(self, other: Sums) -> None:
        """Take in what other customers' play came to."""
        self.per_day.update(other.per_day)
        self.kinds.update(other.kinds)
        self.withheld.update(other.withheld)
        self.tasks.update(other.tasks)
        self.customers += other.customers
        self.only_customers += other.only_customers
        self.only_touches += other.only_touches
        self.levels_skipped += other.levels_skipped
        self.sooner += other.sooner


@dataclass
class Rows:
    """Every message, reason and task one policy brings."""

    touches: list[Touched] = field(default_factory=list)
    withheld: list[Unsent] = field(default_factory=list)
    tasks: list[Asked] = field(default_factory=list)

    def add(self, other: Rows) -> None:
        """Take in what other customers' play came to."""
        self.touches += other.touches
        self.withheld += other.withheld
        self.tasks += other.tasks


@dataclass
class Outcome:
    """What a simulation under one policy, or one for each of two, came to."""

    sums: list[Sums]
    rows: list[Rows]

    @classmethod
    def empty(cls, policies: int) -> Outcome:
        """Nothing yet, for so many policies."""
        return cls([Sums() for _ in range(policies)], [Rows() for _ in range(policies)])

    def take(self, plays: Sequence[Play], *, keeps_rows: bool) -> None:
        """Count what one customer's play under each of the policies came to."""
        if not any(one.messages or one.noted for one in plays):
            return
        told = [Rows(one.messages, _withheld(one.noted), _tasks(one.noted)) for one in plays]
        for number, rows in enumerate(told):
            others = told[:number] + told[number + 1 :]
            _count(self.sums[number], rows, [one.touches for one in others])
            if keeps_rows:
                self.rows[number].add(rows)

    def add(self, other: Outcome) -> None:
        """Take in what other customers came to."""
        for sums, more in zip(self.sums, other.sums, strict=True):
            sums.add(more)
        for rows, others in zip(self.rows, other.rows, strict=True):
            rows.add(others)


def _count(sums: Sums, rows: Rows, others: Sequence[Sequence[Touched]]) -> None:
    sums.per_day.update((one.date, one.level) for one in rows.touches)
    sums.kinds.update((one.level, one.letter, one.channel) for one in rows.touches)
    sums.withheld.update(one.code for one in rows.withheld)
    sums.tasks.update(one.what for one in rows.tasks)
    sums.customers += bool(rows.touches)
    skipped = {(one.invoice, one.step) for one in rows.withheld if one.code == SKIPPED}
    sums.levels_skipped += len(skipped)
    for other in others:
        sent = {one.key for one in other}
        sums.only_touches += sum(one.key not in sent for one in rows.touches)
        sums.only_customers += bool(rows.touches) and not other
    if others and rows.touches:
        first = min(one.date for one in rows.touches)
        if all(first < one.date for other in others for one in other):
            sums.sooner.append(rows.touches[0].customer)


def _withheld(noted: Iterable[Noted]) -> list[Unsent]:
    rows = (
        Unsent(str(one.on), one.invoice, one.fact.step, one.fact.code)
        for one in noted
        if isinstance(one.fact, TouchWithheld)
    )
    return list(dict.fromkeys(rows))


def _tasks(noted: Iterable[Noted]) -> list[Asked]:
    opened: dict[str, tuple[Noted, TaskOpened]] = {}
    invoices: dict[str, list[str]] = defaultdict(list)
    for one, fact in _opened(noted):
        opened.setdefault(fact.task, (one, fact))
        invoices[fact.task].append(one.invoice)
    return [
        Asked(str(one.on), one.customer, fact.what, fact.role, tuple(invoices[task]))
        for task, (one, fact) in opened.items()
    ]


def _opened(noted: Iterable[Noted]) -> Iterator[tuple[Noted, TaskOpened]]:
    return ((one, one.fact) for one in noted if isinstance(one.fact, TaskOpened))
