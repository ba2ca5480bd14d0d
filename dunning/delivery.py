"""How far a message came: what providers say arrives late, twice and in any order.

Delivery is a lattice, not the last word: what is said never takes a message back, except that bad
news about the address wins even after `delivered` (mail servers may bounce hours later).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal[
    "processed", "deferred", "sent", "delivered", "bounced", "failed", "complained", "opted_out"
]
# Later ones win; of two text messages' ends the first wins.
ORDER: tuple[str, ...] = ("", "processed", "deferred", "sent", "delivered")
BAD: tuple[str, ...] = ("failed", "bounced", "opted_out", "complained")


@dataclass(frozen=True)
class DeliveryEvent:
    """What a provider said of one message, in our words; `event` is its own id for saying it.

    `bounced`: the address is dead. `failed`: this message did not arrive, the address may be
    good; it may be tried again (`again`) or must not. `attempt` may be unknown for an event about
    an address alone.
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


def further(known: str, said: str) -> str:
    """How far the message came, after one more thing was said of it."""
    if known in BAD:
        return said if said in BAD and BAD.index(said) > BAD.index(known) else known
    if said in BAD:
        return said
    return max(known, said, key=ORDER.index)


def reached(kind: str) -> bool:
    """Whether this proves that the provider took the message over."""
    return kind in (*ORDER[1:], "complained", "bounced", "failed")
