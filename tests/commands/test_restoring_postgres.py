"""Books in PostgreSQL that were restored with its own tools, and marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from commands.restoring.marking import mark_restored
from settings import Settings
from tests.commands.test_doctor_engine import namespace_of_its_own
from tests.commands.test_noticing import put_aside
from tests.commands.test_restoring import (
    MARKED,
    Provider,
    at_work,
    opened,
    opens,
    reconciled,
    release,
    states,
    until_handed_over,
    until_it_waits,
)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_restored_books_in_postgresql_send_nothing_twice(
    dev_server: WorkflowEnvironment, tmp_path: Path, database_url: str
) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "home", database_url=database_url)  # type: ignore[call-arg]  # Pydantic's own.
    client, post = await namespace_of_its_own(dev_server), Provider()
    with opened(settings, post) as wiring:
        opens(wiring, "I-1")
        opens(wiring, "I-2")
    with put_aside(settings, tmp_path) as earlier:
        with opened(settings, post) as wiring:
            async with at_work(client, wiring, settings):
                await until_handed_over(post, 2)
        with opened(earlier, post) as wiring:
            wiring.ledger.transact(lambda books: mark_restored(books, "ada", MARKED))
            async with at_work(client, wiring, earlier):
                waits = await until_it_waits(wiring, "I-2")
                before = states(wiring)
                await reconciled(earlier, client, wiring)
                released = [release(wiring, who) for who in ("ada", "bea")]
            after = states(wiring)

    assert (waits, before) == ("RESTORED", {})
    assert after == {"I-1": "sent", "I-2": "sent"}
    assert released == [[False, False], [True, True]]
    assert len(post.handed_over) == 2
