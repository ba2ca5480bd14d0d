"""Long work is told about by whichever desk is asked, to whoever began it, for a day."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from httpx import AsyncClient

from console.jobs import Job, Jobs
from console.visit import SESSION
from dunning.may import NotAllowed
from ledger.desk_jobs import JOB, SILENCE, begin_job
from ledger.ledger import Ledger
from settings import Settings
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.team import Team, sent, waited
from tests.console.visiting import visiting
from worker import wire

PERIOD = {"first": "2026-03-01", "last": "2026-05-03"}
EMPTY = {"done": 0, "total": 0, "size": 0, "problem": "", "location": "", "about": ""}
BEGUN = EMPTY | {"job": "a", "kind": "audit", "title": "Cadence audit", "person": "auditor"}


@pytest.fixture
def books(team: Team) -> Ledger:
    return team.books.wiring.ledger


def _other_desk(team: Team, desk: AsyncClient) -> AsyncClient:
    """Another process of the desk over the same database, visited with the same session."""
    home = team.books.outbox.parent
    wiring = wire(Settings(_env_file=None, home=home))  # type: ignore[call-arg]  # Pydantic's own.
    other = visiting(SmallLedger(wiring, team.books.outbox).app())
    other.cookies.set(SESSION, desk.cookies[SESSION])
    return other


async def test_an_audit_is_found_whichever_desk_is_asked(team: Team) -> None:
    async with team.at_desk("auditor") as desk, _other_desk(team, desk) as other:
        begun = await sent(desk, "/audit", "audit", PERIOD)
        shown = await waited(other, begun)
        packed = await waited(other, await sent(desk, "/audit", "pack", PERIOD))
        found = re.search(r'href="(/audit/packs/\w+)"', packed.text)
        assert found
        pack = await other.get(found[1])

    assert "Nobody was contacted after payment" in shown.text
    assert pack.content.startswith(b"PK")
    assert "evidence-2026-03-01-2026-05-03.zip" in pack.headers["content-disposition"]


async def test_only_whoever_began_a_job_is_told_of_it(team: Team) -> None:
    async with team.at_desk("auditor") as desk, team.at_desk("manager") as colleague:
        begun = await sent(desk, "/audit", "audit", PERIOD)
        result = (await waited(desk, begun)).url.path
        answers = [await colleague.get(one) for one in (begun.headers["location"], result)]

    assert [one.status_code for one in answers] == [404, 404]
    assert "somebody else began it" in answers[0].text


@pytest.mark.parametrize(
    "address",
    [
        *("/reports?by=customer", "/reports?by=segment&basis=invoice", "/month-end?month=2026-04"),
        *("/reports/figures?month=2026-04", "/reports/people?month=2026-04&months=3"),
        "/reports/disputes?month=2026-04",
    ],
)
async def test_a_report_of_large_books_says_at_every_desk_what_it_says_at_once(
    team: Team, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    async with team.at_desk("viewer") as desk, _other_desk(team, desk) as other:
        at_once = (await desk.get(address)).text
        monkeypatch.setattr("console.prepared.is_large", lambda _: True)
        made = await waited(desk, await desk.get(address))
        again = await other.get(str(made.url))

    assert "made=" in str(made.url)
    assert _without_numbers(made.text) == _without_numbers(at_once)
    assert _without_numbers(again.text) == _without_numbers(at_once)


def _without_numbers(page: str) -> str:
    """The page without what is new in each: numbers of forms, and of the job in links."""
    return re.sub(r'(href|name|value)="[^"]*"', "", page)


def test_a_desk_that_fell_silent_is_told_of(books: Ledger) -> None:
    books.transact(lambda one: begin_job(one.connection, BEGUN, NOW))
    lately = Jobs(books, lambda: NOW + SILENCE).known("a", "auditor")
    later = Jobs(books, lambda: NOW + SILENCE * 2).known("a", "auditor")

    assert (lately.is_over, lately.problem) == (False, "")
    assert later.is_over
    assert later.problem == "The desk that did this has ended meanwhile: begin it again."


def test_a_desk_says_that_it_is_at_its_jobs(books: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.jobs._BEAT_SECONDS", 0.01)
    jobs, go_on, beaten = Jobs(books, lambda: NOW), threading.Event(), threading.Event()

    def work(job: Job) -> str:
        job.progress(3, 7)
        assert go_on.wait(10)
        return "/there"

    jobs.start(Job("b", "audit", "Cadence audit", "auditor"), work)
    for _ in range(1000):
        if jobs.known("b", "auditor").done:
            break
        beaten.wait(0.01)
    during = jobs.known("b", "auditor")
    go_on.set()
    jobs._threads.shutdown()  # noqa: SLF001 - waits until it is done
    after = jobs.known("b", "auditor")

    assert (during.done, during.total, during.is_over) == (3, 7, False)
    assert (after.location, after.is_over, after.problem) == ("/there", True, "")


def test_as_many_jobs_wait_as_may_whichever_desk_has_them(books: Ledger) -> None:
    for number in range(5):
        row = BEGUN | {"job": str(number)}
        books.transact(lambda one, row=row: begin_job(one.connection, row, NOW))  # type: ignore[misc]
    job = Job("c", "audit", "Cadence audit", "auditor")

    with pytest.raises(NotAllowed, match="Several such jobs"):
        Jobs(books, lambda: NOW).start(job, lambda _: "")
    # Those of a desk that is gone are in nobody's way.
    Jobs(books, lambda: NOW + SILENCE).start(job, lambda _: "")


def test_what_came_of_jobs_is_kept_for_a_day_and_of_forty_at_most(books: Ledger) -> None:
    def kept() -> set[str]:
        with books.reading() as one:
            return set(one.connection.execute(JOB.select()).scalars())

    for number in range(45):
        row = BEGUN | {"job": f"{number:02}", "ended_at": NOW + timedelta(seconds=number)}
        books.transact(lambda one, row=row: begin_job(one.connection, row, NOW))  # type: ignore[misc]
    many = kept()
    late = BEGUN | {"job": "late"}
    books.transact(lambda one: begin_job(one.connection, late, NOW + timedelta(days=2)))

    assert len(many) == 40
    assert "00" not in many
    assert kept() == {"late"}


def test_outcomes_too_large_together_make_room_for_new_ones(books: Ledger) -> None:
    for number in range(3):
        row = BEGUN | {"job": str(number), "size": 600_000_000}
        row |= {"ended_at": NOW + timedelta(seconds=number)}
        books.transact(lambda one, row=row: begin_job(one.connection, row, NOW))  # type: ignore[misc]
    books.transact(lambda one: begin_job(one.connection, BEGUN, NOW))
    with books.reading() as one:
        kept = set(one.connection.execute(JOB.select()).scalars())

    assert kept == {"a", "2"}
