"""The audits a demo begins with: one a month of its history, and one finding to look into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from commands.audit.audit import Scope, audit
from commands.audit.recording import record_audit
from commands.cases.actions import Actions
from ledger.tables import CaseRow, table
from worker import Wiring

CASE = table(CaseRow)
_BY, _KEPT_BY = "mia.holm", "ada.kent"
# A month is audited when it is over everywhere. No policy pauses for so many days.
_LATER, _TOO_LONG = timedelta(days=2), timedelta(days=60)
_A_DAY = timedelta(days=1)
# Nothing holds such a case yet.
_AT_REST = ("reminding", "current")


def keep_audits(wiring: Wiring, first: date, now: datetime) -> int:
    """Keep the audit of every month of a rehearsed history; how many were kept.

    Before the last one, somebody pauses a case for longer than its policy says: so there is one
    finding to be explained, and accepted by somebody else.
    """
    _pause_too_long(wiring, now)
    scopes = list(_months(first, now))
    for scope in scopes:
        answer = audit(wiring.ledger, wiring.planner, scope, lambda _: None)
        record_audit(wiring.ledger, answer, _KEPT_BY, scope.now)
    return len(scopes)


def _months(first: date, now: datetime) -> Iterator[Scope]:
    """Month by month, each as it would have been audited then; the last one until now.

    Now may be tomorrow already where a customer lives.
    """
    while first <= now.date():
        following = (first.replace(day=28) + 4 * _A_DAY).replace(day=1)
        audited = datetime.combine(following + _LATER, time(9), UTC)
        is_last = following > now.date()
        last = now.date() + _A_DAY if is_last else following - _A_DAY
        yield Scope(first, last, min(audited, now))
        first = following


def _pause_too_long(wiring: Wiring, now: datetime) -> None:
    open_ = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None), CASE.c.stage.in_(_AT_REST))
    wanted = open_.order_by(CASE.c.stage.desc(), CASE.c.invoice).limit(1)
    with wiring.ledger.reading() as books:
        invoice = books.connection.execute(wanted).scalar()
    if invoice is not None:
        until = now.date() + _TOO_LONG
        Actions(wiring.ledger, wiring.planner, _BY, now).pause(invoice, "goodwill", until)
