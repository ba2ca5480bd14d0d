"""Waves: a new version newly contacts a few customers a day, and says so of the others."""

from __future__ import annotations

from datetime import date

from dunning.audit.view import View

WAVE = "POLICY_WAVE"


def waits_for_wave(view: View, step: str, day: date) -> bool:
    """Whether a new version had not come to the customer yet, and that was said of the step."""
    for one in view.life.withheld:
        if (one.step, one.code) != (step, WAVE):
            continue
        reign = view.timeline.reign_at(one.at)
        opens = reign.opens_for(view.customer) if reign and reign.waves else one.at
        first, last = view.calendar.local_date(one.at), view.calendar.local_date(opens)
        if one.at < opens and first <= day <= last:
            return True
    return False
