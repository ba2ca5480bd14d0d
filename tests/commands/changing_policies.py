"""People who change the policies of an installation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from activities.calendars import Calendars
from activities.planning import Planner
from activities.policy_content import POLICIES, Files
from activities.policy_versions import PolicyVersions
from commands.policies.actions import PolicyActions
from dunning.may import NotAllowed
from dunning.policy_version_facts import PolicyVersionFact
from dunning.policy_versions import NOTICE, PolicyVersion
from ledger.ledger import Ledger
from ledger.policy_versions import policy_history
from settings import ROOT
from tests.commands.simulating import met, opened

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
POLICY_FILES, LETTER_FILES = ROOT / "policies", ROOT / "templates" / "letters"
STANDARD = f"{POLICIES}/standard_b2b.toml"


@dataclass(frozen=True)
class Office:
    """One installation's books and policies, and the moment at which people act."""

    ledger: Ledger
    planner: Planner
    now: datetime = START

    def at(self, now: datetime) -> Office:
        """The same office at another moment."""
        return replace(self, now=now)

    def does(self, by: str) -> PolicyActions:
        """What a person can do now."""
        return PolicyActions(self.ledger, self.planner, by, self.now)

    @property
    def versions(self) -> PolicyVersions:
        """The versions."""
        return self.does("").versions

    def history(self) -> list[PolicyVersionFact]:
        """Everything that happened to versions."""
        with self.ledger.reading() as books:
            return policy_history(books)

    def files(self, **days: int) -> Files:
        """The files in force with steps of the standard policy on other days."""
        files = dict(self.versions.files(self.versions.at(self.now).version))
        files[STANDARD] = moved(files[STANDARD], days)
        return files

    def approved(self, **days: int) -> PolicyVersion:
        """A draft that was simulated and that another person approved."""
        made = self.does("ada").draft(self.files(**days), "other days")
        self.does("ada").simulate(made.version, 14, lambda _, __: None)
        return self.does("bea").approve(made.version)

    def adds(self, file: str, rows: bytes, why: str) -> None:
        """Ada adds rows to a table of the team's own, Bea puts them in force."""
        files = dict(self.versions.files(1))
        files[file] += rows
        made = self.does("ada").draft(files, why).version
        self.does("ada").simulate(made, 14, lambda _, __: None)
        with pytest.raises(NotAllowed, match="another person has to approve"):
            self.does("Ada").approve(made)
        self.does("bea").approve(made)
        self.does("bea").activate(made, None)

    def activated(self, first_wave: int = 100, **days: int) -> PolicyVersion:
        """A version that is in force in a minute."""
        return self.does("bea").activate(self.approved(**days).version, None, first_wave)

    def policy(self, now: datetime) -> int:
        """The number of the standard policy that is in force."""
        return self.planner.policies_at(now).policy("standard_b2b").version


def office(ledger: Ledger, folder: Path) -> Office:
    """An office on these books whose policies are the shipped ones."""
    versions = PolicyVersions(ledger, folder)
    current = versions.begin(POLICY_FILES, LETTER_FILES, START - timedelta(days=90))
    return Office(ledger, Planner(current.policies, Calendars(), versions=versions))


def settled_in(ledger: Ledger, folder: Path) -> Office:
    """One customer and one invoice, under the shipped policies."""
    found = office(ledger, folder / "versions")
    met(ledger)
    ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 3, 1))))
    return found


def moved(policy: bytes, days: Mapping[str, int]) -> bytes:
    """The text of a policy with steps on other days, and its number raised."""
    text = policy.decode()
    for step, day in days.items():
        text, found = re.subn(
            rf'(id = "{step}"\n.*?\nday = )-?\d+', rf"\g<1>{day}", text, flags=re.DOTALL
        )
        assert found == 1, step
    return re.sub(r"(?m)^version = (\d+)", lambda m: f"version = {int(m[1]) + 1}", text).encode()


def in_force_soon(now: datetime) -> datetime:
    """When what is activated now is in force."""
    return now + NOTICE
