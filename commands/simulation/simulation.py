"""Simulating: who would get what, and when. No engine, no sending, nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from activities.consolidation import Consolidated
from activities.planning import Planner
from commands.simulation.opening import Opening, count_openings, openings
from commands.simulation.play import Noted, Play
from dunning.facts import TaskOpened
from dunning.may import NotAllowed
from dunning.touch_facts import TouchWithheld
from ledger.ledger import Ledger

# Instead of a policy's name: every invoice follows the policy it is assigned to.
AS_ASSIGNED = "assigned"

Progress = Callable[[int, int], None]
Row = dict[str, Any]


@dataclass
class _Outcome:
    """What the play of every customer under one policy came to."""

    planner: Planner
    messages: list[Consolidated] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)

    def play(self, opening: Opening, start: datetime, end: datetime) -> None:
        played = Play(self.planner, opening)
        played.run(start, end)
        self.messages += played.messages
        self.noted += played.noted


def simulate(
    ledger: Ledger,
    planner: Planner,
    policy: str,
    against: str,
    as_of: datetime,
    days: int,
    progress: Progress,
) -> Row:
    """The answer of `duncan simulate --json` for `days` days from the moment `as_of` on.

    Starts from the facts recorded up to `as_of`; later ones, payments too, are left out. `policy`
    and `against` name policies that everybody follows, or `assigned`; without `against` the diff
    is None. `progress` hears how many of how many invoices are done. Dates are the customers' own.
    Raises NotAllowed when there is no such policy or fewer than one day.
    """
    if days < 1:
        raise NotAllowed(f"A simulation takes at least one day, not {days}.")
    names = [name for name in (policy or AS_ASSIGNED, against) if name]
    outcomes = [_Outcome(_planner(planner, name)) for name in names]
    with ledger.reading() as books:
        total, done = count_openings(books, as_of), 0
        for opening in openings(books, as_of):
            for outcome in outcomes:
                outcome.play(opening, as_of, as_of + timedelta(days=days))
            done += len(opening.cases)
            progress(done, total)
    progress(total, total)
    touches = [list(_touches(outcome.messages)) for outcome in outcomes]
    return {
        "policy": names[0],
        "as_of": as_of.isoformat(),
        "days": days,
        "touches": touches[0],
        "per_day": _per_day(touches[0]),
        "withheld": list(_withheld(outcomes[0].noted)),
        "tasks": list(_tasks(outcomes[0].noted)),
        "diff": _diff(names, touches) if against else None,
    }


def _planner(planner: Planner, name: str) -> Planner:
    if name == AS_ASSIGNED:
        return planner
    try:
        return replace(planner, policies=planner.policies.only(name))
    except LookupError as error:
        raise NotAllowed(str(error.args[0])) from None


def _touches(messages: Iterable[Consolidated]) -> Iterator[Row]:
    """One row a message; its invoices are those whose own step it carries out."""
    rows = (
        {
            "date": str(one.local_date),
            "customer": one.letter.customer,
            "channel": one.letter.channel,
            "letter": one.letter.letter,
            "level": one.spoken.level,
            "invoices": [covered.invoice for covered in one.covered],
            "at": one.covered[0].situation.now.isoformat(),
        }
        for one in messages
    )
    yield from sorted(rows, key=lambda row: (row["date"], row["customer"], row["channel"]))


def _withheld(noted: Iterable[Noted]) -> Iterator[Row]:
    rows = {
        (str(one.on), one.case.invoice, one.fact.step, one.fact.code)
        for one in noted
        if isinstance(one.fact, TouchWithheld)
    }
    columns = ("date", "invoice", "step", "code")
    yield from (dict(zip(columns, row, strict=True)) for row in sorted(rows))


def _tasks(noted: Iterable[Noted]) -> Iterator[Row]:
    """One row a task that opens, with the invoices that ask for it."""
    found: dict[str, Row] = {}
    for one in noted:
        if isinstance(one.fact, TaskOpened):
            row = {
                "date": str(one.on),
                "customer": one.case.customer,
                "what": one.fact.what,
                "role": one.fact.role,
                "invoices": [],
            }
            found.setdefault(one.fact.task, row)["invoices"].append(one.case.invoice)
    yield from sorted(found.values(), key=lambda row: (row["date"], row["customer"], row["what"]))


def _per_day(touches: Iterable[Row]) -> dict[str, int]:
    return dict(sorted(Counter(row["date"] for row in touches).items()))


def _diff(names: list[str], touches: list[list[Row]]) -> Row:
    """What changes when everybody moves from the second policy to the first."""
    mine, other = touches
    keys = [{_key(row) for row in rows} for rows in touches]
    contacted = [{row["customer"] for row in rows} for rows in touches]
    days = [_per_day(rows) for rows in touches]
    return {
        "against": names[1],
        "only_policy": [row for row in mine if _key(row) not in keys[1]],
        "only_against": [row for row in other if _key(row) not in keys[0]],
        "per_day": {
            day: {"policy": days[0].get(day, 0), "against": days[1].get(day, 0)}
            for day in sorted(days[0].keys() | days[1].keys())
        },
        "newly_contacted": sorted(contacted[0] - contacted[1]),
        "no_longer_contacted": sorted(contacted[1] - contacted[0]),
    }


def _key(row: Row) -> tuple[object, ...]:
    columns = ("date", "customer", "channel", "letter", "level")
    return (*(row[column] for column in columns), *row["invoices"])
