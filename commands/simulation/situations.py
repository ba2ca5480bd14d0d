"""The situations of one customer's cases in a simulation, each made once a moment."""

from __future__ import annotations

from datetime import datetime

from activities.planning import Planner
from dunning.case import Case
from dunning.customer import Customer
from dunning.replacing import replace
from dunning.situation import Situation


class Situations:
    """What the rulebook is asked with; what was worked out about one is asked for again.

    Cases with the same policy, experiments and calendar are alike but for the case, and so are
    two moments under the same version of the policies but for the moment.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._moment: datetime | None = None
        self._seen: dict[str, Situation] = {}
        self._alike: dict[tuple[str, str, datetime | None], Situation] = {}

    def of(self, case: Case, customer: Customer, now: datetime) -> Situation:
        """The case's situation at the moment."""
        if now != self._moment:
            self._moment = now
            self._seen.clear()
        seen = self._seen.get(case.invoice)
        if seen is None or seen.case is not case or seen.customer is not customer:
            seen = self._seen[case.invoice] = self._made(case, customer, now)
        return seen

    def forget(self) -> None:
        """Forget single cases; what they have in common is kept."""
        self._seen.clear()

    def _made(self, case: Case, customer: Customer, now: datetime) -> Situation:
        """Made out of that of a case with the same policy, experiments and calendar."""
        opened_at = case.opened_at if self._planner.experiments else None
        kind = (case.policy, case.entity, opened_at)
        like = self._alike.get(kind)
        if like is None or like.customer is not customer or not self._lasts(like.now, now):
            made = self._planner.situation(case, customer, now)
        elif like.now == now:
            return like.of(case)
        else:
            made = replace(like, case=case, now=now)
        self._alike[kind] = made
        return made

    def _lasts(self, since: datetime, now: datetime) -> bool:
        """Whether policy, calendar and rates are the same at both moments."""
        if since == now:
            return True
        planner, versions = self._planner, self._planner.versions
        if planner.experiments or since.year != now.year:
            return False
        if versions is None:
            return True
        version = versions.in_force(now)
        return version is versions.in_force(since) and not version.waves
