"""The doubles as a test holds them: where they are, what they took over, what shall go wrong."""

from __future__ import annotations

from collections.abc import Callable

from fakes.accounts import Providers, SendGridAccount, TwilioAccount
from fakes.faults import Fault, PlannedFault, When, sends
from fakes.records import Call, Channel, Sent


class FakeProviders:
    """Both doubles, served at `url`."""

    def __init__(self, providers: Providers, url: str) -> None:
        self._providers = providers
        self.url = url

    @property
    def email(self) -> SendGridAccount:
        """The SendGrid account, to be changed at will."""
        return self._providers.email

    @property
    def sms(self) -> TwilioAccount:
        """The Twilio account, to be changed at will."""
        return self._providers.sms

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
        """The key that proves SendGrid's posts, as its settings show it."""
        return self._providers.event_key.public

    @property
    def sent(self) -> list[Sent]:
        """Every message taken over, oldest first."""
        return self._providers.sent

    @property
    def calls(self) -> list[Call]:
        """Every request, also those refused or left without an answer, oldest first."""
        return self._providers.calls

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
        self._providers.faults.plan(PlannedFault(fault, channel, when, times, matching))

    def forget(self) -> None:
        """Drop what was sent, asked and planned; the accounts stay as they are."""
        self._providers.faults.forget()
        self.sent.clear()
        self.calls.clear()
        self._providers.statuses.clear()
