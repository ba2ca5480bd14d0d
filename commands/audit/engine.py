"""Books against the engine: two records of the same work testify against each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.protobuf.duration_pb2 import Duration
from sqlalchemy import select
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.clock import EngineClock
from activities.planning import Planner
from commands.audit.engine_account import SKEW, Account
from commands.audit.engine_records import Listed, Run, list_runs, read_runs
from commands.audit.engine_tests import TITLES, compared
from commands.why.records import records
from dunning.audit.finding import Finding
from dunning.dispute import invoice_of_dispute
from ledger.books import FACT, Books, UnknownInvoice
from ledger.disputes import followed_disputes
from ledger.doorbells import waiting
from ledger.ledger import Ledger
from ledger.tables import CaseRow, table
from workflows.contract import dispute_workflow_id, workflow_id

CASE = table(CaseRow)
ALL = 1_000_000_000
Progress = Callable[[int, int], None]


@dataclass
class _Found:
    """What the comparison counts and finds."""

    checked: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    histories: int = 0
    activities: int = 0


@dataclass(frozen=True)
class EngineAudit:
    """Compares one installation's books with its engine; changes neither. `now` is the books'."""

    ledger: Ledger
    planner: Planner
    client: Client
    now: datetime
    clock: EngineClock = field(default_factory=EngineClock)

    async def answer(self, progress: Progress) -> dict[str, Any]:
        """The section `engine` of the audit's answer. Raises RPCError when the engine fails."""
        listed = await list_runs(self.client, self.clock)
        since = await self._since(listed)
        found = _Found()
        silent = await asyncio.to_thread(self._claimed_since, since, set(listed))
        asked = listed | {invoice: [] for invoice in silent}

        def told(done: int) -> None:
            progress(done, len(asked))

        async for invoice, runs in read_runs(self.client, self.clock, asked, told):
            await asyncio.to_thread(self._compare, found, invoice, runs, since)
        found.findings += await self._unfollowed(found, listed)
        return _told(found, since)

    async def _since(self, listed: Mapping[str, Sequence[Listed]]) -> datetime:
        """From when on the engine would still know what it did."""
        began = [one.began for runs in listed.values() for one in runs]
        oldest = min(began, default=self.now)
        asked = DescribeNamespaceRequest(namespace=self.client.namespace)
        try:
            answer = await self.client.workflow_service.describe_namespace(asked)
        except RPCError:
            # Not every engine tells; then all that it lists is all there is.
            return oldest
        kept: Duration = answer.config.workflow_execution_retention_ttl
        return max(oldest, self.now - kept.ToTimedelta()) if kept.ToSeconds() else oldest

    def _claimed_since(self, since: datetime, listed: set[str]) -> list[str]:
        """Invoices with messages or tasks of a time the engine remembers, and no workflow there."""
        query = select(FACT.c.stream).where(
            FACT.c.kind.in_(("touch_started", "touch_sent", "task_opened")),
            FACT.c.recorded_at >= since + SKEW,
            FACT.c.stream.startswith("invoice:"),
        )
        with self.ledger.reading() as books:
            streams = books.connection.execute(query.distinct()).scalars().all()
        return sorted({stream.partition(":")[2] for stream in streams} - listed)

    def _compare(self, found: _Found, invoice: str, runs: list[Run], since: datetime) -> None:
        with self.ledger.reading() as books:
            try:
                known = records(books, self.planner, invoice)
            except UnknownInvoice:
                # Said with what is followed and should not be.
                return
            waits = invoice in _bells(books)
        account = Account(known, tuple(runs), since, self.now, waits)
        found.histories += len(runs)
        found.activities += len(account.activities)
        found.findings += compared(account, found.checked)

    async def _unfollowed(
        self, found: _Found, listed: Mapping[str, Sequence[Listed]]
    ) -> list[Finding]:
        """What is open and not followed, or followed and not open; asked twice before it counts."""
        suspects = _suspects(listed, await asyncio.to_thread(self._open))
        found.checked["E06"] += sum(len(runs) for runs in listed.values())
        if not suspects:
            return []
        again = _suspects(
            await list_runs(self.client, self.clock), await asyncio.to_thread(self._open)
        )
        return [_unfollowed(*one) for one in sorted(suspects & again)]

    def _open(self) -> tuple[set[str], set[str]]:
        """Workflows that have to run, and those whose invoice waits to be told of a change."""
        with self.ledger.reading() as books:
            query = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None))
            cases = books.connection.execute(query).scalars().all()
            disputes = followed_disputes(books.connection)
            bells = _bells(books)
        told_soon = {workflow_id(one) for one in bells}
        told_soon |= {dispute_workflow_id(d) for d in disputes if invoice_of_dispute(d) in bells}
        followed = {dispute_workflow_id(name) for name, follows in disputes.items() if follows}
        return {workflow_id(one) for one in cases} | followed, told_soon


def _bells(books: Books) -> set[str]:
    return {bell.invoice for bell in waiting(books.connection, ALL)}


def _suspects(
    listed: Mapping[str, Sequence[Listed]], known: tuple[set[str], set[str]]
) -> set[tuple[str, str, bool]]:
    """Invoice, workflow and whether it runs, where that is not as it should be."""
    must_run, told_soon = known
    running = {one.workflow: inv for inv, runs in listed.items() for one in runs if not one.closed}
    missing = {(_invoice(name), name, False) for name in must_run - set(running) - told_soon}
    needless = {(running[name], name, True) for name in set(running) - must_run - told_soon}
    return missing | needless


def _invoice(workflow: str) -> str:
    kind, _, name = workflow.partition(":")
    return invoice_of_dispute(name) if kind == "dispute" else name


def _unfollowed(invoice: str, workflow: str, runs: bool) -> Finding:
    what = "follows what is closed or unknown" if runs else "is missing: what it follows is open"
    return Finding("E06", "ENGINE", invoice, "", None, workflow, f"workflow {workflow} {what}")


def _told(found: _Found, since: datetime) -> dict[str, Any]:
    by_test: dict[str, list[Finding]] = {test: [] for test in TITLES}
    for one in sorted(found.findings, key=lambda one: one.order):
        by_test[one.test].append(one)
    return {
        "asked": True,
        "since": since.isoformat(),
        "histories": found.histories,
        "activities": found.activities,
        "tests": [
            {
                "id": test,
                "title": title,
                "passed": not by_test[test],
                "checked": found.checked[test],
                "findings": [_shown(one) for one in by_test[test]],
            }
            for test, title in TITLES.items()
        ],
    }


def _shown(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "test": one.test,
        "code": one.code,
        "invoice": one.invoice,
        "customer": one.customer,
        "since": str(one.since) if one.since else None,
        "subject": one.subject,
        "detail": one.detail,
        "link": f"/invoices/{one.invoice}",
    }
