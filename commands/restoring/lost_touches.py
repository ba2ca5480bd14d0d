"""Touches that books of an earlier hour have lost: what the engine did, what was due since."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client

from activities.clock import EngineClock
from activities.payloads import StepOrder
from activities.planning import Planner
from commands.audit.engine_account import SKEW
from commands.audit.engine_records import ActivityRecord, Run, list_runs, read_runs
from dunning.conditions import RESTORED
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.send_gate import is_same_touch
from dunning.steps import SendInvoice, SendTouch, Speak
from dunning.touch_facts import TouchStarted, TouchWithheld
from ledger.books import Books, UnknownInvoice


@dataclass(frozen=True)
class LostTouch:
    """A touch that the engine handed over, or (not `seen`) only may have been at its moment."""

    invoice: str
    touch: Speak
    at: datetime
    seen: bool
    # When the engine had done it; what was withheld later says nothing of it.
    ended: datetime


async def handed_over(
    client: Client, clock: EngineClock, until: datetime
) -> AsyncIterator[LostTouch]:
    """The sends that the engine's histories hold up to a moment. Raises RPCError."""
    listed = await list_runs(client, clock)
    async for invoice, runs in read_runs(client, clock, listed, lambda _: None):
        for one in _sends(invoice, runs, until):
            yield one


def _sends(invoice: str, runs: Iterable[Run], until: datetime) -> Iterator[LostTouch]:
    for run in runs:
        for one in run.activities:
            order = one.order
            if one.name != "send_touch" or one.scheduled > until:
                continue
            assert isinstance(order, StepOrder), "steps are carried out by order"
            touch = order.step
            assert isinstance(touch, SendTouch | SendInvoice), "only letters are sent"
            if not _was_put_off(one, touch):
                at = max(one.started or one.scheduled, touch.at)
                yield LostTouch(invoice, touch, at, seen=True, ended=max(one.ended or at, at))


def _was_put_off(one: ActivityRecord, touch: Speak) -> bool:
    """Whether the same step was to come again: then nothing was handed over."""
    answer = one.answer
    return isinstance(answer, SendTouch | SendInvoice) and is_same_touch(answer, touch)


def is_missing(books: Books, lost: LostTouch) -> bool:
    """Whether the books know neither of the touch nor why it was withheld."""
    try:
        history = [fact for _, fact in books.history(lost.invoice)]
    except UnknownInvoice:
        return False
    return not any(_tells(fact, lost) for fact in history)


def _tells(fact: InvoiceFact, lost: LostTouch) -> bool:
    first, last = lost.at - SKEW, lost.ended + SKEW
    match fact:
        case TouchStarted():
            return fact.step == lost.touch.step and fact.at >= first
        case TouchWithheld():
            about = fact.step == lost.touch.step and fact.code != RESTORED
            return about and first <= fact.at <= last
        case _:
            return False


def due_since(books: Books, planner: Planner, invoice: str, until: datetime) -> LostTouch | None:
    """What the cadence asked for between the case's last fact of the backup and the restore."""
    case = books.case(invoice)
    before = [fact.at for _, fact in books.history(invoice) if fact.at <= until]
    if not before:
        return None
    last = before[-1]
    step = plan(planner.situation(case, books.customer(case.customer), last)).step
    if not isinstance(step, SendTouch | SendInvoice) or step.at > until:
        return None
    at = max(step.at, last)
    return LostTouch(invoice, step, at, seen=False, ended=at)
