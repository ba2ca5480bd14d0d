"""Books that somebody put back without a word: a worker notices, and nothing goes out."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from commands.restoring.marking import mark_restored, was_marked_since
from commands.restoring.memory import MEMORY
from commands.restoring.noticing import WHY, BooksWatch
from dunning.conditions import RESTORED
from ledger.channels import channel_histories
from ledger.ledger import Ledger
from settings import Settings
from tests.commands.test_doctor_engine import namespace_of_its_own
from tests.commands.test_restoring import LATER, opened, opens
from tests.playing import Post
from tests.servers.postgres import fresh_database
from worker import Wiring

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """An installation in a folder of its own; its books in SQLite, then in PostgreSQL."""
    home = tmp_path / "home"
    return Settings(_env_file=None, home=home, database_url=database_url)  # type: ignore[call-arg]  # Pydantic's own.


@contextmanager
def put_aside(settings: Settings, folder: Path) -> Iterator[Settings]:
    """The same installation with a copy of its books, as another tool makes and restores one."""
    url = make_url(settings.books_url)
    if url.get_backend_name() != "sqlite":
        with fresh_database(settings.books_url, template=str(url.database)) as copy:
            yield settings.model_copy(update={"database_url": copy})
        return
    shutil.copy(str(url.database), folder / "copy.db")
    yield settings.model_copy(update={"database_url": f"sqlite:///{folder / 'copy.db'}"})


@pytest.fixture
def earlier(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Books of the hour before `I-2` came in; those of the installation have it."""
    with opened(settings, Post()) as wiring:
        opens(wiring, "I-1")
    with put_aside(settings, tmp_path) as copy:
        with opened(settings, Post()) as wiring:
            opens(wiring, "I-2")
        yield copy


def stops_by_duncan(ledger: Ledger) -> list[str]:
    """The channels that were stopped for books of an earlier hour, each as often as it was."""
    with ledger.reading() as books:
        found = channel_histories(books)
    return [name for name, facts in found.items() for one in facts if _is_noticed(one)]


def _is_noticed(fact: object) -> bool:
    return getattr(fact, "code", "") == RESTORED and getattr(fact, "why", "") == WHY


async def remembered(client: Client, wiring: Wiring, now: datetime = LATER) -> bool:
    """Let a new worker look; whether it found books of an earlier hour."""
    return await BooksWatch(client, wiring.ledger).look(now)


async def test_a_worker_that_finds_books_of_an_earlier_hour_stops_every_channel(
    dev_server: WorkflowEnvironment, settings: Settings, earlier: Settings
) -> None:
    client = await namespace_of_its_own(dev_server)
    with opened(settings, Post()) as wiring:
        whole = [await remembered(client, wiring) for _ in range(2)]
    with opened(earlier, Post()) as wiring:
        found = [await remembered(client, wiring, LATER + n * A_MINUTE) for n in (1, 2)]
        stopped = stops_by_duncan(wiring.ledger)

    assert whole == [False, False]
    assert found == [True, False]
    assert sorted(stopped) == ["email", "sms"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_books_put_back_under_a_running_worker_are_noticed_within_seconds(
    dev_server: WorkflowEnvironment, settings: Settings, earlier: Settings
) -> None:
    client = await namespace_of_its_own(dev_server)
    with opened(settings, Post()) as wiring:
        books_watch = BooksWatch(client, wiring.ledger)
        await books_watch.look(LATER)
    await client.get_schedule_handle(MEMORY).delete()
    with opened(earlier, Post()) as wiring:
        books_watch.ledger = wiring.ledger
        working = asyncio.create_task(books_watch.run(lambda: LATER + A_MINUTE))
        await asyncio.sleep(2)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        stopped = stops_by_duncan(wiring.ledger)

    assert sorted(stopped) == ["email", "sms"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_books_that_were_marked_and_released_are_not_stopped_again(
    dev_server: WorkflowEnvironment, settings: Settings, earlier: Settings
) -> None:
    client = await namespace_of_its_own(dev_server)
    with opened(settings, Post()) as wiring:
        await remembered(client, wiring)
    with opened(earlier, Post()) as wiring:
        wiring.ledger.transact(lambda books: mark_restored(books, "ada", LATER))
        found = await remembered(client, wiring)
        with wiring.ledger.reading() as books:
            marked = [was_marked_since(books, at) for at in (LATER, LATER + A_MINUTE)]

    assert not found
    assert marked == [True, False]
