from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dunning import finding_facts as said
from dunning.audit.finding import TITLES
from dunning.finding_life import (
    OWNERS,
    KnownFinding,
    due_date,
    fold_finding,
    owner_of,
    refusal,
    severity_of,
)

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = AT.date()
FOUND = said.FindingFound(
    at=AT,
    by="eve",
    finding="f1",
    run="R0001",
    first=DAY,
    last=DAY,
    test="A04",
    code="MISSED",
    invoice="I-1",
    detail="reminder was missed",
    severity="medium",
    owner="ar_lead",
    due=date(2026, 3, 24),
)
EXPLAINED = said.FindingExplained(at=AT, by="ada", note="the server was down")
REMEDIATED = said.FindingRemediated(at=AT, by="ben", note="reminded by phone")
ACCEPTED = said.FindingAccepted(at=AT + timedelta(days=2), by="bea")
REOPENED = said.FindingReopened(at=AT, by="bea", note="again")
GONE = said.FindingGone(at=AT, by="eve", run="R0002")


def life(*facts: said.FindingFact) -> KnownFinding:
    return fold_finding([FOUND, *facts])


def test_a_finding_is_open_until_it_is_dealt_with() -> None:
    states = [
        life(*facts).state
        for facts in (
            (),
            (EXPLAINED,),
            (EXPLAINED, REMEDIATED),
            (EXPLAINED, ACCEPTED),
            (EXPLAINED, ACCEPTED, REOPENED),
            (GONE,),
            (GONE, FOUND),
        )
    ]

    assert states == ["open", "explained", "remediated", "accepted", "open", "gone", "open"]


def test_only_a_second_person_accepts() -> None:
    known = life(EXPLAINED, REMEDIATED)

    assert refusal(known, ACCEPTED) == ""
    for name in ("ada", " ADA ", "Ben", "ben"):
        tried = said.FindingAccepted(at=AT, by=name)
        assert "somebody else has to accept it" in refusal(known, tried)


def test_who_answered_before_it_was_reopened_may_accept_what_another_explains_now() -> None:
    another = said.FindingExplained(at=AT, by="ben", note="the cable was cut")

    assert refusal(life(EXPLAINED, REOPENED, another), said.FindingAccepted(at=AT, by="ada")) == ""


@pytest.mark.parametrize(
    ("facts", "fact", "sentence"),
    [
        ((), ACCEPTED, "Only what was explained or remediated"),
        ((), REOPENED, "open already"),
        ((), FOUND, "known already"),
        ((EXPLAINED, ACCEPTED), EXPLAINED, "closed (accepted)"),
        ((EXPLAINED, ACCEPTED), said.FindingAssigned(at=AT, by="bea", owner="ada"), "reopen"),
        ((GONE,), REMEDIATED, "closed (gone)"),
        ((GONE,), REOPENED, "only an audit"),
        ((GONE,), GONE, "gone already"),
    ],
)
def test_what_makes_no_sense_is_refused(
    facts: tuple[said.FindingFact, ...], fact: said.FindingFact, sentence: str
) -> None:
    assert sentence in refusal(life(*facts), fact)


def test_an_assignment_changes_only_what_it_names() -> None:
    owner = life(said.FindingAssigned(at=AT, by="bea", owner="controller"))
    day = life(said.FindingAssigned(at=AT, by="bea", due=date(2026, 4, 1)))

    assert (owner.owner, owner.due) == ("controller", FOUND.due)
    assert (day.owner, day.due) == ("ar_lead", date(2026, 4, 1))


def test_it_is_overdue_the_day_after_its_day_while_it_is_open() -> None:
    assert not life().is_overdue(FOUND.due)
    assert life().is_overdue(FOUND.due + timedelta(days=1))
    assert not life(EXPLAINED, ACCEPTED).is_overdue(date(2030, 1, 1))


def test_a_refused_acceptance_changes_nothing_but_is_counted() -> None:
    tried = life(EXPLAINED, said.FindingAcceptanceRefused(at=AT, by="ada", why="own"))

    assert (tried.state, tried.refusals) == ("explained", 1)


def test_every_test_has_an_owner_and_a_day() -> None:
    assert {owner_of(test) for test in TITLES} <= set(OWNERS)
    assert {severity_of(test) for test in TITLES} == {"high", "medium", "low"}
    assert due_date("A09", DAY) < due_date("A04", DAY) < due_date("A23", DAY)
