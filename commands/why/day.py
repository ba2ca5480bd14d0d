"""One day of an invoice as the rulebook sees it, with what was known by each moment of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from commands.why.records import Recorded, Records
from dunning.case import Case
from dunning.next_step import plan
from dunning.situation import Plan, Situation
from dunning.steps import AskAssociate, CloseCase, Escalate, SendInvoice, SendTouch, Step

Doable = SendTouch | SendInvoice | AskAssociate | Escalate
_MOST_LOOKS = 60


class Look(NamedTuple):
    """What the rulebook says at one moment of the day."""

    at: datetime
    situation: Situation
    planned: Plan


@dataclass(frozen=True)
class Day:
    """One of the customer's days, as far as it has passed, seen through the rulebook."""

    records: Records
    day: date
    until: datetime
    is_over: bool
    case: Case
    within: tuple[Recorded, ...]
    looks: tuple[Look, ...]

    @property
    def last(self) -> Look:
        """What the rulebook says at the end of it."""
        return self.looks[-1]

    @property
    def own_country(self) -> str:
        """The country of our own entity."""
        return self.records.planner.policies.entity(self.case.entity).country


def seen_through(records: Records, day: date, now: datetime, case: Case) -> Day:
    """The day, which has begun, as far as it has passed; `case` is the invoice's case now."""
    until = min(records.end(day), now)
    first = max(records.begin(day), records.opened.at)
    looks = tuple(_looks(records, first, until))
    within = tuple(records.of_invoice(records.begin(day), until))
    return Day(records, day, until, until < now, case, within, looks)


def _looks(records: Records, first: datetime, until: datetime) -> Iterator[Look]:
    """The rulebook asked at the start, after every fact and when the next step comes due."""
    changes = sorted({one.fact.at for one in records.around(first, until)})
    moment, count = first, 0
    while count < _MOST_LOOKS:
        situation = records.situation(moment)
        planned = plan(situation)
        yield Look(moment, situation, planned)
        at, count = _moment(planned.step), count + 1
        ahead = [one for one in (*changes, at) if one is not None and moment < one <= until]
        if not ahead:
            return
        moment = min(ahead)


def _moment(step: Step) -> datetime | None:
    return None if isinstance(step, CloseCase) else step.at
