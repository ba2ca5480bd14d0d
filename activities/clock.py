"""The door between the engine's time and the books' time.

Live they are the same. A rehearsal plays a past period on an engine that only knows the future: the
books then stay in the input's own dates and every moment is moved by whole weeks at this door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from dunning.dispute_steps import CloseDispute, DisputeStep
from dunning.steps import CloseCase, Step

AnyStep = TypeVar("AnyStep", bound=Step | DisputeStep)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class EngineClock:
    """`ahead` is how far the engine's clock is ahead of the books'; zero when live."""

    ahead: timedelta = NOTHING

    def books_time(self, engine_now: datetime, planned_at: datetime | None = None) -> datetime:
        """The books' moment of an engine moment.

        In a rehearsal nothing but the machine's own speed keeps a step from its planned moment,
        so it counts as carried out then, and other moments as the full minute they fall into.
        """
        now = engine_now - self.ahead
        if not self.ahead:
            return now
        return planned_at - self.ahead if planned_at else now.replace(second=0, microsecond=0)

    def to_books(self, step: AnyStep) -> AnyStep:
        """A step as the engine knows it, in the books' time."""
        return _moved(step, -self.ahead)

    def to_engine(self, step: AnyStep) -> AnyStep:
        """A step of the rulebook, in the engine's time."""
        return _moved(step, self.ahead)


def _moved(step: AnyStep, by: timedelta) -> AnyStep:
    if not by or isinstance(step, CloseCase | CloseDispute) or step.at is None:
        return step
    return replace(step, at=step.at + by)
