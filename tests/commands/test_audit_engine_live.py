"""Books against a real engine, bare and embedded: they agree until one is tampered with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.clock import EngineClock
from activities.converter import DATA_CONVERTER
from commands.audit.engine import EngineAudit
from commands.audit.engine_tests import TITLES
from commands.imports import take_in
from commands.sending.relay import relay_of
from dunning.facts import InvoiceFact
from dunning.touch_facts import TouchStarted
from engine import embedded_engine
from settings import Settings
from tests.activities.workshop import afternoon
from tests.cast import ISSUED, customer, day, eur, invoice
from tests.playing import Post
from worker import Wiring, running, wire
from workflows.contract import workflow_id

NOON = afternoon(day(3))


@dataclass
class Live:
    """An installation on a real engine, whose books play on the afternoon of the third day."""

    wiring: Wiring
    client: Client
    now: datetime = NOON

    async def audit(self) -> dict[str, Any]:
        """Books against the engine."""
        wiring = self.wiring
        # The engine's list is a moment late.
        await asyncio.sleep(1)
        now = self.now + timedelta(minutes=10)
        asked = EngineAudit(wiring.ledger, wiring.planner, self.client, now, wiring.clock)
        return await asked.answer(lambda *_: None)

    async def found(self) -> set[tuple[str, str]]:
        """The tests that found something, with the invoice."""
        tests = (await self.audit())["tests"]
        return {(test["id"], one["invoice"]) for test in tests for one in test["findings"]}

    async def until_sent(self, *invoices: str) -> None:
        """Wait until the reminders are out; the engine hears of it a moment later."""
        for number in invoices:
            for _ in range(200):
                if (await self._facts(number))[-1].kind == "touch_sent":
                    break
                await asyncio.sleep(0.1)

    async def _facts(self, number: str) -> Sequence[InvoiceFact]:
        with self.wiring.ledger.reading() as books:
            return [fact for _, fact in books.history(number)]


def _installed(home: Path) -> Wiring:
    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.
    wiring, post = wire(settings), Post()
    object.__setattr__(wiring.planner, "watch", None)
    clock = EngineClock(ahead=datetime.now(UTC) - NOON)
    opened = afternoon(ISSUED)
    customers = [customer(f"C-{n}") for n in (1, 2, 3)]
    invoices = [invoice(f"I-{n}", f"C-{n}") for n in (1, 2, 3)]
    for batch, rows in (
        (take_in.customers(opened, "import"), customers),
        (take_in.invoices(opened, "import"), invoices),
    ):
        list(take_in.take_in(wiring.ledger, rows, batch, take_in.Taken()))  # type: ignore[arg-type]  # Each with its rows.
    return replace(wiring, gateways={"email": post, "sms": post}, clock=clock)


@asynccontextmanager
async def _live(client: Client, home: Path) -> AsyncIterator[Live]:
    wiring = _installed(home)
    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # The same.
    try:
        async with running(client, wiring, settings, limited=False):
            await relay_of(wiring, client).answer_all(NOON + wiring.clock.ahead)
            live = Live(wiring, client)
            await live.until_sent("I-1", "I-2", "I-3")
            yield live
    finally:
        wiring.ledger.engine.dispose()


async def _own_namespace(server: WorkflowEnvironment) -> Client:
    name = f"audit-{uuid4().hex}"
    request = RegisterNamespaceRequest(
        namespace=name, workflow_execution_retention_period=Duration(seconds=86_400)
    )
    await server.client.workflow_service.register_namespace(request)
    address = server.client.service_client.config.target_host
    return await Client.connect(address, namespace=name, data_converter=DATA_CONVERTER)


async def test_a_real_engine_and_the_books_agree_until_one_of_them_is_tampered_with(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with _live(await _own_namespace(dev_server), tmp_path / "home") as live:
        clean = await live.audit()
        found = await _tampered(live)

    assert [test["id"] for test in clean["tests"]] == list(TITLES)
    assert [test["findings"] for test in clean["tests"]] == [[]] * len(TITLES)
    assert (clean["asked"], clean["histories"]) == (True, 3)
    assert clean["activities"] >= 3
    assert {("E03", "I-2"), ("E06", "I-3"), ("E07", "I-3")} <= found
    assert not {one for one in found if one[1] == "I-1"}


async def _tampered(live: Live) -> set[tuple[str, str]]:
    """A fact forged past every rule, its chain whole; a workflow ended from outside."""
    forged = TouchStarted(
        at=live.now + timedelta(minutes=7),
        by="duncan",
        attempt="forged",
        step="request",
        channel="email",
        letter="request",
        level=2,
        amount=eur("1500.00"),
        contact="",
        policy="standard_b2b v1",
        claimant="I-2",
    )
    live.wiring.ledger.transact(lambda books: books.append("invoice:I-2", forged))
    await live.client.get_workflow_handle(workflow_id("I-3")).terminate()
    return await live.found()


async def test_books_that_were_restored_to_an_earlier_hour_are_found_by_the_embedded_engine(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "engine", engine_port=unused_tcp_port)  # type: ignore[call-arg]  # The same.
    async with embedded_engine(settings) as client, _live(client, tmp_path / "home") as live:
        assert await live.found() == set()
        earlier = _installed(tmp_path / "earlier")
        restored = replace(live, wiring=replace(earlier, clock=live.wiring.clock))
        found = await restored.found()
        earlier.ledger.engine.dispose()

    assert {("E01", f"I-{n}") for n in (1, 2, 3)} <= found
