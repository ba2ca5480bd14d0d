"""What one found piece of text means as a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from replies.date_tokens import Token


@dataclass(frozen=True, slots=True)
class Answer:
    """The day a piece means, as DateSpan tells it; `is_closing` marks a bare close of business."""

    day: date | None
    alternatives: tuple[date, ...] = ()
    is_ambiguous: bool = False
    is_range: bool = False
    reason: str = ""
    is_closing: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """The tokens a rule matched, with the signs before and after them and the day of receipt.

    `is_month_first` is how the sender writes 3/4: True for March 4th, False for the 3rd of April,
    None when nobody knows. `month_behind` is the next month named after the tokens, 0 for none.
    """

    tokens: tuple[Token, ...]
    before: str
    after: str
    received_on: date
    is_month_first: bool | None = False
    month_behind: int = 0

    def has(self, signs: str) -> bool:
        """Whether some token has one of these signs."""
        return any(token.sign in signs for token in self.tokens)

    def number(self, signs: str, place: int = 0) -> int:
        """The value of the token (by default the first) that has one of these signs."""
        value = [token.value for token in self.tokens if token.sign in signs][place]
        assert isinstance(value, int), f"{signs} counts"
        return value

    def numbers(self, signs: str) -> list[int]:
        """The values of all tokens with these signs."""
        return [t.value for t in self.tokens if t.sign in signs and isinstance(t.value, int)]


PAST = Answer(None, reason="past")
VAGUE = Answer(None, reason="vague")
TERMS = Answer(None, reason="terms")
INVALID = Answer(None, reason="invalid")
