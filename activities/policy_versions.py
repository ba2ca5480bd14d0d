"""The policies in force: versions from the books, laid out as files and kept ready for planning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from activities.letters import Letters
from activities.loaded_version import (
    LoadedVersion,
    kept_files,
    listed_files,
    loaded_version,
)
from activities.policies import load_policies
from activities.policy_content import (
    Files,
    digest_of,
    lay_out,
    manifest_of,
    read_files,
)
from dunning.may import NotAllowed
from dunning.own_days import NO_DAYS, OwnDays, merged
from dunning.policy_version_facts import POLICY_STREAM, PolicyAdopted
from dunning.policy_versions import NOTICE, PolicyVersion, fold_versions, in_force, scheduled
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.policy_versions import (
    change_versions,
    has_cases,
    keep_contents,
    policy_history,
    policy_history_length,
)

DUNCAN = "duncan"
AS_SHIPPED = "as found at the first start"
# Less than the notice a version gives before it takes effect, so that nobody misses one.
LOOKS_AGAIN = NOTICE / 2


@dataclass(frozen=True)
class _Seen:
    """What the books said of versions when they were last asked."""

    length: int
    versions: tuple[PolicyVersion, ...]
    asked_at: datetime | None = None


@dataclass(frozen=True)
class _Reign:
    """From when until when a version is in force, as far as is known."""

    # How much was known of versions when it was found.
    length: int
    since: datetime
    until: datetime | None
    version: PolicyVersion
    loaded: LoadedVersion

    def has(self, now: datetime, length: int) -> bool:
        """Whether the moment belongs to it, and nothing was decided since."""
        begun = self.length == length and self.since <= now
        return begun and (self.until is None or now < self.until)


class PolicyVersions:
    """The versions of one installation; shared by all who plan in a process."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        """Versions are laid out below `folder`, which may be deleted at any time."""
        self._ledger, self._folder = ledger, folder
        self._seen = _Seen(0, ())
        self._loaded: dict[int, LoadedVersion] = {}
        # Asked for every case that is planned, so it is kept until something changes.
        self._reign: _Reign | None = None
        self._lock = RLock()
        self._began_with = ""
        self._own_days: tuple[_Reign | None, OwnDays] = (None, NO_DAYS)

    def begin(self, policies: Path, letters: Path, now: datetime) -> LoadedVersion:
        """What is in force at the start of a process; at the very first one, these files are."""
        self.adopt(policies, letters, now)
        current = self.at(now)
        self._began_with = current.content
        return current

    def adopt(self, policies: Path, letters: Path, now: datetime) -> None:
        """Make the files the version that always was in force, while nothing is followed yet.

        Afterwards versions change by people's decisions only. Raises InvalidPolicy.
        """
        with self._ledger.reading() as books:
            history = policy_history(books)
            if history and not self._is_open(books, history):
                return
        files = read_files(policies, letters)
        content = digest_of(manifest_of(files))
        if history and fold_versions(history)[-1].content == content:
            return
        load_policies(policies, letters)
        self._ledger.transact(lambda books: self._adopted(books, files, content, now))

    def refresh(self, books: Books, now: datetime) -> None:
        """See what was decided meanwhile; costs nothing when that was asked just now."""
        if self._is_time(now):
            self._read(books, now)

    def look(self, now: datetime) -> None:
        """Refresh without books at hand, if it is time."""
        if self._is_time(now):
            with self._ledger.reading() as books:
                self.refresh(books, now)

    def read_again(self, books: Books) -> tuple[PolicyVersion, ...]:
        """All versions, as the books know them in this moment."""
        self._read(books, None)
        return self._seen.versions

    def all(self) -> tuple[PolicyVersion, ...]:
        """All versions in the order of their numbers, as they were seen last."""
        if not self._seen.length:
            with self._ledger.reading() as books:
                self._read(books, None)
        return self._seen.versions

    def at(self, now: datetime) -> LoadedVersion:
        """The version in force. Raises NotAllowed when there is none."""
        return self._reigning(now).loaded

    def own_days_at(self, now: datetime) -> OwnDays:
        """The own days as the versions up to the moment have them, each from its own day on."""
        reign = self._reigning(now)
        if self._own_days[0] is not reign:
            self._own_days = reign, self._merged(now)
        return self._own_days[1]

    def _merged(self, now: datetime) -> OwnDays:
        begun = [v for v in self.all() if v.effective_at and v.effective_at <= now]
        return merged(
            (v.effective_at.astimezone(UTC).date(), self.load(v.version).policies.own_days)
            for v in begun
            if v.effective_at and not v.withdrawn_by
        )

    def in_force(self, now: datetime) -> PolicyVersion:
        """What the books know of the version in force. Raises NotAllowed when there is none."""
        return self._reigning(now).version

    def before(self, version: PolicyVersion) -> LoadedVersion:
        """What was in force until the version took effect; the version itself if nothing was."""
        others = [one for one in self.all() if one.version != version.version]
        earlier = in_force(others, version.effective_at) if version.effective_at else None
        return self.load((earlier or version).version)

    def due(self, now: datetime) -> PolicyVersion | None:
        """The version in force when its taking effect was not recorded yet."""
        found = in_force(self.all(), now)
        return found if found and not found.took_effect else None

    def scheduled(self, now: datetime) -> PolicyVersion | None:
        """The version that waits for its moment."""
        return scheduled(self.all(), now)

    def letters_at(self, now: datetime, usual: Letters) -> Letters:
        """The letters in force; the `usual` ones, loaded at the start, as long as they are."""
        found = self.at(now)
        return usual if found.content == self._began_with else found.letters

    def load(self, version: int) -> LoadedVersion:
        """A version, from the books. Raises NotAllowed when it is unknown or was tampered with."""
        with self._lock:
            if version not in self._loaded:
                self._loaded[version] = self._load(self.known(version))
            return self._loaded[version]

    def known(self, version: int) -> PolicyVersion:
        """What the books say of a version. Raises NotAllowed when there is none."""
        found = next((one for one in self.all() if one.version == version), None)
        if found is None:
            raise NotAllowed(f"There is no version {version} of the policies.")
        return found

    def files(self, version: int) -> Files:
        """The files of a version. Raises NotAllowed when one is missing or was changed."""
        return self._files(self.known(version))

    def _reigning(self, now: datetime) -> _Reign:
        kept = self._reign
        if kept is None or not kept.has(now, self._seen.length):
            kept = self._reign = self._found(now)
        return kept

    def _found(self, now: datetime) -> _Reign:
        length, versions = self._seen.length, self.all()
        found = in_force(versions, now)
        if found is None or found.effective_at is None:
            raise NotAllowed("No version of the policies is in force.")
        later = (v.effective_at for v in versions if v.effective_at and not v.withdrawn_by)
        until = min((at for at in later if at > now), default=None)
        return _Reign(length, found.effective_at, until, found, self.load(found.version))

    def listed(self, version: int) -> Mapping[str, str]:
        """The SHA-256 of each file of a version, by path. Raises NotAllowed."""
        with self._ledger.reading() as books:
            return listed_files(books, self.known(version).content)

    def _is_time(self, now: datetime) -> bool:
        asked = self._seen.asked_at
        return asked is None or not asked <= now < asked + LOOKS_AGAIN

    def _is_open(self, books: Books, history: Sequence[object]) -> bool:
        only_adopted = all(isinstance(fact, PolicyAdopted) for fact in history)
        return only_adopted and not has_cases(books.connection)

    def _adopted(self, books: Books, files: Files, content: str, now: datetime) -> None:
        history = change_versions(books)
        if history and not self._is_open(books, history):
            return
        keep_contents(books.connection, [*files.values(), manifest_of(files)])
        number = len(fold_versions(history)) + 1
        fact = PolicyAdopted(at=now, by=DUNCAN, version=number, content=content, note=AS_SHIPPED)
        books.append(POLICY_STREAM, fact)
        self._seen = _Seen(0, ())

    def _read(self, books: Books, now: datetime | None) -> None:
        length = policy_history_length(books.connection)
        if length != self._seen.length:
            self._seen = _Seen(length, fold_versions(policy_history(books)), now)
        elif now:
            self._seen = replace(self._seen, asked_at=now)

    def laid_out(self, files: Files) -> Path:
        """A folder with these files, for reading only."""
        return lay_out(files, self._folder / digest_of(manifest_of(files))[:16])

    def _load(self, version: PolicyVersion) -> LoadedVersion:
        return loaded_version(version, self.laid_out(self._files(version)))

    def _files(self, version: PolicyVersion) -> Files:
        with self._ledger.reading() as books:
            return kept_files(books, listed_files(books, version.content))
