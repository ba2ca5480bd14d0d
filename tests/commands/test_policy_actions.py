"""Changing a policy: drafted by one, approved by another, in force from a moment, and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.policy_versions import PolicyVersions
from dunning.may import NotAllowed
from dunning.policy_problems import InvalidPolicy
from dunning.steps import SendTouch
from ledger.ledger import Ledger
from tests.commands.changing_policies import (
    LETTER_FILES,
    POLICY_FILES,
    STANDARD,
    START,
    Office,
    in_force_soon,
    office,
)
from tests.commands.simulating import met, opened

A_DAY = timedelta(days=1)


def next_touch(team: Office, now: object) -> SendTouch:
    """The next touch of the invoice."""

    def planned(books: object) -> SendTouch:
        step = team.planner.plan(books, books.case("I-1"), now)  # type: ignore[attr-defined,arg-type]
        assert isinstance(step, SendTouch), step
        return step

    return team.ledger.transact(planned)


def test_the_files_of_the_first_start_are_version_one(team: Office) -> None:
    [version] = team.versions.all()

    assert (version.version, version.author) == (1, "duncan")
    assert version.state(START, 1) == "in_force"
    assert team.planner.policies_at(START).policy("standard_b2b").policies_version == 1


def test_while_nothing_is_followed_edited_files_are_taken_and_later_no_more(
    ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "policies"
    found = office(ledger, tmp_path / "versions")
    for path in found.versions.at(START).folder.glob("policies/*"):
        folder.mkdir(exist_ok=True)
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "sending.toml").write_text("# stricter\n")
    found.versions.adopt(folder, LETTER_FILES, START)

    assert [one.version for one in found.versions.all()] == [1, 2]
    assert found.versions.at(START - 300 * A_DAY).version == 2
    met(ledger)
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 1))))
    found.versions.adopt(POLICY_FILES, LETTER_FILES, START)

    assert [one.version for one in found.versions.all()] == [1, 2]


def test_a_change_is_in_force_from_its_moment_on(team: Office) -> None:
    before = next_touch(team, START)
    version = team.activated(reminder=1)
    soon = in_force_soon(START)

    assert version.effective_at == soon
    assert team.policy(START) == 1
    assert team.policy(soon - timedelta(microseconds=1)) == 1
    assert team.policy(soon) == 2
    assert before.at.date() == date(2026, 3, 4)
    assert next_touch(team, soon).at.date() == date(2026, 3, 2)


def test_a_case_under_a_version_says_so(team: Office) -> None:
    team.activated(reminder=1)
    with team.ledger.reading() as books:
        case, customer = books.case("I-1"), books.customer("C-1")
    situation = team.planner.situation(case, customer, in_force_soon(START))

    assert situation.policy.policies_version == 2


def test_nobody_approves_their_own_draft(team: Office) -> None:
    made = team.does("ada").draft(team.files(reminder=1), "sooner")
    before = len(team.history())

    with pytest.raises(NotAllowed, match="another person has to approve it"):
        team.does("Ada ").approve(made.version)
    assert len(team.history()) == before


def test_a_day_in_the_past_is_refused(team: Office) -> None:
    made = team.approved(reminder=1)

    with pytest.raises(NotAllowed, match="never changes the past"):
        team.does("bea").activate(made.version, date(2026, 3, 1))


def test_a_later_day_begins_where_the_team_is(team: Office) -> None:
    made = team.approved(reminder=1)
    activated = team.does("bea").activate(made.version, date(2026, 3, 9))
    zone = team.planner.policies.entity("").timezone

    assert activated.effective_at is not None
    local = activated.effective_at.isoformat()
    assert local.startswith("2026-03-09T00:00") or zone, local
    assert team.policy(START + 6 * A_DAY) == 1
    assert team.policy(START + 8 * A_DAY) == 2


@pytest.mark.parametrize(
    ("spoil", "refusal", "why"),
    [
        (dict, NotAllowed, "in force now"),
        (
            lambda files: {**files, STANDARD: files[STANDARD] + b"# a word\n"},
            NotAllowed,
            "Raise the version number of what changed: standard_b2b",
        ),
        (
            lambda files: {**files, STANDARD: files[STANDARD] + b"[capz]\n"},
            InvalidPolicy,
            "unknown key",
        ),
        (
            lambda files: {**files, "letters/reminder/de/body.txt": b"{{ nonsense }}"},
            NotAllowed,
            "reminder",
        ),
    ],
    ids=["nothing new", "same number", "invalid", "broken letter"],
)
def test_a_draft_that_cannot_be_used_is_refused(
    team: Office, spoil: Callable[..., dict[str, bytes]], refusal: type[Exception], why: str
) -> None:
    files = spoil(team.versions.files(1))

    with pytest.raises(refusal, match=why):
        team.does("ada").draft(files, "a mistake")
    assert len(team.versions.all()) == 1


def test_the_way_back_restores_everything(team: Office) -> None:
    team.activated(reminder=1)
    later = team.at(START + A_DAY)
    back = later.does("bea").roll_back("complaints")
    soon = in_force_soon(later.now)

    assert later.policy(later.now) == 2
    assert (back.version, back.restores, later.policy(soon)) == (3, 1, 1)
    assert team.versions.files(3) == team.versions.files(1)


def test_a_scheduled_version_can_be_withdrawn_and_then_never_counts(team: Office) -> None:
    made = team.approved(reminder=1)
    team.does("bea").activate(made.version, date(2026, 3, 9))
    team.does("ada").withdraw(made.version, "not yet")

    assert team.policy(START + 30 * A_DAY) == 1
    with pytest.raises(NotAllowed, match="withdrawn by ada"):
        team.does("bea").activate(made.version, None)


def test_of_two_who_approve_at_once_one_is_refused(either: Office, tmp_path: Path) -> None:
    made = either.does("ada").draft(either.files(reminder=1), "sooner")

    def approve(by: str) -> str:
        # Two processes: each knows versions by itself.
        own = PolicyVersions(either.ledger, tmp_path / by)
        planner = type(either.planner)(
            either.planner.policies, either.planner.calendars, versions=own
        )
        try:
            Office(either.ledger, planner).does(by).approve(made.version)
        except NotAllowed as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(approve, ("bea", "eve")))

    assert answers[0] == ""
    assert "already" in answers[1]
    assert sum(fact.kind == "policy_approved" for fact in either.history()) == 1
