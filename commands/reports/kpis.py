"""Key figures of a period: money, contacts, disputes, people; which form each has is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from activities.planning import Planner
from commands.disputes.report import dispute_report
from commands.reports.as_closed import View, view_of
from commands.reports.collectors import collector_rows
from commands.reports.money import LossMatrix, money_figures, receivables
from commands.reports.rates import FORMS as RATE_FORMS
from commands.reports.rates import calls_of, contact_shares, reached, share_figures, shares_of
from commands.reports.table import Cell, Column, ReportTable
from dunning.money import Money
from dunning.reports.days_to_pay import middle, ninetieth
from dunning.reports.rounding import percent
from ledger.books import Books
from ledger.report_activity import (
    Productivity,
    customers_on_hold,
    days_to_first_touch,
    overdue_customers,
    productivity,
    touched_customers,
    touches_to_cash,
)
from ledger.report_reading import after

Row = dict[str, Any]
# A customer is covered who got a reminder within so many days.
COVERAGE_DAYS = 30
ROUNDING = "half up, once, where a figure is printed; amounts to the currency's minor unit"
FORMS = {
    "dso.simple": "ending receivables ÷ credit sales of the period × its days",
    "dso.count_back": "months of credit sales taken off the ending receivables, the latest first",
    "dso.best_possible": "ending receivables not past due ÷ credit sales × days",
    "dso.add": "simple DSO less best possible DSO",
    "cei.period": "period form: all credit sales of the period",
    "cei.monthly": "CRF form: one average month's credit sales; of whole months only",
    "turnover": "credit sales ÷ average receivables",
    "past_due_percent": "past due ÷ receivables",
    "days_to_pay": "weighted by amount, from the invoice date",
    "days_beyond_terms": "weighted by amount, from the due date, early payment negative",
    "promises.kept_by_count": "kept ÷ matured; each invoice of a promise counts",
    "promises.kept_by_value": "kept ÷ matured, by promised amount",
    **RATE_FORMS,
}


def kpi_answer(
    books: Books,
    planner: Planner,
    first: date,
    last: date,
    matrix: LossMatrix,
    cost: Mapping[str, Money] | None = None,
    *,
    late_too: bool = False,
) -> Row:
    """The answer of `duncan kpis --json`; amounts, days and per cent are decimal strings.

    A period that ends in a closed month has the figures that were closed, unless `late_too`.
    """
    view = view_of(planner.policies, late_too=late_too)
    cycle = dispute_report(books, planner, first, last, after(last))
    people = productivity(books.connection, first, last)
    shares = shares_of(books, first, last, cost or {}, view)
    answer: Row = _as_text(
        {
            "from": str(first),
            "to": str(last),
            "days": (last - first).days + 1,
            "currencies": [
                money_figures(one, matrix) | share_figures(one, shares)
                for one in receivables(books, first, last, view)
            ],
            "contact": _contact(books, first, last, view)
            | contact_shares(books, people, first, last),
            "disputes": {name: cycle[name] for name in ("opened", "resolved", "cycle_times")},
            "people": [_person(one) for one in people],
            "collectors": collector_rows(books, first, last, view),
            "rounding": ROUNDING,
            "forms": FORMS,
            "closed": {name: at.isoformat() for name, at in view.closed(books, last).items()},
        }
    )
    return answer


def kpi_table(answer: Row) -> ReportTable:
    """The figures as a table, a figure a row."""
    columns = (Column("figure"), Column("currency"), Column("value", "number"), Column("form"))
    rows: list[list[Cell]] = []
    for found in answer["currencies"]:
        for name, value in _flat({k: v for k, v in found.items() if k != "currency"}):
            rows.append([name, found["currency"], value, FORMS.get(name, "")])
    rows += _translated(answer.get("translated"))
    for name, value in _flat({"contact": answer["contact"], "disputes": answer["disputes"]}):
        rows.append([name, "", value, FORMS.get(name, "")])
    for person in answer["people"]:
        rows += [
            [f"people.{person['by']}.{name}", "", value, ""]
            for name, value in _flat({k: v for k, v in person.items() if k != "by"})
        ]
    for one in answer["collectors"]:
        rows += [
            [f"collectors.{one['collector']}.{name}", one["currency"], value, ""]
            for name, value in _flat(
                {k: v for k, v in one.items() if k not in {"collector", "currency"}}
            )
        ]
    title = f"Key figures from {answer['from']} to {answer['to']}"
    control = (
        *(("from", answer["from"]), ("to", answer["to"]), ("rounding", answer["rounding"])),
        *((f"as closed: {name}", f"known at {at}") for name, at in answer["closed"].items()),
    )
    return ReportTable(title, columns, rows, control)


def _translated(found: Row | None) -> Iterator[list[Cell]]:
    """All currencies in one, with the rates that were given."""
    if found is None:
        return
    for currency, rate in found["rates"].items():
        yield [f"rate of 1 {currency}", found["currency"], Decimal(rate), "as given"]
    for name, value in found.items():
        if name not in {"currency", "rates"}:
            form = FORMS.get(name, "every currency at its rate, rounded, then added")
            yield [f"all.{name}", found["currency"], _number(value), form]


def _contact(books: Books, first: date, last: date, view: View) -> Row:
    connection, scopes = books.connection, view.scopes(books, last)
    overdue = set[str]().union(*(overdue_customers(connection, last, one) for one in scopes))
    held = customers_on_hold(connection, last)
    since = last - timedelta(days=COVERAGE_DAYS - 1)
    to_reach = overdue - held
    touched = to_reach & touched_customers(connection, since, last)
    touches = [n for one in scopes for n in touches_to_cash(connection, first, last, one)]
    waits = [n for one in scopes for n in days_to_first_touch(connection, first, last, one)]
    return {
        "overdue_customers": len(overdue),
        "of_them_on_hold": len(overdue & held),
        "touched": len(touched),
        "within_days": COVERAGE_DAYS,
        "coverage_percent": percent(len(touched), len(to_reach)),
        "invoices_settled": len(touches),
        "touches_to_cash_median": middle(touches),
        "touches_to_cash_p90": ninetieth(touches),
        "days_to_first_touch_median": middle(waits),
    }


def _person(one: Productivity) -> Row:
    calls = calls_of(one)
    right = sum(map(reached, calls))
    return {
        "by": one.by,
        "facts": one.facts,
        "calls": len(calls),
        "right_party": right,
        "right_party_percent": percent(right, len(calls)),
        "recorded": one.kinds,
    }


def _as_text(found: Any) -> Any:  # noqa: ANN401 - JSON has no narrower type
    if isinstance(found, Mapping):
        return {key: _as_text(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_as_text(value) for value in found]
    return format(found, "f") if isinstance(found, Decimal) else found


def _flat(found: Row, above: str = "") -> Iterator[tuple[str, Cell]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", _number(value)


def _number(value: object) -> Cell:
    """The figure as a number, where it is one; a bound such as "> 365" stays text."""
    try:
        return "n/a" if value is None else Decimal(str(value))
    except InvalidOperation:
        return str(value)
