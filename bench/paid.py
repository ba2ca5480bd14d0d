"""How soon a payment stops a cadence: from the payment's commit to the workflow's end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from temporalio.client import WorkflowExecutionStatus

from bench.figures import Figure
from bench.ledgers import invoice_rows, meet, record
from bench.site import Site
from commands.imports import take_in
from commands.sending.relay import relay_of
from dunning.money import Money
from intake.payments import PaymentRow
from ledger.doorbells import ring
from worker import running, utc_now
from workflows.contract import workflow_id

# Seconds within which 95 of 100 payments should have stopped their case.
AIM = 1.0
_SHARE = 0.95
_PATIENCE = timedelta(minutes=2)
_BETWEEN = timedelta(milliseconds=250)
_LOOK = 0.2


async def paid(site: Site, payments: int) -> list[Figure]:
    """Seconds until the workflow of a paid invoice has ended, with worker and relay as served."""
    due = datetime.now(UTC).date() + timedelta(days=30)
    owed = [(f"PAID-{number}", f"PAYER-{number}") for number in range(payments)]
    async with running(site.client, site.wiring, site.settings):
        relay = relay_of(site.wiring, site.client)
        await asyncio.to_thread(_enrol, site, owed, due)
        await relay.answer_all(utc_now())
        invoices = [invoice for invoice, _ in owed]
        # A further change wakes them: now all sleep on a timer, as cases do that were spoken to.
        site.wiring.ledger.transact(lambda books: ring(books.connection, invoices, opening=False))
        await relay.answer_all(utc_now())
        serving = asyncio.create_task(relay.run(utc_now))
        recorded = await _pay(site, invoices)
        seconds = sorted([await _until_closed(site, one, at) for one, at in recorded.items()])
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
    at = min(len(seconds) - 1, int(len(seconds) * _SHARE))
    details = {
        "payments": len(seconds),
        "median_seconds": round(seconds[len(seconds) // 2], 3),
        "slowest_seconds": round(seconds[-1], 3),
    }
    name = "payment to recorded stop, 95 of 100"
    return [Figure(name, seconds[at], AIM, "s", at_most=True, details=details)]


def _enrol(site: Site, owed: Sequence[tuple[str, str]], due: date) -> None:
    now = utc_now()
    meet(site.wiring.ledger, [customer for _, customer in owed], now)
    record(site.wiring.ledger, invoice_rows(owed, now.date(), due), now)


async def _pay(site: Site, invoices: Sequence[str]) -> dict[str, datetime]:
    """Pay one invoice after the other; the moments at which each payment stood in the books."""
    recorded: dict[str, datetime] = {}
    for invoice in invoices:
        with site.wiring.ledger.reading() as books:
            open_ = books.case(invoice).balance
        await asyncio.to_thread(_one, site, invoice, open_)
        recorded[invoice] = datetime.now(UTC)
        await asyncio.sleep(_BETWEEN.total_seconds())
    return recorded


def _one(site: Site, invoice: str, amount: Money) -> None:
    now = utc_now()
    row = PaymentRow(1, f"P-{invoice}", now.date(), amount, invoice, "")
    batch = take_in.payments(now, "import", site.wiring.planner.policies.cash)
    taken: take_in.Taken[PaymentRow] = take_in.Taken()
    assert list(take_in.take_in(site.wiring.ledger, [row], batch, taken)) == [1]


async def _until_closed(site: Site, invoice: str, since: datetime) -> float:
    handle = site.client.get_workflow_handle(workflow_id(invoice))
    while True:
        told = await handle.describe()
        if told.status != WorkflowExecutionStatus.RUNNING and told.close_time:
            return max(0.0, (told.close_time - since).total_seconds())
        assert datetime.now(UTC) - since < _PATIENCE, f"the case of {invoice} goes on"
        await asyncio.sleep(_LOOK)
