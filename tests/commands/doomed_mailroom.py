"""A mailroom in a process of its own that stops dead at a chosen point, by an order in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from activities.answers import Answers
from commands.mailroom import arrivals as rooms
from commands.mailroom import taking_replies
from commands.mailroom.arrivals import Mailroom, mailroom_of
from settings import Settings
from tests.doomed import Doom, DoomedProvider
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
class Order(Doom):
    """Where the mailroom works and where it stops."""

    stops: Point
    database_url: str


def mailroom_for(order: Order) -> Mailroom:
    """The installation's mailroom with the provider above."""
    settings = Settings(  # type: ignore[call-arg]  # Pydantic's own.
        _env_file=None, home=Path(order.home), database_url=order.database_url
    )
    provider = DoomedProvider(
        order, "before_hand_over", "after_hand_over", lambda message: message.subject
    )
    return mailroom_of(replace(wire(settings), gateways={"email": provider, "sms": provider}))


def _stopping(order: Order, work: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """The same, but dead before it or right after it."""

    def stopped(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever the original takes
        if first:
            order.strike()
        done = work(*args, **more)
        order.strike()
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
