"""Posts as providers send them, signed and ready to go out, and lines that they go out on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

from console.webhooks import sendgrid, twilio
from fakes.signing import EventKey, twilio_signature

PUBLIC = "https://ar.example"
TOKEN = "of the benchmark"  # noqa: S105 - it opens nothing
# Of ten posts seven are batches of events, two statuses of text messages and one is a mail.
EVENTS_EACH, MAIL_BYTES = 10, 8_000
EVENT_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Signers:
    """The keys of the providers of one run."""

    events: EventKey = field(default_factory=EventKey)

    def posts(self, number: int, sender: str = "") -> list[bytes]:
        """So many different posts, each as the bytes of a request."""
        half = [self.batch, self.batch, self.status, self.batch]
        kinds = [*half, self.mail, *half, self.batch]
        return [kinds[one % len(kinds)](one, sender) for one in range(number)]

    def batch(self, number: int, sender: str = "") -> bytes:
        """A batch of SendGrid's events."""
        events = [
            {"event": "delivered", "sg_event_id": f"e-{number}-{one}", "dn_attempt": f"a-{one}"}
            for one in range(EVENTS_EACH)
        ]
        body = json.dumps(events).encode()
        return request("/webhooks/sendgrid/events", EVENT_TYPE, body, self._signed(body), sender)

    def mail(self, number: int, sender: str = "") -> bytes:
        """A customer's mail as SendGrid posts it."""
        mail = f"Message-ID: <{number}@customer.example>\r\n\r\n{'We pay on Friday. ' * 500}"
        parts = {"email": mail[:MAIL_BYTES], "envelope": '{"to":["ar@in.example"]}'}
        body = "".join(
            f'--XyZ\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in parts.items()
        )
        whole = f"{body}--XyZ--\r\n".encode()
        content_type = "multipart/form-data; boundary=XyZ"
        return request("/webhooks/sendgrid/mail", content_type, whole, self._signed(whole), sender)

    @staticmethod
    def status(number: int, sender: str = "") -> bytes:
        """The status of a text message."""
        fields = {"MessageSid": f"SM{number}", "MessageStatus": "delivered", "To": "+447700900123"}
        path = "/webhooks/twilio/status"
        signature = twilio_signature(TOKEN, f"{PUBLIC}{path}", fields.items())
        body = urlencode(fields).encode()
        return request(path, FORM_TYPE, body, {twilio.SIGNATURE: signature}, sender)

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(datetime.now(UTC).timestamp()))
        signature = self.events.sign(timestamp, body)
        return {sendgrid.TIMESTAMP: timestamp, sendgrid.SIGNATURE: signature}


def request(
    path: str, content_type: str, body: bytes, headers: dict[str, str], sender: str = ""
) -> bytes:
    """The bytes of a post; `sender` is whom a proxy on this machine says that it comes from."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"X-Forwarded-For: {sender}"] if sender else []
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class Answered:
    """What posts were answered with, and after how many seconds from when each should go out."""

    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    lasted: float = 0

    def at(self, hundredth: int) -> float:
        """The answer time that so many in a hundred stay below, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, len(ordered) * hundredth // 100)] * 1000


async def send(port: int, posts: Sequence[bytes], lines: int, a_second: float = 0) -> Answered:
    """Post all of them on so many connections, `a_second` or without it as fast as they are taken.

    A post that has to wait for a free connection waits from the moment at which it was due.
    """
    answered, began = Answered(), time.perf_counter()
    waiting = zip(count(), posts, strict=False)

    async def line() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for due, post in _due(waiting, began, a_second):
            await asyncio.sleep(max(0, due - time.perf_counter()) if a_second else 0)
            sent = due if a_second else time.perf_counter()
            writer.write(post)
            status, is_last = await _answer(reader)
            answered.statuses.append(status)
            answered.seconds.append(time.perf_counter() - sent)
            if is_last:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(line() for _ in range(lines)))
    answered.lasted = time.perf_counter() - began
    return answered


def _due(
    waiting: Iterator[tuple[int, bytes]], began: float, a_second: float
) -> Iterator[tuple[float, bytes]]:
    for number, post in waiting:
        yield began + (number / a_second if a_second else 0), post


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """The status, and whether the connection ends with it."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length or b"0"))
    return int(head.split(b" ", 2)[1]), b"connection: close" in head
