"""Two installations at one namespace of Temporal: the second one says so and does nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from commands import installation
from commands.installation import Installation
from commands.people.demo_team import add_demo_team
from commands.restoring import claiming
from commands.restoring.claiming import Belonging
from commands.restoring.memory import recall, refuse_others
from commands.restoring.noticing import BooksWatch
from commands.sending.working import serve
from dunning.conditions import RESTORED
from dunning.may import NotAllowed
from ledger.channels import stops
from ledger.doorbells import count
from settings import Settings
from tests.commands.looking import looked
from tests.commands.test_doctor_engine import namespace_of_its_own
from tests.commands.test_restoring import NOON, context, opens
from worker import Wiring, wire

# Later than every fact that is recorded here.
NOW = datetime.now(UTC) + timedelta(hours=1)
BELONGS = "belongs to other books"


@dataclass(frozen=True)
class Two:
    """Whose workers were there first, and who comes to the same namespace afterwards."""

    client: Client
    first: Wiring
    second: Wiring
    settings: Settings


@contextmanager
def books(folder: Path) -> Iterator[tuple[Wiring, Settings]]:
    settings = Settings(_env_file=None, home=folder)  # type: ignore[call-arg]  # Pydantic's own.
    wiring = wire(settings)
    opens(wiring, "I-1")
    yield wiring, settings
    wiring.ledger.engine.dispose()


@pytest_asyncio.fixture
async def two(dev_server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Two]:
    """The first books have been followed; the second ones have an invoice of the same number."""
    client = await namespace_of_its_own(dev_server)
    with books(tmp_path / "1") as (first, _), books(tmp_path / "2") as (second, settings):
        await BooksWatch(client, first.ledger).look(NOW)
        yield Two(client, first, second, settings)


async def test_a_worker_of_other_books_says_so_and_does_not_begin(two: Two) -> None:
    with pytest.raises(NotAllowed, match=f"{BELONGS}.*duncan namespace --claim"):
        await serve(two.client, two.second, two.settings)

    assert not [one async for one in two.client.list_workflows()]
    with two.second.ledger.reading() as found:
        assert count(found.connection) == 1


async def test_a_worker_whose_namespace_others_took_ends(two: Two) -> None:
    working = BooksWatch(two.client, two.first.ledger)
    await working.begin(lambda: NOW)
    await claim(two)

    with pytest.raises(NotAllowed, match=BELONGS):
        await working.look(NOW)


async def test_the_note_of_other_books_is_not_written_over(two: Two) -> None:
    before = await recall(two.client)
    with pytest.raises(NotAllowed):
        await BooksWatch(two.client, two.second.ledger).look(NOW)

    assert before is not None
    assert await recall(two.client) == before


async def test_what_a_command_records_waits_and_wakes_nobody_elses_workflow(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "connect", AsyncMock(return_value=two.client))
    acting = Installation(two.settings)
    with pytest.raises(NotAllowed, match=BELONGS):
        await acting._answer(None)  # noqa: SLF001 - `tell_engine` runs a loop of its own

    monkeypatch.setattr(installation, "run", _refused)
    assert acting.tell_engine().startswith(f"Recorded. The namespace x {BELONGS}")


async def test_the_doctor_names_it_and_mends_nothing_there(two: Two) -> None:
    found = await looked(context(two.settings, two.client, two.second), repair=True)

    assert BELONGS in found["namespace"]["detail"]
    assert not any(found[name]["repaired"] for name in ("doorbells", "workflows", "restored"))
    assert not [one async for one in two.client.list_workflows()]


async def test_a_claimed_namespace_is_worked_in_and_nothing_goes_out_unreleased(two: Two) -> None:
    told = await claim(two)
    await refuse_others(two.client, two.second.ledger)
    with two.second.ledger.reading() as found:
        stopped = {channel: stop.code for channel, stop in stops(found).items()}

    assert told.books == "these"
    assert "release" in told.outcome
    assert stopped == dict.fromkeys(("email", "sms"), RESTORED)


async def test_a_namespace_of_nobody_else_needs_no_claim(two: Two) -> None:
    with pytest.raises(NotAllowed, match="to no other books"):
        await claim(replace(two, second=two.first))


async def claim(two: Two) -> Belonging:
    """The second books claim the namespace."""
    acting = Installation(two.settings)
    object.__setattr__(acting, "wiring", two.second)
    add_demo_team(two.second.ledger, NOON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claiming, "connect", AsyncMock(return_value=two.client))
        return await claiming.claim_namespace(acting, "ada", NOW)


def _refused(work: object) -> None:
    work.close()  # type: ignore[attr-defined]  # A coroutine that nobody waits for.
    raise NotAllowed(f"The namespace x {BELONGS}.")
