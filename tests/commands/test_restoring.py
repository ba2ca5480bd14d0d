"""Books put back to an earlier hour: nothing is sent until it is known what went out since."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.clock import EngineClock
from activities.gateways.interface import Accepted, SentBefore
from commands.doctor.finding import DoctorContext
from commands.doctor.restored import restored
from commands.imports import take_in
from commands.restoring.copies import back_up
from commands.restoring.copies import restore as put_back
from commands.sending.channel_actions import ChannelActions
from commands.sending.relay import relay_of
from dunning.holdings import Touch
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.channels import stops
from ledger.doorbells import ring
from ledger.tables import CaseRow, MessageRow, table
from settings import Settings
from tests.activities.workshop import afternoon
from tests.cast import ISSUED, customer, day, invoice
from tests.commands.test_doctor_engine import namespace_of_its_own
from tests.playing import Post
from worker import Wiring, running, wire

CASE, MESSAGE = table(CaseRow), table(MessageRow)
NOON = afternoon(day(3))
LATER = afternoon(day(15))
MARKED = NOON + timedelta(minutes=5)


class Provider(Post):
    """A provider that may be asked what it took over."""

    tells = True

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Accepted, where the message was handed over."""
        known = [one for one in self.handed_over if one.attempt == message.attempt]
        return Accepted(f"post:{message.attempt}") if known and self.tells else None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of its own."""
    return Settings(_env_file=None, home=tmp_path / "home")  # type: ignore[call-arg]  # Pydantic's own.


@contextmanager
def opened(settings: Settings, post: Post, at: datetime = NOON) -> Iterator[Wiring]:
    """The installation's books, played at a moment."""
    wiring = wire(settings)
    watch = wiring.planner.watch
    assert watch is not None
    never_old = replace(watch, rules=replace(watch.rules, fresh_business_days={}))
    object.__setattr__(wiring.planner, "watch", never_old)
    clock = EngineClock(ahead=datetime.now(UTC) - at)
    try:
        yield replace(wiring, gateways={"email": post, "sms": post}, clock=clock)
    finally:
        wiring.ledger.engine.dispose()


def opens(wiring: Wiring, number: str) -> None:
    """An invoice of a customer of its own, imported on the day it was issued."""
    at, whom = afternoon(ISSUED), f"C-{number}"
    for batch, rows in (
        (take_in.customers(at, "import"), [customer(whom)]),
        (take_in.invoices(at, "import"), [invoice(number, whom)]),
    ):
        list(take_in.take_in(wiring.ledger, rows, batch, take_in.Taken()))  # type: ignore[arg-type]  # Each with its rows.


@asynccontextmanager
async def at_work(client: Client, wiring: Wiring, settings: Settings) -> AsyncIterator[None]:
    """Workers that run, and every open case woken."""

    def wake() -> None:
        still_open = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None))

        def ring_all(books: Books) -> None:
            found = books.connection.execute(still_open).scalars().all()
            ring(books.connection, found, opening=True)

        wiring.ledger.transact(ring_all)

    async with running(client, wiring, settings, limited=False):
        wake()
        await relay_of(wiring, client).answer_all(datetime.now(UTC))
        yield


async def until_handed_over(post: Post, count: int) -> None:
    """Wait for so many messages, and a little longer for one too many."""
    for _ in range(200):
        if len(post.handed_over) >= count:
            break
        await asyncio.sleep(0.1)
    # One too many would come about now.
    await asyncio.sleep(1.5)


def states(wiring: Wiring) -> dict[str, str]:
    """What the books say of each message, by the invoice that claimed it."""
    with wiring.ledger.reading() as books:
        rows = books.connection.execute(select(MESSAGE.c.claimant, MESSAGE.c.state)).all()
    return {row.claimant: row.state for row in rows}


def release(wiring: Wiring, by: str) -> list[bool]:
    """Whether each channel speaks again after this person's word."""
    acting = ChannelActions(wiring.ledger, wiring.planner, by, MARKED)
    return [acting.release(channel, "looked") for channel in ("email", "sms")]


def context(settings: Settings, client: Client, wiring: Wiring) -> DoctorContext:
    """The doctor, in the books' time."""
    return DoctorContext(settings, MARKED, client, clock=wiring.clock, gateways=wiring.gateways)


async def sent_since_a_backup(client: Client, settings: Settings, post: Post, file: Path) -> None:
    """One reminder is in the backup; the other went out after it."""
    with opened(settings, post) as wiring:
        opens(wiring, "I-1")
        async with at_work(client, wiring, settings):
            await until_handed_over(post, 1)
        opens(wiring, "I-2")
        back_up(settings, file)
        async with at_work(client, wiring, settings):
            await until_handed_over(post, 2)

        assert states(wiring) == {"I-1": "sent", "I-2": "sent"}


async def test_restored_books_send_nothing_twice(
    dev_server: WorkflowEnvironment, settings: Settings, tmp_path: Path
) -> None:
    client, post = await namespace_of_its_own(dev_server), Provider()
    file = tmp_path / "backup.db"
    await sent_since_a_backup(client, settings, post, file)
    put_back(settings, file, "ada", MARKED, replaces=True)
    with opened(settings, post) as wiring:
        before = states(wiring)
        async with at_work(client, wiring, settings):
            waits = await until_it_waits(wiring, "I-2")
            silent = len(post.handed_over)
            with pytest.raises(NotAllowed, match="doctor --repair first"):
                release(wiring, "ada")
            await reconciled(settings, client, wiring)
            known, first = states(wiring), release(wiring, "ada")
            with pytest.raises(NotAllowed, match="a second person"):
                release(wiring, "Ada")
            with wiring.ledger.reading() as books:
                stopped = {channel: stop.code for channel, stop in stops(books).items()}
            second = release(wiring, "bea")
    with opened(settings, post, LATER) as wiring:
        async with at_work(client, wiring, settings):
            went_on = await until_spoken(wiring, "I-2", 2)

    assert (waits, silent) == ("RESTORED", 2)
    assert (before, known) == ({"I-1": "sent"}, {"I-1": "sent", "I-2": "sent"})
    assert (first, second) == ([False, False], [True, True])
    assert stopped == {"email": "RESTORED", "sms": "RESTORED"}
    assert went_on == ["reminder", "request"]
    assert len(post.handed_over) == len({one.attempt for one in post.handed_over}) >= 3


async def until_spoken(wiring: Wiring, number: str, count: int) -> list[str]:
    """The steps whose letters went out for the invoice, once there are so many."""
    touches: list[Touch] = []
    for _ in range(250):
        with wiring.ledger.reading() as books:
            touches = [one for one in books.case(number).touches if one.state == "sent"]
        if len(touches) >= count:
            break
        await asyncio.sleep(0.1)
    return [one.step for one in touches]


async def until_it_waits(wiring: Wiring, number: str) -> str:
    """The code a case waits for, once its workflow asked; the engine first tries the old worker."""
    query = select(CASE.c.next_code).where(CASE.c.invoice == number)
    for _ in range(250):
        with wiring.ledger.reading() as books:
            code = str(books.connection.execute(query).scalar())
        if code:
            return code
        await asyncio.sleep(0.1)
    return ""


async def reconciled(settings: Settings, client: Client, wiring: Wiring) -> None:
    """Let the doctor look, mend and look again."""
    ctx = context(settings, client, wiring)
    found = await restored(ctx)
    assert not found.ok
    assert found.mend is not None
    await found.mend()
    assert (await restored(ctx)).ok
    ctx.ledger.engine.dispose()


async def test_books_that_nobody_marked_are_noticed_and_stopped_by_the_doctor(
    dev_server: WorkflowEnvironment, settings: Settings, tmp_path: Path
) -> None:
    client, post = await namespace_of_its_own(dev_server), Provider()
    file = tmp_path / "backup.db"
    await sent_since_a_backup(client, settings, post, file)
    with opened(settings, post) as wiring:
        ctx = context(settings, client, wiring)
        whole = await restored(ctx)
        ctx.ledger.engine.dispose()
    settings.home.joinpath("books.db").write_bytes(file.read_bytes())
    with opened(settings, post) as wiring:
        with wiring.ledger.reading() as books:
            case = books.case("I-2")
        wiring.ledger.transact(lambda books: wiring.planner.plan(books, case, NOON))
        ctx = context(settings, client, wiring)
        found = await restored(ctx)
        ctx.ledger.engine.dispose()
        with wiring.ledger.reading() as books:
            stopped = {channel: stop.code for channel, stop in stops(books).items()}

    assert whole.ok
    assert not found.ok
    assert "I-2" in found.detail
    assert "I-1" not in found.detail
    assert stopped == {"email": "RESTORED", "sms": "RESTORED"}
