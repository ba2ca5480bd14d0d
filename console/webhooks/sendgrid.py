"""What SendGrid posts: events of messages, and mail that came in (raw or parsed)."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

from fastapi import APIRouter, Request, Response

from console.webhooks import fingerprints
from console.webhooks.keys import WebhookKeys
from console.webhooks.signatures import Doubt, Verdict, sendgrid_signed
from console.webhooks.taking import Posted, TheIntake, Webhook

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
# A retry may carry its first timestamp. SendGrid tries events again for a day and mail for three
# (Event Webhook and Inbound Parse); what is older than that is no retry.
EVENTS_WINDOW = timedelta(hours=25)
MAIL_WINDOW = timedelta(days=3, hours=1)
LARGEST_EVENTS = 4 * 1024 * 1024
# SendGrid takes mail of up to 30 MB; this leaves room for what it adds.
LARGEST_MAIL = 31 * 1024 * 1024
BY_ADDRESS = "secret address"

router = APIRouter()


@router.post("/webhooks/sendgrid/events")
async def events(request: Request, intake: TheIntake) -> Response:
    """What became of messages: a JSON array, stored whole even when it is not one."""
    return await intake.take(EVENTS, request, Response(status_code=204))


@router.post("/webhooks/sendgrid/mail")
@router.post("/webhooks/sendgrid/mail/{secret}")
async def mail(request: Request, intake: TheIntake) -> Response:
    """A mail from a customer: stored as the form it came in, raw or parsed."""
    return await intake.take(MAIL, request, Response(status_code=200))


def _has_event_keys(keys: WebhookKeys) -> bool:
    return bool(keys.sendgrid_events)


def _has_mail_keys(keys: WebhookKeys) -> bool:
    return bool(keys.sendgrid_inbound or keys.inbound_secret)


def _unsigned(request: Request, _keys: WebhookKeys) -> Doubt | None:
    headers = request.headers
    return None if headers.get(SIGNATURE) and headers.get(TIMESTAMP) else Doubt.UNSIGNED


def _mail_doubt(request: Request, keys: WebhookKeys) -> Doubt | None:
    if keys.sendgrid_inbound:
        return _unsigned(request, keys)
    given = str(request.path_params.get("secret", ""))
    # Digests are of one length, so the time taken tells nothing of the secret.
    given_digest, digest = (sha256(s.encode()).digest() for s in (given, keys.inbound_secret))
    return None if hmac.compare_digest(given_digest, digest) else Doubt.FORGED


def _events_verdict(posted: Posted) -> Verdict:
    return _signed(posted, posted.keys.sendgrid_events, EVENTS_WINDOW)


def _mail_verdict(posted: Posted) -> Verdict:
    if posted.keys.sendgrid_inbound:
        return _signed(posted, posted.keys.sendgrid_inbound, MAIL_WINDOW)
    doubt = _mail_doubt(posted.request, posted.keys)
    return Verdict(doubt=doubt) if doubt else Verdict(by=BY_ADDRESS)


def _signed(posted: Posted, keys: tuple[str, ...], window: timedelta) -> Verdict:
    headers = posted.request.headers
    timestamp, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    return sendgrid_signed(posted.body, timestamp, signature, keys, posted.now, window)


def _events_fingerprint(posted: Posted) -> str:
    return fingerprints.of_bytes(EVENTS.kind, posted.body)


def _mail_fingerprint(posted: Posted) -> str:
    content_type = posted.request.headers.get("content-type", "")
    return fingerprints.of_multipart(MAIL.kind, posted.body, content_type)


EVENTS = Webhook(
    kind="sendgrid_events",
    media_type="application/json",
    limit=LARGEST_EVENTS,
    has_keys=_has_event_keys,
    doubt_unread=_unsigned,
    verdict=_events_verdict,
    fingerprint=_events_fingerprint,
)
MAIL = Webhook(
    kind="sendgrid_mail",
    media_type="multipart/form-data",
    limit=LARGEST_MAIL,
    has_keys=_has_mail_keys,
    doubt_unread=_mail_doubt,
    verdict=_mail_verdict,
    fingerprint=_mail_fingerprint,
)
