"""One durable timer, kept while its moment stays the same: setting it anew would cost an action."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow


class Alarm:
    """Rings at a moment; one at a time."""

    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._at: datetime | None = None

    async def wait(
        self, until: datetime | None, summary: str, interrupted: Callable[[], bool]
    ) -> None:
        """Wait for the moment (for ever without one) or until `interrupted` says so."""
        if until is not None and until <= workflow.now():
            return
        self._set(until, summary)
        timer = self._timer
        await workflow.wait_condition(lambda: interrupted() or bool(timer and timer.done()))

    def _set(self, at: datetime | None, summary: str) -> None:
        if at == self._at and self._timer is not None and not self._rang_early():
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at = None, at
        if at is not None:
            nap = workflow.sleep(at - workflow.now(), summary=summary)
            self._timer = asyncio.create_task(nap)

    def _rang_early(self) -> bool:
        """Whether it rang, and the server's clock was put back since: then it rings once more."""
        rang = self._timer is not None and self._timer.done()
        return rang and workflow.patched("alarm-rings-again")
