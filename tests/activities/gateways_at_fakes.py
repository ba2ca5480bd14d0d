"""Gateways that talk to the doubles of their providers over a real socket."""

from __future__ import annotations

from activities.gateways.sendgrid import SendGridAccount, SendGridGateway
from activities.gateways.twilio import TwilioAccount, TwilioGateway
from fakes.fake_providers import FakeProviders

TIMEOUT_SECONDS = 0.5
DESK = "https://desk.example"


def sendgrid_at(fake: FakeProviders, key: str = "", *, activity: bool = True) -> SendGridGateway:
    """A gateway to SendGrid's double."""
    account = SendGridAccount(key or fake.sendgrid_key, fake.url, activity, TIMEOUT_SECONDS)
    return SendGridGateway(account)


def twilio_at(fake: FakeProviders, token: str = "", **changes: str) -> TwilioGateway:
    """A gateway to Twilio's double."""
    usual = {"sender": "+15005550006", "public_url": DESK, "base_url": fake.url}
    sid = fake.twilio_account_sid
    known = usual | changes
    return TwilioGateway(
        TwilioAccount(
            sid, sid, token or fake.twilio_token, timeout_seconds=TIMEOUT_SECONDS, **known
        )
    )
