"""The timeline of an invoice: each fact of its case as a title and a sentence, newest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.tellers import TELLERS, Told


@dataclass(frozen=True)
class Entry:
    """One fact for people. `tone` colours it; `attempt` names the message it belongs to."""

    number: int
    at: datetime
    by: str
    title: str
    detail: str
    tone: str
    attempt: str


def timeline(
    shown: Mapping[str, Any], zone: ZoneInfo, silent_steps: Collection[str]
) -> list[Entry]:
    """The facts of `commands.cases.show.show`, newest first; moments in the desk's zone.

    `silent_steps` are the steps of the policy that say nothing to the customer.
    """
    told = [Told(fact, shown["currency"], zone, silent_steps) for fact in shown["facts"]]
    return [_entry(one) for one in reversed(told)]


def _entry(told: Told) -> Entry:
    fact = told.fact
    title, detail = TELLERS[fact["kind"]](told)
    return Entry(
        number=fact["number"],
        at=datetime.fromisoformat(fact["at"]),
        by=fact["by"],
        title=title,
        detail=detail,
        tone=_TONES.get(fact["kind"], "people"),
        attempt=told.text("attempt"),
    )


# Red is kept for what needs a look; amber is what was not sent, and why.
_TONES = {
    "invoice_opened": "ledger",
    "invoice_amended": "ledger",
    "payment_applied": "money",
    "payment_reversed": "alarm",
    "application_undone": "alarm",
    "deduction_allowed": "money",
    "deduction_undone": "alarm",
    "short_paid": "money",
    "touch_started": "spoken",
    "touch_sent": "spoken",
    "touch_refused": "alarm",
    "touch_bounced": "alarm",
    "touch_unknown": "alarm",
    "touch_withheld": "withheld",
}
