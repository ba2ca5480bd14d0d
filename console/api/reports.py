"""Reports: aging, key figures, statements of account, and the audits that were kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from commands.reports.aging import Key, aging_answer, aging_of
from commands.reports.as_closed import view_of
from commands.reports.kpis import kpi_answer
from commands.reports.money import LossMatrix
from commands.reports.statement import statement_answer, statement_of
from console.api.access import ReportsReader
from console.api.numbers import Day, Filter, Number
from console.api.problems import Refusal
from console.api.shapes import Report
from dunning.reports.buckets import Basis
from ledger.findings import listed_runs

_LONGEST_PERIOD = timedelta(days=1_100)

router = APIRouter(tags=["reports"])
From = Annotated[Day, Query(alias="from", description="First day.")]
To = Annotated[Day, Query(alias="to", description="Last day.")]


@router.get("/reports/aging")
def aging(
    call: ReportsReader, as_of: Day | None = None, basis: Basis = "due", by: Key = "customer"
) -> Report:
    """What is open at the end of a day, by age; each currency by itself."""
    day = as_of or call.now.date()
    with call.ledger.reading() as books:
        found = aging_of(books, call.planner.policies, day, basis, by, named=False)
        return _report(aging_answer(found))


@router.get("/reports/kpis")
def kpis(call: ReportsReader, first: From, last: To) -> Report:
    """DSO, CEI, days to pay, roll rates, promises kept, coverage and the like."""
    if not timedelta(0) <= last - first <= _LONGEST_PERIOD:
        sentence = "The period has to end after it begins, and within three years."
        raise Refusal(422, "period", sentence)
    with call.ledger.reading() as books:
        return _report(kpi_answer(books, call.planner, first, last, LossMatrix((), None)))


@router.get("/reports/audits")
def audits(call: ReportsReader) -> Report:
    """The cadence audits that were kept: their periods, what they found, their seals."""
    names = "run first last recorded_at by found root".split()
    with call.ledger.reading() as books:
        runs = [{name: row[name] for name in names} for row in listed_runs(books.connection)]
    return _report({"audits": runs})


@router.get("/customers/{customer}/statement")
def statement(
    call: ReportsReader, customer: Number, as_of: Day | None = None, entity: Filter = ""
) -> Report:
    """A customer's statement of account: open items, credits, unapplied cash, aging."""
    day = as_of or call.now.date()
    with call.ledger.reading() as books:
        if not books.knows_customer(customer):
            raise Refusal(404, "unknown", f"There is no customer {customer} in the books.")
        view = view_of(call.planner.policies)
        return _report(statement_answer(statement_of(books, customer, day, entity, view)))


def _report(said: dict[str, Any]) -> Report:
    return Report.model_validate(said)
