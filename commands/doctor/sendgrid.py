"""The doctor's check of the SendGrid account: the key, its scopes, and mail in the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from activities.gateways.interface import OutgoingMessage
from activities.gateways.provider_call import Answer
from activities.gateways.sendgrid_mail import mail_of
from commands.doctor.finding import DoctorContext, Finding, is_invented, some_of
from commands.doctor.provider import OK, REFUSES_US, as_json, ask
from settings import Settings

WHO = "SendGrid"
# So many companies' addresses are tried; the others are as good or as bad.
TRIED = 5
_TOOK_IT = 202


async def sendgrid(ctx: DoctorContext) -> Finding:
    """Whether the key may send, and the sandbox takes mail from our addresses. Nothing is sent."""
    if ctx.settings.email_provider != "sendgrid":
        return Finding(ok=True, detail="SendGrid is not chosen.")
    return await asyncio.to_thread(_sendgrid, ctx)


def asked(settings: Settings, path: str, body: dict[str, Any] | None = None) -> Answer:
    """What SendGrid answers to our key. Raises NoAnswer."""
    login = f"Bearer {settings.sendgrid_api_key.get_secret_value()}"
    headers = {"Authorization": login, "Content-Type": "application/json"}
    posted = as_json(body) if body is not None else None
    return ask(WHO, f"{settings.sendgrid_host.rstrip('/')}/v3/{path}", headers, posted)


def _sendgrid(ctx: DoctorContext) -> Finding:
    wrong = _key_problem(ctx.settings)
    if wrong:
        return Finding(ok=False, detail=wrong)
    ours = [one for one in ctx.senders if not is_invented(one)]
    if not ours:
        return Finding(ok=True, detail="The key may send; there is no address of yours to try yet.")
    tried = ours[:TRIED]
    refused = [why for sender in tried if (why := _sandbox_problem(ctx, sender))]
    if refused:
        return Finding(ok=False, detail=" ".join(refused))
    detail = f"The key may send, and the sandbox takes mail from {some_of(tried)}: nothing was"
    return Finding(ok=True, detail=f"{detail} sent.")


def _key_problem(settings: Settings) -> str:
    answer = asked(settings, "scopes")
    if answer.status in REFUSES_US:
        return (
            f"SendGrid refuses the key ({answer.status}): make one with the scope mail.send and"
            " set DUNCAN_SENDGRID_API_KEY. A key of the EU region needs its own"
            " DUNCAN_SENDGRID_HOST."
        )
    if answer.status != OK:
        return f"SendGrid answered {answer.status}: look at DUNCAN_SENDGRID_HOST."
    wanted = ["mail.send", *(["messages.read"] if settings.sendgrid_email_activity else [])]
    granted = answer.fields.get("scopes")
    missing = [one for one in wanted if not isinstance(granted, list) or one not in granted]
    return f"The key lacks the scope {' and '.join(missing)}: add it." if missing else ""


def _sandbox_problem(ctx: DoctorContext, sender: str) -> str:
    """Why SendGrid would not take a mail from this address; empty when it would."""
    message = _probe(ctx, sender)
    sandbox = {"mail_settings": {"sandbox_mode": {"enable": True}}}
    answer = asked(ctx.settings, "mail/send", mail_of(message) | sandbox)
    if answer.status == OK:
        return ""
    if answer.status == _TOOK_IT:
        return f"The sandbox was passed over: SendGrid sent a mail from {sender} to itself."
    said = "; ".join((str(answer.status), *_sentences(answer)))
    why = f"SendGrid's sandbox refuses mail from {sender} ({said})."
    if answer.status in REFUSES_US:
        why += " Authenticate its domain there, or write another address into entities.toml."
    return why


def _sentences(answer: Answer) -> Iterator[str]:
    errors = answer.fields.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            yield str(error.get("message") or "")[:200].rstrip(".")


def _probe(ctx: DoctorContext, sender: str) -> OutgoingMessage:
    """A mail from an address of ours to itself."""
    return OutgoingMessage(
        attempt="doctor",
        at=ctx.now,
        channel="email",
        to_name="",
        to_address=sender,
        from_name="",
        from_address=sender,
        reply_to=sender,
        subject="A check of the settings",
        text="This mail is looked at in the sandbox and not sent.",
        html="",
        message_id=f"<doctor@{sender.partition('@')[2]}>",
    )
