"""Facts about findings of the audit and about the audits that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class AuditRecorded(Fact):
    """An audit whose result is kept: the digest of its answer, and the seal of all facts so far.

    The seal covers the facts with ids from `sealed_from` to `sealed_to`, both included; `root`
    covers the seal and the root of the run before it. `score` counts expected steps by status.
    """

    kind: Literal["audit_recorded"] = "audit_recorded"
    run: str
    first: date
    last: date
    invoices: int
    touches: int
    customers: int
    found: int
    failed: int
    score: Mapping[str, int] = field(default_factory=dict)
    digest: str
    sealed_from: int
    sealed_to: int
    sealed_facts: int
    seal: str
    root: str


@dataclass(frozen=True, kw_only=True)
class FindingFound(Fact):
    """An audit found it: for the first time, or again after it was gone."""

    kind: Literal["finding_found"] = "finding_found"
    finding: str
    run: str
    first: date
    last: date
    test: str
    code: str
    invoice: str = ""
    customer: str = ""
    since: date | None = None
    subject: str = ""
    detail: str
    severity: str
    owner: str
    due: date


@dataclass(frozen=True, kw_only=True)
class FindingAssigned(Fact):
    """Another owner or another due date; what is empty stays as it was."""

    kind: Literal["finding_assigned"] = "finding_assigned"
    owner: str = ""
    due: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FindingExplained(Fact):
    """Somebody says why it came to this: the root cause."""

    kind: Literal["finding_explained"] = "finding_explained"
    note: str


@dataclass(frozen=True, kw_only=True)
class FindingRemediated(Fact):
    """Somebody says what was done about it."""

    kind: Literal["finding_remediated"] = "finding_remediated"
    note: str


@dataclass(frozen=True, kw_only=True)
class FindingAccepted(Fact):
    """A second person accepts the explanation or the remedy: it is closed."""

    kind: Literal["finding_accepted"] = "finding_accepted"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FindingAcceptanceRefused(Fact):
    """Somebody wanted to accept what they had explained or remediated themselves."""

    kind: Literal["finding_acceptance_refused"] = "finding_acceptance_refused"
    why: str


@dataclass(frozen=True, kw_only=True)
class FindingReopened(Fact):
    """Somebody is not satisfied: it is open again."""

    kind: Literal["finding_reopened"] = "finding_reopened"
    note: str


@dataclass(frozen=True, kw_only=True)
class FindingGone(Fact):
    """A later audit of all its days no longer finds it."""

    kind: Literal["finding_gone"] = "finding_gone"
    run: str


FindingFact = (
    FindingFound
    | FindingAssigned
    | FindingExplained
    | FindingRemediated
    | FindingAccepted
    | FindingAcceptanceRefused
    | FindingReopened
    | FindingGone
)
