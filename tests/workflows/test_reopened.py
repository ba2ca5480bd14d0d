"""A case that closes and opens again while no worker is there is followed all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from dunning.steps import SendTouch
from tests.cast import eur
from tests.stories import Stage, unstaffed
from tests.workflows.namespaces import client_of_its_own
from worker import running
from workflows.invoice import InvoiceCase


@pytest_asyncio.fixture
async def stage(dev_server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Stage]:
    """On the real server: the one with the movable clock cannot continue a workflow as new."""
    client = await client_of_its_own(dev_server)
    async with unstaffed(dev_server, tmp_path) as found:
        yield replace(found, client=client)


async def test_money_that_bounces_before_the_workflow_ended_keeps_the_case_followed(
    stage: Stage,
) -> None:
    await stage.opens()
    # No worker is there while it is paid, released, and taken back.
    await stage.pays(eur("1500.00"))
    await stage.do(lambda desk: desk.reverse_payment("P-0202-I-1", "bounced"))
    async with running(stage.client, stage.wiring, stage.settings, limited=False):
        step = await next_step(stage)
        followed = await stage.workflow().describe()

    assert followed.status == WorkflowExecutionStatus.RUNNING
    assert step.step == "courtesy"


async def test_a_case_that_stays_closed_ends(stage: Stage) -> None:
    await stage.opens()
    await stage.do(lambda desk: desk.send_now("I-1"))
    await stage.pays(eur("1500.00"))
    async with running(stage.client, stage.wiring, stage.settings, limited=False):
        answer = await stage.workflow().result()

    assert answer == "paid in full"
    assert stage.post.handed_over == []


async def next_step(stage: Stage) -> SendTouch:
    """What the workflow waits for, once it has looked at the books."""
    async with asyncio.timeout(20):
        while True:
            step = await stage.workflow().query(InvoiceCase.next_step)
            if isinstance(step, SendTouch):
                return step
            await asyncio.sleep(0.1)
