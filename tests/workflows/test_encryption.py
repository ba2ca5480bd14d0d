"""Payloads under lock on a real engine: what it holds, who reads it, and what waits for a key."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from activities.clock import EngineClock
from activities.converter import PayloadLocked
from commands.audit.engine_records import list_runs, read_runs
from commands.imports import take_in
from commands.sending.relay import relay_of
from dunning import facts
from dunning.steps import SendTouch, Wait
from engine import connect
from settings import Settings
from tests.activities.workshop import afternoon
from tests.cast import ISSUED, customer, day, invoice
from tests.playing import Post
from tests.workflows.namespaces import client_of_its_own
from worker import SANDBOX, Wiring, running, wire
from workflows.contract import workflow_id
from workflows.dispute import DisputeCase
from workflows.invoice import InvoiceCase

OLD, NEW = (base64.b64encode(bytes([one]) * 32).decode() for one in (1, 2))
NOON = afternoon(day(3))
CASE = workflow_id("I-1")


async def test_what_the_engine_holds_is_locked_and_everything_of_ours_reads_it(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    plain = await client_of_its_own(dev_server)
    settings = keyed(plain, tmp_path, OLD)
    wiring, client = installed(settings), await connect(settings)
    async with working(client, wiring, settings):
        await relay_of(wiring, client).answer_all(NOON + wiring.clock.ahead)
        step = await next_step(client)
        while not isinstance(step, SendTouch) or step.step == "reminder":
            await asyncio.sleep(0.1)
            step = await next_step(client)
    # Rotated: the new key first, the old one still there.
    settings = keyed(plain, tmp_path, NEW, OLD)
    client = await connect(settings)
    async with working(client, wiring, settings):
        paused = facts.Paused(at=NOON, by="clerk-7", reason="system", until=day(20))
        handle = client.get_workflow_handle(CASE)
        assert isinstance(await handle.execute_update(InvoiceCase.record_fact, paused), Wait)
        done = await activities_read(client, wiring.clock)
        with pytest.raises(PayloadLocked, match="DUNCAN_PAYLOAD_KEYS"):
            await next_step(plain)
    history = await handle.fetch_history()
    held = list(payloads(json.loads(history.to_json())))
    names = {base64.b64decode(one["metadata"].get("key", "")) for one in held}
    replayer = Replayer(
        workflows=[InvoiceCase, DisputeCase],
        workflow_runner=SANDBOX,
        data_converter=client.data_converter,
    )
    await replayer.replay_workflow(history)
    wiring.ledger.engine.dispose()

    assert len(held) > 5
    assert {base64.b64decode(one["metadata"]["encoding"]) for one in held} == {b"binary/encrypted"}
    assert len(names) == 2
    assert {"plan_next_step", "send_touch", "record_fact"} <= done


@pytest.mark.slow
async def test_without_its_key_a_case_waits_and_is_not_lost(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    plain = await client_of_its_own(dev_server)
    settings = keyed(plain, tmp_path, OLD)
    wiring, client = installed(settings), await connect(settings)
    await relay_of(wiring, client).answer_all(NOON + wiring.clock.ahead)
    handle = client.get_workflow_handle(CASE)
    other = keyed(plain, tmp_path, NEW)
    async with working(await connect(other), wiring, other):
        await until_seen(handle, "EVENT_TYPE_WORKFLOW_TASK_FAILED")
    async with working(client, wiring, settings):
        await until_seen(handle, "EVENT_TYPE_ACTIVITY_TASK_COMPLETED")
    wiring.ledger.engine.dispose()


def keyed(client: Client, home: Path, *keys: str) -> Settings:
    """Settings of an installation in the client's namespace, with keys for payloads."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # Pydantic's own.
        home=home,
        temporal_address=client.service_client.config.target_host,
        temporal_namespace=client.namespace,
        payload_keys=tuple(map(SecretStr, keys)),
    )


def installed(settings: Settings) -> Wiring:
    """Books that play on the afternoon of the third day, with one invoice that is due then."""
    wiring, post, opened = wire(settings), Post(), afternoon(ISSUED)
    object.__setattr__(wiring.planner, "watch", None)
    for batch, rows in (
        (take_in.customers(opened, "import"), [customer()]),
        (take_in.invoices(opened, "import"), [invoice()]),
    ):
        list(take_in.take_in(wiring.ledger, rows, batch, take_in.Taken()))  # type: ignore[arg-type]  # Each with its rows.
    clock = EngineClock(ahead=datetime.now(UTC) - NOON)
    return replace(wiring, gateways={"email": post, "sms": post}, clock=clock)


def working(
    client: Client, wiring: Wiring, settings: Settings
) -> AbstractAsyncContextManager[None]:
    """The workers of the installation."""
    return running(client, wiring, settings, limited=False)


async def next_step(client: Client) -> object:
    """What the case says comes next."""
    return await client.get_workflow_handle(CASE).query(InvoiceCase.next_step)


async def activities_read(client: Client, clock: EngineClock) -> set[str]:
    """The activities that the audit reads out of the histories; listings are a moment late."""
    listed = await list_runs(client, clock)
    for _ in range(100):
        if listed:
            break
        await asyncio.sleep(0.1)
        listed = await list_runs(client, clock)
    found = [runs async for _, runs in read_runs(client, clock, listed, lambda _: None)]
    return {one.name for runs in found for run in runs for one in run.activities}


async def until_seen(handle: Any, kind: str) -> None:  # noqa: ANN401 - of the SDK
    """Wait until the case's history has such an event."""
    for _ in range(200):
        history = json.loads((await handle.fetch_history()).to_json())
        if any(event["eventType"] == kind for event in history["events"]):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{kind} was not seen")


def payloads(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Every payload of a history, failures and summaries too."""
    if isinstance(node, list):
        for one in node:
            yield from payloads(one)
    elif isinstance(node, dict):
        if "encoding" in node.get("metadata", {}):
            yield node
        for one in node.values():
            yield from payloads(one)
