"""The doctor's checks of the books: the hash chain, the lists, messages and claims."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from activities.planning import CLAIM_LASTS, Planner, give_up_claim
from commands.doctor.finding import DoctorContext, Finding, counted, some_of
from commands.doctor.messages import disagreements
from dunning.case import Case
from dunning.customer import Customer
from dunning.next_step import plan
from ledger.books import Books
from ledger.chain import Link, breaks
from ledger.doorbells import DoorbellRow, ring
from ledger.erased import erased_facts, erasures_told, unfounded_erasures
from ledger.messages import covered_invoices
from ledger.projections import stage_of
from ledger.rebuild import differences, rebuild, snapshot
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, MessageRow, table

CASE, FACT, MESSAGE = table(CaseRow), table(FactRow), table(MessageRow)
DOORBELL = table(DoorbellRow)


class _Claim(NamedTuple):
    attempt: str
    claimant: str
    customer: str


async def facts(ctx: DoctorContext) -> Finding:
    """Whether no fact was changed or lost since it was recorded. Nothing can mend that."""
    return await asyncio.to_thread(_facts, ctx)


async def projections(ctx: DoctorContext) -> Finding:
    """Whether the lists say what the facts say and every case is planned as it stands."""

    async def make_again() -> None:
        await asyncio.to_thread(_make_again, ctx)

    finding = await asyncio.to_thread(_projections, ctx)
    return finding if ctx.planner is None else Finding(finding.ok, finding.detail, make_again)


async def messages(ctx: DoctorContext) -> Finding:
    """Whether the messages and the facts about touches tell the same."""
    found = await asyncio.to_thread(lambda: disagreements(ctx.ledger))
    if found:
        count = counted(len(found), "message disagrees", "messages disagree")
        return Finding(ok=False, detail=f"{count} with the facts: {some_of(found)}.")
    return Finding(ok=True, detail="Messages and facts agree.")


async def claims(ctx: DoctorContext) -> Finding:
    """Whether every message that was handed over has an outcome. Nothing is sent again."""
    stale = await asyncio.to_thread(_stale_claims, ctx)

    async def give_up() -> None:
        for claim in stale:
            await asyncio.to_thread(_give_up, ctx, claim)

    if not stale:
        return Finding(ok=True, detail="Every message that was handed over has an outcome.")
    count = counted(len(stale), "message was", "messages were")
    named = some_of([claim.attempt for claim in stale])
    minutes = int(CLAIM_LASTS.total_seconds() // 60)
    detail = f"{count} claimed over {minutes} minutes ago without an outcome: {named}."
    return Finding(ok=False, detail=detail, mend=give_up)


def _facts(ctx: DoctorContext) -> Finding:
    query = select(*(FACT.c[name] for name in Link._fields)).order_by("stream", "number")
    with snapshot(ctx.ledger) as books:
        total = books.connection.execute(select(func.count()).select_from(FACT)).scalar_one()
        rows = books.connection.execute(query, execution_options={"yield_per": 1000})
        erased = erased_facts(books.connection)
        found = list(breaks((Link(*row) for row in rows), erased))
        found += unfounded_erasures(books.connection)
        told = erasures_told(books.connection)
    if found:
        count = counted(len(found), "break")
        return Finding(ok=False, detail=f"{count} in the chain of facts: {some_of(found)}.")
    detail = f"The chain of {counted(total, 'fact')} is whole. {told}"
    return Finding(ok=True, detail=detail.rstrip())


def _projections(ctx: DoctorContext) -> Finding:
    with snapshot(ctx.ledger) as books:
        found = [f"{one.table} {one.key} ({one.what})" for one in differences(books)]
        if not found and ctx.planner:
            found = [f"{case} (stage)" for case in _misplanned(books, ctx.planner, ctx)]
    if found:
        count = counted(len(found), "row differs", "rows differ")
        return Finding(ok=False, detail=f"{count} from what the facts say: {some_of(found)}.")
    return Finding(ok=True, detail="Cases, customers, payments and tasks are what the facts say.")


def _misplanned(books: Books, planner: Planner, ctx: DoctorContext) -> Iterator[str]:
    """Cases that nothing will wake soon and that were never planned, or for another stage."""
    woken = select(DOORBELL.c.invoice).where(DOORBELL.c.invoice == CASE.c.invoice)
    rests = CASE.c.next_at.is_(None) | (CASE.c.next_at > ctx.now)
    columns = (CASE.c.invoice, CASE.c.stage, CASE.c.next_kind)
    query = select(*columns).where(rests, ~woken.exists())
    known: dict[str, Customer] = {}
    for some in chunks(books.connection.execute(query.order_by("invoice")).all()):
        stages = {row.invoice: row.stage if row.next_kind else "" for row in some}
        for case in books.cases(stages).values():
            if case.customer not in known:
                known[case.customer] = books.customer(case.customer)
            situation = planner.situation(case, known[case.customer], ctx.now)
            if stage_of(case, plan(situation)) != stages[case.invoice]:
                yield case.invoice


def _make_again(ctx: DoctorContext) -> None:
    planner = ctx.planner
    assert planner is not None, "the lists are only made again with a planner"
    with snapshot(ctx.ledger) as books:
        misplanned = list(_misplanned(books, planner, ctx))

    def replan(books: Books, cases: Sequence[Case]) -> None:
        planner.plan_all(books, cases, ctx.now)

    rebuild(ctx.ledger, replan, lambda _: None)
    # Their workflows wait for a moment that was planned on a wrong view of the case.
    ctx.ledger.transact(lambda books: ring(books.connection, misplanned, opening=False))


def _stale_claims(ctx: DoctorContext) -> list[_Claim]:
    query = select(*(MESSAGE.c[name] for name in _Claim._fields)).where(
        MESSAGE.c.state == "started", MESSAGE.c.claimed_at < ctx.now - CLAIM_LASTS
    )
    with ctx.ledger.reading() as books:
        rows = books.connection.execute(query.order_by(MESSAGE.c.claimed_at)).all()
    return [_Claim(*row) for row in rows]


def _give_up(ctx: DoctorContext, claim: _Claim) -> None:
    def work(books: Books) -> None:
        books.lock_customers([claim.customer])
        case = books.case(claim.claimant)
        if any(t.attempt == claim.attempt and t.state == "started" for t in case.touches):
            give_up_claim(books, case, claim.attempt, ctx.now)
            covered = list(covered_invoices(books.connection, claim.attempt))
            ring(books.connection, covered, opening=False)

    ctx.ledger.transact(work)
