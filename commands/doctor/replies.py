"""The doctor's check of where customers' replies go, and of the mailbox that is fetched."""

from __future__ import annotations

import asyncio
import imaplib
import ssl

from commands.doctor.finding import DoctorContext, Finding, some_of
from commands.doctor.provider import TIMEOUT_SECONDS
from commands.doctor.webhooks import takes_mail
from settings import Settings


async def replies(ctx: DoctorContext) -> Finding:
    """Whether replies come here, or in whose mailbox people find them. No mail is touched."""
    known = ctx.settings
    place = known.inbound_domain or some_of(ctx.senders)
    if known.imap_host:
        refused = await asyncio.to_thread(_mailbox_problem, known)
        if refused:
            return Finding(ok=False, detail=refused)
        fetched = f"{known.imap_user} at {known.imap_host}"
        return Finding(ok=True, detail=f"Replies go to {place}; the mailbox {fetched} is fetched.")
    if not known.inbound_domain:
        detail = (
            f"Replies go to {place}, where people read them: duncan reply FILE.eml takes one in."
        )
        return Finding(ok=True, detail=detail)
    if not takes_mail(known):
        detail = (
            f"Replies come to {place}, but nothing takes them: set DUNCAN_SENDGRID_INBOUND_KEYS,"
            " or DUNCAN_INBOUND_SECRET, or DUNCAN_IMAP_HOST."
        )
        return Finding(ok=False, detail=detail)
    return Finding(ok=True, detail=f"Replies come to {place} and are taken in.")


def are_taken_in(settings: Settings) -> bool:
    """Whether replies reach the books by themselves."""
    by_post = bool(settings.inbound_domain) and takes_mail(settings)
    return by_post or bool(settings.imap_host)


def _mailbox_problem(settings: Settings) -> str:
    """Why the mailbox cannot be read; empty when it can. What is new in it stays new."""
    place = f"The mailbox at {settings.imap_host}:{settings.imap_port}"
    try:
        with _server(settings) as server:
            server.login(settings.imap_user, settings.imap_password.get_secret_value())
            quoted = settings.imap_folder.replace("\\", "\\\\").replace('"', '\\"')
            status, _ = server.select(f'"{quoted}"', readonly=True)
    except imaplib.IMAP4.error:
        # The server's own words may repeat the login.
        return f"{place} refuses DUNCAN_IMAP_USER or DUNCAN_IMAP_PASSWORD."
    except OSError as error:
        return f"{place} cannot be reached ({type(error).__name__})."
    return "" if status == "OK" else f"{place} has no folder {settings.imap_folder}."


def _server(settings: Settings) -> imaplib.IMAP4:
    host, port = settings.imap_host, settings.imap_port
    if not settings.imap_tls:
        return imaplib.IMAP4(host, port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=TIMEOUT_SECONDS)
