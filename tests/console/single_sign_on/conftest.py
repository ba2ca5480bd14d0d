"""A provider, and a team of which somebody has an account there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands.people.actions import PeopleActions
from fakes.identity_provider import FakeIdentityProvider, running_identity_provider
from tests.console.single_sign_on.coming_in import ADA
from tests.console.small_ledger import NOW
from tests.console.team import Team


@pytest.fixture(scope="module")
def served() -> Iterator[FakeIdentityProvider]:
    with running_identity_provider(FakeIdentityProvider(clock=NOW.timestamp)) as fake:
        yield fake


@pytest.fixture
def provider(served: FakeIdentityProvider) -> FakeIdentityProvider:
    """The provider, which does nothing odd yet: Ada signs in next."""
    served.claims, served.document, served.signed = dict(ADA), {}, None
    served.spoil = lambda claims: claims
    served.asked.clear()
    return served


@pytest.fixture
def staff(team: Team) -> Team:
    """The team, of which Ada is an associate by her verified address."""
    actions = PeopleActions(team.books.wiring.ledger, "administrator", NOW)
    actions.add("ada", "Ada Åström", "associate")
    actions.give_identity("ada", "email:ada@example.com")
    return team
