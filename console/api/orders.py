"""What the bodies of actions hold; anything else in them is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from console.api.numbers import Day

_LONGEST_TEXT = 4_000
_AMOUNT = r"^[0-9]{1,13}(\.[0-9]{1,4})?$"


def _kept(text: str) -> str:
    if any(c < " " and c not in "\t\r\n" for c in text):
        raise ValueError("holds a character that cannot be kept")
    text.encode()
    return text.strip()


Text = Annotated[str, Field(max_length=_LONGEST_TEXT), AfterValidator(_kept)]
Word = Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT), AfterValidator(_kept)]
AmountText = Annotated[
    str,
    Field(pattern=_AMOUNT, description="In major units, such as 1250.00."),
]


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: Text = ""


class Pause(_Order):
    """`until` is the last day of the pause; without it the policy says."""

    reason: Word
    until: Day | None = None


class Resume(_Order):
    """Lift what holds the case."""

    reason: Text = ""


class Escalate(_Order):
    """Hand the case to a role."""

    to: Word


class Promise(_Order):
    """`amount` in major units of the invoice's currency; all of the balance without it."""

    date: Day
    amount: AmountText | None = None


class Dispute(_Order):
    """`amount` in major units of the invoice's currency; the whole invoice without it."""

    reason: Word
    amount: AmountText | None = None


class Resolve(_Order):
    """How a dispute ended; `credit` is the part that is given up when it is split."""

    outcome: Literal["credited", "upheld", "split", "withdrawn"]
    credit: AmountText | None = None


class Words(BaseModel):
    """What a person wrote over the words of a message; `made_from` is the one it was shown with."""

    model_config = ConfigDict(extra="forbid")
    subject: Text = ""
    text: Annotated[str, Field(min_length=1, max_length=8_000), AfterValidator(_kept)]
    made_from: Word


class SendNow(_Order):
    """Send the next touch at the next opening of the sending window, in `words` where given."""

    words: Words | None = None


class SendStatement(_Order):
    """The account at the end of a day, `entity` by `entity` where none is named."""

    as_of: Day
    entity: Text | None = None


class Decide(_Order):
    """Approve or decline a letter that waits."""


class DecideProposal(_Order):
    """Approve or decline what somebody proposed; `what` where several things wait."""

    what: Text = ""


class PlaceHold(BaseModel):
    """Hold everything of a customer until a person lifts it."""

    model_config = ConfigDict(extra="forbid")
    code: Word
    why: Word


class Outcome(BaseModel):
    """What came of a reply."""

    model_config = ConfigDict(extra="forbid")
    outcome: Word


def major(text: str | None) -> Decimal | None:
    """An amount of a body."""
    return Decimal(text) if text is not None else None
