"""Messages for the tests of gateways."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from activities.gateways.interface import OutgoingMessage, SentBefore
from activities.letter_request import Attachment

AT = datetime(2026, 3, 5, 9, 10, tzinfo=UTC)


def message(**changes: object) -> OutgoingMessage:
    """A reminder by e-mail, with umlauts and an attachment."""
    usual = OutgoingMessage(
        attempt="a1b2c3",
        at=AT,
        channel="email",
        to_name="Grace Møller",
        to_address="grace@customer.example",
        from_name="Larkspur & Finch Ltd",
        from_address="accounts@larkspur-finch.example",
        reply_to="accounts@larkspur-finch.example",
        subject="Reminder: invoice “4711” is open – 12,00 €",
        text="Dear Grace,\n\ninvoice 4711 is open.\n.\nKind regards\n",
        html="<p>Dear Grace</p>",
        message_id="<a1b2c3@larkspur-finch.example>",
        attachments=(Attachment("open-items.csv", "text/csv", b"invoice,open\n4711,12.00\n"),),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # Its own fields, by name.


def text_message(**changes: object) -> OutgoingMessage:
    """A reminder by text message, with signs that phones write in another way."""
    usual = {
        "channel": "sms",
        "to_address": "+447700900123",
        "subject": "",
        "text": "Larkspur & Finch: invoice “4711” is open, 12,00\u202f€. Reply STOP to opt out",
        "html": "",
        "attachments": (),
    }
    return message(**usual | changes)


def sent_before(sent: OutgoingMessage) -> SentBefore:
    """What is known of a message once it was handed over."""
    return SentBefore(sent.attempt, sent.channel, sent.to_address, sent.at, sent.text)
