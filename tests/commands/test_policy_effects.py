"""What a version of the policies does: it wakes, is written with, spreads, and is kept."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from activities.policy_content import source_folders
from activities.policy_versions import PolicyVersions
from commands.policies.taking_effect import take_effect
from dunning.may import NotAllowed
from dunning.policy_version_facts import PolicyActivated, PolicyTookEffect
from dunning.policy_versions import NOTICE
from ledger.doorbells import waiting
from tests.commands.changing_policies import (
    POLICY_FILES,
    STANDARD,
    START,
    Office,
    in_force_soon,
)
from tests.commands.simulating import met, opened

A_DAY = timedelta(days=1)


def test_a_version_that_takes_effect_wakes_the_open_cases_once(either: Office) -> None:
    either.activated(reminder=1)
    soon = in_force_soon(START)
    woken = [take_effect(either.ledger, either.versions, at) for at in (START, soon, soon + A_DAY)]
    with either.ledger.reading() as books:
        bells = [bell.invoice for bell in waiting(books.connection, 9)]

    assert woken == [0, 1, 0]
    assert bells == ["I-1"]
    assert [fact.cases for fact in either.history() if isinstance(fact, PolicyTookEffect)] == [1]


def test_new_letters_wake_nobody_and_are_written_from_then_on(team: Office) -> None:
    files = dict(team.versions.files(1))
    path = "letters/reminder/en/subject.txt"
    files[path] = b"A new subject\n"
    made = team.does("ada").draft(files, "clearer")
    team.does("ada").simulate(made.version, 7, lambda _, __: None)
    team.does("bea").approve(made.version)
    team.does("bea").activate(made.version, None)
    soon = in_force_soon(START)
    usual = team.versions.at(START).letters

    assert take_effect(team.ledger, team.versions, soon) == 0
    assert team.planner.letters_at(START, usual) is usual
    newer = team.planner.letters_at(soon, usual)
    assert (newer.folder / "reminder/en/subject.txt").read_bytes() == files[path]


def test_another_process_sees_a_change_before_it_counts(team: Office, tmp_path: Path) -> None:
    other = PolicyVersions(team.ledger, tmp_path / "other")
    with team.ledger.reading() as books:
        other.refresh(books, START)
    assert other.at(START).version == 1
    team.activated(reminder=1)
    with team.ledger.reading() as books:
        other.refresh(books, START + NOTICE)

    assert other.at(START + NOTICE).version == 2


def test_files_laid_out_say_what_the_books_say_whatever_was_done_to_them(
    team: Office, tmp_path: Path
) -> None:
    folder = team.versions.at(START).folder
    (folder / STANDARD).write_text("name = 'mine'\n")
    (folder / "letters" / "reminder" / "xx").mkdir()
    (folder / "letters" / "reminder" / "xx" / "body.txt").write_text("forged")
    (folder / "policies" / "sending.toml").unlink()
    again = PolicyVersions(team.ledger, tmp_path / "versions").at(START)

    assert again.folder == folder
    assert again.policies.policy("standard_b2b").version == 1
    assert (folder / "policies" / "sending.toml").exists()
    assert not (folder / "letters" / "reminder" / "xx" / "body.txt").exists()


def test_a_version_that_was_tampered_with_is_not_planned_with(team: Office, tmp_path: Path) -> None:
    digest = {"digest": team.versions.listed(1)[STANDARD], "other": b"x"}
    with team.ledger.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER policy_content_refuses_update"))
        else:
            drop = "DROP TRIGGER policy_content_refuses_change ON policy_content"
            connection.execute(text(drop))
        changed = "UPDATE policy_content SET content = :other WHERE sha256 = :digest"
        connection.execute(text(changed), digest)

    with pytest.raises(NotAllowed, match=r"was tampered with: policies/standard_b2b\.toml"):
        PolicyVersions(team.ledger, tmp_path / "others").at(START)


def test_waves_hold_back_whom_only_the_new_version_contacts(team: Office) -> None:
    for number in range(2, 6):
        met(team.ledger, f"C-{number}", f"pay{number}@customer.example")
        opening = opened(f"I-{number}", date(2026, 3, 1), f"C-{number}")
        team.ledger.transact(lambda books, one=opening: books.open_case(one))  # type: ignore[misc]
    version = team.activated(first_wave=2, reminder=1)
    soon = in_force_soon(START)
    at_noon = START.replace(hour=15)
    with team.ledger.reading() as books:
        cases = [books.case(f"I-{number}") for number in range(1, 6)]

    def planned(books: object) -> list[str]:
        plans = team.planner.plan_all(books, cases, at_noon)  # type: ignore[arg-type]
        return [getattr(one.step, "code", "send") for one in plans]

    codes = team.ledger.transact(planned)

    assert [fact.first_wave for fact in team.history() if isinstance(fact, PolicyActivated)] == [2]
    assert len(version.waves) == 3
    assert sorted(codes) == ["POLICY_WAVE"] * 3 + ["send"] * 2
    assert soon < at_noon
    with team.ledger.reading() as books:
        reasons = [one.code for case in cases for one in books.case(case.invoice).withheld]
    assert reasons.count("POLICY_WAVE") == 3


def test_a_folder_of_policies_goes_with_the_letters_of_the_settings(tmp_path: Path) -> None:
    exported = tmp_path / "exported"
    (exported / "policies").mkdir(parents=True)
    (exported / "letters").mkdir()

    assert source_folders(POLICY_FILES, Path("p"), Path("l")) == (POLICY_FILES, Path("l"))
    assert source_folders(exported, Path("p"), Path("l")) == (
        exported / "policies",
        exported / "letters",
    )
    with pytest.raises(NotAllowed, match="holds neither policies nor letters"):
        source_folders(tmp_path, Path("p"), Path("l"))
    with pytest.raises(NotAllowed, match="There is no folder"):
        source_folders(tmp_path / "nowhere", Path("p"), Path("l"))
