"""What Twilio posts: the status of text messages, and what customers text back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, parse_qsl

from dunning.delivery import DeliveryEvent, Kind

_LONGEST_TEXT, _LONGEST_ID, _LONGEST_CODE = 2_000, 100, 8
_STATUSES: Mapping[str, Kind] = {
    "accepted": "processed",
    "queued": "processed",
    "sending": "processed",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
# Error codes of Twilio's dictionary: the number can never get text messages.
_DEAD = {"21211", "21614", "21635", "30005", "30006"}
_OPTED_OUT = {"21610"}
# The account is suspended, or may not write to these countries: every message would fail.
_ACCOUNT = {"30002", "30034"}
# A handset that was off, an unknown error, a message that expired, a block that lifts by itself.
_AGAIN = {"30003", "30008", "30036", "30047", "30450", "30001", "21611"}


@dataclass(frozen=True)
class IncomingText:
    """A text message from a customer; `provider_confirmed` when Twilio already dealt with it."""

    message: str
    sender: str
    to: str
    text: str
    opt_out: str = ""


def read_status(body: bytes, address_query: str, received_at: datetime) -> DeliveryEvent | None:
    """The event in a status callback; None for a status that says nothing of delivery."""
    form = _form(body)
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    kind = _STATUSES.get(status)
    if kind is None:
        return None
    code = _code(form)
    if kind == "failed" and code in _DEAD:
        kind = "bounced"
    if code in _OPTED_OUT:
        kind = "opted_out"
    return DeliveryEvent(
        event=f"{form.get('MessageSid', '')[:_LONGEST_ID]}:{status}",
        attempt=parse_qs(address_query).get("a", [""])[0],
        channel="sms",
        kind=kind,
        at=received_at,
        address=form.get("To", ""),
        code=code or status,
        why=f"the text message was {status}" + (f" (error {code})" if code else ""),
        again=kind == "failed" and code in _AGAIN | _ACCOUNT,
        dropped=kind == "opted_out",
    )


def account_trouble(body: bytes) -> str:
    """What a status callback says of our own account that stops every message; else empty."""
    code = _code(_form(body))
    return f"Twilio failed a message with error {code}" if code in _ACCOUNT else ""


def read_text(body: bytes) -> IncomingText:
    """The text message in a post; never raises."""
    form = _form(body)
    return IncomingText(
        message=form.get("MessageSid", ""),
        sender=form.get("From", ""),
        to=form.get("To", ""),
        text=form.get("Body", "")[:_LONGEST_TEXT],
        opt_out=form.get("OptOutType", ""),
    )


def _form(body: bytes) -> dict[str, str]:
    text = body.decode("utf-8", "replace")
    fields = parse_qsl(text, keep_blank_values=True)
    return {name: value.replace("\0", "") for name, value in fields}


def _code(form: Mapping[str, str]) -> str:
    code = form.get("ErrorCode", "")
    return code if code.isdecimal() and len(code) <= _LONGEST_CODE else ""
