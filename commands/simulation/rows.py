"""The rows of a simulation: messages, steps that are not carried out, and tasks."""

from __future__ import annotations

from typing import NamedTuple

from activities.consolidation import Consolidated


class Touched(NamedTuple):
    """One message; its invoices are those whose own step it carries out."""

    date: str
    customer: str
    channel: str
    letter: str
    level: int
    invoices: tuple[str, ...]
    at: str

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same message under another policy, whatever its moment."""
        return self[:6]


class Unsent(NamedTuple):
    """A step that was not carried out, and why."""

    date: str
    invoice: str
    step: str
    code: str


class Asked(NamedTuple):
    """A task that opens, with the invoices that ask for it."""

    date: str
    customer: str
    what: str
    role: str
    invoices: tuple[str, ...]


def touched(message: Consolidated) -> Touched:
    """The row of a message."""
    return Touched(
        date=str(message.local_date),
        customer=message.letter.customer,
        channel=message.letter.channel,
        letter=message.letter.letter,
        level=message.spoken.level,
        invoices=tuple(covered.invoice for covered in message.covered),
        at=message.covered[0].situation.now.isoformat(),
    )
