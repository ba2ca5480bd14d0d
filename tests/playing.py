"""What a story is told with: the associate's desk, the post, and what can be seen of both."""

from __future__ import annotations

from typing import NamedTuple

from activities.gateways.interface import Accepted, Outcome, OutgoingMessage, SentBefore
from commands.cases.actions import Actions
from commands.cases.task_actions import TaskActions


class Sent(NamedTuple):
    """A message that went out, or may have."""

    day: str
    letter: str
    channel: str
    contact: str
    invoices: list[str]


class Asked(NamedTuple):
    """A task of people."""

    day: str
    what: str
    role: str
    invoices: list[str]


class Desk(Actions, TaskActions):
    """Everything an associate can do."""


class Post:
    """A gateway that keeps every message it is handed and answers as it is told."""

    def __init__(self) -> None:
        self.handed_over: list[OutgoingMessage] = []
        self.answers: list[Outcome] = []

    def send(self, message: OutgoingMessage) -> Outcome:
        """Take the message over, unless another answer is waiting."""
        self.handed_over.append(message)
        return self.answers.pop(0) if self.answers else Accepted(f"post:{message.attempt}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Know nothing of what was handed over."""
