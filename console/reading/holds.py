"""The register of holds: what stops everything of a customer until a person lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from console.reading.recorded import Found, RecordedPage, recorded_page
from dunning.customer import Customer
from dunning.customer_facts import HoldPlaced
from ledger.books import Books

STATES = ("placed", "overdue", "lifted", "all")
KINDS = ("legal", "hardship", "other")
# Nobody should forget a hold: after so long somebody looks at it again.
LOOK_AGAIN_DAYS = 30


@dataclass(frozen=True)
class HoldFilter:
    """Which holds, of which kind, of whom."""

    state: str = "placed"
    kind: str = ""
    customer: str = ""


@dataclass(frozen=True)
class Held:
    """A hold with its customer; `overdue` when nobody looked at it for too long."""

    customer: Customer
    hold: HoldPlaced
    days: int
    lifted: bool

    @property
    def overdue(self) -> bool:
        """Whether somebody should look at it again."""
        return not self.lifted and self.days >= LOOK_AGAIN_DAYS

    @property
    def kind(self) -> str:
        """Legal, hardship or other."""
        if self.hold.code.startswith("LEGAL"):
            return "legal"
        return "hardship" if self.hold.code == "HARDSHIP" else "other"


HoldPage: TypeAlias = RecordedPage[Held]


def hold_page(
    books: Books, which: HoldFilter, now: datetime, after: str = "", size: int = 50
) -> HoldPage:
    """Holds, the latest first."""

    def shown(found: Found) -> Held | None:
        assert isinstance(found.fact, HoldPlaced), "its kind says so"
        still = any(one.hold == found.fact.hold for one in found.customer.holds)
        days = (now - found.fact.at) // timedelta(days=1)
        one = Held(found.customer, found.fact, days, lifted=not still)
        return one if _is_chosen(one, which) else None

    return recorded_page(books, "hold_placed", shown, after, customer=which.customer, size=size)


def _is_chosen(one: Held, which: HoldFilter) -> bool:
    states = {
        "placed": not one.lifted,
        "overdue": one.overdue,
        "lifted": one.lifted,
        "all": True,
    }
    return states.get(which.state, True) and which.kind in ("", one.kind)
