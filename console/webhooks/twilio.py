"""What Twilio posts: the status of text messages, and text messages that came in."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from console.webhooks import fingerprints
from console.webhooks.keys import WebhookKeys
from console.webhooks.signatures import Doubt, Verdict, twilio_signed
from console.webhooks.taking import Posted, TheIntake, Webhook

SIGNATURE = "X-Twilio-Signature"
# Sixteen hundred letters, each of three bytes in percent signs, with room for the other fields.
LARGEST_FORM = 64 * 1024
_MOST_FIELDS = 500
# A text message is answered by no text message.
_SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

router = APIRouter()


@router.post("/webhooks/twilio/status")
async def status(request: Request, intake: TheIntake) -> Response:
    """What became of a text message."""
    return await intake.take(STATUS, request, Response(status_code=204))


@router.post("/webhooks/twilio/sms")
async def sms(request: Request, intake: TheIntake) -> Response:
    """A text message from a customer."""
    return await intake.take(SMS, request, Response(_SILENCE, media_type="text/xml"))


def _has_keys(keys: WebhookKeys) -> bool:
    return bool(keys.twilio_tokens or keys.twilio_shared_keys)


def _unsigned(request: Request, _keys: WebhookKeys) -> Doubt | None:
    return None if request.headers.get(SIGNATURE) else Doubt.UNSIGNED


def _verdict(posted: Posted) -> Verdict:
    request, keys = posted.request, posted.keys
    path, query = request.scope["raw_path"], request.scope["query_string"]
    called = (path + b"?" + query if query else path).decode("latin-1")
    try:
        fields = _fields(posted.body)
    except ValueError:
        return Verdict(doubt=Doubt.MALFORMED)
    return twilio_signed(
        f"{keys.origin}{keys.prefix}{called}",
        fields,
        request.headers.get(SIGNATURE, ""),
        keys.twilio_tokens,
        keys.twilio_shared_keys,
    )


def _fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of the form with the bytes they came in. Raises ValueError for too many."""
    return parse_qsl(
        body.decode("utf-8", "surrogateescape"),
        keep_blank_values=True,
        errors="surrogateescape",
        max_num_fields=_MOST_FIELDS,
    )


def _status_fingerprint(posted: Posted) -> str:
    names = ("MessageSid", "MessageStatus")
    return fingerprints.of_form(STATUS.kind, dict(_fields(posted.body)), names, posted.body)


def _sms_fingerprint(posted: Posted) -> str:
    fields = dict(_fields(posted.body))
    return fingerprints.of_form(SMS.kind, fields, ("MessageSid",), posted.body)


STATUS = Webhook(
    kind="twilio_status",
    media_type="application/x-www-form-urlencoded",
    limit=LARGEST_FORM,
    has_keys=_has_keys,
    doubt_unread=_unsigned,
    verdict=_verdict,
    fingerprint=_status_fingerprint,
)
SMS = Webhook(
    kind="twilio_sms",
    media_type=STATUS.media_type,
    limit=LARGEST_FORM,
    has_keys=_has_keys,
    doubt_unread=_unsigned,
    verdict=_verdict,
    fingerprint=_sms_fingerprint,
)
