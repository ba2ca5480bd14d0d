"""Facts about what people note for each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Fact):
    """A person noted something for colleagues, about a customer or about one of its invoices."""

    kind: Literal["note_added"] = "note_added"
    text: str
    invoice: str = ""
