"""The accounts at the two providers: keys, permissions, and who must not be written to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fakes.faults import FaultPlan
from fakes.records import Call, Channel, Sent
from fakes.signing import EventKey

MEGABYTE = 1024 * 1024


def _sendgrid_key() -> str:
    return f"SG.{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}"


def _twilio_sid(kind: str) -> str:
    return kind + secrets.token_hex(16)


@dataclass
class SendGridAccount:
    """A SendGrid account. `sender_domains` None lets every sender pass; all else is refused."""

    key: str = field(default_factory=_sendgrid_key)
    scopes: tuple[str, ...] = ("mail.send", "messages.read", "user.webhooks.event.settings.read")
    sender_domains: set[str] | None = None
    # Address in lower case → why it is not written to, in the words of a `dropped` event.
    suppressed: dict[str, str] = field(default_factory=dict)
    has_email_activity: bool = True
    largest_mail_bytes: int = 30 * MEGABYTE
    # As the settings endpoints answer them.
    event_webhooks: list[dict[str, Any]] = field(default_factory=list)
    parse_settings: list[dict[str, Any]] = field(default_factory=list)
    security_policies: list[dict[str, Any]] = field(default_factory=list)
    attempt_argument: str = "dn_attempt"


@dataclass
class TwilioAccount:
    """A Twilio account. Sets of numbers hold E.164; `numbers` None: every sender is ours."""

    sid: str = field(default_factory=lambda: _twilio_sid("AC"))
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    api_key: str = field(default_factory=lambda: _twilio_sid("SK"))
    api_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    status: str = "active"
    numbers: set[str] | None = None
    # Where text messages to our numbers and services are posted.
    inbound_url: str = ""
    opted_out: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)
    blocked_prefixes: set[str] = field(default_factory=set)
    # A trial account writes to these only; None: not a trial account.
    verified: set[str] | None = None
    attempt_parameter: str = "a"


@dataclass
class Providers:
    """Both providers as they stand: accounts, what they took over, what they were asked."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    email: SendGridAccount = field(default_factory=SendGridAccount)
    sms: TwilioAccount = field(default_factory=TwilioAccount)
    event_key: EventKey = field(default_factory=EventKey)
    # Inbound mail is signed by a key of its own: that of a security policy.
    inbound_key: EventKey = field(default_factory=EventKey)
    sent: list[Sent] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    faults: FaultPlan = field(default_factory=FaultPlan)
    # What became of a message: its provider id → its last status, and why it failed.
    statuses: dict[str, str] = field(default_factory=dict)
    error_codes: dict[str, int] = field(default_factory=dict)
    # Provider id and address of the messages of which something was posted.
    told: set[tuple[str, str]] = field(default_factory=set)

    def untold(self, channel: Channel) -> list[Sent]:
        """The messages of which the provider has posted nothing yet."""
        sent = [sent for sent in self.sent if sent.channel == channel]
        return [each for each in sent if (each.provider_id, each.to) not in self.told]

    def tell(self, sent: Sent, status: str, error_code: int | None = None) -> None:
        """Note what became of a message, and that it is no news any more."""
        self.told.add((sent.provider_id, sent.to))
        self.statuses[sent.provider_id] = status
        if error_code is not None:
            self.error_codes[sent.provider_id] = error_code

    def forget(self) -> None:
        """Drop what was sent, asked, planned and told; the accounts stay as they are."""
        self.faults.forget()
        for kept in (self.sent, self.calls, self.statuses, self.error_codes, self.told):
            kept.clear()


def accounts_of(seed: str) -> Providers:
    """Both providers with the same keys and ids for the same seed, for settings that outlive them.

    Whoever knows the seed knows the keys: for demonstrations only.
    """

    def secret(name: str) -> str:
        return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()[:32]

    return Providers(
        email=SendGridAccount(key=f"SG.{secret('key')}"),
        sms=TwilioAccount(
            sid=f"AC{secret('account')}",
            token=secret("token"),
            api_key=f"SK{secret('api key')}",
            api_secret=secret("api secret"),
        ),
        event_key=EventKey(f"{seed} events"),
        inbound_key=EventKey(f"{seed} inbound"),
    )
