"""The activities at work without an engine: real books, a post that answers as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities.gateways.interface import (
    Accepted,
    Gateway,
    Outcome,
    OutgoingMessage,
    SentBefore,
)
from activities.payloads import Doable, FactOrder, PlanOrder, RecordableFact, StepOrder
from activities.planning import Planning
from activities.tasks import Tasks
from activities.touches import Touches
from commands.imports import take_in
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.steps import AskAssociate, Escalate, SendInvoice, SendTouch, Step
from dunning.touch_facts import TouchSent, TouchStarted
from intake.customers import CustomerRow
from intake.invoices import InvoiceRow
from ledger.tables import MessageRow, TaskRow, table
from settings import Settings
from tests.cast import ISSUED, customer, invoice
from worker import Wiring, wire

MESSAGE, TASK = table(MessageRow), table(TaskRow)


def afternoon(of: date) -> datetime:
    """Three in the afternoon, after every customer's moment of the day: what is due goes now."""
    return datetime.combine(of, time(15), UTC)


@dataclass
class Post:
    """A gateway that keeps every message, and calls back while it has one in hand."""

    handed_over: list[OutgoingMessage] = field(default_factory=list)
    answers: list[Outcome | Exception] = field(default_factory=list)
    meanwhile: Callable[[OutgoingMessage], object] = lambda _: None
    answers_look_ups: bool = False

    def send(self, message: OutgoingMessage) -> Outcome:
        """Take the message over, unless another answer is waiting."""
        self.handed_over.append(message)
        self.meanwhile(message)
        answer = self.answers.pop(0) if self.answers else Accepted(f"post:{message.attempt}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Tell what was handed over, as a provider that can be asked would."""
        known = [one for one in self.handed_over if one.attempt == message.attempt]
        return Accepted(f"post:{message.attempt}") if known and self.answers_look_ups else None


@dataclass
class Workshop:
    """Activities wired to one installation, called as the engine would call them."""

    wiring: Wiring
    post: Post

    def opens(
        self, *invoices: InvoiceRow, customers: Iterable[CustomerRow] = (customer(),)
    ) -> None:
        """Import customers and invoices on the day they are issued."""
        at = afternoon(ISSUED)
        known, ledger = take_in.customers(at, "import"), self.wiring.ledger
        list(take_in.take_in(ledger, customers, known, take_in.Taken()))
        rows = invoices or (invoice(),)
        list(take_in.take_in(ledger, rows, take_in.invoices(at, "import"), take_in.Taken()))
        for row in rows:
            # As the relay does when it starts the workflow.
            self.plan(row.invoice, at)

    def plan(self, number: str, now: datetime) -> Step:
        """Ask what comes next."""
        planning = Planning(self.wiring.ledger, self.wiring.planner, self.wiring.clock)
        return self._run(now, planning.plan_next_step, PlanOrder(number, now))

    def record(self, number: str, fact: RecordableFact, now: datetime) -> Step:
        """Record a fact as the engine's own tools do."""
        planning = Planning(self.wiring.ledger, self.wiring.planner, self.wiring.clock)
        return self._run(now, planning.record_fact, FactOrder(number, fact, now))

    def send(self, number: str, step: Step, now: datetime, started: datetime | None = None) -> Step:
        """Carry a touch out, asked for `now` and begun when it `started`."""
        gateways = {"email": self.post, "sms": self.post}
        return self.send_by(gateways, number, step, now, started)

    def send_by(
        self,
        gateways: Mapping[str, Gateway],
        number: str,
        step: Step,
        now: datetime,
        started: datetime | None = None,
    ) -> Step:
        """Carry a touch out through these gateways."""
        wiring = self.wiring
        touches = Touches(wiring.ledger, wiring.planner, wiring.letters, gateways, wiring.clock)
        return self._run(started or now, touches.send_touch, StepOrder(number, doable(step), now))

    def hand_to_people(self, number: str, step: Step, now: datetime) -> Step:
        """Open a task or escalate."""
        tasks = Tasks(self.wiring.ledger, self.wiring.planner, self.wiring.clock)
        return self._run(now, tasks.hand_to_people, StepOrder(number, doable(step), now))

    def case(self, number: str = "I-1") -> Case:
        """The invoice's case."""
        with self.wiring.ledger.reading() as books:
            return books.case(number)

    def add(self, *facts: InvoiceFact, of: str = "I-1") -> None:
        """Record facts, as a person at the desk does."""
        self.wiring.ledger.transact(lambda books: books.record(of, *facts))

    def spoke(self, number: str, step: str, on: date) -> None:
        """A touch that went out on that day, by itself."""
        case, at = self.case(number), afternoon(on)
        said = self.wiring.planner.policies.policy("standard_b2b").step(step)
        assert said, step
        started = TouchStarted(
            at=at,
            by="duncan",
            attempt=f"{number}:{step}",
            step=step,
            channel=said.channel,
            letter=said.letter,
            level=said.level,
            amount=case.balance,
            contact="C-1/1",
            policy="standard_b2b v1",
            claimant=number,
        )
        self.add(started, TouchSent(at=at, by="duncan", attempt=started.attempt), of=number)
        self.plan(number, at)

    def rows(self, of: Any) -> list[Any]:  # noqa: ANN401 - SQLAlchemy's tables
        """The rows of a table."""
        with self.wiring.ledger.reading() as books:
            return list(books.connection.execute(select(of)))

    @staticmethod
    def _run(now: datetime, activity: Callable[[Any], Step], order: object) -> Step:
        environment = ActivityEnvironment()
        environment.info = replace(ActivityEnvironment.default_info(), started_time=now)
        return environment.run(activity, order)


@contextmanager
def workshop(home: Path, database_url: str = "") -> Iterator[Workshop]:
    """Activities on fresh books."""
    settings = Settings(_env_file=None, home=home, database_url=database_url)  # type: ignore[call-arg]  # Pydantic's own.
    wiring = wire(settings)
    yield Workshop(wiring, Post())
    wiring.ledger.engine.dispose()


def doable(step: Step) -> Doable:
    """A step that can be carried out."""
    assert isinstance(step, SendTouch | SendInvoice | AskAssociate | Escalate), step
    return step
