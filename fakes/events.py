"""SendGrid's Event Webhook: what became of a mail, in signed batches."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.accounts import Providers
from fakes.posting import Answer, Manner, post, unless_taken
from fakes.records import Sent
from fakes.signed_posts import signed

Event = Mapping[str, Any]
# What a suppressed address is dropped with from then on.
_SUPPRESSING = {
    "bounce": "Bounced Address",
    "spamreport": "Spam Reporting Address",
    "unsubscribe": "Unsubscribed Address",
}
_ACTIVITY = {"delivered": "delivered", "bounce": "not_delivered", "dropped": "not_delivered"}
_DETAILS: Mapping[str, Event] = {
    "delivered": {"response": "250 2.0.0 OK"},
    "deferred": {"response": "451 4.2.0 try again later", "attempt": "1"},
    "bounce": {
        "type": "bounce",
        "status": "5.1.1",
        "reason": "550 5.1.1 there is no such mailbox",
        "bounce_classification": "Invalid Address",
    },
    "blocked": {
        "type": "blocked",
        "status": "5.7.1",
        "reason": "554 5.7.1 this network is blocked",
        "bounce_classification": "Reputation",
    },
    "dropped": {"reason": "Bounced Address", "status": "5.0.0"},
    "open": {"useragent": "Mail/1.0", "ip": "192.0.2.1"},
    "click": {"useragent": "Mail/1.0", "ip": "192.0.2.1", "url": "https://pay.example/1"},
}


def event_of(
    providers: Providers, sent: Sent, kind: str, details: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """One event of a mail that was taken over, and its effect on the address.

    `kind` is SendGrid's name of the event, or `blocked`: a bounce that leaves the address alone.
    """
    if kind in _SUPPRESSING:
        providers.email.suppressed[sent.to.lower()] = _SUPPRESSING[kind]
    name = "bounce" if kind == "blocked" else kind
    providers.tell(
        sent, _ACTIVITY.get(name) or providers.statuses.get(sent.provider_id, "processed")
    )
    own_id = f"<{sent.provider_id}@mail.example>"
    categories = sent.payload.get("categories")
    return {
        **sent.marks,
        "email": sent.to,
        "timestamp": int(providers.now().timestamp()),
        "event": name,
        "sg_event_id": secrets.token_urlsafe(16),
        "sg_message_id": f"{sent.provider_id}.recvd-5f9c7bd8-0",
        "smtp-id": sent.headers.get("Message-ID", own_id),
        **({"category": categories} if categories else {}),
        **_DETAILS.get(kind, {}),
        **(details or {}),
    }


def life_of(providers: Providers, sent: Sent) -> list[dict[str, Any]]:
    """What usually becomes of a mail: delivered, or dropped where its address is suppressed."""
    if reason := providers.email.suppressed.get(sent.to.lower()):
        return [event_of(providers, sent, "dropped", {"reason": reason})]
    return [event_of(providers, sent, kind) for kind in ("processed", "delivered")]


def batch(events: Sequence[Event]) -> bytes:
    """The body of a post: a JSON array, an event a line, ending with a line break."""
    return ("[" + ",\r\n".join(json.dumps(event) for event in events) + "]\r\n").encode()


def deliver(
    providers: Providers, url: str, events: Sequence[Event], manner: Manner
) -> list[Answer]:
    """Post one batch, again until taken where the manner allows more tries."""
    body = batch(manner.ordered(events))
    proof = signed(providers.event_key, body, providers.now(), manner)
    headers = {"Content-Type": "application/json", **proof}
    return post(url, body, headers, manner, unless_taken)
