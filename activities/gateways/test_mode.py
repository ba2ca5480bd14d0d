"""Test mode: only who stands on the allow-list gets anything; the rest stays in the outbox."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from activities.gateways.interface import (
    Accepted,
    Gateway,
    Outcome,
    OutgoingMessage,
    SentBefore,
)

# Plain ASCII only: a letter that looks like another, or becomes it in lower case, is not it.
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])"
_ADDRESS = re.compile(rf"([a-z0-9_'+-]+(?:\.[a-z0-9_'+-]+)*)(@{_DOMAIN})")
_WHOLE_DOMAIN = re.compile(f"@{_DOMAIN}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_PHONE_MARKS = str.maketrans("", "", " -().")


@dataclass(frozen=True)
class AllowList:
    """Addresses, whole domains (`@mycompany.com`) and telephone numbers, in their plain form."""

    entries: frozenset[str]

    @classmethod
    def of(cls, entries: Iterable[str]) -> AllowList:
        """Read a list of `me@mycompany.com`, `@mycompany.com` and `+44 7700 900123`.

        Raises ValueError, with a sentence, for an entry that is none of these.
        """
        return cls(frozenset(_entry(entry) for entry in entries))

    def allows(self, channel: str, address: str) -> bool:
        """Whether the address stands on the list, itself or by exactly its domain.

        What is not the plain form of one address is not allowed, whatever it may lead to.
        """
        if channel == "sms":
            return _phone(address) in self.entries
        found = _ADDRESS.fullmatch(address.lower()) if address.isascii() else None
        return found is not None and bool({found[0], found[2]} & self.entries)


def _entry(written: str) -> str:
    entry = written.strip()
    plain = entry.lower() if entry.isascii() else ""
    if _ADDRESS.fullmatch(plain) or _WHOLE_DOMAIN.fullmatch(plain):
        return plain
    if number := _phone(entry):
        return number
    raise ValueError(
        f'"{written}" is no address (me@mycompany.com), domain (@mycompany.com)'
        " or telephone number (+447700900123)."
    )


def _phone(written: str) -> str | None:
    """The number in E.164 form; none without its country."""
    number = written.translate(_PHONE_MARKS)
    return number if _PHONE.fullmatch(number) else None


@dataclass(frozen=True)
class InTestMode:
    """Lets messages to the allow-list out by `live` and keeps the others in `outbox`."""

    live: Gateway
    outbox: Gateway
    allowed: AllowList

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand the message over, or keep it and say in its subject for whom it was."""
        if self.allowed.allows(message.channel, message.to_address):
            return self.live.send(message)
        mark = f"[Test mode: would have been sent to {message.to_address}]"
        return self.outbox.send(replace(message, subject=f"{mark} {message.subject}".strip()))

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Ask where the message may have gone, then or before test mode was on."""
        return self.outbox.look_up(message) or self.live.look_up(message)
