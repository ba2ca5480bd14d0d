"""The place of a run: a fresh installation in a temporary folder with an engine of its own."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.client import Client

from engine import embedded_engine
from settings import Settings
from worker import Wiring, wire

# The engine shows its pages on a port this much higher.
UI_ABOVE = 1000
HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Site:
    """One installation with its embedded engine running."""

    client: Client
    wiring: Wiring
    settings: Settings


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """Start the embedded engine as an installation does, with fresh books; gone afterwards."""
    with TemporaryDirectory(prefix="duncan-bench-", ignore_cleanup_errors=True) as folder:
        settings = fresh_settings(Path(folder))
        async with embedded_engine(settings) as client:
            wiring = wire(settings)
            yield Site(client, wiring, settings)
            wiring.ledger.engine.dispose()


def fresh_settings(home: Path, port: int | None = None) -> Settings:
    """Settings that neither the environment nor an `.env` file can change."""
    return Settings(
        home=home,
        database_url="",
        temporal_address="",
        temporal_namespace="default",
        engine_port=port or _free_port(),
        email_provider="outbox",
        sms_provider="outbox",
    )


def _free_port() -> int:
    """A port that is free, as is the one for the pages."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            if port + UI_ABOVE > HIGHEST_PORT:
                continue
            try:
                second.bind(("127.0.0.1", port + UI_ABOVE))
            except OSError:
                continue
            return port
