"""The doubles of the providers over sockets, with dice that choose what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from activities.gateways.interface import Accepted, Outcome, OutgoingMessage, SentBefore
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, answers, hangs_up, redirects, resets, too_many
from tests.activities.gateways_at_fakes import sendgrid_at, twilio_at
from tests.commands.provider_model import Killed, Provider

# What may go wrong, and whether it may do so after the message was taken over: who says that it
# was not must mean it.
FAULTS: tuple[tuple[Fault, bool], ...] = (
    (answers(500), True),
    (answers(503), True),
    (hangs_up(), True),
    (resets(), True),
    (too_many(retry_after=120), False),
    (answers(400), False),
    (answers(401), False),
    (redirects(), False),
)


@dataclass
class ProviderAtFakes(Provider):
    """Hands over by the real gateways; news and deaths are those of the model."""

    fake: FakeProviders = field(kw_only=True)

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand one over, perhaps into a fault."""
        self.offers.append(message.attempt)
        if self._kills():
            raise Killed
        if not self.is_well and self.dice.random() < 0.6:
            fault, also_after = self.dice.choice(FAULTS)
            is_late = also_after and self.dice.random() < 0.5
            self.fake.fault(fault, when="after" if is_late else "before")
        gateway = sendgrid_at(self.fake) if message.channel == "email" else twilio_at(self.fake)
        outcome = gateway.send(message)
        if any(sent.attempt == message.attempt for sent in self.fake.sent):
            self._take(message)
        self.meanwhile()
        if self._kills():
            raise Killed
        return outcome

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Ask the doubles."""
        gateway = sendgrid_at(self.fake) if message.channel == "email" else twilio_at(self.fake)
        return gateway.look_up(message)
