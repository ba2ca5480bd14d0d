"""What the provider of the followed case answers, as facts."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import touch_facts
from tests.dunning.worlds import DUNCAN


def provider_said(said: str, now: datetime, attempt: str) -> touch_facts.TouchOutcome:
    """The outcome of an attempt: `sent`, `unknown`, `later`, or a refusal in any other word."""
    if said == "sent":
        return touch_facts.TouchSent(at=now, by=DUNCAN, attempt=attempt)
    if said == "unknown":
        return touch_facts.TouchUnknown(at=now, by=DUNCAN, attempt=attempt, why="no answer")
    retry_at = now + timedelta(minutes=15) if said == "later" else None
    return touch_facts.TouchRefused(
        at=now, by=DUNCAN, attempt=attempt, code="PROVIDER_FAIL", why=said, retry_at=retry_at
    )
