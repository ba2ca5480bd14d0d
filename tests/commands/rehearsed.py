"""A sample ledger of forty days, rehearsed once a run; after day 20 only Duncan does anything."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.report import rehearsal_report
from commands.rehearsal.script import Files, Script, read_script
from commands.sample.ledger import write_sample_ledger
from settings import Settings

LAST = date(2026, 6, 30)
CUT = LAST - timedelta(days=20)
# Everything of the cut's day has been recorded everywhere; nothing was sent on it in America yet.
AFTER_CUT = datetime.combine(CUT + timedelta(days=1), time(0), UTC)
AFTER_ALL = datetime.combine(LAST + timedelta(days=1), time(18), UTC)


@dataclass(frozen=True)
class Rehearsed:
    """The rehearsal's settings, whose home holds its books, and its report."""

    settings: Settings
    report: dict[str, Any]

    def copied_to(self, home: Path) -> Settings:
        """Settings of an installation with a copy of the books."""
        shutil.copytree(self.settings.home, home, dirs_exist_ok=True)
        return self.settings.model_copy(update={"home": home})


def rehearse_sample(folder: Path, policies: Sequence[str] = ("",)) -> Rehearsed:
    """Rehearse the sample ledger in the folder; it takes about ten seconds.

    The invoices name these policies in turn; without a name they follow the usual one.
    """
    sample = write_sample_ledger(folder / "files", LAST, days=40)
    files = (sample.invoices_file, sample.payments_file, sample.customers_file)
    script = _cut(read_script(Files(*files, events=sample.events_file), None, None))
    named = zip(script.invoices, cycle(policies), strict=False)
    script = replace(
        script, invoices=tuple(replace(row, policy=p or row.policy) for row, p in named)
    )
    settings = fresh_home(Settings(_env_file=None), folder / "home")  # type: ignore[call-arg]  # Pydantic's own.
    played = asyncio.run(rehearse(script, Stage(settings), lambda _: None))
    report = rehearsal_report(script, played)
    played.wiring.ledger.engine.dispose()
    return Rehearsed(settings, report)


def _cut(script: Script) -> Script:
    return replace(
        script,
        last=LAST,
        invoices=tuple(row for row in script.invoices if row.issue_date <= CUT),
        payments=tuple(row for row in script.payments if row.on <= CUT),
        events=tuple(row for row in script.events if row.on <= CUT),
    )
