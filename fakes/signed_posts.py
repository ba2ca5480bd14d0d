"""The headers that prove SendGrid's posts, events and inbound mail alike."""

from __future__ import annotations

from datetime import datetime

from fakes.posting import Manner
from fakes.signing import EventKey

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


def signed(key: EventKey, body: bytes, at: datetime, manner: Manner) -> dict[str, str]:
    """The headers for these exact bytes; forged, old or absent as the manner has it."""
    if manner.unsigned:
        return {}
    timestamp = str(int(at.timestamp()) - manner.age_seconds)
    signer = EventKey() if manner.wrongly_signed else key
    return {SIGNATURE: signer.sign(timestamp, body), TIMESTAMP: timestamp}
