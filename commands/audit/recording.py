"""Keeping an audit: its figures, a seal of all facts, and what it found or no longer finds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commands.audit.audit import all_tests, found_of
from dunning.finding_facts import AuditRecorded, FindingFact, FindingFound, FindingGone
from dunning.finding_life import CLOSED, GONE, STATES, due_date, owner_of, severity_of
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.findings import (
    known_findings,
    listed_findings,
    lock_findings,
    record_findings,
    record_run,
)
from ledger.ledger import Ledger
from ledger.policy_versions import keep_contents, kept_contents
from ledger.seals import Seal, recorded_runs, seal, wait_for_writers

_LIVING = tuple(state for state in STATES if state not in CLOSED)


@dataclass(frozen=True)
class Recorded:
    """What was kept: the audit, how many findings are new, found again, and gone."""

    run: AuditRecorded
    new: int
    again: int
    gone: int

    @property
    def sentence(self) -> str:
        """What was kept, for people."""
        return (
            f"Kept as {self.run.run}: {self.new} new findings, {self.again} found again after they"
            f" were gone, {self.gone} gone. Seal: {self.run.root}"
        )


def record_audit(ledger: Ledger, answer: Mapping[str, Any], by: str, now: datetime) -> Recorded:
    """Keep the answer of an audit.

    Raises NotAllowed without a name, or when another audit was kept at the same moment.
    """
    if not by.strip():
        raise NotAllowed("Say who keeps the audit, with --by.")
    newest = ledger.transact(lambda books: wait_for_writers(books.connection))
    with ledger.reading() as books:
        before = recorded_runs(books)
        sealed = seal(books, newest, before)
    run = _run(answer, f"R{len(before) + 1:04}", sealed, by, now)

    def work(books: Books) -> Recorded:
        lock_findings(books)
        if len(recorded_runs(books)) != len(before):
            raise NotAllowed("Another audit was kept at the same moment; try again.")
        found = list(_found(books, answer, run))
        gone = list(_gone(books, answer, run))
        keep_contents(books.connection, [_canonical(answer)])
        record_run(books, run)
        record_findings(books, [*(fact for fact, _ in found), *gone])
        again = sum(is_again for _, is_again in found)
        return Recorded(run, len(found) - again, again, len(gone))

    return ledger.transact(work, durable=True)


def digest_of(answer: Mapping[str, Any]) -> str:
    """SHA-256 of an audit's answer as canonical JSON."""
    return hashlib.sha256(_canonical(answer)).hexdigest()


def kept_answer(ledger: Ledger, digest: str) -> dict[str, Any] | None:
    """The answer of a kept audit; None for one that was kept before answers were kept whole.

    Raises NotAllowed when it is no longer what was kept.
    """
    with ledger.reading() as books:
        content = kept_contents(books.connection, [digest]).get(digest)
    if content is None:
        return None
    if hashlib.sha256(content).hexdigest() != digest:
        raise NotAllowed("The audit's result is no longer what was kept; run the audit again.")
    answer = json.loads(content)
    assert isinstance(answer, dict), "only answers are kept by record_audit"
    return answer


def _canonical(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _run(
    answer: Mapping[str, Any], name: str, sealed: Seal, by: str, now: datetime
) -> AuditRecorded:
    population = answer["population"]
    return AuditRecorded(
        at=now,
        by=by,
        run=name,
        first=date.fromisoformat(answer["from"]),
        last=date.fromisoformat(answer["to"]),
        invoices=population["invoices"],
        touches=population["touches"],
        customers=population["customers"],
        found=sum(found_of(test) for test in all_tests(answer)),
        failed=sum(not test["passed"] for test in all_tests(answer)),
        score=dict(answer["score"]),
        digest=digest_of(answer),
        sealed_from=sealed.first,
        sealed_to=sealed.last,
        sealed_facts=sealed.facts,
        seal=sealed.digest,
        root=sealed.root,
    )


def _found(
    books: Books, answer: Mapping[str, Any], run: AuditRecorded
) -> Iterator[tuple[tuple[str, FindingFact], bool]]:
    """What is new, and (True) what was gone and is found again."""
    told = {one["id"]: one for test in all_tests(answer) for one in test["findings"]}
    known = known_findings(books, told)
    for name, one in told.items():
        if name not in known or known[name].state == GONE:
            yield (name, _fact(name, one, run)), name in known


def _fact(name: str, one: Mapping[str, Any], run: AuditRecorded) -> FindingFound:
    test = one["test"]
    return FindingFound(
        at=run.at,
        by=run.by,
        finding=name,
        run=run.run,
        first=run.first,
        last=run.last,
        test=test,
        code=one["code"],
        invoice=one["invoice"],
        customer=one["customer"],
        since=date.fromisoformat(one["since"]) if one["since"] else None,
        subject=one["subject"],
        detail=one["detail"],
        severity=severity_of(test),
        owner=owner_of(test),
        due=due_date(test, run.at.date()),
    )


def _gone(
    books: Books, answer: Mapping[str, Any], run: AuditRecorded
) -> Iterator[tuple[str, FindingFact]]:
    """What is not closed, belongs to the period, and was not found in it any more.

    Of a test that found more than it lists, nothing is known to be gone.
    """
    told = {one["id"] for test in all_tests(answer) for one in test["findings"]}
    asked = {one["id"] for one in all_tests(answer) if found_of(one) == len(one["findings"])}
    remembered = answer.get("engine", {}).get("since", "")[:10]
    left = [row["finding"] for row in listed_findings(books.connection, states=_LIVING)]
    known = known_findings(books, (name for name in left if name not in told))
    for name, one in sorted(known.items()):
        found = one.found
        # The engine was not asked, or has forgotten the day by now.
        forgotten = found.test.startswith("E") and str(found.since) < remembered
        if found.test not in asked or forgotten:
            continue
        # What has no day of its own is about the books as they are: any later audit sees it.
        since = found.since
        looked = run.first <= since <= run.last if since else run.last >= found.last
        if looked:
            yield name, FindingGone(at=run.at, by=run.by, run=run.run)
