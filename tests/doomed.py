"""Processes that stop dead at a point of their work, and what their provider delivered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from activities.gateways.interface import Accepted, Outcome, OutgoingMessage, SentBefore


@dataclass(frozen=True)
class Doom:
    """Where a process works, and the point at which it stops."""

    home: str
    stops: str

    @property
    def reached(self) -> Path:
        """The file that says that it has stopped where it should."""
        return Path(self.home) / "reached"

    @property
    def delivered(self) -> Path:
        """What the provider delivered, one line a message, whoever handed it over."""
        return Path(self.home) / "delivered"

    def strike(self) -> None:
        """Say that the point is reached, and never go on."""
        self.reached.touch()
        time.sleep(600)


@dataclass(frozen=True)
class DoomedProvider:
    """Delivers messages to a file, and stops dead before or after it when told so."""

    doom: Doom
    before: str
    after: str
    line: Callable[[OutgoingMessage], str]

    def send(self, message: OutgoingMessage) -> Outcome:
        """Deliver one message."""
        if self.doom.stops == self.before:
            self.doom.strike()
        with self.doom.delivered.open("a") as delivered:
            delivered.write(f"{self.line(message)}\n")
        if self.doom.stops == self.after:
            self.doom.strike()
        return Accepted(f"file:{message.attempt}")

    def look_up(self, message: SentBefore) -> None:
        """Know nothing of what was delivered."""
