"""The doctor's check of what proves our mail: the records of its domain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from commands.doctor.finding import DoctorContext, Finding, is_invented, some_of
from commands.doctor.webhooks import takes_mail
from settings import Settings

# The names SendGrid gives its two keys when it authenticates a domain.
SELECTORS = ("s1", "s2")
INBOUND_SERVER = "mx.sendgrid.net"


async def dns(ctx: DoctorContext) -> Finding:
    """Whether the DNS proves mail from our addresses: DKIM or SPF, DMARC, and MX for replies."""
    if ctx.settings.email_provider == "outbox":
        return Finding(ok=True, detail="E-mails stay in the outbox: no domain has to prove them.")
    domains = sorted({sender.rpartition("@")[2].lower() for sender in ctx.senders})
    invented = [sender for sender in ctx.senders if is_invented(sender)]
    if invented:
        detail = f"{some_of(invented)} is an example: write your own addresses into entities.toml."
        return Finding(ok=False, detail=detail)
    found = await asyncio.to_thread(lambda: list(_problems(ctx, domains)))
    if found:
        return Finding(ok=False, detail=" ".join(found))
    inbound = f", and mail to {ctx.settings.inbound_domain} comes in"
    detail = f"The DNS proves mail from {some_of(domains)}"
    return Finding(ok=True, detail=detail + (inbound if ctx.settings.inbound_domain else "") + ".")


def _problems(ctx: DoctorContext, domains: list[str]) -> Iterator[str]:
    for domain in domains:
        yield from _spf_problems(ctx, domain)
        if ctx.settings.email_provider == "sendgrid":
            yield from _dkim_problems(ctx, domain)
        yield from _dmarc_problems(ctx, domain)
    if ctx.settings.inbound_domain:
        yield from _inbound_problems(ctx, ctx.settings)


def _spf_problems(ctx: DoctorContext, domain: str) -> Iterator[str]:
    """By RFC 7208 two records are an error. SendGrid's own bounce address has a record of its."""
    found = [one for one in ctx.look_up(domain, "TXT") if one.lower().startswith("v=spf1")]
    if len(found) > 1:
        yield f"{domain} has {len(found)} SPF records, so none counts: make them one."
    elif not found and ctx.settings.email_provider == "smtp":
        yield f"{domain} has no SPF record: name your mail server in a TXT record (v=spf1 …)."


def _dkim_problems(ctx: DoctorContext, domain: str) -> Iterator[str]:
    names = [f"{one}._domainkey.{domain}" for one in SELECTORS]
    missing = [name for name in names if not any("p=" in r for r in ctx.look_up(name, "TXT"))]
    if missing:
        yield (
            f"There is no DKIM key at {' and '.join(missing)}: authenticate {domain} at SendGrid"
            " and enter the CNAME records it shows."
        )


def _dmarc_problems(ctx: DoctorContext, domain: str) -> Iterator[str]:
    """The domain's own policy counts, else that of the domain it is part of (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    places = [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]
    for place in places:
        found = [r for r in ctx.look_up(f"_dmarc.{place}", "TXT") if r.startswith("v=DMARC1")]
        if len(found) == 1:
            return
        if found:
            yield f"_dmarc.{place} has {len(found)} DMARC records, so none counts: make them one."
            return
    yield f"{domain} has no DMARC record: add TXT _dmarc.{domain} (v=DMARC1; p=none to begin)."


def _inbound_problems(ctx: DoctorContext, settings: Settings) -> Iterator[str]:
    servers = ctx.look_up(settings.inbound_domain, "MX")
    by_sendgrid = takes_mail(settings)
    if not servers:
        wanted = f"10 {INBOUND_SERVER}" if by_sendgrid else "with your mail server"
        yield f"No mail reaches {settings.inbound_domain}: add MX {wanted}."
    elif by_sendgrid and INBOUND_SERVER not in servers:
        yield (
            f"Mail to {settings.inbound_domain} goes to {some_of(servers)}, not to SendGrid: set"
            f" MX 10 {INBOUND_SERVER}."
        )
