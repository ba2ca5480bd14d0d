"""The doctor's check of the mail server."""

from __future__ import annotations

import asyncio

from activities.gateways.chosen import smtp_server
from activities.gateways.smtp import SmtpGateway
from commands.doctor.finding import DoctorContext, Finding

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


async def smtp(ctx: DoctorContext) -> Finding:
    """Whether the mail server takes our login. Nothing is sent."""
    known = ctx.settings
    if known.email_provider != "smtp":
        return Finding(ok=True, detail="SMTP is not chosen.")
    if known.smtp_user and not known.smtp_starttls and known.smtp_host not in LOCAL:
        detail = "The password would go over the line in the clear: set DUNCAN_SMTP_STARTTLS=true."
        return Finding(ok=False, detail=detail)
    refused = await asyncio.to_thread(lambda: SmtpGateway(smtp_server(known)).try_login())
    place = f"{known.smtp_host}:{known.smtp_port}"
    if refused is not None:
        why = getattr(refused, "why", "").rstrip(".")
        return Finding(ok=False, detail=f"Mail cannot go out by {place}: {why}.")
    login = "takes our login" if known.smtp_user else "answers; no login is set"
    return Finding(ok=True, detail=f"The mail server {place} {login}; nothing was sent.")
