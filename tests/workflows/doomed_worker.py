"""A worker of its own process that stops dead at a chosen point: `python -m` with a JSON order."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from temporalio.client import Client

from activities.clock import EngineClock
from activities.converter import DATA_CONVERTER
from activities.letter_request import LetterRequest, RenderedLetter
from activities.letters import Letters
from settings import Settings
from tests.doomed import Doom, DoomedProvider
from worker import Wiring, running, wire
from workflows import asking

Point = Literal["before_claim", "before_hand_over", "before_confirm", "never"]
# A dead worker is noticed after this long; in earnest it takes half a minute.
NOTICED_AFTER = timedelta(seconds=4)


@dataclass(frozen=True)
class Order(Doom):
    """Where the worker works and where it stops."""

    stops: Point
    address: str
    namespace: str
    ahead_seconds: float

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        return Settings(_env_file=None, home=Path(self.home))  # type: ignore[call-arg]  # Pydantic's own.


def wiring_of(order: Order) -> Wiring:
    """The installation with the provider above."""
    clock = EngineClock(ahead=timedelta(seconds=order.ahead_seconds))
    provider = DoomedProvider(
        order, "before_hand_over", "before_confirm", lambda message: message.to_address
    )
    gateways = {"email": provider, "sms": provider}
    wired = replace(wire(order.settings), clock=clock, gateways=gateways)
    if order.stops == "before_claim":
        wired = replace(wired, letters=_Unwritten(order))
    return wired


class _Unwritten(Letters):
    """Letters that are never finished: they are written before the claim is recorded."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.settings.letters)
        self._order = order

    def render(self, request: LetterRequest) -> RenderedLetter:
        """Stop dead over the letter."""
        self._order.strike()
        return super().render(request)


async def work(order: Order) -> None:
    """Work until killed."""
    asking.LONGEST = NOTICED_AFTER
    client = await Client.connect(
        order.address, namespace=order.namespace, data_converter=DATA_CONVERTER
    )
    async with running(client, wiring_of(order), order.settings, limited=False):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(Order(**json.loads(sys.argv[1]))))
