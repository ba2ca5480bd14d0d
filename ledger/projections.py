"""Projections: rows for lists and reports, derived from facts and free to be rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, exists, func, select, update

from dunning import facts
from dunning.case import Case
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.may import is_closed
from dunning.payment import PaymentReceived
from dunning.situation import Plan
from dunning.steps import PROMISE_NOTE, CloseCase
from dunning.task_facts import TaskRaised
from ledger.addresses import addresses_of
from ledger.applications import AMENDMENT, ApplicationRow, application_rows, note_use
from ledger.disputes import DisputeRow, dispute_rows
from ledger.plan_list import note_plans
from ledger.promises import PromiseRow, promise_rows
from ledger.rows import Row, insert_missing, upsert
from ledger.search_words import note_customer
from ledger.tables import CaseRow, CustomerRow, PaymentRow, TaskItemRow, TaskRow, table

TASK, ITEM, _CUSTOMER = table(TaskRow), table(TaskItemRow), table(CustomerRow)
_CASE = table(CaseRow)
_STAGES = {
    "PROMISE": "promised",
    "PLAN": "promised",
    "DISPUTE": "disputed",
    "DISPUTE_GRACE": "disputed",
    "ESCALATED": "escalated",
}

_HELD = ("REPLY", "HARDSHIP", "COMPLAINT", "SECURITY", "DO_NOT_AUTOMATE")
# Built once: to put a statement together takes longer than to run it.
_PLANNED = update(table(CaseRow)).where(table(CaseRow).c.invoice == bindparam("planned"))


def project_cases(connection: Connection, cases: Iterable[Case]) -> None:
    """Bring cases and the lists made of them up to date; what was planned stays as it is."""
    folded = list(cases)
    upsert(connection, CaseRow, [case_row(case) for case in folded])
    upsert(connection, ApplicationRow, [row for case in folded for row in application_rows(case)])
    note_use(connection, folded)
    upsert(connection, DisputeRow, [row for case in folded for row in dispute_rows(case)])
    upsert(connection, PromiseRow, [row for case in folded for row in promise_rows(case)])


def project_tasks(connection: Connection, case: Case, new: Sequence[InvoiceFact]) -> None:
    """Add the tasks that new facts opened and the outcomes they brought."""
    for fact in new:
        if isinstance(fact, facts.TaskOpened):
            insert_missing(connection, TaskRow, [task_row(case.customer, fact)])
            item = {"task": fact.task, "invoice": case.invoice, "outcome": ""}
            upsert(connection, TaskItemRow, [item])
            owed = TASK.c.owed_minor + case.balance.minor
            again = update(TASK).where(TASK.c.task == fact.task)
            connection.execute(again.values(outcome="", owed_minor=owed))
        elif isinstance(fact, TaskRaised):
            raised = (
                update(TASK)
                .where(TASK.c.task == fact.task)
                .values(raised_to=fact.role, owner=fact.role)
            )
            connection.execute(raised)
        elif isinstance(fact, facts.TaskClosed):
            _close_task(connection, case.invoice, fact)


def _close_task(connection: Connection, invoice: str, fact: facts.TaskClosed) -> None:
    """Close the task for one invoice, and altogether when it was the last."""
    mine = (ITEM.c.task == fact.task) & (ITEM.c.invoice == invoice)
    connection.execute(update(ITEM).where(mine).values(outcome=fact.outcome))
    still_open = exists().where(ITEM.c.task == TASK.c.task, ITEM.c.outcome == "")
    done = (TASK.c.task == fact.task) & ~still_open
    connection.execute(update(TASK).where(done).values(outcome=fact.outcome))


def note_owed(connection: Connection) -> None:
    """Note how much those open tasks are about of which that is not known."""
    owed = (
        select(func.coalesce(func.sum(_CASE.c.balance_minor), 0))
        .select_from(ITEM.join(_CASE, _CASE.c.invoice == ITEM.c.invoice))
        .where(ITEM.c.task == TASK.c.task, ITEM.c.outcome == "")
    )
    unknown = update(TASK).where(TASK.c.outcome == "", TASK.c.owed_minor == 0)
    connection.execute(unknown.values(owed_minor=owed.scalar_subquery()))


def project_plans(connection: Connection, plans: Sequence[tuple[Case, Plan]]) -> None:
    """Note what was planned for each case, for worklists and for finding what is due together."""
    rows = [{"planned": case.invoice, **_plan_columns(case, plan)} for case, plan in plans]
    if rows:
        connection.execute(_PLANNED, rows)


def project_customer(connection: Connection, customer: Customer) -> None:
    """Bring the customer list up to date."""
    mine = select(_CUSTOMER.c.name).where(_CUSTOMER.c.customer == customer.customer)
    before = connection.execute(mine).scalar()
    upsert(connection, CustomerRow, [customer_row(customer)])
    note_customer(connection, customer.customer, before, customer.name)
    note_plans(connection, customer.customer, customer.plans)


def customer_row(customer: Customer) -> Row:
    """A customer as its facts give it."""
    return {
        "customer": customer.customer,
        "key": customer_key(customer.customer),
        "name": customer.name,
        "country": customer.country,
        "segment": customer.segment,
        "entity": customer.entity,
        "paused_until": customer.pause.until if customer.pause else None,
        "contacts": len(customer.contacts),
        "addresses": addresses_of(customer),
        "collector": customer.collector,
    }


def project_payments(
    connection: Connection, came: Sequence[PaymentReceived], applied_minor: int
) -> None:
    """Bring the payment list up to date; of each so many minor units are used."""
    upsert(connection, PaymentRow, [payment_row(payment, applied_minor) for payment in came])


def payment_row(payment: PaymentReceived, applied_minor: int) -> Row:
    """A payment and how much of it its invoices' facts applied, in minor units."""
    return {
        "payment": payment.payment,
        "on": payment.on,
        "currency": payment.amount.currency,
        "amount_minor": payment.amount.minor,
        "applied_minor": applied_minor,
        "recorded_at": payment.at,
        "reference": payment.reference,
        "payer": payment.payer,
        "of": payment.of,
    }


def customer_key(number: str) -> str:
    """A customer number as people compare it: no leading zeros, no case."""
    return number.strip().lstrip("0").casefold()


def case_row(case: Case) -> Row:
    """A case as its facts give it, without what was planned."""
    row = {
        "invoice": case.invoice,
        "customer": case.customer,
        "entity": case.entity,
        "currency": case.amount.currency,
        "amount_minor": case.amount.minor,
        "balance_minor": case.balance.minor,
        "open_minor": _open_minor(case),
        **_moved(case),
        "disputed_minor": case.disputed.minor,
        "issue_date": case.issue_date,
        "due_date": case.due_date,
        "reference": case.reference,
        "level": case.level,
        "opened_at": case.opened_at,
        "closed_on": None,
        "closed_why": "",
    }
    if case.is_settled:
        row |= {"closed_on": case.settled_on, "closed_why": case.settled_by}
    elif case.written_off:
        row |= {"closed_on": case.written_off.at.date(), "closed_why": "written off"}
    elif case.handed_over:
        why = f"handed over to {case.handed_over.to}"
        row |= {"closed_on": case.handed_over.at.date(), "closed_why": why}
    return row


def _open_minor(case: Case) -> int:
    """What the movements come to; an amendment is in the amount already."""
    moved = sum(one.amount.minor for one in case.movements if one.kind != AMENDMENT)
    return case.amount.minor + moved


def _moved(case: Case) -> Row:
    """Between which days its movements count, and when the last of them was recorded."""
    days = [one.on for one in case.movements]
    last = max(days, default=None)
    on_last = (one for one in case.movements if one.on == last and one.kind != AMENDMENT)
    return {
        "first_moved_on": min(days, default=None),
        "last_moved_on": last,
        "moved_before_on": max((day for day in days if day != last), default=None),
        "last_moved_minor": sum(one.amount.minor for one in on_last),
        "last_moved_at": max((one.at for one in case.movements), default=None),
        "amended": any(one.kind == AMENDMENT for one in case.movements),
    }


def _plan_columns(case: Case, plan: Plan) -> Row:
    step = plan.step
    return {
        "stage": stage_of(case, plan),
        "next_kind": step.kind,
        "next_at": None if isinstance(step, CloseCase) else step.at,
        "next_code": getattr(step, "code", ""),
        "next_why": step.why,
        "next_channel": getattr(step, "channel", ""),
        "next_level": getattr(step, "level", 0),
    }


def stage_of(case: Case, plan: Plan) -> str:
    """The word lists and reports use for where a case stands."""
    if is_closed(case):
        return "closed"
    code = str(getattr(plan.step, "code", ""))
    if getattr(plan.step, "letter", "") == PROMISE_NOTE:
        return "promised"
    if code in _STAGES:
        return _STAGES[code]
    if code.startswith("PAUSE_"):
        return "paused" if case.pause else "on_hold"
    if code in _HELD or code.startswith("LEGAL"):
        return "on_hold"
    return "reminding" if case.level else "current"


def task_row(customer: str, fact: facts.TaskOpened) -> Row:
    """A task as the fact that opened it gives it."""
    return {
        "task": fact.task,
        "customer": customer,
        "what": fact.what,
        "role": fact.role,
        "step": fact.step,
        "why": fact.why,
        "opened_at": fact.at,
        "outcome": "",
        "raised_to": "",
        "owner": fact.role,
    }
