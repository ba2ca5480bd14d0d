"""The doctor and Temporal: every open case is followed, and nothing else is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from sqlalchemy import select
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from commands.cases.actions import Actions
from commands.doctor.examination import diagnose
from commands.doctor.finding import DoctorContext
from commands.imports import take_in
from dunning import facts
from ledger.books import Books
from ledger.doorbells import answered, waiting
from ledger.tables import OutboxRow, table
from settings import Settings
from tests.cast import customer, invoice
from tests.commands.looking import looked
from worker import Wiring, running, wire
from workflows.contract import CASE_QUEUE, INVOICE_WORKFLOW, dispute_workflow_id, workflow_id

# The engine's clock cannot be moved here; in books of today the engine has nothing to do yet.
NOW = datetime.now(UTC)
A_MOMENT = timedelta(milliseconds=400)
T = TypeVar("T")
INVOICES = ["I-1", "I-2", "I-3"]


@pytest_asyncio.fixture
async def ctx(dev_server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[DoctorContext]:
    """Three invoices that were imported while Temporal was away, and an empty namespace."""
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.
    wiring = wire(settings)
    today = NOW.date()
    rows = [
        invoice(number, issue_date=today, due_date=today + timedelta(days=30))
        for number in INVOICES
    ]
    import_rows(wiring, take_in.customers(NOW, "import"), [customer()])
    import_rows(wiring, take_in.invoices(NOW, "import"), rows)
    ctx = DoctorContext(settings, NOW, await namespace_of_its_own(dev_server), patience=A_MOMENT)
    yield ctx
    ctx.ledger.engine.dispose()
    wiring.ledger.engine.dispose()


def import_rows(wiring: Wiring, batch: take_in.Batch[T], rows: Sequence[T]) -> None:
    for _ in take_in.take_in(wiring.ledger, rows, batch, take_in.Taken()):
        pass


async def namespace_of_its_own(server: WorkflowEnvironment) -> Client:
    name = f"doctor-{uuid4().hex}"
    kept = Duration(seconds=86_400)
    request = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=kept)
    await server.client.workflow_service.register_namespace(request)
    address = server.client.service_client.config.target_host
    return await Client.connect(address, namespace=name, data_converter=pydantic_data_converter)


async def status(ctx: DoctorContext, number: str) -> WorkflowExecutionStatus | None:
    assert ctx.client is not None
    return (await ctx.client.get_workflow_handle(workflow_id(number)).describe()).status


async def test_cases_imported_without_temporal_are_followed_after_a_repair(
    ctx: DoctorContext,
) -> None:
    found = await looked(ctx)
    mended = await looked(ctx, repair=True)
    healthy = await diagnose(ctx, repair=False)

    assert found["doorbells"]["detail"] == (
        "3 workflows were not told of what changed: I-1, I-2, I-3."
    )
    assert mended["doorbells"]["repaired"]
    assert healthy["ok"], healthy
    assert [await status(ctx, number) for number in INVOICES] == [
        WorkflowExecutionStatus.RUNNING
    ] * 3


async def test_a_lost_engine_gets_its_workflows_back_and_nothing_is_sent(
    ctx: DoctorContext,
) -> None:
    await looked(ctx, repair=True)
    assert ctx.client is not None
    for number in INVOICES[:2]:
        await ctx.client.get_workflow_handle(workflow_id(number)).terminate()
    found = (await looked(ctx))["workflows"]
    mended = (await looked(ctx, repair=True))["workflows"]
    with ctx.ledger.reading() as books:
        sent = books.connection.execute(select(table(OutboxRow).c.attempt)).all()

    assert found["detail"] == "2 open cases have no workflow (I-1, I-2)."
    described = await ctx.client.get_workflow_handle(workflow_id("I-1")).describe()

    assert (mended["ok"], mended["repaired"]) == (True, True)
    assert described.status is WorkflowExecutionStatus.RUNNING
    # It sleeps until the first moment of its case without costing the engine anything.
    assert described.execution_time is not None
    assert described.execution_time - described.start_time > timedelta(days=7)
    assert sent == []


async def test_the_workflow_of_a_closed_case_is_ended(ctx: DoctorContext) -> None:
    await looked(ctx, repair=True)
    closed_behind_the_engine(ctx, "I-2")
    found = (await looked(ctx))["workflows"]
    assert ctx.client is not None
    async with running(ctx.client, wire(ctx.settings), ctx.settings):
        patient = replace(ctx, patience=timedelta(seconds=20))
        mended = (await looked(patient, repair=True))["workflows"]

    assert found["detail"] == "1 workflow follows a closed case (I-2)."
    assert (mended["ok"], mended["repaired"]) == (True, True)
    assert await status(ctx, "I-2") is not WorkflowExecutionStatus.RUNNING
    assert await status(ctx, "I-1") is WorkflowExecutionStatus.RUNNING


async def test_without_a_worker_the_doctor_does_not_claim_to_have_mended(
    ctx: DoctorContext,
) -> None:
    await looked(ctx, repair=True)
    closed_behind_the_engine(ctx, "I-2")
    impatient = DoctorContext(ctx.settings, NOW, ctx.client, patience=timedelta(0))
    mended = (await looked(impatient, repair=True))["workflows"]

    assert (mended["ok"], mended["repaired"]) == (False, False)


async def test_a_workflow_of_an_unknown_invoice_is_named_and_left_alone(
    ctx: DoctorContext,
) -> None:
    """It may belong to other books that share the namespace."""
    await looked(ctx, repair=True)
    assert ctx.client is not None
    await ctx.client.start_workflow(
        INVOICE_WORKFLOW, "X-1", id=workflow_id("X-1"), task_queue=CASE_QUEUE
    )
    await looked(ctx, repair=True)
    check = (await looked(ctx, repair=True))["workflows"]

    assert check["detail"] == "1 workflow follows an unknown invoice (X-1)."
    assert await status(ctx, "X-1") is WorkflowExecutionStatus.RUNNING


async def test_a_wrong_policy_does_not_keep_the_doctor_from_looking(ctx: DoctorContext) -> None:
    await looked(ctx, repair=True)
    settings = ctx.settings.model_copy(update={"policies": ctx.settings.home / "none"})
    checks = await looked(replace(ctx, settings=settings), repair=True)

    assert not checks["policies"]["ok"]
    assert checks["workflows"]["ok"]


async def test_a_lost_workflow_of_a_dispute_is_started_again_and_one_that_ended_is_stopped(
    ctx: DoctorContext,
) -> None:
    await looked(ctx, repair=True)
    assert ctx.client is not None
    assert ctx.planner is not None
    desk = Actions(ctx.ledger, ctx.planner, "ada", NOW)
    desk.dispute("I-1", "price", Decimal(300))
    desk.dispute("I-1", "tax", Decimal(300))
    await looked(ctx, repair=True)
    await ctx.client.get_workflow_handle(dispute_workflow_id("I-1/1")).terminate()
    lost = (await looked(ctx))["workflows"]
    mended = (await looked(ctx, repair=True))["workflows"]
    desk.resolve("I-1/2", "withdrawn")
    ctx.ledger.transact(lambda books: answered(books.connection, waiting(books.connection, 9)))
    needless = (await looked(ctx))["workflows"]

    assert lost["detail"] == "1 dispute has no workflow (I-1/1)."
    assert (mended["ok"], mended["repaired"]) == (True, True)
    assert needless["detail"] == "1 workflow follows an ended dispute (I-1/2)."


def closed_behind_the_engine(ctx: DoctorContext, number: str) -> None:
    """The money comes in, and nobody tells the engine."""

    def work(books: Books) -> None:
        case = books.case(number)
        paid = facts.PaymentApplied(
            at=NOW, by="import", payment="P-1", amount=case.balance, on=NOW.date()
        )
        planner = ctx.planner
        assert planner is not None
        planner.plan(books, books.record(number, paid, rings=False), NOW)

    ctx.ledger.transact(work)
