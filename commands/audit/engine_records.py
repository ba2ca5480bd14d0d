"""What the engine remembers: the histories that Temporal still holds, read as plain records."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import EngineClock
from activities.payloads import (
    DisputeOrder,
    FactOrder,
    PlanOrder,
    StepOrder,
    WireDisputeStep,
    WireStep,
)
from dunning.dispute import invoice_of_dispute
from dunning.dispute_steps import DisputeStep
from dunning.steps import Step
from workflows.contract import DISPUTE_WORKFLOW, INVOICE_WORKFLOW, dispute_of, invoice_of

Order = PlanOrder | StepOrder | FactOrder | DisputeOrder
Outcome = Literal["completed", "failed", "open"]
# Temporal allows some thirty listings a second and many more histories.
AT_ONCE = 20
PAGE = 500
# What activities are asked and what they answer.
_TYPES: Mapping[str, tuple[Any, Any]] = {
    "plan_next_step": (PlanOrder, WireStep),
    "record_fact": (FactOrder, WireStep),
    "send_touch": (StepOrder, WireStep),
    "hand_to_people": (StepOrder, WireStep),
    "follow_dispute": (DisputeOrder, WireDisputeStep),
}


@dataclass(frozen=True)
class ActivityRecord:
    """One activity in a history; moments are the books'. `now` is what the order says it is."""

    name: str
    order: Order
    scheduled: datetime
    started: datetime | None = None
    ended: datetime | None = None
    outcome: Outcome = "open"
    answer: Step | DisputeStep | None = None


@dataclass(frozen=True)
class Run:
    """One run of a workflow; `told` are the moments at which it was started, rung or asked."""

    workflow: str
    run: str
    status: str
    began: datetime
    closed: datetime | None
    activities: tuple[ActivityRecord, ...] = ()
    told: tuple[datetime, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.closed is None


@dataclass(frozen=True)
class Listed:
    """A run as the engine lists it."""

    workflow: str
    run: str
    status: str
    began: datetime
    closed: datetime | None


@dataclass
class _Reader:
    """Turns the events of one run into activities and tellings."""

    clock: EngineClock
    converter: DataConverter
    activities: dict[int, ActivityRecord] = field(default_factory=dict)
    told: list[datetime] = field(default_factory=list)

    async def take(self, event: HistoryEvent) -> None:
        at = _moment(event.event_time) - self.clock.ahead
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                await self._scheduled(event, at)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
                self._change(event.activity_task_started_event_attributes, started=at)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                await self._completed(event, at)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                attributes = event.activity_task_failed_event_attributes
                self._change(attributes, ended=at, outcome="failed")
            case kind if kind in _TELLING:
                self.told.append(at)

    async def _scheduled(self, event: HistoryEvent, at: datetime) -> None:
        attributes = event.activity_task_scheduled_event_attributes
        name = attributes.activity_type.name
        if name in _TYPES:
            (order,) = await self.converter.decode(attributes.input.payloads, [_TYPES[name][0]])
            order = replace(order, now=order.now - self.clock.ahead)
            if isinstance(order, StepOrder):
                order = replace(order, step=self.clock.to_books(order.step))
            self.activities[event.event_id] = ActivityRecord(name, order, at)

    async def _completed(self, event: HistoryEvent, at: datetime) -> None:
        attributes = event.activity_task_completed_event_attributes
        known = self.activities.get(attributes.scheduled_event_id)
        if known is None:
            return
        hints = [_TYPES[known.name][1]]
        (answer,) = await self.converter.decode(attributes.result.payloads, hints)
        self._change(attributes, ended=at, outcome="completed", answer=answer)

    def _change(self, attributes: Any, **changes: Any) -> None:  # noqa: ANN401 - of many events
        number = attributes.scheduled_event_id
        if number in self.activities:
            self.activities[number] = replace(self.activities[number], **changes)


async def list_runs(client: Client, clock: EngineClock) -> dict[str, list[Listed]]:
    """Every run the engine lists, open and closed, of invoices and their disputes, by invoice."""
    found: dict[str, list[Listed]] = defaultdict(list)
    for kind in (INVOICE_WORKFLOW, DISPUTE_WORKFLOW):
        async for one in client.list_workflows(f'WorkflowType="{kind}"', page_size=PAGE):
            closed = one.close_time - clock.ahead if one.close_time else None
            began = one.start_time - clock.ahead
            status = one.status.name if one.status is not None else "UNKNOWN"
            invoice = invoice_of(one.id)
            if kind == DISPUTE_WORKFLOW:
                invoice = invoice_of_dispute(dispute_of(one.id))
            found[invoice].append(Listed(one.id, one.run_id, status, began, closed))
    return dict(found)


async def read_runs(
    client: Client,
    clock: EngineClock,
    listed: Mapping[str, Sequence[Listed]],
    progress: Callable[[int], None],
) -> AsyncIterator[tuple[str, list[Run]]]:
    """The runs of each invoice with their histories, some invoices at a time, in order."""
    names, done = sorted(listed), 0
    for first in range(0, len(names), AT_ONCE):
        some = names[first : first + AT_ONCE]
        read = await asyncio.gather(*(_runs(client, clock, listed[name]) for name in some))
        for name, runs in zip(some, read, strict=True):
            yield name, runs
        done += len(some)
        progress(done)


async def _runs(client: Client, clock: EngineClock, listed: Sequence[Listed]) -> list[Run]:
    found = [await _run(client, clock, one) for one in listed]
    return sorted((one for one in found if one), key=lambda one: one.began)


async def _run(client: Client, clock: EngineClock, one: Listed) -> Run | None:
    """The run; None when the engine forgot it since it was listed."""
    reader = _Reader(clock, client.data_converter)
    handle = client.get_workflow_handle(one.workflow, run_id=one.run)
    try:
        async for event in handle.fetch_history_events():
            await reader.take(event)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    activities = tuple(reader.activities.values())
    told = tuple(reader.told)
    return Run(one.workflow, one.run, one.status, one.began, one.closed, activities, told)


def _moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)


_TELLING = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED,
)
