"""Lives of invoices on the engine whose clock skips: what each costs in billed actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.ledgers import customer_rows, invoice_rows
from bench.site import fresh_settings
from commands.rehearsal.engine_use import EngineUse
from commands.rehearsal.playing import Played, Stage, rehearse
from commands.rehearsal.script import Script
from dunning.facts import InvoiceFact, TaskOpened
from dunning.touch_facts import TouchSent, TouchWithheld
from intake.payments import PaymentRow

# Monday; due four weeks later, on a Monday too.
ISSUED, DUE = date(2026, 3, 2), date(2026, 3, 30)
LAST = DUE + timedelta(days=100)
STANDARD = "standard_b2b"
# A step costs a timer and an activity; a life one start and one planning.
A_STEP, A_LIFE = 2, 2
INVOICE = "L-1"


@dataclass(frozen=True)
class Life:
    """An invoice's life under the standard policy, paid some days from its due date or never."""

    name: str
    paid_after: int | None


LIVES = (
    Life("paid before the first touch", -10),
    Life("paid after 1 touch", 0),
    Life("paid after 2 touches", 5),
    Life("paid after 4 touches", 15),
    Life("unpaid, cadence to its end", None),
)


@dataclass(frozen=True)
class Lived:
    """What a life came to: its steps' moments from the day of issue, and its use of the engine."""

    life: Life
    touches: int
    steps: tuple[timedelta, ...]
    paid: timedelta | None
    use: EngineUse


async def lives(chosen: tuple[Life, ...] = LIVES) -> list[Figure]:
    """Billed actions of each life, held to two a step and two for the life.

    Steps are touches, tasks for people, and what was given up at its moment with a reason.
    """
    return [_figure(await lived(life)) for life in chosen]


async def lived(life: Life) -> Lived:
    """Play one life through the real workflow, activities and letters."""
    with TemporaryDirectory(prefix="duncan-bench-", ignore_cleanup_errors=True) as folder:
        stage = Stage(fresh_settings(Path(folder)), STANDARD)
        played = await rehearse(_script(life), stage, lambda _: None)
        touches, steps = _done(played)
        played.wiring.ledger.engine.dispose()
    paid = DUE - ISSUED + timedelta(days=life.paid_after) if life.paid_after is not None else None
    return Lived(life, touches, steps, paid, played.engine)


def _figure(one: Lived) -> Figure:
    bound, others = A_STEP * len(one.steps) + A_LIFE, len(one.steps) - one.touches
    details = {"touches": one.touches, "other_steps": others, "events": one.use.events}
    name = f"actions, {one.life.name}"
    return Figure(name, one.use.actions, bound, "actions", at_most=True, details=details)


def _script(life: Life) -> Script:
    (invoice,) = invoice_rows([(INVOICE, "L")], ISSUED, DUE)
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
        replies=(),
        rejected=(),
    )


def _done(played: Played) -> tuple[int, tuple[timedelta, ...]]:
    with played.wiring.ledger.reading() as books:
        facts = [fact for _, fact in books.history(INVOICE)]
    issued = datetime.combine(ISSUED, time(), UTC)
    steps = tuple(fact.at - issued for fact in facts if _is_step(fact))
    return sum(isinstance(fact, TouchSent) for fact in facts), steps


def _is_step(fact: InvoiceFact) -> bool:
    given_up = isinstance(fact, TouchWithheld) and fact.passed_over
    return given_up or isinstance(fact, TouchSent | TaskOpened)
