"""A March that is closed by two people in the first days of April."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.planning import Planner
from commands.month_end.actions import MonthEnd
from commands.month_end.asked import Given
from dunning import facts
from dunning.period import Month
from dunning.proposal_facts import ProposalDecided, ProposalMade
from ledger.books import Books
from ledger.ledger import Ledger
from tests.commands.reporting import fill

MARCH, DEMO = Month(2026, 3), "demo"
APRIL_3 = datetime(2026, 4, 3, 14, tzinfo=UTC)


def fill_march(books: Books) -> None:
    """The ledger that reports are about, and a write-off of two people."""
    fill(books)
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    asked = ProposalMade(at=at, by="ada", what="write_off", role="controller", reason="small")
    agreed = ProposalDecided(at=at, by="cfo", what="write_off", outcome="approved")
    given_up = facts.WrittenOff(at=at, by="cfo", reason="small")
    books.record("I-2", asked, agreed, given_up)


def ends(ledger: Ledger, planner: Planner, by: str = "", now: datetime = APRIL_3) -> MonthEnd:
    """The month ends as a person sees them at a moment."""
    return MonthEnd(ledger, planner.policies, now, by)


def closed(ledger: Ledger, planner: Planner, given: Given | None = None) -> dict[str, Any]:
    """March, prepared by Ada and reviewed by Bea."""
    ends(ledger, planner, "ada").prepare(DEMO, MARCH, given or Given())
    return ends(ledger, planner, "bea").review(DEMO, MARCH, "tied out")
