"""The doctor's check of our webhooks: reachable, and taking nothing that no provider signed."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.probes import events_probe, mail_probe, text_probe
from commands.doctor.provider import ask
from settings import Settings

WHO = "The public address"
EVENTS, MAIL = "/webhooks/sendgrid/events", "/webhooks/sendgrid/mail"
TEXTS = ("/webhooks/twilio/status", "/webhooks/twilio/sms")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_READ, _REFUSED, _LATER = 405, 403, 503
_TAKEN = range(200, 300)
# What our own refusals begin with; a wall in front of us words its own otherwise.
_OURS = b"Not taken:"


@dataclass(frozen=True)
class Hook:
    """One of our webhooks, and what somebody posts to it who is not the provider."""

    path: str
    headers: Mapping[str, str]
    body: bytes


async def webhooks(ctx: DoctorContext) -> Finding:
    """Whether providers reach us, and what they did not sign is refused. Nothing is stored."""
    known = ctx.settings
    if not posts_to_us(known):
        return Finding(ok=True, detail="No provider posts to us.")
    problem = next(_problems(known), "")
    if problem:
        return Finding(ok=False, detail=problem)
    hooks = list(_hooks(ctx))
    asked = (asyncio.to_thread(_look, known, hook) for hook in hooks)
    wrong = [why for why in await asyncio.gather(*asked) if why]
    if wrong:
        return Finding(ok=False, detail=" ".join(dict.fromkeys(wrong)))
    detail = (
        f"{known.public_url} is reached from here, and a post with a signature of our own making"
        " is refused."
    )
    return Finding(ok=True, detail=detail)


def posts_to_us(settings: Settings) -> bool:
    """Whether a provider is chosen that tells by webhooks what became of messages."""
    return settings.email_provider == "sendgrid" or settings.sms_provider == "twilio"


def takes_mail(settings: Settings) -> bool:
    """Whether posted mail of customers is taken."""
    return bool(settings.sendgrid_inbound_keys or settings.inbound_secret.get_secret_value())


def _problems(settings: Settings) -> Iterator[str]:
    if not settings.public_url:
        yield (
            "Nobody can tell what became of messages: set DUNCAN_PUBLIC_URL to the https address"
            " under which a reverse proxy leads /webhooks/ here."
        )
    if not _is_reachable(settings):
        yield f"Providers cannot reach {settings.public_url}: it needs to be https and public."
    by_sendgrid = settings.email_provider == "sendgrid"
    if by_sendgrid and not settings.sendgrid_webhook_keys:
        yield (
            "SendGrid's events cannot be verified: switch its Signed Event Webhook on and set"
            " DUNCAN_SENDGRID_WEBHOOK_KEYS to the key it shows."
        )
    yield from _unusable("DUNCAN_SENDGRID_WEBHOOK_KEYS", settings.sendgrid_webhook_keys)
    yield from _unusable("DUNCAN_SENDGRID_INBOUND_KEYS", settings.sendgrid_inbound_keys)
    by_twilio = settings.sms_provider == "twilio"
    if by_twilio and not (settings.twilio_auth_tokens or settings.twilio_shared_keys):
        yield "Twilio's posts cannot be verified: set DUNCAN_TWILIO_AUTH_TOKENS."


def _is_reachable(settings: Settings) -> bool:
    """Whether the address is one that the chosen providers can post to."""
    ours = urlsplit(settings.public_url)
    hosts = [settings.sendgrid_host] if settings.email_provider == "sendgrid" else []
    if settings.sms_provider == "twilio":
        hosts.append(settings.twilio_base_url)
    # Doubles of the providers on this machine reach it as it is.
    if all(urlsplit(host).hostname in LOCAL for host in hosts):
        return True
    return ours.scheme == "https" and ours.hostname not in LOCAL


def _unusable(variable: str, keys: tuple[str, ...]) -> Iterator[str]:
    for number, key in enumerate(keys, start=1):
        if not _is_public_key(key):
            yield f"Key number {number} of {variable} is no public key: copy it again."


def _is_public_key(text: str) -> bool:
    lines = [line.strip() for line in text.strip().splitlines()]
    inside = "".join(line for line in lines if not line.startswith("-----"))
    try:
        found = load_der_public_key(b64decode(inside, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(found, ec.EllipticCurvePublicKey) and found.curve.name == "secp256r1"


def _hooks(ctx: DoctorContext) -> Iterator[Hook]:
    known, now = ctx.settings, ctx.clock_now()
    if known.email_provider == "sendgrid":
        yield Hook(EVENTS, *events_probe(now))
    if takes_mail(known):
        yield Hook(MAIL, *mail_probe(now))
    if known.sms_provider == "twilio":
        for path in TEXTS:
            yield Hook(path, *text_probe(f"{known.public_url.rstrip('/')}{path}"))


def _look(settings: Settings, hook: Hook) -> str:
    """What is wrong with a webhook; empty when nothing is."""
    url = f"{settings.public_url.rstrip('/')}{hook.path}"
    read = ask(WHO, url, {})
    if read.status != _READ:
        return (
            f"{url} answers {read.status} instead of {_READ}: the proxy has to lead /webhooks/"
            " here, without a login and without a redirect."
        )
    posted = ask(WHO, url, hook.headers, hook.body)
    if posted.status in _TAKEN:
        return f"{url} TAKES POSTS THAT NO PROVIDER SIGNED: something else answers there."
    if posted.status == _LATER and settings.webhooks_changing:
        return "DUNCAN_WEBHOOKS_CHANGING is on: switch it off once the keys are exchanged."
    if posted.status == _LATER:
        return f"{url} has no key to verify posts with: start duncan up again with the settings."
    if posted.status != _REFUSED or not posted.body.startswith(_OURS):
        return f"Posts to {url} do not come through: something in front answers {posted.status}."
    return ""
