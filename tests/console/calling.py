"""Calling the API of a team's books with keys of its people."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from httpx import AsyncClient

from commands.api_keys.actions import SCOPES, ApiKeyActions
from tests.console.small_ledger import NOW
from tests.console.team import Team

API = "/api/v1"


def key_of(team: Team, role: str, scopes: Sequence[str] = tuple(SCOPES)) -> str:
    """A key that acts as the person of a role."""
    ledger = team.books.wiring.ledger
    return ApiKeyActions(ledger, "administrator", NOW).add(role, scopes)


def calling(team: Team, role: str, scopes: Sequence[str] = tuple(SCOPES)) -> AsyncClient:
    """A program with such a key."""
    client = team.stranger()
    client.headers["Authorization"] = f"Bearer {key_of(team, role, scopes)}"
    return client


def invoice_at(invoice: str, rest: str = "") -> str:
    """The address of an invoice."""
    return f"{API}/invoices/{quote(invoice, safe='')}{rest}"
