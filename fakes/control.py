"""Switches for a demonstration, under `/_ctl`: plan faults, and let the providers post."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from email.message import EmailMessage
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from fakes import faults
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, When
from fakes.inbound_mail import Envelope
from fakes.posting import AS_ALWAYS, Answer, Manner
from fakes.records import Channel, Sent

_Seconds = Annotated[float, Field(gt=0, le=600)]
_Line = Annotated[str, Field(pattern=r"^[^\r\n]*$")]
_Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
_Status = Annotated[int, Field(ge=200, le=599)]


class _Order(BaseModel):
    """Nothing is asked for that is not understood."""

    model_config = ConfigDict(extra="forbid")


class FaultOrder(_Order):
    """A fault for the next sends; `times` null: for all of them."""

    fault: Literal["answers", "redirects", "stalls", "drips", "hangs_up", "resets"]
    status: _Status = 503
    seconds: _Seconds = 5
    channel: Channel | None = None
    when: When = "before"
    times: Annotated[int, Field(ge=1)] | None = 1


class EventOrder(_Order):
    """Events of one mail, or the usual life of all mails not told of yet."""

    url: _Url
    attempt: str | None = None
    kinds: list[str] = ["processed", "delivered"]
    manner: Manner = AS_ALWAYS


class StatusOrder(_Order):
    """What became of a text message."""

    attempt: str
    statuses: Annotated[list[str], Field(min_length=1)] = ["sent", "delivered"]
    error_code: int | None = None
    url: _Url | None = None
    manner: Manner = AS_ALWAYS


class MailOrder(_Order):
    """A mail to us."""

    url: _Url
    to: _Line
    sender: _Line
    subject: _Line
    text: str
    in_reply_to: _Line | None = None
    raw: bool = True
    manner: Manner = AS_ALWAYS


class TextOrder(_Order):
    """A text message to us."""

    url: _Url
    to: str
    sender: str
    body: str
    manner: Manner = AS_ALWAYS


def create_control(fake: FakeProviders) -> FastAPI:
    """The switches of these doubles; what they take and answer stands in the classes above."""
    control = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    switches = _Switches(fake)
    control.get("/sent")(switches.sent)
    control.get("/calls")(switches.calls)
    control.post("/faults", status_code=204)(switches.plan)
    control.delete("/faults", status_code=204)(switches.call_off)
    control.post("/events")(switches.events)
    control.post("/status")(switches.status)
    control.post("/inbound-mail")(switches.mail)
    control.post("/inbound-sms")(switches.text)
    return control


class _Switches:
    def __init__(self, fake: FakeProviders) -> None:
        self._fake = fake

    async def sent(self) -> list[dict[str, Any]]:
        """What was taken over, oldest first."""
        hidden = {"headers", "payload", "marks", "html"}
        told = (asdict(sent) for sent in self._fake.sent)
        return [{key: part for key, part in sent.items() if key not in hidden} for sent in told]

    async def calls(self) -> list[dict[str, Any]]:
        """What was asked, oldest first, without keys and contents."""
        shown = ("at", "channel", "method", "path", "status")
        return [{name: getattr(call, name) for name in shown} for call in self._fake.calls]

    async def plan(self, order: FaultOrder) -> None:
        """Let the next sends go wrong."""
        self._fake.fault(_fault(order), channel=order.channel, when=order.when, times=order.times)

    async def call_off(self) -> None:
        """Let all go well again."""
        self._fake.providers.faults.forget()

    async def events(self, order: EventOrder) -> list[int | None]:
        """Post events."""
        batch = None
        if order.attempt is not None:
            sent = self._the("email", order.attempt)
            batch = [self._fake.event(sent, kind) for kind in order.kinds]
        return await _statuses(lambda: self._fake.deliver_events(order.url, batch, order.manner))

    async def status(self, order: StatusOrder) -> list[int | None]:
        """Post what became of a text message."""
        sent = self._the("sms", order.attempt)
        if order.url is None and "StatusCallback" not in sent.payload:
            raise HTTPException(409, "The message names no callback address; say one.")
        return await _statuses(
            lambda: self._fake.status_callback(
                sent,
                *order.statuses,
                url=order.url,
                error_code=order.error_code,
                manner=order.manner,
            )
        )

    async def mail(self, order: MailOrder) -> list[int | None]:
        """Post a mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = order.sender, order.to, order.subject
        if order.in_reply_to:
            mail["In-Reply-To"] = mail["References"] = order.in_reply_to
        mail.set_content(order.text)
        envelope = Envelope((order.to,), order.sender, raw=order.raw)
        return await _statuses(
            lambda: self._fake.inbound_mail(order.url, mail.as_bytes(), envelope, order.manner)
        )

    async def text(self, order: TextOrder) -> list[int | None]:
        """Post a text message."""
        return await _statuses(
            lambda: self._fake.inbound_sms(
                order.url, sender=order.sender, to=order.to, body=order.body, manner=order.manner
            )
        )

    def _the(self, channel: Channel, attempt: str) -> Sent:
        for sent in reversed(self._fake.sent):
            if sent.channel == channel and sent.attempt == attempt:
                return sent
        raise HTTPException(404, "No such message was taken over.")


def _fault(order: FaultOrder) -> Fault:
    plain = {
        "redirects": faults.redirects,
        "hangs_up": faults.hangs_up,
        "resets": faults.resets,
    }
    if order.fault == "stalls":
        return faults.stalls(order.seconds)
    if order.fault == "drips":
        return faults.drips(order.seconds)
    if order.fault == "answers":
        return faults.answers(order.status)
    return plain[order.fault]()


async def _statuses(post: Callable[[], list[Answer]]) -> list[int | None]:
    """The doubles go on answering meanwhile: whoever takes the post may ask them something."""
    return [answer.status for answer in await asyncio.to_thread(post)]
