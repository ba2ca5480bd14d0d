"""Healthy installations are called healthy; whatever is broken is named and mended where it can."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from commands.doctor.finding import DoctorContext
from dunning.touch_facts import TouchUnknown
from ledger.books import Books
from ledger.correspondence import MessageContentRow
from ledger.doorbells import ring, waiting
from ledger.tables import CaseRow, FactRow, MessageItemRow, MessageRow, OutboxRow, table
from tests.commands.looking import looked

CASE, FACT, MESSAGE = table(CaseRow), table(FactRow), table(MessageRow)
ITEM, OUTBOX = table(MessageItemRow), table(OutboxRow)
CONTENT = table(MessageContentRow)
IN_THE_BOOKS = ("database", "schema", "facts", "claims", "messages", "projections", "doorbells")


def broken(ctx: DoctorContext, *statements: object) -> None:
    """Break the books as no door would."""

    def work(books: Books) -> None:
        for statement in statements:
            books.connection.execute(statement)  # type: ignore[call-overload]

    ctx.ledger.transact(work)


async def test_healthy_books_are_called_healthy(ctx: DoctorContext) -> None:
    checks = await looked(ctx)

    assert {name: checks[name]["detail"] for name in checks if not checks[name]["ok"]} == {
        "temporal": "Temporal was not asked.",
        "namespace": "Not looked at, because temporal is not in order.",
        "restored": "Not looked at, because temporal is not in order.",
        "workers": "Not looked at, because temporal is not in order.",
        "workflows": "Not looked at, because temporal is not in order.",
        "upkeep": "Not looked at, because temporal is not in order.",
    }
    assert not any(check["repaired"] for check in checks.values())


async def test_looking_writes_nothing(ctx: DoctorContext) -> None:
    home = ctx.settings.home
    before = {path: path.read_bytes() for path in home.rglob("*.eml")}
    rows = facts_in(ctx)
    await looked(ctx)

    assert {path: path.read_bytes() for path in home.rglob("*.eml")} == before
    assert facts_in(ctx) == rows


async def test_repairing_healthy_books_changes_and_sends_nothing(ctx: DoctorContext) -> None:
    rows = facts_in(ctx)
    checks = await looked(ctx, repair=True)

    assert all(checks[name]["ok"] and not checks[name]["repaired"] for name in IN_THE_BOOKS)
    assert facts_in(ctx) == rows


async def test_a_changed_fact_is_found_and_cannot_be_mended(ctx: DoctorContext) -> None:
    invoice = an_open_invoice(ctx)
    changed = update(FACT).where(FACT.c.stream == f"invoice:{invoice}", FACT.c.number == 1)
    broken(ctx, *(text(f"DROP TRIGGER {name}") for name in triggers(ctx)))
    broken(ctx, changed.values(by="nobody"))
    check = (await looked(ctx, repair=True))["facts"]

    assert not check["ok"]
    assert f"invoice:{invoice}: fact 1 was changed" in check["detail"]


async def test_a_wrong_list_is_named_and_made_again(ctx: DoctorContext) -> None:
    invoice = an_open_invoice(ctx)
    broken(ctx, update(CASE).where(CASE.c.invoice == invoice).values(balance_minor=1))
    found = (await looked(ctx))["projections"]
    mended = (await looked(ctx, repair=True))["projections"]

    assert not found["ok"]
    assert (
        f"1 row differs from what the facts say: dunning_case {invoice} (balance_minor)"
        in (found["detail"])
    )
    assert (mended["ok"], mended["repaired"]) == (True, True)
    assert (await looked(ctx))["projections"]["ok"]


async def test_a_case_planned_wrongly_is_planned_again_and_its_workflow_woken(
    ctx: DoctorContext,
) -> None:
    invoice = an_open_invoice(ctx)
    broken(
        ctx, update(CASE).where(CASE.c.invoice == invoice).values(stage="promised", next_at=None)
    )
    found = (await looked(ctx))["projections"]
    mended = (await looked(ctx, repair=True))["projections"]
    with ctx.ledger.reading() as books:
        bells = [bell.invoice for bell in waiting(books.connection, 10)]
        stage = books.connection.execute(select(CASE.c.stage).where(CASE.c.invoice == invoice))

        assert not found["ok"]
        assert mended["repaired"]
        assert bells == [invoice]
        assert stage.scalar_one() != "promised"


async def test_a_claim_without_outcome_becomes_unknown_and_is_not_sent_again(
    ctx: DoctorContext,
) -> None:
    attempt, invoice = a_claim_without_outcome(ctx)
    found = (await looked(ctx))["claims"]
    checks = await looked(ctx, repair=True)
    with ctx.ledger.reading() as books:
        case = books.case(invoice)
        state = books.connection.execute(
            select(MESSAGE.c.state).where(MESSAGE.c.attempt == attempt)
        )
        sent = books.connection.execute(select(OUTBOX.c.attempt)).scalars().all()
        bells = {bell.invoice for bell in waiting(books.connection, 10)}

        assert not found["ok"]
        assert attempt in found["detail"]
        assert checks["claims"]["repaired"]
        assert checks["messages"]["ok"]
        assert state.scalar_one() == "unknown"
        assert case.last_touch is not None
        assert (case.last_touch.attempt, case.last_touch.state) == (attempt, "unknown")
        assert [task.what for task in case.tasks if not task.outcome][-1:] == ["unknown_outcome"]
        assert invoice in bells
        assert len(sent) == len(list(ctx.settings.outbox_folder.iterdir()))


async def test_a_young_claim_is_left_alone(ctx: DoctorContext) -> None:
    _, invoice = a_claim_without_outcome(ctx)
    with ctx.ledger.reading() as books:
        touch = books.case(invoice).last_touch
    assert touch is not None
    checks = await looked(replace(ctx, now=touch.at + timedelta(minutes=14)), repair=True)

    assert checks["claims"]["ok"]
    assert not any(isinstance(fact, TouchUnknown) for fact in history(ctx, invoice))


@pytest.mark.parametrize("forgotten", ["message", "fact", "item", "outcome"])
async def test_messages_and_facts_that_disagree_are_named(
    ctx: DoctorContext, forgotten: str
) -> None:
    with ctx.ledger.reading() as books:
        attempt = books.connection.execute(select(MESSAGE.c.attempt).limit(1)).scalar_one()
    mine, about = MESSAGE.c.attempt == attempt, ITEM.c.attempt == attempt
    content = CONTENT.c.attempt == attempt
    broken(ctx, *(text(f"DROP TRIGGER {name}") for name in triggers(ctx)))
    if forgotten == "message":
        gone = delete(CONTENT).where(content), delete(ITEM).where(about)
        broken(ctx, *gone, delete(MESSAGE).where(mine))
    elif forgotten == "item":
        broken(ctx, delete(ITEM).where(about))
    elif forgotten == "outcome":
        broken(ctx, update(MESSAGE).where(mine).values(state="started"))
    else:
        others = renamed(ITEM, about), renamed(CONTENT, content)
        broken(ctx, text("PRAGMA defer_foreign_keys=ON"), *others, renamed(MESSAGE, mine))
    check = (await looked(ctx))["messages"]
    told = {
        "message": "no message",
        "fact": "no fact",
        "item": "other invoices",
        "outcome": "another outcome",
    }[forgotten]

    assert not check["ok"]
    assert told in check["detail"]


async def test_doorbells_that_nobody_answers_are_named(ctx: DoctorContext) -> None:
    invoice = an_open_invoice(ctx)
    ctx.ledger.transact(lambda books: ring(books.connection, [invoice], opening=False))
    check = (await looked(ctx, repair=True))["doorbells"]

    assert check == {
        "id": "doorbells",
        "ok": False,
        "detail": f"1 workflow was not told of what changed: {invoice}.",
        "repaired": False,
    }


def an_open_invoice(ctx: DoctorContext) -> str:
    later = (CASE.c.closed_on.is_(None)) & (CASE.c.next_at > ctx.now)
    query = select(CASE.c.invoice).where(later).order_by("invoice").limit(1)
    with ctx.ledger.reading() as books:
        return str(books.connection.execute(query).scalar_one())


def a_claim_without_outcome(ctx: DoctorContext) -> tuple[str, str]:
    """Take the outcome of the last message away, as if its worker had died."""
    query = select(MESSAGE.c.attempt, MESSAGE.c.claimant).join(
        CASE, CASE.c.invoice == MESSAGE.c.claimant
    )
    latest = query.where(CASE.c.closed_on.is_(None)).order_by(MESSAGE.c.claimed_at.desc()).limit(1)
    with ctx.ledger.reading() as books:
        attempt, claimant = books.connection.execute(latest).one()
    since = select(FACT.c.stream, FACT.c.number).where(
        FACT.c.kind == "touch_sent", FACT.c.body.contains(attempt)
    )
    with ctx.ledger.reading() as books:
        outcomes = books.connection.execute(since).all()
    broken(ctx, *(text(f"DROP TRIGGER {name}") for name in triggers(ctx)))
    for stream, number in outcomes:
        gone = delete(FACT).where(FACT.c.stream == stream, FACT.c.number >= number)
        broken(ctx, gone)
    mine = MESSAGE.c.attempt == attempt
    broken(
        ctx, update(MESSAGE).where(mine).values(state="started", settled_at=None, provider_id="")
    )
    return attempt, claimant


def renamed(rows: Any, mine: Any) -> Any:  # noqa: ANN401 - any table and condition
    return update(rows).where(mine).values(attempt="elsewhere")


def triggers(ctx: DoctorContext) -> list[str]:
    found = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    with ctx.ledger.reading() as books:
        return list(books.connection.execute(found).scalars())


def facts_in(ctx: DoctorContext) -> list[tuple[object, ...]]:
    with ctx.ledger.reading() as books:
        return [tuple(row) for row in books.connection.execute(select(FACT).order_by(FACT.c.id))]


def history(ctx: DoctorContext, invoice: str) -> list[object]:
    with ctx.ledger.reading() as books:
        return [fact for _, fact in books.history(invoice)]
