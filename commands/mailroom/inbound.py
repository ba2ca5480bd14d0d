"""What arrived, opened: mail and text messages from customers as one kind of value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Literal

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from dunning.delivery import DeliveryEvent
from intake.mail.forms import read_parsed_form
from intake.mail.message import IncomingMail, TooBig
from intake.mail.reading import read_mail
from intake.twilio_posts import read_text
from ledger.arrivals import Arrival

Channel = Literal["email", "sms"]
# Words to which Twilio answers by itself when they are the whole message.
_ANSWERED_BY_TWILIO = frozenset(
    "STOP STOPALL UNSUBSCRIBE END QUIT CANCEL REVOKE OPTOUT START UNSTOP".split()
)
# The Message-ID of a mail of ours: its attempt, at the creditor's domain.
OUR_MESSAGE = re.compile(r"<([0-9a-f]{24})@[^>]*>")


class Unreadable(Exception):  # noqa: N818 - what came in cannot be read; nothing went wrong
    """What arrived is no message; the text says why in one plain sentence."""


@dataclass(frozen=True)
class Inbound:
    """One message to us. `answers` are the Message-IDs it answers, the latest first.

    `kind` is message, auto_reply, bounce, delayed or complaint. `confirmed` says that the provider
    already answered an opt-out.
    """

    reply: str
    kind: str
    channel: Channel
    received_at: datetime
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    answers: tuple[str, ...]
    is_authenticated: bool
    is_absence: bool = False
    confirmed: bool = False
    deliveries: tuple[DeliveryEvent, ...] = ()


def opened(arrival: Arrival) -> Inbound:
    """The message in an arrival. Raises Unreadable."""
    if arrival.kind == "twilio_sms":
        return _text_message(arrival)
    return _mail(arrival, mail_of(arrival))


def mail_of(arrival: Arrival) -> IncomingMail:
    """The mail in an arrival, with its markup and its files. Raises Unreadable."""
    if arrival.kind == "twilio_sms":
        raise Unreadable("It is a text message.")
    mail = read_mail(arrival.body) if arrival.kind == "mail" else _posted(arrival)
    if isinstance(mail, TooBig):
        raise Unreadable(mail.why)
    return mail


def _text_message(arrival: Arrival) -> Inbound:
    text = read_text(arrival.body)
    if not text.sender:
        raise Unreadable("The text message names no sender.")
    return Inbound(
        reply=_name(text.message or str(arrival.id), text.text),
        kind="message",
        channel="sms",
        received_at=arrival.received_at,
        sender=text.sender,
        sender_name="",
        recipients=(text.to,),
        subject="",
        text=text.text,
        message_id=text.message,
        answers=(),
        is_authenticated=True,
        confirmed=text.opt_out == "STOP" or text.text.strip().upper() in _ANSWERED_BY_TWILIO,
    )


def _posted(arrival: Arrival) -> IncomingMail | TooBig:
    fields: dict[str, bytes] = {}

    def field(one: Field) -> None:
        fields[(one.field_name or b"").decode("utf-8", "replace")] = one.value or b""

    def file(one: File) -> None:
        one.file_object.seek(0)
        fields[(one.field_name or b"").decode("utf-8", "replace")] = one.file_object.read()

    content_type = arrival.details.get("content_type", "").encode()
    headers = {"Content-Type": content_type, "Content-Length": str(len(arrival.body)).encode()}
    try:
        parse_form(headers, BytesIO(arrival.body), field, file)
    except (FormParserError, ValueError) as error:
        raise Unreadable(f"The form cannot be read ({type(error).__name__}).") from None
    if not fields:
        raise Unreadable("The form is empty.")
    return read_parsed_form(fields)


def _mail(arrival: Arrival, mail: IncomingMail) -> Inbound:
    # Who put the file there may be trusted as far as the mail's own sender is: not at all.
    return Inbound(
        reply=_name(mail.message_id or str(arrival.id), mail.text),
        kind=mail.kind,
        channel="email",
        received_at=arrival.received_at,
        sender=mail.sender.address,
        sender_name=mail.sender.name,
        recipients=mail.recipients,
        subject=mail.subject,
        text=mail.text,
        message_id=mail.message_id,
        answers=tuple(dict.fromkeys(one for one in _answered(mail) if one)),
        is_authenticated=mail.is_authenticated,
        is_absence=mail.is_out_of_office,
        deliveries=tuple(_deliveries(arrival, mail)),
    )


def _answered(mail: IncomingMail) -> Sequence[str]:
    return (mail.in_reply_to, *reversed(mail.references), mail.returned.message_id)


def _deliveries(arrival: Arrival, mail: IncomingMail) -> Sequence[DeliveryEvent]:
    """What a report says of our own mail; a complaint speaks of whom that mail went to."""
    told = {"attempt": _attempt(mail), "channel": "email", "at": arrival.received_at}
    if mail.complaint:
        return [
            DeliveryEvent(
                event=f"arrival:{arrival.id}:{address}",
                # Apple's mail programs report their unsubscribe button this way.
                kind="opted_out" if mail.complaint == "opt-out" else "complained",
                address=address,
                why=f"the recipient reported it ({mail.complaint})",
                **told,  # type: ignore[arg-type]  # Its own fields, by name.
            )
            for address in mail.returned.to_addresses or ("",)
        ]
    return [
        DeliveryEvent(
            event=f"arrival:{arrival.id}:{one.address}",
            kind="deferred" if mail.kind == "delayed" else "bounced" if one.is_dead else "failed",
            address=one.address,
            code=one.status,
            why=one.diagnostic[:300],
            again=not one.is_dead,
            **told,  # type: ignore[arg-type]  # Its own fields, by name.
        )
        for one in mail.bounced
    ]


def _attempt(mail: IncomingMail) -> str:
    """Our message that a report returns, by our own header or its Message-ID."""
    ours = OUR_MESSAGE.fullmatch(mail.returned.message_id.strip())
    return mail.returned.attempt or (ours[1] if ours else "")


def _name(message: str, text: str) -> str:
    """The same message, delivered twice, has the same name."""
    return "R" + sha256(f"{message}\x1f{text}".encode()).hexdigest()[:16]
