"""Lives of invoices on the engine whose clock skips: what each costs in billed actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bench.figures import Figure
from bench.ledgers import customer_rows, invoice_rows
from bench.site import fresh_settings
from commands.rehearsal import Played, Stage, rehearse
from commands.rehearsal_script import Script
from intake.payments import PaymentRow
from ledger.tables import MessageRow, TaskRow, table

# Monday; due four weeks later, on a Monday too.
ISSUED, DUE = date(2026, 3, 2), date(2026, 3, 30)
LAST = DUE + timedelta(days=100)
STANDARD = "standard_b2b"
A_TOUCH, A_LIFE = 2, 2


@dataclass(frozen=True)
class Life:
    """An invoice's life under the standard policy, paid some days from its due date or never."""

    name: str
    paid_after: int | None


LIVES = (
    Life("paid before the first touch", -10),
    Life("paid after 1 touch", 0),
    Life("paid after 2 touches", 5),
    Life("paid after 4 touches", 26),
    Life("unpaid, cadence to its end", None),
)


async def lives(chosen: tuple[Life, ...] = LIVES) -> list[Figure]:
    """Billed actions of each life, held to two a touch or task and two for the life."""
    return [await _lived(life) for life in chosen]


async def _lived(life: Life) -> Figure:
    with TemporaryDirectory(prefix="duncan-bench-", ignore_cleanup_errors=True) as folder:
        stage = Stage(fresh_settings(Path(folder)), STANDARD)
        played = await rehearse(_script(life), stage, lambda _: None)
        touches, tasks = _done(played)
        played.wiring.ledger.engine.dispose()
    actions, bound = played.engine.actions, A_TOUCH * (touches + tasks) + A_LIFE
    details = {"touches": touches, "tasks_for_people": tasks, "events": played.engine.events}
    return Figure(f"actions, {life.name}", actions, bound, "actions", at_most=True, details=details)


def _script(life: Life) -> Script:
    (invoice,) = invoice_rows([("L-1", "L")], ISSUED, DUE)
    paid = DUE + timedelta(days=life.paid_after) if life.paid_after is not None else None
    payment = PaymentRow(
        row=1,
        payment="P-1",
        on=paid or LAST,
        amount=invoice.amount,
        reference=invoice.invoice,
        payer="",
    )
    return Script(
        first=ISSUED,
        last=LAST,
        customers=tuple(customer_rows(["L"])),
        invoices=(invoice,),
        payments=(payment,) if paid else (),
        events=(),
        rejected=(),
    )


def _done(played: Played) -> tuple[int, int]:
    message, task = table(MessageRow), table(TaskRow)
    with played.wiring.ledger.reading() as books:
        sent = select(func.count()).where(message.c.state == "sent")
        opened = select(func.count()).select_from(task)
        return tuple(int(books.connection.execute(q).scalar_one()) for q in (sent, opened))  # type: ignore[return-value]
