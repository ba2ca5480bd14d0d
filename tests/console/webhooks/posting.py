"""Posting to webhooks as the providers do, signed by keys made for the tests."""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from urllib.parse import urlencode
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from httpx import AsyncClient, Response

from console.webhooks import sendgrid, twilio
from console.webhooks.keys import WebhookKeys

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
TOKEN = "of the tests"  # noqa: S105 - it opens nothing
PUBLIC = "https://ar.example/duncan"
EVENTS = b'[{"event":"delivered","sg_event_id":"e-1","dn_attempt":"a-1"}]\r\n'
SMS = {"MessageSid": "SM1", "From": "+4930123", "To": "+4930456", "Body": "", "NumMedia": "0"}
RAW_MAIL = b"Message-ID: <m1@customer.example>\r\nSubject: Re: INV-1\r\n\r\nWe pay on Friday."


@dataclass(frozen=True)
class SigningKey:
    """A provider's key: what it signs, and what it tells us to confirm that with."""

    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> str:
        """The public key as the provider shows it."""
        key = self.private.public_key()
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(der).decode()

    def sign(self, timestamp: str, body: bytes) -> str:
        """The signature of a post."""
        return b64encode(
            self.private.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        ).decode()

    def headers(self, body: bytes, at: datetime = NOW) -> dict[str, str]:
        """The headers that sign a body."""
        timestamp = str(int(at.timestamp()))
        return {
            sendgrid.TIMESTAMP: timestamp,
            sendgrid.SIGNATURE: self.sign(timestamp, body),
        }


def new_key() -> SigningKey:
    """A key nobody else has."""
    return SigningKey(ec.generate_private_key(ec.SECP256R1()))


KEY = new_key()
KEYS = WebhookKeys(
    sendgrid_events=(KEY.public,),
    sendgrid_inbound=(KEY.public,),
    twilio_tokens=(TOKEN,),
    public_url=PUBLIC,
)


async def post_events(
    door: AsyncClient, body: bytes = EVENTS, key: SigningKey = KEY, at: datetime = NOW
) -> Response:
    """Post events as SendGrid does."""
    headers = {"Content-Type": "application/json"} | key.headers(body, at)
    return await door.post("/webhooks/sendgrid/events", content=body, headers=headers)


def form_of_mail(raw: bytes = RAW_MAIL, to: str = "reply@in.example") -> tuple[bytes, str]:
    """A raw inbound mail as SendGrid posts it, and its content type; each time another boundary."""
    boundary = f"xYzZY{uuid4().hex}"
    envelope = f'{{"to":["{to}"],"from":"jana@customer.example"}}'.encode()
    return multipart({"email": raw, "envelope": envelope, "spam_score": b"0.1"}, boundary)


def multipart(fields: dict[str, bytes], boundary: str) -> tuple[bytes, str]:
    """A form of these fields, and its content type."""
    head = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    parts = [head.format(boundary, name).encode() + fields[name] + b"\r\n" for name in fields]
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


async def post_mail(
    door: AsyncClient, raw: bytes = RAW_MAIL, key: SigningKey = KEY, at: datetime = NOW
) -> Response:
    """Post a mail as SendGrid's Inbound Parse does in raw mode."""
    body, content_type = form_of_mail(raw)
    headers = {"Content-Type": content_type} | key.headers(body, at)
    return await door.post("/webhooks/sendgrid/mail", content=body, headers=headers)


def twilio_signature(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    """The signature of a post by Twilio."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(token.encode(), signed.encode(), sha1)).decode()


async def post_sms(door: AsyncClient, **changes: str) -> Response:
    """Post a text message as Twilio does."""
    return await post_form(door, "/webhooks/twilio/sms", SMS | changes)


async def post_status(door: AsyncClient, status: str, sid: str = "SM1") -> Response:
    """Post the status of a text message as Twilio does."""
    fields = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": ""}
    return await post_form(door, "/webhooks/twilio/status?a=a%2F1&b=%20", fields)


async def post_form(
    door: AsyncClient, path: str, fields: dict[str, str], token: str = TOKEN
) -> Response:
    """Post a form as Twilio does, which signs the public address and not the one behind it."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        twilio.SIGNATURE: twilio_signature(f"{PUBLIC}{path}", fields, token),
    }
    return await door.post(path, content=urlencode(fields), headers=headers)
