"""One durable timer, kept while its moment stays the same: setting it anew would cost an action."""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio import workflow


class Alarm:
    """Rings at a moment; one at a time."""

    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._at: datetime | None = None

    @property
    def has_rung(self) -> bool:
        """Whether its moment has come."""
        return self._timer is not None and self._timer.done()

    def set(self, at: datetime | None, summary: str) -> None:
        """Ring at `at`; None sets it off for good. The same moment again changes nothing."""
        if at == self._at and self._timer is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at = None, at
        if at is not None:
            nap = workflow.sleep(at - workflow.now(), summary=summary)
            self._timer = asyncio.create_task(nap)
