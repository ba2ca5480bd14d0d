"""A small stage for dated stories: real workers on a Temporal server whose clock can be moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.clock import EngineClock
from activities.converter import DATA_CONVERTER
from commands.imports import take_in
from commands.sending.relay import relay_of
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.touch_facts import TouchWithheld
from intake.customers import CustomerRow
from intake.invoices import InvoiceRow
from intake.rows import Rejected
from ledger.books import Books
from ledger.doorbells import ring
from ledger.messages import covered_invoices
from ledger.tables import CaseRow, MessageRow, TaskRow, table
from ledger.tasks import invoices_of_task
from settings import Settings
from tests.cast import ISSUED, customer, invoice, payment, spoken
from tests.playing import Asked, Desk, Post, Sent
from worker import Wiring, running, wire
from workflows.contract import dispute_workflow_id, workflow_id

CASE, MESSAGE, TASK = table(CaseRow), table(MessageRow), table(TaskRow)
LONDON = ZoneInfo("Europe/London")
CURTAIN = datetime.combine(ISSUED, time(6), UTC)
ASSOCIATE = "Ada"

T = TypeVar("T")


@dataclass
class Stage:
    """One installation on an engine of its own; `now` is the story's moment, in UTC."""

    engine: WorkflowEnvironment
    client: Client
    wiring: Wiring
    settings: Settings
    post: Post
    now: datetime = field(default=CURTAIN)

    async def opens(
        self, *invoices: InvoiceRow, customers: Iterable[CustomerRow] = (customer(),)
    ) -> None:
        """Import customers and invoices, as the ledger gives them."""
        await self.import_rows(take_in.customers, customers)
        await self.import_rows(take_in.invoices, invoices or [invoice()])

    async def pays(self, amount: Money, reference: str = "I-1") -> None:
        """Import a payment that reached the bank today."""
        number = f"P-{self.now:%m%d}-{reference}"
        row = payment(number, amount, self.now.date(), reference)
        await self.import_rows(take_in.payments, [row])

    async def import_rows(
        self, batch: Callable[[datetime, str], take_in.Batch[T]], rows: Iterable[T | Rejected]
    ) -> take_in.Taken[T]:
        """Take rows in now and wake the workflows they concern."""
        taken: take_in.Taken[T] = take_in.Taken()
        work = take_in.take_in(self.wiring.ledger, rows, batch(self.now, "import"), taken)
        await asyncio.to_thread(list, work)
        await self.answer_doorbells()
        return taken

    async def do(self, action: Callable[[Desk], object], by: str = ASSOCIATE) -> None:
        """Let the associate, or somebody else, act now. Raises NotAllowed."""
        acting = Desk(self.wiring.ledger, self.wiring.planner, by, self.now)
        await asyncio.to_thread(action, acting)
        await self.answer_doorbells()

    async def answer_doorbells(self) -> None:
        """Do what the relay does all the time."""
        await relay_of(self.wiring, self.client).answer_all(self.now + self.wiring.clock.ahead)

    async def ring_everybody(self) -> None:
        """Wake every open case, as after a loss of the engine."""

        def work(books: Books) -> None:
            still_open = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None))
            invoices = books.connection.execute(still_open).scalars().all()
            ring(books.connection, invoices, opening=False)

        await asyncio.to_thread(self.wiring.ledger.transact, work)
        await self.answer_doorbells()

    async def morning(self, of: date) -> None:
        """Move on to six in the morning, before anybody is written to."""
        await self.until(datetime.combine(of, time(6), UTC))

    async def evening(self, of: date) -> None:
        """Move on to nine in the evening, when everything of the day is out."""
        await self.until(datetime.combine(of, time(21), UTC))

    async def until(self, moment: datetime) -> None:
        """Move the clock on; whom Duncan's own facts concern meanwhile is woken every day."""
        assert moment > self.now, "a story goes forward"
        while self.now < moment:
            self.now = min(moment, self.now + timedelta(days=1))
            engine_now = await self.engine.get_current_time()
            await self.engine.sleep(self.now + self.wiring.clock.ahead - engine_now)
            await self.answer_doorbells()

    def workflow(self, number: str = "I-1") -> WorkflowHandle[Any, Any]:
        """The workflow of an invoice."""
        return self.client.get_workflow_handle(workflow_id(number))

    def dispute_workflow(self, name: str = "I-1/1") -> WorkflowHandle[Any, Any]:
        """The workflow of a dispute."""
        return self.client.get_workflow_handle(dispute_workflow_id(name))

    def read(self, question: Callable[[Books], T]) -> T:
        """Ask the books."""
        with self.wiring.ledger.reading() as books:
            return question(books)

    def case(self, number: str = "I-1") -> Case:
        """The invoice's case."""
        return self.read(lambda books: books.case(number))

    def facts(self, number: str = "I-1") -> list[InvoiceFact]:
        """The invoice's facts, oldest first."""
        return [fact for _, fact in self.read(lambda books: books.history(number))]

    def letters(self) -> list[tuple[str, str]]:
        """The day and the letter of each message."""
        return [(one.day, one.letter) for one in self.sent()]

    def sent(self) -> list[Sent]:
        """The messages that went out, or may have."""
        query = select(MESSAGE).where(MESSAGE.c.state != "refused").order_by(MESSAGE.c.claimed_at)

        def found(books: Books) -> list[Sent]:
            return [
                Sent(
                    spoken(row.local_date),
                    row.letter,
                    row.channel,
                    row.contact,
                    list(covered_invoices(books.connection, row.attempt)),
                )
                for row in books.connection.execute(query).all()
            ]

        return self.read(found)

    def tasks(self) -> list[Asked]:
        """The tasks of people, oldest first."""
        query = select(TASK).order_by(TASK.c.opened_at, TASK.c.task)

        def found(books: Books) -> list[Asked]:
            return [
                Asked(
                    local_day(row.opened_at),
                    row.what,
                    row.role,
                    invoices_of_task(books.connection, row.task),
                )
                for row in books.connection.execute(query).all()
            ]

        return self.read(found)

    def withheld(self, number: str = "I-1") -> list[tuple[str, str, str]]:
        """Why steps were not carried out on their day: day, step and code."""
        return [
            (local_day(fact.at), fact.step, fact.code)
            for fact in self.facts(number)
            if isinstance(fact, TouchWithheld)
        ]

    def passed_over(self, number: str = "I-1") -> list[tuple[str, str, str]]:
        """Why steps are never carried out: day, step and code."""
        return [
            (local_day(fact.at), fact.step, fact.code)
            for fact in self.facts(number)
            if isinstance(fact, TouchWithheld) and fact.passed_over
        ]


def local_day(moment: datetime) -> str:
    """The day of a moment where the stories play."""
    return spoken(moment.astimezone(LONDON).date())


def with_our_converter(client: Client) -> Client:
    """The client of a test server, speaking as the installation's own do."""
    config = client.config()
    config["data_converter"] = DATA_CONVERTER
    return Client(**config)


@asynccontextmanager
async def staged(
    engine: WorkflowEnvironment, home: Path, **changes: object
) -> AsyncIterator[Stage]:
    """A stage with its workers running; `changes` are settings other than the usual ones."""
    async with (
        unstaffed(engine, home, **changes) as stage,
        running(stage.client, stage.wiring, stage.settings, limited=False),
    ):
        yield stage


@asynccontextmanager
async def unstaffed(
    engine: WorkflowEnvironment, home: Path, **changes: object
) -> AsyncIterator[Stage]:
    """A stage without workers: nothing happens but what the relay does."""
    settings = Settings(_env_file=None, home=home).model_copy(update=changes)  # type: ignore[call-arg]  # Pydantic's own.
    post = Post()
    clock = EngineClock(ahead=await engine.get_current_time() - CURTAIN)
    wiring = replace(wire(settings), gateways={"email": post, "sms": post}, clock=clock)
    try:
        yield Stage(engine, with_our_converter(engine.client), wiring, settings, post)
    finally:
        wiring.ledger.engine.dispose()
