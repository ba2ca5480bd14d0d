"""Indexes for lists that people page through: each leads to any place in its list.

A list begins with its filter, goes on with what it is sorted by and ends with its key.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Index, Table, and_, literal_column

from dunning.finding_life import CLOSED
from ledger.correspondence import ReplyRow
from ledger.disputes import DisputeRow
from ledger.findings import AuditRunRow, FindingRow
from ledger.payment_standing import STANDING
from ledger.tables import CaseRow, MessageRow, PaymentRow, TaskRow, table

CASE, TASK, MESSAGE = table(CaseRow), table(TaskRow), table(MessageRow)
REPLY, DISPUTE, FINDING = table(ReplyRow), table(DisputeRow), table(FindingRow)
PAYMENT, AUDIT_RUN = table(PaymentRow), table(AuditRunRow)
_NOTHING: ColumnElement[str] = literal_column("''")
# As the partial indexes have it, word for word: a parameter would hide what is asked for.
OPEN_TASK: ColumnElement[bool] = TASK.c.outcome == _NOTHING
OPEN_DISPUTE: ColumnElement[bool] = DISPUTE.c.followed & (DISPUTE.c.outcome == _NOTHING)
RESOLVED_DISPUTE: ColumnElement[bool] = DISPUTE.c.outcome != _NOTHING
LIVING_FINDING: ColumnElement[bool] = and_(
    *(FINDING.c.state != literal_column(repr(one)) for one in CLOSED)
)

# Name, table, columns, and which rows.
INDEXES: tuple[tuple[str, Table, str, ColumnElement[bool] | None], ...] = (
    ("ix_case_next", CASE, "next_at customer next_kind", CASE.c.closed_on.is_(None)),
    ("ix_case_open", CASE, "due_date invoice", CASE.c.closed_on.is_(None)),
    ("ix_case_open_stage", CASE, "stage due_date invoice", CASE.c.closed_on.is_(None)),
    ("ix_case_open_currency", CASE, "currency due_date invoice", CASE.c.closed_on.is_(None)),
    ("ix_case_open_issued", CASE, "currency issue_date invoice", CASE.c.closed_on.is_(None)),
    ("ix_case_open_customer", CASE, "customer due_date invoice", CASE.c.closed_on.is_(None)),
    (
        "ix_case_open_customer_stage",
        CASE,
        "customer stage due_date invoice",
        CASE.c.closed_on.is_(None),
    ),
    ("ix_case_open_customer_next", CASE, "customer next_at next_kind", CASE.c.closed_on.is_(None)),
    ("ix_case_closed", CASE, "closed_on invoice", CASE.c.closed_on.is_not(None)),
    (
        "ix_case_closed_customer",
        CASE,
        "customer closed_on invoice",
        CASE.c.closed_on.is_not(None),
    ),
    ("ix_case_entity", CASE, "entity", None),
    ("ix_case_invoice_stage", CASE, "stage invoice", None),
    ("ix_case_of_customer_invoice", CASE, "customer invoice", None),
    ("ix_task_open_since", TASK, "opened_at task", OPEN_TASK),
    ("ix_task_open_owner", TASK, "owner opened_at task", OPEN_TASK),
    ("ix_task_open_what", TASK, "what opened_at task", OPEN_TASK),
    ("ix_task_open_customer", TASK, "customer opened_at task", OPEN_TASK),
    ("ix_task_open_owed", TASK, "owed_minor task", OPEN_TASK),
    ("ix_task_open_owner_owed", TASK, "owner owed_minor task", OPEN_TASK),
    ("ix_task_open_what_owed", TASK, "what owed_minor task", OPEN_TASK),
    ("ix_message_listed", MESSAGE, "claimed_at attempt", None),
    ("ix_message_state", MESSAGE, "state claimed_at attempt", None),
    ("ix_message_of_customer", MESSAGE, "customer claimed_at", None),
    ("ix_reply_listed", REPLY, "state received_at reply", None),
    ("ix_reply_of_customer", REPLY, "customer received_at reply", None),
    ("ix_dispute_open", DISPUTE, "followed opened_at dispute", OPEN_DISPUTE),
    ("ix_dispute_open_owner", DISPUTE, "owner opened_at dispute", OPEN_DISPUTE),
    ("ix_dispute_waiting", DISPUTE, "followed waiting_on opened_at dispute", OPEN_DISPUTE),
    ("ix_dispute_escalated", DISPUTE, "followed escalated opened_at dispute", OPEN_DISPUTE),
    ("ix_dispute_resolved", DISPUTE, "opened_at dispute", RESOLVED_DISPUTE),
    ("ix_dispute_grace", DISPUTE, "followed opened_at dispute", RESOLVED_DISPUTE),
    ("ix_dispute_since", DISPUTE, "opened_at dispute", None),
    ("ix_dispute_owner", DISPUTE, "owner opened_at dispute", None),
    ("ix_dispute_reason", DISPUTE, "reason opened_at dispute", None),
    ("ix_dispute_customer", DISPUTE, "customer opened_at dispute", None),
    ("ix_finding_living", FINDING, "due finding", LIVING_FINDING),
    ("ix_finding_due", FINDING, "due finding", None),
    ("ix_finding_listed", FINDING, "state due finding", None),
    ("ix_finding_owner", FINDING, "owner due finding", None),
    ("ix_finding_test", FINDING, "test due finding", None),
    ("ix_audit_run_listed", AUDIT_RUN, "recorded_at run", None),
    ("ix_payment_alike", PAYMENT, "payer reference amount_minor", None),
    (
        "ix_standing_returned",
        STANDING,
        "returned_on payment",
        STANDING.c.returned_on.is_not(None),
    ),
    (
        "ix_payment_applied",
        PAYMENT,
        "on payment",
        PAYMENT.c.amount_minor == PAYMENT.c.applied_minor,
    ),
)
for _name, _table, _columns, _rows in INDEXES:
    Index(
        _name,
        *(_table.c[name] for name in _columns.split()),
        sqlite_where=_rows,
        postgresql_where=_rows,
    )
