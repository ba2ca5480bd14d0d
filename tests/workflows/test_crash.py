"""A worker is killed at the worst moments; another one takes over."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from commands.imports import take_in
from commands.sending.relay import relay_of
from dunning.case import Case
from dunning.touch_facts import TouchUnknown
from ledger.ledger import Ledger
from settings import ROOT
from tests.cast import customer, invoice
from tests.workflows import doomed_worker
from tests.workflows.doomed_worker import Order, Point, wiring_of
from tests.workflows.namespaces import client_of_its_own
from worker import Wiring, running
from workflows import asking

# A Thursday afternoon, after every customer's moment of the day: what is due goes out at once.
NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
PATIENCE_SECONDS = 40


@dataclass(frozen=True)
class Aftermath:
    """What the next worker made of it: the case, and what the provider delivered."""

    case: Case
    delivered: list[str]
    unknowns: int


@pytest.mark.slow
def test_a_worker_killed_before_the_claim_costs_nothing(after: dict[Point, Aftermath]) -> None:
    found = after["before_claim"]

    assert [touch.state for touch in found.case.touches] == ["sent"]
    assert found.delivered == ["grace@customer.example"]
    assert found.case.tasks == ()
    assert found.unknowns == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "reached_the_customer"), [("before_hand_over", 0), ("before_confirm", 1)]
)
def test_a_worker_killed_between_claim_and_confirmation_leaves_one_unknown(
    after: dict[Point, Aftermath], point: Point, reached_the_customer: int
) -> None:
    found = after[point]

    assert [touch.state for touch in found.case.touches] == ["unknown"]
    assert found.unknowns == 1
    assert len(found.delivered) == reached_the_customer
    assert [(task.what, task.role) for task in found.case.tasks] == [
        ("unknown_outcome", "associate")
    ]


@pytest_asyncio.fixture(scope="module")
async def after(
    dev_server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[Point, Aftermath]]:
    """What became of a worker killed at each of the points; all of them at once, to save time."""
    points: tuple[Point, ...] = ("before_claim", "before_hand_over", "before_confirm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "LONGEST", doomed_worker.NOTICED_AFTER)
        homes = [tmp_path_factory.mktemp(point) for point in points]
        found = await asyncio.gather(
            *(
                killed_and_replaced(dev_server, home, point)
                for home, point in zip(homes, points, strict=True)
            )
        )
    yield dict(zip(points, found, strict=True))


async def killed_and_replaced(server: WorkflowEnvironment, home: Path, point: Point) -> Aftermath:
    """Kill a worker at the point, let another one go on, and look at what it made of it."""
    client = await client_of_its_own(server)
    ahead = (datetime.now(UTC) - NOW).total_seconds()
    address = client.service_client.config.target_host
    order = Order(str(home), point, address, client.namespace, ahead)
    sound = wiring_of(replace(order, stops="never"))
    async with _process(order):
        await _open_the_case(client, sound)
        await _until(order.reached.exists)
    async with running(client, sound, order.settings, limited=False):
        await _until(lambda: _is_settled(sound.ledger))
        # Time enough to send again, if anything asked for it.
        await asyncio.sleep(2)
    with sound.ledger.reading() as books:
        case, history = books.case("I-1"), books.history("I-1")
    sound.ledger.engine.dispose()
    unknowns = sum(isinstance(fact, TouchUnknown) for _, fact in history)
    delivered = order.delivered.read_text().split() if order.delivered.exists() else []
    return Aftermath(case, delivered, unknowns)


@asynccontextmanager
async def _process(order: Order) -> AsyncIterator[None]:
    """The doomed worker in a process of its own, killed at the end without warning."""
    command = [sys.executable, "-m", doomed_worker.__name__, json.dumps(asdict(order))]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def _open_the_case(client: Client, wiring: Wiring) -> None:
    """An invoice whose first reminder is due now."""
    before = NOW - timedelta(days=10)
    known = take_in.customers(before, "import")
    list(take_in.take_in(wiring.ledger, [customer()], known, take_in.Taken()))
    opened = take_in.invoices(before, "import")
    list(take_in.take_in(wiring.ledger, [invoice()], opened, take_in.Taken()))
    await relay_of(wiring, client).answer_all(NOW + wiring.clock.ahead)


def _is_settled(ledger: Ledger) -> bool:
    with ledger.reading() as books:
        return any(one.state in {"sent", "unknown"} for one in books.case("I-1").touches)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.05)
