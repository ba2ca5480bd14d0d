"""Copies of the books: made in use, put back whole, and never in the place of newer ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.testing import WorkflowEnvironment

from commands.restoring.copies import back_up
from commands.restoring.copies import restore as put_back
from dunning.may import NotAllowed
from ledger.channels import stops
from settings import Settings
from tests.commands.test_doctor_engine import namespace_of_its_own
from tests.commands.test_restoring import (
    CASE,
    LATER,
    MARKED,
    Provider,
    opened,
    opens,
    reconciled,
    release,
    sent_since_a_backup,
    states,
)
from tests.playing import Post


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of its own."""
    return Settings(_env_file=None, home=tmp_path / "home")  # type: ignore[call-arg]  # Pydantic's own.


def test_a_backup_comes_back_marked_and_what_it_replaces_is_kept(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    with opened(settings, Post()) as wiring:
        opens(wiring, "I-1")
        back_up(settings, file)
        with pytest.raises(NotAllowed, match="there already"):
            back_up(settings, file)
        opens(wiring, "I-2")
        with pytest.raises(NotAllowed, match="in use"):
            put_back(settings, file, "ada", MARKED, replaces=True)
    with pytest.raises(NotAllowed, match="newer facts"):
        put_back(settings, file, "ada", MARKED, replaces=False)
    before = put_back(settings, file, "ada", MARKED, replaces=True)

    assert before is not None
    assert invoices(settings) == ["I-1"]
    assert invoices(settings.model_copy(update={"database_url": f"sqlite:///{before}"})) == [
        "I-1",
        "I-2",
    ]
    with opened(settings, Post()) as wiring, wiring.ledger.reading() as books:
        assert set(stops(books)) == {"email", "sms"}
    assert [one.name for one in settings.home.glob("*.restoring*")] == []


def invoices(settings: Settings) -> list[str]:
    """The invoices of the books."""
    with opened(settings, Post()) as wiring, wiring.ledger.reading() as books:
        query = select(CASE.c.invoice).order_by(CASE.c.invoice)
        return list(books.connection.execute(query).scalars())


def test_a_file_that_holds_no_books_replaces_nothing(settings: Settings, tmp_path: Path) -> None:
    with opened(settings, Post()) as wiring:
        opens(wiring, "I-1")
    file = tmp_path / "backup.db"
    file.write_bytes(b"no books " * 1000)
    with pytest.raises(NotAllowed, match="no books that can be used"):
        put_back(settings, file, "ada", MARKED, replaces=True)

    assert invoices(settings) == ["I-1"]


def test_books_in_postgresql_name_its_own_tools(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"database_url": "postgresql://books"})

    with pytest.raises(NotAllowed, match="pg_dump"):
        back_up(elsewhere, tmp_path / "backup.db")
    with pytest.raises(NotAllowed, match="restore --mark"):
        put_back(elsewhere, tmp_path / "backup.db", "ada", MARKED, replaces=True)


async def test_what_no_provider_can_tell_is_unknown_and_never_sent_again(
    dev_server: WorkflowEnvironment, settings: Settings, tmp_path: Path
) -> None:
    client, post = await namespace_of_its_own(dev_server), Provider()
    post.tells = False
    file = tmp_path / "backup.db"
    await sent_since_a_backup(client, settings, post, file)
    put_back(settings, file, "ada", MARKED, replaces=True)
    with opened(settings, post) as wiring:
        await reconciled(settings, client, wiring)
        release(wiring, "ada")
        release(wiring, "bea")
        with wiring.ledger.reading() as books:
            case = books.case("I-2")
        step = wiring.ledger.transact(lambda books: wiring.planner.plan(books, case, LATER))

        assert states(wiring) == {"I-1": "sent", "I-2": "unknown"}
        assert [task.what for task in case.tasks] == ["unknown_outcome"]
        assert getattr(step, "step", "") != "reminder"
