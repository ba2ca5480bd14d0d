"""The law of late payment as a version of the policies has it, for what falls due on a day."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from commands.policies.laws import law_rows
from console.desk import TheDesk
from console.pages.policies import versions_of
from console.reading.days import day_of
from dunning.countries.table import half_year_of

router = APIRouter(prefix="/policies")


@router.get("/laws")
def laws(desk: TheDesk, on: str = "", version: int = 0) -> Response:
    """What each country's law lets claim from whom, with where every rate and sum is from."""
    versions, day = versions_of(desk), day_of(on.strip(), desk.today)
    current = versions.in_force(desk.now()).version
    shown = versions.known(version or current).version
    values: dict[str, Any] = {
        "rows": law_rows(versions.load(shown).policies.own_rates, day),
        "on": day,
        "half_year": half_year_of(day),
        "shown": shown,
        "current": current,
        "versions": [one.version for one in reversed(versions.all())],
    }
    return desk.page("policy_laws.html", **values)
