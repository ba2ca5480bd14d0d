"""What stops everybody's messages at a moment, whatever the cases say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Codes of stops: cases that wait for one of them are woken when it is over.
STALE, ACCOUNT_REFUSED, VOLUME = "DATA_STALE", "PROVIDER_FAIL", "VOLUME_BRAKE"
# The books are those of an earlier hour: what went out since may be missing in them.
RESTORED = "RESTORED"
# A customer whom only a new version of the policies contacts waits for its wave.
POLICY_WAVE = "POLICY_WAVE"


@dataclass(frozen=True)
class Stop:
    """Why nothing goes out."""

    code: str
    why: str


@dataclass(frozen=True)
class Conditions:
    """Stops of all channels (`books` that are not fresh) and of single ones."""

    books: Stop | None = None
    channels: Mapping[str, Stop] = field(default_factory=dict)

    def against(self, channel: str) -> Stop | None:
        """What stops the channel now, if anything does."""
        return self.books or self.channels.get(channel)


CLEAR = Conditions()
