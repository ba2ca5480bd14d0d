"""The life of a finding: found, explained or remediated, accepted by a second person, or gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from dunning.finding_facts import (
    FindingAcceptanceRefused,
    FindingAccepted,
    FindingAssigned,
    FindingExplained,
    FindingFact,
    FindingFound,
    FindingGone,
    FindingRemediated,
    FindingReopened,
)

OPEN, EXPLAINED, REMEDIATED = "open", "explained", "remediated"
ACCEPTED, GONE = "accepted", "gone"
STATES = (OPEN, EXPLAINED, REMEDIATED, ACCEPTED, GONE)
CLOSED = (ACCEPTED, GONE)
OWNERS = ("controller", "ar_lead", "associate", "account_manager")

# Tests of how policies and people are governed are the controller's, tests of sending the lead's.
_OF_THE_CONTROLLER = frozenset(
    "A01 A02 A03 A17 A18 A19 A23 A24 A25 A26 A28 E01 E02 E03 E04 E05 E06 E07 E08 E09".split()
)
# Somebody was contacted who should not have been, or the evidence itself is in doubt.
_HIGH = frozenset(
    "A01 A09 A10 A11 A12 A13 A14 A15 A16 A18 A20 A24 A25 A26 A27 A29 A30 E01 E03 E06 E07".split()
)
_LOW = frozenset({"A05", "A23"})
_DAYS: Mapping[str, int] = {"high": 7, "medium": 14, "low": 30}


def owner_of(test: str) -> str:
    """The role that has a finding of this test at first."""
    return "controller" if test in _OF_THE_CONTROLLER else "ar_lead"


def severity_of(test: str) -> str:
    """How bad a finding of this test is: high, medium or low."""
    if test in _HIGH:
        return "high"
    return "low" if test in _LOW else "medium"


def due_date(test: str, found_on: date) -> date:
    """The day by which a finding of this test is to be closed."""
    return found_on + timedelta(days=_DAYS[severity_of(test)])


@dataclass(frozen=True, kw_only=True)
class KnownFinding:
    """A finding as its facts tell it. `answered_by` said why it came or what was done since."""

    found: FindingFound
    found_at: datetime
    state: str
    owner: str
    due: date
    answered_by: tuple[str, ...] = ()
    explanation: str = ""
    remedy: str = ""
    accepted_by: str = ""
    closed_at: datetime | None = None
    reopened: int = 0
    refusals: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.state in CLOSED

    def is_overdue(self, today: date) -> bool:
        """Whether it is still to be closed after its day."""
        return not self.is_closed and self.due < today


def fold_finding(facts: Sequence[FindingFact]) -> KnownFinding:
    """The finding from its facts, oldest first; the first one says that it was found."""
    first, *others = facts
    assert isinstance(first, FindingFound), "a finding begins when it is found"
    known = KnownFinding(
        found=first, found_at=first.at, state=OPEN, owner=first.owner, due=first.due
    )
    for fact in others:
        known = apply_to_finding(known, fact)
    return known


def apply_to_finding(known: KnownFinding, fact: FindingFact) -> KnownFinding:
    """The finding after one more fact."""
    match fact:
        case FindingFound():
            after = _opened_again(replace(known, found=fact, owner=fact.owner, due=fact.due))
        case FindingAssigned():
            after = replace(known, owner=fact.owner or known.owner, due=fact.due or known.due)
        case FindingExplained():
            after = replace(_answered(known, fact.by), state=EXPLAINED, explanation=fact.note)
        case FindingRemediated():
            after = replace(_answered(known, fact.by), state=REMEDIATED, remedy=fact.note)
        case FindingAccepted():
            after = replace(known, state=ACCEPTED, accepted_by=fact.by, closed_at=fact.at)
        case FindingAcceptanceRefused():
            after = replace(known, refusals=known.refusals + 1)
        case FindingReopened():
            after = _opened_again(known)
        case FindingGone():
            after = replace(known, state=GONE, closed_at=fact.at)
        case _:
            assert_never(fact)
    return after


def refusal(known: KnownFinding, fact: FindingFact) -> str:
    """Why the fact may not be recorded, as a sentence; empty when it may."""
    match fact:
        case FindingFound() if known.state != GONE:
            why = "It is known already."
        case FindingAssigned() | FindingExplained() | FindingRemediated() if known.is_closed:
            why = f"It is closed ({known.state}): reopen it first."
        case FindingAccepted():
            why = _against_accepting(known, fact.by)
        case FindingReopened() if known.state == OPEN:
            why = "It is open already."
        case FindingReopened() if known.state == GONE:
            why = "It is gone: only an audit can find it again."
        case FindingGone() if known.state == GONE:
            why = "It is gone already."
        case _:
            why = ""
    return why


def answers_for_it(known: KnownFinding, by: str) -> bool:
    """Whether the person explained or remediated it, however the name is written."""
    return _person(by) in {_person(one) for one in known.answered_by}


def _against_accepting(known: KnownFinding, by: str) -> str:
    if known.state not in (EXPLAINED, REMEDIATED):
        return "Only what was explained or remediated can be accepted."
    if answers_for_it(known, by):
        return f"{by} explained or remediated it; somebody else has to accept it."
    return ""


def _answered(known: KnownFinding, by: str) -> KnownFinding:
    return replace(known, answered_by=(*known.answered_by, by))


def _opened_again(known: KnownFinding) -> KnownFinding:
    return replace(
        known,
        state=OPEN,
        answered_by=(),
        accepted_by="",
        closed_at=None,
        reopened=known.reopened + 1,
    )


def _person(name: str) -> str:
    return " ".join(name.casefold().split())
