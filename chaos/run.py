"""One run: load and troubles side by side, then calm, then the verdict."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from chaos.calm import told, until_calm
from chaos.crowd import crowd
from chaos.load import Load
from chaos.place import now, place_for
from chaos.site import Site, site
from chaos.troubles import Troubles, until_healthy
from chaos.verdict import Verdict, judge, write_facts
from commands import printing


@dataclass(frozen=True)
class Outcome:
    """What was done to Duncan, what it was asked, and whether the records agree."""

    struck: dict[str, int]
    asked: dict[str, int]
    verdict: Verdict
    audit: list[str]
    left: dict[str, int]

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Everything that must not be, with the cases found."""
        left = [f"{number} {what}" for what, number in self.left.items()]
        return {
            **self.verdict.wrong,
            "findings of the audit and of the engine's histories": self.audit,
            "work left undone": left,
        }

    @property
    def ok(self) -> bool:
        """Whether nothing of this happened."""
        return not any(self.wrong.values())


async def run(home: Path, size: int, length: timedelta, seed: int) -> Outcome:
    """Play so many customers for so long, from the seed."""
    where = place_for(now(), length)
    debtors = crowd(size, seed, where.loaded)
    async with site(home, where) as place:
        load = Load(place.desk_url, place.key, where, place.targets.fake, seed)
        troubles = Troubles(place.targets, Random(f"{seed} troubles"))
        async with asyncio.TaskGroup() as group:
            group.create_task(load.run(debtors))
            await troubles.run(where.last_moment)
            await _mended(place, troubles)
        printing.err.print("waiting until nothing is left to do …", markup=False)
        left = await until_calm(place)
        with place.wiring.ledger.reading() as books:
            verdict = judge(books, place.targets.fake.sent, load.known)
            write_facts(books, home / "facts.jsonl")
        found = await asyncio.to_thread(_audited, place, where.due(0))
        (home / "findings.txt").write_text("\n".join(found))
        asked = dict(sorted((+load.known.counts).items()))
        return Outcome(dict(sorted(troubles.struck.items())), asked, verdict, found, left)


async def _mended(place: Site, troubles: Troubles) -> None:
    """Nobody is hit any more: see that everything runs."""
    await troubles.mend_all()
    await until_healthy(place.desk_url)


def _audited(place: Site, day: str) -> list[str]:
    """What the audit of the day finds, books and engine, but that clocks had been moved."""
    answer = told(place, "audit", "--from", day, "--to", day, "--engine")
    found = [one for test in answer["tests"] for one in test["findings"]]
    found = [one for one in found if one["code"] != "CLOCK_SKEW"]
    engine = [one for test in answer["engine"]["tests"] for one in test["findings"]]
    return [f"{one['test']} {one['invoice']}: {one['detail']}" for one in (*found, *engine)]
