"""Posts as a stranger would forge them: signed in the providers' way, by keys of our own making."""

from __future__ import annotations

import hmac
import secrets
from base64 import b64encode
from datetime import datetime
from hashlib import sha1
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

Probe = tuple[dict[str, str], bytes]
_SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
_TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
_BOUNDARY = "duncan-doctor"


def events_probe(now: datetime) -> Probe:
    """An empty batch of SendGrid events: headers and body."""
    body = b"[]\r\n"
    return {"Content-Type": "application/json", **_signed(body, now)}, body


def mail_probe(now: datetime) -> Probe:
    """A mail as Inbound Parse posts it."""
    part = 'Content-Disposition: form-data; name="email"\r\n\r\nA probe.'
    body = f"--{_BOUNDARY}\r\n{part}\r\n--{_BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    return {"Content-Type": kind, **_signed(body, now)}, body


def text_probe(url: str) -> Probe:
    """A text message, or what became of one, as Twilio posts it to the address."""
    fields = {"MessageSid": f"SM{secrets.token_hex(16)}", "MessageStatus": "sent"}
    said = url + "".join(name + value for name, value in sorted(fields.items()))
    signature = b64encode(hmac.digest(secrets.token_bytes(16), said.encode(), sha1)).decode()
    kind = "application/x-www-form-urlencoded"
    return {"Content-Type": kind, "X-Twilio-Signature": signature}, urlencode(fields).encode()


def _signed(body: bytes, now: datetime) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    key = ec.generate_private_key(ec.SECP256R1())
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {_TIMESTAMP: timestamp, _SIGNATURE: b64encode(signature).decode()}
