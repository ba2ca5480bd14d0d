"""The lists of findings and of recorded audits, and what records them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, RowMapping, Text, select
from sqlmodel import Field, SQLModel

from dunning.finding_facts import AuditRecorded, FindingFact
from dunning.finding_life import KnownFinding, fold_finding
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.rows import Row, chunks, upsert
from ledger.seals import RUNS, recorded_runs
from ledger.tables import FactRow, moment, table


class FindingRow(SQLModel, table=True):
    """A finding as it stands, for lists; `run` is the audit that found it last."""

    __tablename__ = "finding"
    finding: str = Field(primary_key=True)
    run: str
    test: str
    code: str
    invoice: str
    customer: str
    since: date | None = None
    detail: str = Field(sa_type=Text)
    severity: str
    state: str
    owner: str
    due: date
    found_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)


class AuditRunRow(SQLModel, table=True):
    """An audit whose result is kept."""

    __tablename__ = "audit_run"
    run: str = Field(primary_key=True)
    first: date
    last: date
    recorded_at: datetime = moment()
    by: str
    invoices: int
    touches: int
    customers: int
    found: int
    failed: int
    digest: str
    root: str


FACT, FINDING, RUN = table(FactRow), table(FindingRow), table(AuditRunRow)


def lock_findings(books: Books) -> None:
    """Let nobody else record audits or findings until the transaction ends."""
    books.lock_customers([RUNS])


def known_findings(books: Books, findings: Iterable[str]) -> dict[str, KnownFinding]:
    """Those of these findings that the books know, from their facts."""
    found: dict[str, KnownFinding] = {}
    for some in chunks(findings):
        histories = books.histories(f"finding:{one}" for one in some)
        for stream, facts in histories.items():
            found[stream.partition(":")[2]] = fold_finding(cast("list[FindingFact]", facts))
    return found


def known_finding(books: Books, finding: str) -> KnownFinding:
    """A finding from its facts. Raises NotAllowed."""
    known = known_findings(books, [finding])
    if finding not in known:
        raise NotAllowed(f"There is no finding {finding}; duncan findings lists them.")
    return known[finding]


def finding_facts(books: Books, finding: str) -> list[FindingFact]:
    """Every fact of a finding, oldest first."""
    stream = f"finding:{finding}"
    return cast("list[FindingFact]", books.histories([stream]).get(stream, []))


def record_findings(books: Books, facts: Sequence[tuple[str, FindingFact]]) -> None:
    """Record facts of findings and renew their rows."""
    for finding, fact in facts:
        books.append(f"finding:{finding}", fact)
    touched = dict.fromkeys(finding for finding, _ in facts)
    for some in chunks(touched):
        rows = [_finding_row(known) for known in known_findings(books, some).values()]
        upsert(books.connection, FindingRow, rows)


def record_run(books: Books, fact: AuditRecorded) -> None:
    """Record that an audit's result is kept."""
    books.append(RUNS, fact)
    upsert(books.connection, AuditRunRow, [_run_row(fact)])


def listed_findings(
    connection: Connection, *, states: Sequence[str] = (), owner: str = "", test: str = ""
) -> list[RowMapping]:
    """Findings of these states (all without any), the most urgent first."""
    query = select(FINDING).order_by(FINDING.c.due, FINDING.c.test, FINDING.c.finding)
    if states:
        query = query.where(FINDING.c.state.in_(states))
    if owner:
        query = query.where(FINDING.c.owner == owner)
    if test:
        query = query.where(FINDING.c.test == test)
    return list(connection.execute(query).mappings())


def listed_runs(connection: Connection) -> list[RowMapping]:
    """Every recorded audit, oldest first."""
    query = select(RUN).order_by(RUN.c.recorded_at, RUN.c.run)
    return list(connection.execute(query).mappings())


def finding_rows(books: Books) -> Iterator[Row]:
    """The rows of the list of findings, as the facts make them."""
    query = select(FACT.c.stream).where(FACT.c.number == 1, FACT.c.stream.startswith("finding:"))
    names = books.connection.execute(query.order_by(FACT.c.stream)).scalars().all()
    for some in chunks(name.partition(":")[2] for name in names):
        yield from (_finding_row(known) for known in known_findings(books, some).values())


def run_rows(books: Books) -> Iterator[Row]:
    """The rows of the list of audits, as the facts make them."""
    yield from (_run_row(run) for run in recorded_runs(books))


def _finding_row(known: KnownFinding) -> Row:
    found = known.found
    return {
        "finding": found.finding,
        "run": found.run,
        "test": found.test,
        "code": found.code,
        "invoice": found.invoice,
        "customer": found.customer,
        "since": found.since,
        "detail": found.detail,
        "severity": found.severity,
        "state": known.state,
        "owner": known.owner,
        "due": known.due,
        "found_at": known.found_at,
        "closed_at": known.closed_at,
    }


def _run_row(run: AuditRecorded) -> Row:
    names = "run first last by invoices touches customers found failed digest root".split()
    return {name: getattr(run, name) for name in names} | {"recorded_at": run.at}
