"""Measures of the books, on the same endpoint as Temporal's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from temporalio.common import MetricMeter

from ledger.ledger import Ledger
from ledger.observed import Happened, Standing, happened, newest_fact, standing

EVERY = timedelta(seconds=15)
_log = structlog.get_logger()

_WAITING = ("doorbells", "arrivals", "unreadable", "replies", "unknown", "in_hand", "tasks")


@dataclass
class Meters:
    """Tells of the whole installation: where several processes do, take one, never the sum."""

    ledger: Ledger
    meter: MetricMeter
    _seen: int = -1
    _ringing_since: datetime | None = None

    async def run(self, now: Callable[[], datetime]) -> None:
        """Measure every fifteen seconds until cancelled; books that are away are measured later."""
        while True:
            try:
                await asyncio.to_thread(self.measure, now())
            except DBAPIError as error:
                _log.warning("not_measured", error=type(error).__name__)
            await asyncio.sleep(EVERY.total_seconds())

    def measure(self, now: datetime) -> None:
        """Set every gauge, and count the facts recorded since the last time."""
        with self.ledger.reading() as books:
            connection = books.connection
            if self._seen < 0:
                self._seen = newest_fact(connection)
            self._tell(standing(connection), now)
            while (new := happened(connection, self._seen)).last != self._seen:
                self._seen = new.last
                self._count(new)

    def _tell(self, found: Standing, now: datetime) -> None:
        gauge = self.meter.create_gauge("duncan_waiting", "what waits, by kind")
        for name in _WAITING:
            gauge.set(getattr(found, name), {"kind": name})
        self._ringing_since = (self._ringing_since or now) if found.doorbells else None
        for kind, since in (("doorbell", self._ringing_since), ("arrival", found.oldest_arrival)):
            self._age("duncan_oldest_waiting_seconds", {"kind": kind}, since, now)
        for kind, at in found.imported.items():
            self._age("duncan_import_age_seconds", {"kind": kind}, at, now)

    def _age(
        self, name: str, labels: Mapping[str, str], at: datetime | None, now: datetime
    ) -> None:
        age = max(int((now - at).total_seconds()), 0) if at else 0
        self.meter.create_gauge(name, "age", "seconds").set(age, labels)

    def _count(self, new: Happened) -> None:
        counter = self.meter.create_counter("duncan_facts", "facts recorded, by kind")
        for kind, number in new.kinds.items():
            counter.add(number, {"kind": kind})
        withheld = self.meter.create_counter("duncan_withheld", "steps not carried out, by reason")
        for code, number in new.withheld.items():
            withheld.add(number, {"code": code})
