"""A version takes effect: it is recorded once, and the cases that it may change are woken."""

from __future__ import annotations

from datetime import datetime

from activities.policy_content import POLICIES
from activities.policy_versions import DUNCAN, PolicyVersions
from dunning.policy_version_facts import POLICY_STREAM, PolicyTookEffect
from dunning.policy_versions import fold_versions, in_force
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.policy_versions import change_versions, wake_open_cases


def take_effect(ledger: Ledger, versions: PolicyVersions, now: datetime) -> int:
    """Record that the version in force took effect, if nobody did; how many cases it woke."""
    versions.look(now)
    if versions.due(now) is None:
        return 0
    woken = ledger.transact(lambda books: _taken(books, versions, now))
    with ledger.reading() as books:
        versions.read_again(books)
    return woken


def _taken(books: Books, versions: PolicyVersions, now: datetime) -> int:
    version = in_force(fold_versions(change_versions(books)), now)
    if version is None or version.took_effect:
        return 0
    before = versions.before(version).version
    # New letters alone change nobody's next step.
    same = _rules(versions, version.version) == _rules(versions, before)
    cases = 0 if same else wake_open_cases(books.connection)
    fact = PolicyTookEffect(at=now, by=DUNCAN, version=version.version, cases=cases)
    books.append(POLICY_STREAM, fact)
    return cases


def _rules(versions: PolicyVersions, version: int) -> dict[str, str]:
    listed = versions.listed(version)
    return {path: digest for path, digest in listed.items() if path.startswith(f"{POLICIES}/")}
