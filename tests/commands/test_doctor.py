"""Healthy installations are called healthy; whatever is broken is named and mended where it can."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from commands.doctor import diagnose
from commands.doctor_finding import DoctorContext
from dunning.touch_facts import TouchUnknown
from ledger.books import Books
from ledger.doorbells import ring, waiting
from ledger.tables import CaseRow, FactRow, MessageItemRow, MessageRow, OutboxRow, table
from settings import ROOT, Settings
from tests.commands.rehearsed import AFTER_ALL, Rehearsed

CASE, FACT, MESSAGE = table(CaseRow), table(FactRow), table(MessageRow)
ITEM, OUTBOX = table(MessageItemRow), table(OutboxRow)
IN_THE_BOOKS = ("database", "schema", "facts", "claims", "messages", "projections", "doorbells")


@pytest.fixture
def ctx(rehearsed: Rehearsed, tmp_path: Path) -> Iterator[DoctorContext]:
    """An installation with a history, whose engine is away."""
    settings = rehearsed.copied_to(tmp_path / "home")
    ctx = DoctorContext(settings, AFTER_ALL, patience=timedelta(0))
    yield ctx
    ctx.ledger.engine.dispose()


async def looked(ctx: DoctorContext, *, repair: bool = False) -> dict[str, dict[str, Any]]:
    """The checks by id."""
    answer = await diagnose(ctx, repair=repair)
    assert answer["ok"] == all(check["ok"] for check in answer["checks"])
    return {check["id"]: check for check in answer["checks"]}


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
        "workflows": "Not looked at, because temporal is not in order.",
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


@pytest.mark.parametrize("forgotten", ["message", "fact", "item"])
async def test_messages_and_facts_that_disagree_are_named(
    ctx: DoctorContext, forgotten: str
) -> None:
    with ctx.ledger.reading() as books:
        attempt = books.connection.execute(select(MESSAGE.c.attempt).limit(1)).scalar_one()
    mine, about = MESSAGE.c.attempt == attempt, ITEM.c.attempt == attempt
    if forgotten == "message":
        broken(ctx, delete(ITEM).where(about), delete(MESSAGE).where(mine))
    elif forgotten == "item":
        broken(ctx, delete(ITEM).where(about))
    else:
        broken(
            ctx, text("PRAGMA defer_foreign_keys=ON"), renamed(ITEM, about), renamed(MESSAGE, mine)
        )
    check = (await looked(ctx))["messages"]
    told = {"message": "no message", "item": "other invoices", "fact": "no fact"}[forgotten]

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


async def test_missing_books_are_named_and_made(tmp_path: Path) -> None:
    ctx = DoctorContext(fresh(tmp_path / "home"), AFTER_ALL, patience=timedelta(0))
    found = await looked(ctx)

    assert "There are no books at" in found["database"]["detail"]
    assert found["facts"]["detail"] == "Not looked at, because schema is not in order."
    assert not (tmp_path / "home").exists() or not list((tmp_path / "home").glob("*.db"))

    mended = await looked(ctx, repair=True)

    assert mended["database"]["repaired"]
    assert all(mended[name]["ok"] for name in IN_THE_BOOKS)
    ctx.ledger.engine.dispose()


async def test_books_of_an_older_version_are_brought_up_to_date(tmp_path: Path) -> None:
    settings = fresh(tmp_path / "home")
    ctx = DoctorContext(settings, AFTER_ALL, patience=timedelta(0))
    with ctx.ledger.engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    found = await looked(ctx)
    mended = await looked(ctx, repair=True)

    assert "missing or of an older version" in found["schema"]["detail"]
    assert mended["schema"]["repaired"]
    ctx.ledger.engine.dispose()


async def test_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    settings = fresh(tmp_path).model_copy(
        update={"database_url": "postgresql://duncan:secret@127.0.0.1:1/books"}
    )
    checks = await looked(DoctorContext(settings, AFTER_ALL, patience=timedelta(0)), repair=True)

    assert "do not answer" in checks["database"]["detail"]
    assert "secret" not in checks["database"]["detail"]
    assert checks["letters"]["ok"]


def wrong_policy(settings: Settings, folder: Path) -> Settings:
    shutil.copytree(ROOT / "policies", folder)
    path = folder / "standard_b2b.toml"
    path.write_text(path.read_text().replace('letter = "firm"', 'letter = "frim"'))
    return settings.model_copy(update={"policies": folder})


def wrong_letter(settings: Settings, folder: Path) -> Settings:
    shutil.copytree(ROOT / "templates" / "letters", folder)
    (folder / "firm" / "en" / "body.txt").write_text("Dear {{ nobody_known }}")
    return settings.model_copy(update={"letters": folder})


def no_host(settings: Settings, _: Path) -> Settings:
    return settings.model_copy(update={"email": "smtp", "smtp_host": ""})


def no_outbox(settings: Settings, _: Path) -> Settings:
    shutil.rmtree(settings.outbox_folder)
    settings.outbox_folder.write_text("in the way")
    return settings


@pytest.mark.parametrize(
    ("name", "breaks", "told"),
    [
        ("policies", wrong_policy, 'there is no letter "frim"; did you mean "firm"?'),
        ("letters", wrong_letter, "nobody_known"),
        ("settings", no_host, "no SMTP host is set"),
        ("outbox", no_outbox, "cannot be written: Not a directory"),
    ],
)
async def test_what_surrounds_the_books_is_checked(
    ctx: DoctorContext,
    tmp_path: Path,
    name: str,
    breaks: Callable[[Settings, Path], Settings],
    told: str,
) -> None:
    settings = breaks(ctx.settings, tmp_path / "changed")
    checks = await looked(replace(ctx, settings=settings))

    assert told in checks[name]["detail"]
    assert [one for one in checks if not checks[one]["ok"]] == [name, "temporal", "workflows"]


def fresh(home: Path) -> Settings:
    return Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.


def an_open_invoice(ctx: DoctorContext) -> str:
    later = (CASE.c.closed_on.is_(None)) & (CASE.c.next_at > AFTER_ALL)
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
