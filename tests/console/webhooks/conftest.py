"""Books of the test's own behind webhooks that know the keys of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from console.app import create_app
from console.desk import Parts
from console.webhooks.keys import WebhookKeys
from ledger.arrivals import ARRIVAL, Arrival, arrival
from settings import Settings
from tests.console.visiting import visiting
from tests.console.webhooks.posting import KEYS, NOW
from worker import Wiring, wire


@dataclass(frozen=True)
class House:
    """An installation, to post to and to look into."""

    wiring: Wiring
    outbox: Path

    def app(self, keys: WebhookKeys = KEYS, now: Callable[[], datetime] = lambda: NOW) -> FastAPI:
        """The console with its webhooks."""
        parts = Parts(self.wiring.ledger, self.wiring.planner, self.outbox, "var/webhooks")
        return create_app(parts, now, webhooks=keys)

    @property
    def arrivals(self) -> list[Arrival]:
        """All that is stored."""
        with self.wiring.ledger.reading() as books:
            numbers = books.connection.execute(select(ARRIVAL.c.id).order_by(ARRIVAL.c.id))
            found = [arrival(books.connection, number) for number in numbers.scalars()]
        return [one for one in found if one]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Empty books."""
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.
    house = House(wire(settings), settings.outbox_folder)
    yield house
    house.wiring.ledger.engine.dispose()


@pytest_asyncio.fixture
async def door(house: House) -> AsyncIterator[AsyncClient]:
    """A provider that reaches the webhooks through a proxy, which calls them by another name."""
    async with visiting(house.app(), "duncan.internal") as door:
        yield door
