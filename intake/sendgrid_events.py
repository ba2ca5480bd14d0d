"""What SendGrid's Event Webhook says of messages, in our words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from dunning.delivery import DeliveryEvent, Kind

ATTEMPT = "dn_attempt"
_LONGEST = 500
# Opens and clicks say nothing of delivery: machines open mail too.
_KINDS: Mapping[str, Kind] = {
    "processed": "processed",
    "deferred": "deferred",
    "delivered": "delivered",
    "spamreport": "complained",
    "unsubscribe": "opted_out",
    "group_unsubscribe": "opted_out",
}
# Why SendGrid dropped a mail: its own list of addresses it no longer writes to.
_DROPPED: Mapping[str, Kind] = {
    "bounced address": "bounced",
    "invalid": "bounced",
    "unsubscribed address": "opted_out",
    "spam reporting address": "complained",
}


@dataclass(frozen=True)
class Events:
    """What a post says: `deliveries` of messages, `account` alarms, and what was not understood.

    `noted` is what it says of the account that asks for nothing.
    """

    deliveries: tuple[DeliveryEvent, ...] = ()
    account: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


def read_events(body: bytes) -> Events:
    """The events in a post; never raises. A post that is no JSON array is odd as a whole."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return Events(odd=("the post is no JSON",))
    if not isinstance(told, list):
        return Events(odd=("the post is no JSON array",))
    deliveries: list[DeliveryEvent] = []
    account: list[str] = []
    odd: list[str] = []
    noted: list[str] = []
    for number, one in enumerate(told, start=1):
        name = str(one.get("event", "")) if isinstance(one, dict) else ""
        if name == "account_status_change":
            changed = _text(one, "type") or "the account's status changed"
            # A release is a person's work, also where SendGrid lets the account send again.
            (noted if "reactivat" in changed.lower() else account).append(changed)
            continue
        try:
            deliveries.extend(_delivery(name, one))
        except (AttributeError, KeyError, OverflowError, OSError, TypeError, ValueError):
            odd.append(f"event {number} cannot be read")
    return Events(tuple(deliveries), tuple(account), tuple(odd), tuple(noted))


def _delivery(name: str, one: Mapping[str, Any]) -> Iterator[DeliveryEvent]:
    kind = _kind(name, one)
    if kind is None:
        return
    at = datetime.fromtimestamp(int(one["timestamp"]), UTC)
    yield DeliveryEvent(
        event=_text(one, "sg_event_id") or _made_id(one),
        attempt=_text(one, ATTEMPT),
        channel="email",
        kind=kind,
        at=at,
        address=_text(one, "email").strip().lower(),
        code=_text(one, "status") or name,
        why=_text(one, "reason") or _text(one, "response"),
        # A blocked mail says that this message did not get through today, not that nobody lives
        # there.
        again=kind == "failed",
        dropped=name == "dropped",
    )


def _kind(name: str, one: Mapping[str, Any]) -> Kind | None:
    if name == "bounce":
        return "failed" if one.get("type") == "blocked" else "bounced"
    if name == "dropped":
        reason = _text(one, "reason").lower()
        return next(
            (kind for start, kind in _DROPPED.items() if reason.startswith(start)), "failed"
        )
    return _KINDS.get(name)


def _made_id(one: Mapping[str, Any]) -> str:
    return sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:32]


def _text(one: Mapping[str, Any], name: str) -> str:
    """The text on one line, of characters that any database takes: mail servers write into it."""
    value = one.get(name, "")
    if not isinstance(value, str | int):
        return ""
    text = " ".join(str(value).split())[:_LONGEST]
    return "".join(character for character in text if character.isprintable())
