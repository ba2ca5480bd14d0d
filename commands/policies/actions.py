"""What people do with versions of the policies; the command line and the console share it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.planning import Planner
from activities.policies import load_policies
from activities.policy_content import LETTERS, POLICIES, Files, digest_of, manifest_of
from activities.policy_versions import PolicyVersions
from commands.authority import demand, needs
from commands.policies.simulated import Playing, Simulated, alone, read_result, simulate_version
from commands.policies.waves import waves_for
from commands.simulation.simulation import Progress
from dunning.business_days import BusinessCalendar
from dunning.may import NotAllowed
from dunning.may_policy import (
    may_activate,
    may_approve,
    may_roll_back,
    may_withdraw,
    same_person,
)
from dunning.policy_version_facts import (
    POLICY_STREAM,
    PolicyActivated,
    PolicyApproved,
    PolicyDrafted,
    PolicyRolledBack,
    PolicyVersionFact,
    PolicyWithdrawn,
)
from dunning.policy_versions import NOTICE, PolicyVersion, fold_versions
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.policy_versions import change_versions, keep_contents

# So many customers at most are newly contacted on the first days, unless somebody says otherwise.
FIRST_WAVE = 100
SIMULATED_DAYS = 14
_Found = Callable[[tuple[PolicyVersion, ...]], PolicyVersionFact]


@dataclass(frozen=True)
class PolicyActions:
    """A person who works on the policies at one moment."""

    ledger: Ledger
    planner: Planner
    by: str
    now: datetime

    @needs("draft_policy")
    def draft(self, files: Files, note: str) -> PolicyVersion:
        """A new version from files.

        Raises InvalidPolicy, and NotAllowed when nothing changed, when a changed policy kept its
        number, or when a letter cannot be written.
        """
        content = digest_of(manifest_of(files))
        current = self.versions.at(self.now)
        if content == current.content:
            raise NotAllowed(f"The files are those of version {current.version}, in force now.")
        self._check(files)

        def drafted(versions: tuple[PolicyVersion, ...]) -> PolicyDrafted:
            return PolicyDrafted(
                at=self.now,
                by=self.by,
                version=len(versions) + 1,
                content=content,
                based_on=current.version,
                note=note,
            )

        return self._record(drafted, [*files.values(), manifest_of(files)])

    @needs("draft_policy")
    def simulate(
        self, version: int, days: int, progress: Progress, play: Playing | None = None
    ) -> Simulated:
        """Play the version against the ledger as it is and keep what comes of it."""
        self.versions.known(version)
        play = play or alone(self.ledger, self.planner, progress)
        found = simulate_version(self.planner, version, self.now, days, play)
        self._record(lambda _: found.fact(self.by, self.now), [found.content])
        return found

    @needs("approve_policy")
    def approve(self, version: int, note: str = "") -> PolicyVersion:
        """Approve what another person drafted. Raises NotAllowed."""

        def approved(versions: tuple[PolicyVersion, ...]) -> PolicyApproved:
            may_approve(_named(versions, version), self.by)
            return PolicyApproved(at=self.now, by=self.by, version=version, note=note)

        return self._record(approved)

    @needs("approve_policy")
    def activate(
        self, version: int, effective_from: date | None, first_wave: int = FIRST_WAVE
    ) -> PolicyVersion:
        """Put the version in force from a day on, or at once. Raises NotAllowed."""
        effective_at = self._moment(effective_from)

        def activated(versions: tuple[PolicyVersion, ...]) -> PolicyActivated:
            mine = _named(versions, version)
            may_activate(versions, mine, self.now)
            assert mine.simulated is not None, "what was not simulated is not activated"
            newly = read_result(self.ledger, mine.simulated.result)
            return PolicyActivated(
                at=self.now,
                by=self.by,
                version=version,
                effective_at=effective_at,
                first_wave=first_wave,
                waves=waves_for(version, newly, first_wave, effective_at, self._opening),
            )

        if first_wave < 1:
            raise NotAllowed(f"A first wave has at least one customer, not {first_wave}.")
        return self._record(activated)

    def withdraw(self, version: int, reason: str) -> PolicyVersion:
        """Take a version back before it is in force: its author, or who may approve it."""
        author = self.versions.known(version).author
        right = "draft_policy" if same_person(author, self.by) else "approve_policy"
        action, about = "PolicyActions.withdraw", f"version {version}"
        demand(self.ledger, self.by, right, action, about, self.now)

        def withdrawn(versions: tuple[PolicyVersion, ...]) -> PolicyWithdrawn:
            may_withdraw(_named(versions, version), self.now)
            return PolicyWithdrawn(at=self.now, by=self.by, version=version, reason=reason)

        return self._record(withdrawn)

    @needs("approve_policy")
    def roll_back(self, reason: str, to: int = 0) -> PolicyVersion:
        """Bring the content that was in force before (or that of `to`) back, a minute from now."""

        def rolled_back(versions: tuple[PolicyVersion, ...]) -> PolicyRolledBack:
            earlier = may_roll_back(versions, self.now, to)
            return PolicyRolledBack(
                at=self.now,
                by=self.by,
                version=len(versions) + 1,
                content=earlier.content,
                restores=earlier.version,
                effective_at=self.now + NOTICE,
                reason=reason,
            )

        return self._record(rolled_back)

    @property
    def versions(self) -> PolicyVersions:
        """The versions of this installation."""
        if self.planner.versions is None:
            raise NotAllowed("No versions of the policies are kept here.")
        return self.planner.versions

    def _record(self, found: _Found, contents: Sequence[bytes] = ()) -> PolicyVersion:
        def work(books: Books) -> int:
            fact = found(fold_versions(change_versions(books)))
            keep_contents(books.connection, contents)
            books.append(POLICY_STREAM, fact)
            return fact.version

        version = self.ledger.transact(work)
        with self.ledger.reading() as books:
            self.versions.read_again(books)
        return self.versions.known(version)

    def _check(self, files: Files) -> None:
        folder, before = self.versions.laid_out(files), self.versions.at(self.now)
        old, loaded = self.versions.files(before.version), load_policies(folder / POLICIES)
        kept = [
            name
            for name, policy in sorted(loaded.policies.items())
            if (was := before.policies.policies.get(name))
            and policy.version <= was.version
            and files[_file_of(name)] != old[_file_of(name)]
        ]
        if kept:
            raise NotAllowed(f"Raise the version number of what changed: {', '.join(kept)}.")
        _check_letters(folder / LETTERS, _changed(old, files))
        load_policies(folder / POLICIES, folder / LETTERS)

    def _moment(self, effective_from: date | None) -> datetime:
        """The start of the day where the team is, or a minute from now."""
        calendar, soonest = self._calendar, self.now + NOTICE
        if effective_from and effective_from < calendar.local_date(self.now):
            raise NotAllowed(f"{effective_from} is over; a version never changes the past.")
        if effective_from is None or effective_from <= calendar.local_date(soonest):
            return soonest
        return calendar.moment(effective_from, time(0))

    def _opening(self, effective_at: datetime, number: int) -> datetime:
        """The start of so many business days of the team after a version takes effect."""
        calendar = self._calendar
        day = calendar.business_days_after(calendar.local_date(effective_at), number)
        return calendar.moment(day, time(0))

    @property
    def _calendar(self) -> BusinessCalendar:
        ours = self.planner.policies_at(self.now)
        return self.planner.calendars.calendar_of(ours.entity(""), self.now.year, ours.own_days)


def _named(versions: Sequence[PolicyVersion], version: int) -> PolicyVersion:
    found = next((one for one in versions if one.version == version), None)
    if found is None:
        raise NotAllowed(f"There is no version {version} of the policies.")
    return found


def _file_of(policy: str) -> str:
    return f"{POLICIES}/{policy}.toml"


def _changed(old: Files, new: Files) -> set[str]:
    """Paths of letters and documents that are not as they were."""
    paths = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    return {path for path in paths if not path.startswith(f"{POLICIES}/")}


def _check_letters(folder: Path, changed: set[str]) -> None:
    """Letters that cannot be written are refused now, not when they are to be sent."""
    if not changed:
        return
    try:
        letters = Letters(folder)
        names = {path.split("/")[1] for path in changed}
        # What a block or a document says stands in many letters.
        alone = all(path.startswith(f"{LETTERS}/") for path in changed) and "_blocks" not in names
        problems = letters.check_some(names) if alone else letters.check()
    except LetterError as error:
        problems = [str(error)]
    if problems:
        raise NotAllowed(f"The letters cannot be used. {' '.join(problems[:5])}")
