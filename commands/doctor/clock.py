"""The doctor's check of this machine's clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.provider import ask
from commands.doctor.twilio import API
from settings import Settings

# The header that says the time has no fractions.
A_SECOND = timedelta(seconds=1)
MAY_DIFFER = timedelta(seconds=5)


async def clock(ctx: DoctorContext) -> Finding:
    """Whether this machine's clock agrees with the providers': signatures carry the time."""
    places = _timekeepers(ctx.settings)
    if not places:
        return Finding(ok=True, detail=_nobody_to_ask(ctx.settings))
    found = [await asyncio.to_thread(_difference, ctx, *place) for place in places]
    who, apart = max(found, key=lambda one: abs(one[1]))
    seconds = abs(apart).total_seconds()
    if abs(apart) > MAY_DIFFER:
        side = "ahead of" if apart > timedelta(0) else "behind"
        detail = f"This machine's clock is {seconds:.0f} seconds {side} {who}'s: set it (NTP)."
        return Finding(ok=False, detail=detail)
    detail = f"This machine's clock agrees with {who}'s within {MAY_DIFFER.seconds} seconds."
    return Finding(ok=True, detail=detail)


def _timekeepers(settings: Settings) -> list[tuple[str, str]]:
    """Who tells the time in every answer, even in a refusal: no key is shown for it."""
    found = []
    if settings.email_provider == "sendgrid":
        found.append(("SendGrid", f"{settings.sendgrid_host.rstrip('/')}/v3/scopes"))
    if settings.sms_provider == "twilio":
        base = settings.twilio_base_url.rstrip("/") or API
        found.append(("Twilio", f"{base}/2010-04-01/Accounts.json"))
    return found


def _nobody_to_ask(settings: Settings) -> str:
    if settings.temporal_elsewhere:
        return "No provider is chosen whose clock could be compared; Temporal's does not tell."
    return "Temporal runs on this machine by the same clock, and no provider is chosen."


def _difference(ctx: DoctorContext, who: str, url: str) -> tuple[str, timedelta]:
    """How far our clock is ahead; nothing while the moment may have been during the request."""
    before = ctx.clock_now()
    told = ask(who, url, {}).headers.get("Date", "")
    after = ctx.clock_now()
    earliest = _moment(told)
    if earliest is None:
        raise ValueError(f"{who} does not tell the time")
    if before > earliest + A_SECOND:
        return who, before - earliest - A_SECOND
    return who, min(after - earliest, timedelta(0))


def _moment(told: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(told)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
