"""A mailroom in a process of its own that stops dead at a chosen point, by an order in JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from activities.answers import Answers
from activities.gateways.interface import Accepted, Outcome, OutgoingMessage, SentBefore
from commands.mailroom import arrivals as rooms
from commands.mailroom import taking_replies
from commands.mailroom.arrivals import Mailroom, mailroom_of
from settings import Settings
from worker import wire

Point = Literal[
    "before_handling",
    "in_the_middle",
    "before_commit",
    "between_record_and_answer",
    "before_hand_over",
    "after_hand_over",
    "never",
]
NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Order:
    """Where the mailroom works and where it stops."""

    home: str
    database_url: str
    stops: Point

    @property
    def reached(self) -> Path:
        """The file that says that it has stopped where it should."""
        return Path(self.home) / "reached"

    @property
    def delivered(self) -> Path:
        """What the provider delivered, one letter a line, whoever handed it over."""
        return Path(self.home) / "delivered"


class Provider:
    """Delivers messages to a file, and stops dead when told so."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def send(self, message: OutgoingMessage) -> Outcome:
        """Deliver one message."""
        if self._order.stops == "before_hand_over":
            stop_dead(self._order)
        with self._order.delivered.open("a") as delivered:
            delivered.write(f"{message.subject}\n")
        if self._order.stops == "after_hand_over":
            stop_dead(self._order)
        return Accepted(f"file:{message.attempt}")

    def look_up(self, message: SentBefore) -> None:
        """Know nothing of what was delivered."""


def stop_dead(order: Order) -> None:
    """Say that the point is reached, and never go on."""
    order.reached.touch()
    time.sleep(600)


def mailroom_for(order: Order) -> Mailroom:
    """The installation's mailroom with the provider above."""
    settings = Settings(  # type: ignore[call-arg]  # Pydantic's own.
        _env_file=None, home=Path(order.home), database_url=order.database_url
    )
    provider = Provider(order)
    return mailroom_of(replace(wire(settings), gateways={"email": provider, "sms": provider}))


def _stopping(order: Order, work: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """The same, but dead before it or right after it."""

    def stopped(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever the original takes
        if first:
            stop_dead(order)
        done = work(*args, **more)
        stop_dead(order)
        return done

    return stopped


def work(order: Order) -> None:
    """Work until killed."""
    # Where the name stands, and whether it dies before what the name does or right after it.
    places: dict[str, tuple[Any, str, bool]] = {
        "before_handling": (rooms, "opened", True),
        # Facts are recorded, the reply is not listed yet.
        "in_the_middle": (taking_replies, "keep", True),
        "before_commit": (rooms, "mark_handled", False),
        "between_record_and_answer": (Answers, "send_all", True),
    }
    if order.stops in places:
        place, name, first = places[order.stops]
        setattr(place, name, _stopping(order, getattr(place, name), first=first))
    mailroom_for(order).work(NOW)


if __name__ == "__main__":
    work(Order(**json.loads(sys.argv[1])))
