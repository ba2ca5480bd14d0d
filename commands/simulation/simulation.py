"""Simulating: who would get what, and when. No engine, no sending, nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from activities.planning import Planner
from commands.sharing import Share
from commands.simulation.opening import count_openings, openings
from commands.simulation.outcome import Outcome
from commands.simulation.play import Play
from commands.simulation.rows import Touched
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.rebuild import snapshot

# Instead of a policy's name: every invoice follows the policy it is assigned to.
AS_ASSIGNED = "assigned"
# Or: every invoice follows the policy that a version of them assigns it, such as `version:3`.
VERSION = "version:"

Progress = Callable[[int, int], None]
Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is simulated: `policy` (and `against` it another) for `days` days from `as_of` on.

    A policy that everybody follows is named; or `assigned`, or `version:N` for what that version
    of the policies assigns. `against` is empty where nothing is compared.
    """

    policy: str
    against: str
    as_of: datetime
    days: int

    @property
    def names(self) -> list[str]:
        """The policies that are played."""
        return [name for name in (self.policy or AS_ASSIGNED, self.against) if name]

    @property
    def end(self) -> datetime:
        """The moment it ends before."""
        return self.as_of + timedelta(days=self.days)


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

    Starts from the facts recorded up to `as_of`; later ones, payments too, are left out. The names
    are those of a `Question`; without `against` the diff is None. `progress` hears how many of how
    many invoices are done. Dates are the customers' own. Raises NotAllowed when there is no such
    policy or fewer than one day.
    """
    asked = Question(policy, against, as_of, days)
    return answer(simulated(ledger, planner, asked, progress, keeps_rows=True), asked)


def simulated(
    ledger: Ledger,
    planner: Planner,
    asked: Question,
    progress: Progress,
    *,
    keeps_rows: bool,
    share: Share | None = None,
) -> Outcome:
    """What becomes of all customers, or of a share of them. Raises NotAllowed."""
    planners = planners_of(planner, asked)
    outcome = Outcome.empty(len(planners))
    with snapshot(ledger, share.snapshot if share else "") as books:
        total, done = _expected(books, asked, share), 0
        for opening in openings(books, asked.as_of, share.groups if share else None):
            plays = [Play(one, opening, asked.end) for one in planners]
            for case in opening.cases:
                for play in plays:
                    play.enter(case, asked.as_of)
                done += 1
            for play in plays:
                play.run()
            outcome.take(plays, keeps_rows=keeps_rows)
            progress(done, total)
    progress(total, total)
    return outcome


def planners_of(planner: Planner, asked: Question) -> list[Planner]:
    """Who plans under each of the policies. Raises NotAllowed when the question has no answer."""
    if asked.days < 1:
        raise NotAllowed(f"A simulation takes at least one day, not {asked.days}.")
    known = planner.experiments.known_at(asked.as_of) if planner.experiments else None
    # Experiments vary whatever policy is in force, so they go on under another one.
    return [replace(_planner(planner, name), experiments=known) for name in asked.names]


def answer(outcome: Outcome, asked: Question) -> Row:
    """The rows as the contract words them."""
    told = told_of(outcome, asked)
    told["diff"] = told["diff"] and _whole(told["diff"])
    return _whole(told)


def told_of(outcome: Outcome, asked: Question) -> Row:
    """The same with iterators for rows, which are worded one by one and may be a million."""
    rows = outcome.rows[0]
    touches = _touch_rows(rows.touches)
    columns = ("date", "invoice", "step", "code")
    rows.withheld.sort()
    rows.tasks.sort(key=lambda one: one[:3])
    return {
        "policy": asked.names[0],
        "as_of": asked.as_of.isoformat(),
        "days": asked.days,
        "touches": touches,
        "per_day": _per_day(rows.touches),
        "withheld": (dict(zip(columns, one, strict=True)) for one in rows.withheld),
        "tasks": ({**one._asdict(), "invoices": list(one.invoices)} for one in rows.tasks),
        "diff": _diff(outcome, asked.names) if asked.against else None,
    }


def _expected(books: Books, asked: Question, share: Share | None) -> int:
    return share.invoices if share else count_openings(books, asked.as_of)


def _planner(planner: Planner, name: str) -> Planner:
    if name == AS_ASSIGNED:
        return planner
    try:
        if name.startswith(VERSION):
            return _of_version(planner, name.removeprefix(VERSION))
        return planner.under(planner.policies.only(name))
    except LookupError as error:
        raise NotAllowed(str(error.args[0])) from None


def _of_version(planner: Planner, number: str) -> Planner:
    if planner.versions is None or not number.isdecimal():
        raise NotAllowed(f'"{number}" is no version of the policies (duncan policy list).')
    return planner.under(planner.versions.load(int(number)).policies)


def _whole(told: Row) -> Row:
    return {name: list(one) if isinstance(one, Iterator) else one for name, one in told.items()}


def _touch_rows(touches: list[Touched]) -> Iterator[Row]:
    touches.sort(key=lambda one: one[:3])
    return ({**one._asdict(), "invoices": list(one.invoices)} for one in touches)


def _per_day(touches: list[Touched]) -> dict[str, int]:
    return dict(sorted(Counter(one.date for one in touches).items()))


def _diff(outcome: Outcome, names: list[str]) -> Row:
    """What changes when everybody moves from the second policy to the first."""
    sides = [rows.touches for rows in outcome.rows]
    keys = [{one.key for one in touches} for touches in sides]
    contacted = [{one.customer for one in touches} for touches in sides]
    days = [_per_day(touches) for touches in sides]
    return {
        "against": names[1],
        "only_policy": _touch_rows([one for one in sides[0] if one.key not in keys[1]]),
        "only_against": _touch_rows([one for one in sides[1] if one.key not in keys[0]]),
        "per_day": {
            day: {"policy": days[0].get(day, 0), "against": days[1].get(day, 0)}
            for day in sorted(days[0].keys() | days[1].keys())
        },
        "newly_contacted": sorted(contacted[0] - contacted[1]),
        "no_longer_contacted": sorted(contacted[1] - contacted[0]),
    }
