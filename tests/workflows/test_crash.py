"""A worker is killed at the worst moments; another one takes over."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from commands import take_in
from dunning.case import Case
from dunning.touch_facts import TouchUnknown
from ledger.ledger import Ledger
from settings import ROOT
from tests.cast import DUE, customer, invoice
from tests.workflows import doomed_worker
from tests.workflows.doomed_worker import Order, Point, wiring_of
from worker import Wiring, running
from workflows import asking

# A Thursday afternoon, after every customer's moment of the day: what is due goes out at once.
NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
PATIENCE_SECONDS = 40


@pytest.mark.slow
async def test_a_worker_killed_before_the_claim_costs_nothing(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    case, delivered = await killed_and_replaced(dev_server, tmp_path, "before_claim")

    assert [touch.state for touch in case.touches] == ["sent"]
    assert delivered == ["grace@customer.example"]
    assert case.tasks == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "reached_the_customer"), [("before_hand_over", 0), ("before_confirm", 1)]
)
async def test_a_worker_killed_between_claim_and_confirmation_leaves_one_unknown(
    dev_server: WorkflowEnvironment, tmp_path: Path, point: Point, reached_the_customer: int
) -> None:
    case, delivered = await killed_and_replaced(dev_server, tmp_path, point)

    assert [touch.state for touch in case.touches] == ["unknown"]
    assert len(delivered) == reached_the_customer
    assert [(task.what, task.role) for task in case.tasks] == [("unknown_outcome", "associate")]


async def killed_and_replaced(
    server: WorkflowEnvironment, home: Path, point: Point
) -> tuple[Case, list[str]]:
    """The case after a worker was killed at the point and another one went on for a while."""
    client = await _client(server)
    ahead = (datetime.now(UTC) - NOW).total_seconds()
    order = Order(str(home), client.service_client.config.target_host, client.namespace, ahead, point)
    sound = wiring_of(replace(order, stops="never"))
    async with _process(order):
        await _open_the_case(client, sound)
        await _until(order.reached.exists)
    # Killed. The next worker finds what it left.
    asking.LONGEST = doomed_worker.NOTICED_AFTER
    async with running(client, sound, order.settings, limited=False):
        await _until(lambda: _settled(sound.ledger))
        await asyncio.sleep(2)
    case = _case(sound.ledger)
    history = _unknowns(sound.ledger)
    sound.ledger.engine.dispose()

    assert history == (0 if point == "before_claim" else 1)
    delivered = order.delivered.read_text().split() if order.delivered.exists() else []
    return case, delivered


async def _client(server: WorkflowEnvironment) -> Client:
    """A client of a namespace of the test's own: its workers share their queues with nobody."""
    namespace = f"crash-{uuid4()}"
    service = server.client.service_client
    request = RegisterNamespaceRequest(
        namespace=namespace, workflow_execution_retention_period=Duration(seconds=86_400)
    )
    await service.workflow_service.register_namespace(request)
    return await Client.connect(
        service.config.target_host, namespace=namespace, data_converter=pydantic_data_converter
    )


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
    """An invoice whose first reminder is due now; the namespace may take a moment to be known."""
    yesterday = NOW - timedelta(days=10)
    for batch, row in ((take_in.customers, customer()), (take_in.invoices, _due_now())):
        list(take_in.take_in(wiring.ledger, [row], batch(yesterday, "import"), take_in.Taken()))
    await wiring.relay(client).answer_all(NOW + wiring.clock.ahead)


def _due_now() -> object:
    return invoice(due_date=DUE)


def _settled(ledger: Ledger) -> bool:
    return any(touch.state in {"sent", "unknown"} for touch in _case(ledger).touches)


def _case(ledger: Ledger) -> Case:
    with ledger.reading() as books:
        return books.case("I-1")


def _unknowns(ledger: Ledger) -> int:
    with ledger.reading() as books:
        return sum(isinstance(fact, TouchUnknown) for _, fact in books.history("I-1"))


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.05)
