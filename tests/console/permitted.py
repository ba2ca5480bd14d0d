"""What each form of the desk needs: the right, where it is sent, and fields that can be read.

The fields need not make sense in the books: who lacks the right is refused before that matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Fields = Mapping[str, str | Sequence[str]]
EVERYBODY, WHOEVER_SIGNED_IN = "everybody", "whoever signed in"


@dataclass(frozen=True)
class Permitted:
    """A form. `right` is one of the rights, several for whoever has one, or who may always."""

    route: str
    address: str
    right: str
    fields: Fields = field(default_factory=dict)
    file: str = ""
    refusal: int = 403
    recorded: bool = True


def of(page: str, address: str, right: str, **deeds: Fields) -> list[Permitted]:
    """The forms of one page that need the same right, by what they do."""
    return [
        Permitted(
            f"{page}/do/{deed.replace('_', '-')}",
            f"{address}/do/{deed.replace('_', '-')}",
            right,
            given,
        )
        for deed, given in deeds.items()
    ]


def to_invoice(page: str, right: str, *deeds: str) -> list[Permitted]:
    """The forms of a message that is to go out; the invoice stands in the address."""
    given = {"reason": "goodwill", "text": "Thank you.", "subject": "x", "made_from": "x"}
    return [
        Permitted(f"{page}/{deed}", f"{page}/{deed}?invoice=INV-7", right, given) for deed in deeds
    ]
