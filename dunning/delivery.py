"""How far a message came: what providers say arrives late, twice and in any order.

Delivery is a lattice, not the last word: what is said never takes a message back, except that bad
news about a mail wins even after `delivered` (mail servers may bounce hours later). A text message
ends once: the first end stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal[
    "processed", "deferred", "sent", "delivered", "bounced", "failed", "complained", "opted_out"
]
# In both, later ones win.
ORDER: tuple[str, ...] = ("", "processed", "deferred", "sent", "delivered")
BAD: tuple[str, ...] = ("failed", "bounced", "opted_out", "complained")
_ENDS_OF_A_TEXT = ("delivered", "failed", "bounced")


@dataclass(frozen=True)
class DeliveryEvent:
    """What a provider said of one message, in our words; `event` is its own id for saying it.

    `bounced`: the address is dead. `failed`: this message did not arrive, the address may be
    good; it may be tried again (`again`) or must not. With `dropped` the provider did not even try,
    because of what it knows of the address. `attempt` may be unknown for an event about an address
    alone. Whatever is said of an attempt proves that the provider took it over.
    """

    event: str
    attempt: str
    channel: str
    kind: Kind
    at: datetime
    address: str = ""
    code: str = ""
    why: str = ""
    again: bool = False
    dropped: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether the message reached nobody."""
        return self.dropped or self.kind in {"bounced", "failed"}


def further(known: str, said: str, channel: str) -> str:
    """How far the message came, after one more thing was said of it."""
    if channel == "sms" and known in _ENDS_OF_A_TEXT and said in _ENDS_OF_A_TEXT:
        return known
    if known in BAD:
        return said if said in BAD and BAD.index(said) > BAD.index(known) else known
    if said in BAD:
        return said
    return max(known, said, key=ORDER.index)
