"""Calm after the storm: waiting until every process has done what there is to do."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from chaos.place import now
from chaos.site import Site
from ledger.arrivals import waiting_since
from ledger.doorbells import count
from ledger.messages import CASE, MESSAGE
from settings import ROOT

PATIENCE = timedelta(minutes=6)
# So many looks in a row have to find nothing.
_QUIET_LOOKS = 4
_LOOK_SECONDS = 2.0


async def until_calm(site: Site) -> dict[str, int]:
    """Wait until nothing is left to do; what was left when the patience ended, if anything."""
    began, quiet = now(), 0
    left: dict[str, int] = {"not looked": 1}
    while now() - began < PATIENCE:
        try:
            left = await asyncio.to_thread(_left, site)
        except OperationalError:
            left = {"books away": 1}
        quiet = 0 if any(left.values()) else quiet + 1
        if quiet == _QUIET_LOOKS:
            return {}
        await asyncio.sleep(_LOOK_SECONDS)
    return {what: number for what, number in left.items() if number}


def told(site: Site, *words: str) -> dict[str, Any]:
    """The JSON answer of a command, which may find fault. Raises ValueError without one."""
    command = [sys.executable, "starter.py", *words, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=site.environment, capture_output=True, check=False, text=True
    )
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise ValueError(f"duncan {words[0]} answered: {done.stderr.strip()[-500:]}") from None
    assert isinstance(found, dict)
    return found


def _left(site: Site) -> dict[str, int]:
    with site.wiring.ledger.reading() as books:
        return {
            "doorbells": count(books.connection),
            "arrivals": waiting_since(books.connection)[0],
            "claims": _started(books.connection),
            "steps due": _due(books.connection),
        }


def _started(connection: Connection) -> int:
    query = select(func.count()).where(MESSAGE.c.state == "started")
    return int(connection.execute(query).scalar_one())


def _due(connection: Connection) -> int:
    acts = CASE.c.next_kind.in_(("send_touch", "send_invoice"))
    query = select(func.count()).where(CASE.c.closed_on.is_(None), acts, CASE.c.next_at <= now())
    return int(connection.execute(query).scalar_one())
