"""The doubles as a test holds them: where they are, what they took over, what shall go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fakes import events
from fakes.accounts import Providers, SendGridAccount, TwilioAccount
from fakes.events import Event
from fakes.faults import Fault, PlannedFault, When, sends
from fakes.inbound_mail import Envelope, deliver_mail
from fakes.posting import AS_ALWAYS, Answer, Manner
from fakes.records import Call, Channel, Sent
from fakes.text_messages import TwilioPosts


class FakeProviders:
    """Both doubles, served at `url`."""

    def __init__(self, providers: Providers, url: str) -> None:
        self.providers = providers
        self.url = url

    @property
    def email(self) -> SendGridAccount:
        """The SendGrid account, to be changed at will."""
        return self.providers.email

    @property
    def sms(self) -> TwilioAccount:
        """The Twilio account, to be changed at will."""
        return self.providers.sms

    @property
    def sendgrid_key(self) -> str:
        """The key that SendGrid's double takes."""
        return self.email.key

    @property
    def twilio_account_sid(self) -> str:
        """The account that Twilio's double knows."""
        return self.sms.sid

    @property
    def twilio_token(self) -> str:
        """The token that goes with it, and signs what it posts."""
        return self.sms.token

    @property
    def event_public_key(self) -> str:
        """The key that proves SendGrid's events, as its settings show it."""
        return self.providers.event_key.public

    @property
    def inbound_public_key(self) -> str:
        """The key that proves inbound mail: another than that of the events."""
        return self.providers.inbound_key.public

    @property
    def sent(self) -> list[Sent]:
        """Every message taken over, oldest first."""
        return self.providers.sent

    @property
    def calls(self) -> list[Call]:
        """Every request, also those refused or left without an answer, oldest first."""
        return self.providers.calls

    def fault(
        self,
        fault: Fault,
        *,
        channel: Channel | None = None,
        when: When = "before",
        times: int | None = 1,
        matching: Callable[[Call], bool] = sends,
    ) -> None:
        """Let the next `times` matching calls suffer this, before or after they are processed.

        `times` None: all of them, until `forget`. Sends only, unless `matching` says otherwise.
        """
        self.providers.faults.plan(PlannedFault(fault, channel, when, times, matching))

    def forget(self) -> None:
        """Drop what was sent, asked and planned; the accounts stay as they are."""
        self.providers.forget()

    def event(self, sent: Sent, kind: str, **details: object) -> dict[str, Any]:
        """One event of a mail, by SendGrid's name for it, or `blocked`.

        A bounce, a complaint or an unsubscription suppresses the address from then on.
        """
        return events.event_of(self.providers, sent, kind, details)

    def news(self) -> list[Event]:
        """The usual life of every mail that no event was made of yet, to be delivered once."""
        mails = self.providers.untold("email")
        return [event for sent in mails for event in events.life_of(self.providers, sent)]

    def deliver_events(
        self, url: str, batch: Sequence[Event] | None = None, manner: Manner = AS_ALWAYS
    ) -> list[Answer]:
        """Post one signed batch of events; None: the news."""
        if batch is None:
            batch = self.news()
        return events.deliver(self.providers, url, batch, manner)

    def inbound_mail(
        self, url: str, mime: bytes, envelope: Envelope, manner: Manner = AS_ALWAYS
    ) -> list[Answer]:
        """Post a mail to us as Inbound Parse does, in the form the envelope names."""
        return deliver_mail(self.providers, url, mime, envelope, manner)

    def inbound_sms(
        self,
        url: str,
        *,
        sender: str,
        to: str,
        body: str,
        manner: Manner = AS_ALWAYS,
        **more: str,
    ) -> list[Answer]:
        """Post a text message to us; STOP and its like opt the sender out, START in again."""
        form = {"From": sender, "To": to, "Body": body, **more}
        return TwilioPosts(self.providers, url, manner).deliver(form)

    def status_callback(
        self,
        sent: Sent,
        *statuses: str,
        url: str | None = None,
        error_code: int | None = None,
        manner: Manner = AS_ALWAYS,
    ) -> list[Answer]:
        """Post what became of a text message, one post a status, to its own callback address."""
        address = url or sent.payload["StatusCallback"]
        return TwilioPosts(self.providers, address, manner).call_back(sent, statuses, error_code)
