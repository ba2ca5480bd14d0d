"""Coming in by a provider, as a browser does."""

from __future__ import annotations

from typing import Any

from httpx import AsyncClient, Response

from console.app import create_app
from console.desk import Parts
from dunning.people import Person
from fakes.identity_provider import FakeIdentityProvider
from ledger.people import person_of
from settings import Settings
from tests.console.small_ledger import NOW
from tests.console.team import Team
from tests.console.visiting import visiting

ADA = {"sub": "u-1", "email": "Ada@example.com", "email_verified": True, "name": "Ada Åström"}


Claims = dict[str, Any]


def desk_with(team: Team, provider: FakeIdentityProvider, **terms: object) -> AsyncClient:
    """A browser at a desk that knows the provider."""
    wiring = team.books.wiring
    base: dict[str, object] = {"oidc_issuer": provider.url, "oidc_client_id": "duncan"}
    base |= {"oidc_client_secret": provider.secret, "oidc_name": "Fake ID", **terms}
    settings = Settings(_env_file=None, home=team.books.outbox.parent, **base)  # type: ignore[arg-type,call-arg]
    parts = Parts(wiring.ledger, wiring.planner, team.books.outbox, "var", settings=settings)
    return visiting(create_app(parts, lambda: NOW))


async def back(desk: AsyncClient, place: str = "/sign-in/provider?next=/queue") -> str:
    """Go to the provider, as a browser would; where it sends the browser back to."""
    there = await desk.get(place)
    async with AsyncClient() as browser:
        return (await browser.get(there.headers["location"])).headers["location"]


async def came_in(desk: AsyncClient) -> Response:
    return await desk.get(await back(desk))


def known(team: Team, person: str) -> Person | None:
    with team.books.wiring.ledger.reading() as books:
        return person_of(books.connection, person)
