"""The doctor's look at what SendGrid is set to post to us; the account's settings tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.provider import OK
from commands.doctor.sendgrid import asked
from commands.doctor.webhooks import EVENTS, MAIL, takes_mail
from settings import Settings

_SETTINGS = "user/webhooks"
# What the books learn from; opens and clicks are neither wanted nor asked for.
_FINE = "SendGrid posts to this console, as far as the key may read its settings."
_NEEDED = ("processed", "delivered", "deferred", "bounce", "dropped", "spam_report")


async def posts(ctx: DoctorContext) -> Finding:
    """Whether SendGrid is set to post events, and customers' mail, to this console.

    A key that may not read its settings is no problem: what cannot be seen is left alone.
    """
    if ctx.settings.email_provider != "sendgrid":
        return Finding(ok=True, detail="SendGrid is not chosen.")
    found = await asyncio.to_thread(lambda: list(_problems(ctx.settings)))
    if found:
        return Finding(ok=False, detail=" ".join(found))
    return Finding(ok=True, detail=_FINE)


def _problems(settings: Settings) -> Iterator[str]:
    here = settings.public_url.rstrip("/")
    hooks = _rows(settings, f"{_SETTINGS}/event/settings/all", "webhooks")
    if hooks is not None:
        ours = [one for one in hooks if _address(one) == f"{here}{EVENTS}" and one.get("enabled")]
        yield from (
            _event_problems(settings, ours)
            if ours
            else [f"SendGrid posts no events here: add an Event Webhook to {here}{EVENTS}."]
        )
    if not settings.inbound_domain or not takes_mail(settings):
        return
    parsed = _rows(settings, f"{_SETTINGS}/parse/settings", "result")
    if parsed is not None:
        yield from _mail_problems(settings, parsed, f"{here}{MAIL}")


def _rows(settings: Settings, path: str, name: str) -> list[dict[str, Any]] | None:
    """The rows of an answer; None where the key may not read them."""
    answer = asked(settings, path)
    rows = answer.fields.get(name)
    if answer.status != OK or not isinstance(rows, list):
        return None
    return [row for row in rows if isinstance(row, dict)]


def _address(row: dict[str, Any]) -> str:
    return str(row.get("url") or "").partition("#")[0].rstrip("/")


def _event_problems(settings: Settings, hooks: list[dict[str, Any]]) -> Iterator[str]:
    known = {_plain(key) for key in settings.sendgrid_webhook_keys}
    keys = {_plain(str(one.get("public_key") or "")) for one in hooks} - {""}
    if not keys:
        yield "SendGrid does not sign its events: switch the Signed Event Webhook on."
    elif not keys & known:
        yield "SendGrid signs events by another key than those of DUNCAN_SENDGRID_WEBHOOK_KEYS."
    missing = [name for name in _NEEDED if not any(one.get(name) for one in hooks)]
    if missing:
        yield f"SendGrid's Event Webhook leaves out {', '.join(missing)}: tick them."


def _mail_problems(settings: Settings, rows: list[dict[str, Any]], here: str) -> Iterator[str]:
    domain = settings.inbound_domain
    ours = [row for row in rows if str(row.get("hostname") or "").lower() == domain.lower()]
    # The last part of the address may be the secret: it is neither compared nor shown.
    if not any(_address(row).startswith(here) for row in ours):
        yield f"SendGrid does not post mail to {domain} here: add Inbound Parse to {here}."
    elif not any(row.get("send_raw") for row in ours):
        yield f"Inbound Parse of {domain} loses parts of mails: tick the raw, full message."


def _plain(key: str) -> str:
    lines = [line.strip() for line in key.strip().splitlines()]
    return "".join(line for line in lines if not line.startswith("-----"))
