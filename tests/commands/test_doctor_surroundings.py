"""Settings, policies, letters, folders and tables: what is wrong is one plain sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from activities.planning import Planner
from commands.doctor.finding import DoctorContext
from ledger.schema import upgrade
from ledger.tables import CaseRow, table
from settings import ROOT, Settings
from tests.commands.looking import looked
from tests.commands.rehearsed import AFTER_ALL
from tests.commands.simulating import START, met, opened, simulated

CASE = table(CaseRow)
IN_THE_BOOKS = ("database", "schema", "facts", "claims", "messages", "projections", "doorbells")


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


async def test_both_kinds_of_database_are_looked_at_and_simulated(
    database_url: str, tmp_path: Path, planner: Planner
) -> None:
    settings = fresh(tmp_path).model_copy(update={"database_url": database_url})
    ctx = DoctorContext(settings, START, patience=timedelta(0))
    upgrade(ctx.ledger.engine)
    met(ctx.ledger)
    ctx.ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 2, 26))))
    ctx.ledger.transact(lambda books: planner.plan(books, books.case("I-1"), START))
    balance = update(CASE).values(balance_minor=1)
    ctx.ledger.transact(lambda books: books.connection.execute(balance))
    found = await looked(ctx)
    mended = await looked(ctx, repair=True)
    told = simulated(ctx.ledger, planner, days=3)
    ctx.ledger.engine.dispose()

    assert "dunning_case I-1 (balance_minor)" in found["projections"]["detail"]
    assert {name for name in IN_THE_BOOKS if not mended[name]["ok"]} == {"doorbells"}
    assert [row["invoices"] for row in told["touches"]] == [["I-1"]]


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
    return settings.model_copy(update={"email_provider": "smtp", "smtp_host": ""})


def no_outbox(settings: Settings, _: Path) -> Settings:
    shutil.rmtree(settings.outbox_folder)
    settings.outbox_folder.write_text("in the way")
    return settings


@pytest.mark.parametrize(
    ("breaks", "told", "wrong"),
    [
        (
            wrong_policy,
            'there is no letter "frim"; did you mean "firm"?',
            ("policies", "versions", "freshness", "dns", "replies"),
        ),
        (wrong_letter, "nobody_known", ("letters", "versions")),
        (
            no_host,
            "no SMTP host is set",
            tuple(
                "settings freshness sendgrid twilio smtp clock webhooks posts dns replies".split()
            ),
        ),
        (no_outbox, "cannot be written: Not a directory", ("outbox",)),
    ],
)
async def test_what_surrounds_the_books_is_checked(
    ctx: DoctorContext,
    tmp_path: Path,
    breaks: Callable[[Settings, Path], Settings],
    told: str,
    wrong: tuple[str, ...],
) -> None:
    settings = breaks(ctx.settings, tmp_path / "changed")
    checks = await looked(replace(ctx, settings=settings))
    found = {one for one in checks if not checks[one]["ok"]}

    assert told in checks[wrong[0]]["detail"]
    assert found == {"temporal", "namespace", "restored", "workers", "workflows", "upkeep", *wrong}


def fresh(home: Path) -> Settings:
    return Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.
