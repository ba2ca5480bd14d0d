"""A version of the policies as it is planned and written with: its files, checked and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from activities.letters import Letters
from activities.policies import Policies, load_policies
from activities.policy_content import LETTERS, POLICIES, Files, digest_of, read_manifest
from dunning.may import NotAllowed
from dunning.policy_versions import PolicyVersion
from ledger.books import Books
from ledger.policy_versions import kept_contents


@dataclass(frozen=True)
class LoadedVersion:
    """A version that can be planned with; its files lie in `folder`."""

    version: int
    content: str
    folder: Path
    policies: Policies

    @cached_property
    def letters(self) -> Letters:
        """The letters of the version. Raises LetterError."""
        return Letters(self.folder / LETTERS)


def loaded_version(version: PolicyVersion, folder: Path) -> LoadedVersion:
    """A version whose files lie in a folder. Raises InvalidPolicy."""
    loaded = load_policies(folder / POLICIES, folder / LETTERS)
    number = version.version
    return LoadedVersion(number, version.content, folder, _numbered(loaded, number))


def listed_files(books: Books, content: str) -> Mapping[str, str]:
    """The SHA-256 of each file of a version, by path. Raises NotAllowed."""
    return read_manifest(kept_files(books, {"": content})[""])


def kept_files(books: Books, digests: Mapping[str, str]) -> Files:
    """The files as they were kept. Raises NotAllowed when one is missing or was changed."""
    found = kept_contents(books.connection, digests.values())
    for path, digest in digests.items():
        if digest_of(found.get(digest, b"")) != digest:
            what = path or "the list of files"
            raise NotAllowed(f"A version of the policies was tampered with: {what} is not as kept.")
    return {path: found[digest] for path, digest in digests.items()}


def _numbered(policies: Policies, version: int) -> Policies:
    by_name = {
        name: replace(one, policies_version=version) for name, one in policies.policies.items()
    }
    return replace(policies, policies=by_name)
