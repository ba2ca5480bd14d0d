"""Sample designs to compare with: one workflow an invoice, as introductions to Temporal show it.

They send nothing and keep no books; only what they cost the engine is of interest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow

LONGEST = timedelta(seconds=30)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """When each step is due while nobody pays, from the day of issue; when it is paid, if ever."""

    steps: tuple[timedelta, ...]
    paid: timedelta | None


@workflow.defn(name="TimerAStep")
class TimerAStep:
    """Starts at issue; a timer and a sending activity each step; a payment signals."""

    def __init__(self) -> None:
        self._is_paid = False

    @workflow.signal
    def paid(self) -> None:
        """Stop."""
        self._is_paid = True

    @workflow.run
    async def run(self, terms: Terms) -> None:
        """Wait for each step in turn, or for the payment."""
        began = workflow.now()
        for step in terms.steps:
            left = began + step - workflow.now()
            try:
                await workflow.wait_condition(lambda: self._is_paid, timeout=left)
            except TimeoutError:
                await self.step()
            if self._is_paid:
                return

    async def step(self) -> None:
        """Send."""
        await _do("send")


@workflow.defn(name="CheckedStep")
class CheckedStep(TimerAStep):
    """The same with three activities a step: is it paid, send, write down."""

    @workflow.run
    async def run(self, terms: Terms) -> None:
        """As the simple one does."""
        await super().run(terms)

    async def step(self) -> None:
        """Ask, send, write down."""
        for name in ("is_paid", "send", "write_down"):
            await _do(name)


@workflow.defn(name="DailyPolling")
class DailyPolling:
    """Wakes every day, asks whether the invoice is paid, and sends what is due."""

    @workflow.run
    async def run(self, terms: Terms) -> None:
        """Until it is paid, or nothing is left to do."""
        began, ahead = workflow.now(), list(terms.steps)
        while ahead:
            await workflow.sleep(A_DAY)
            passed = workflow.now() - began
            await _do("is_paid")
            if terms.paid is not None and passed >= terms.paid:
                return
            while ahead and ahead[0] <= passed:
                ahead.pop(0)
                await _do("send")


class Nothing:
    """Activities that do nothing."""

    @activity.defn(name="is_paid")
    async def is_paid(self) -> None:
        """Nothing."""

    @activity.defn(name="send")
    async def send(self) -> None:
        """Nothing."""

    @activity.defn(name="write_down")
    async def write_down(self) -> None:
        """Nothing."""


async def _do(name: str) -> None:
    await workflow.execute_activity(name, start_to_close_timeout=LONGEST)
