"""The installation of a run: PostgreSQL, Temporal, two workers, a desk, and the providers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.place import HOST, Place, environment, free_port, now, settings_of, write_policies
from chaos.servers import Server, ours
from chaos.troubles import Targets, until_healthy
from commands.api_keys.actions import ApiKeyActions
from commands.doctor.webhooks import EVENTS
from commands.sending.fake_accounts import accounts_at, environment_of
from dunning.person_facts import PersonAdded, RoleGiven
from engine import server_command
from fakes.courier import telling
from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from ledger.books import Books
from ledger.people import record_person
from settings import Settings
from tests.servers.postgres_server import PostgresServer, crashing_postgres, postgres_binaries
from worker import Wiring, wire

WORKERS = 2
_PEOPLE = (("root", "Ada Root", "administrator"), ("erp", "The ERP", "associate"))
_SCOPES = ("read", "cases:write", "imports:write")


@dataclass(frozen=True)
class Site:
    """Everything that runs, and the books and key to look at it with."""

    targets: Targets
    settings: Settings
    wiring: Wiring
    key: str
    environment: dict[str, str]

    @property
    def desk_url(self) -> str:
        """Where the desk and the webhooks are."""
        return self.targets.desk_url


@asynccontextmanager
async def site(home: Path, where: Place) -> AsyncIterator[Site]:
    """Start everything and end it in any case. Raises AssertionError when it does not run."""
    binaries = postgres_binaries()
    assert binaries is not None, "A chaos run needs PostgreSQL."
    desk_port = free_port()
    desk_url = f"http://{HOST}:{desk_port}"
    with crashing_postgres(binaries) as books, _providers(desk_url) as fake:
        given = environment(home, _given(fake, books, desk_url))
        write_policies(home / "policies", where)
        settings = settings_of(given)
        wiring = wire(settings)
        names = [f"worker-{number}" for number in range(1, WORKERS + 1)]
        workers = [ours(name, home, given, "worker") for name in names]
        desk = ours("desk", home, given, "console", "--port", str(desk_port))
        targets = Targets(workers, desk, _temporal(home, settings, given), books, fake, desk_url)
        key = _key(wiring)
        try:
            for server in (targets.temporal, *targets.duncan):
                server.start()
            await until_healthy(desk_url, home / f"{desk.name}.log")
            yield Site(targets, settings, wiring, key, given)
        finally:
            wiring.ledger.engine.dispose()
            for server in (*targets.duncan, targets.temporal):
                server.kill()


@contextmanager
def _providers(desk_url: str) -> Iterator[FakeProviders]:
    with (
        running_fake(accounts_at(desk_url)) as fake,
        telling(fake, f"{desk_url}{EVENTS}"),
    ):
        yield fake


def _given(fake: FakeProviders, books: PostgresServer, desk_url: str) -> dict[str, str]:
    lines = (line.partition("=") for line in environment_of(fake, desk_url))
    temporal = f"{HOST}:{free_port()}"
    return {name: value for name, _, value in lines} | {
        "DUNCAN_DATABASE_URL": books.address,
        "DUNCAN_TEMPORAL_ADDRESS": temporal,
        "DUNCAN_TEMPORAL_NAMESPACE": "default",
        "DUNCAN_ENGINE_PORT": temporal.rpartition(":")[2],
        "DUNCAN_LIVE": "1",
    }


def _temporal(home: Path, settings: Settings, given: dict[str, str]) -> Server:
    return Server("temporal", server_command(settings), given, home)


def _key(wiring: Wiring) -> str:
    """A key for the ERP, given by an administrator."""
    at = now()

    def work(books: Books) -> None:
        for person, name, role in _PEOPLE:
            added = PersonAdded(at=at, by="duncan", person=person, name=name)
            record_person(books, person, added, RoleGiven(at=at, by="duncan", role=role))

    wiring.ledger.transact(work)
    return ApiKeyActions(wiring.ledger, "root", at).add("erp", _SCOPES)
