"""The answer of `duncan interest`: claim lines with rule, rate, days, amount and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from commands.adjustments.claim_actions import ClaimActions
from commands.reports.table import Cell, Column, ReportTable
from dunning.claims_due import Claimable, DueClaim
from dunning.money import Money, totals
from ledger.books import Books

Row = dict[str, Any]
_MARKS = {"S": "", "K": "general knowledge", "V": "to be verified at its source"}


def interest_answer(books: Books, actions: ClaimActions, invoices: Sequence[str], day: date) -> Row:
    """What may be claimed of the invoices up to the day, line by line, and why the rest not."""
    claims: list[Row] = []
    refused: list[Row] = []
    sums: list[Money] = []
    for case in books.cases(invoices).values():
        customer = books.customer(case.customer)
        situation = actions.planner.situation(case, customer, actions.now)
        found = actions.claimable(books, situation, day)
        claims += [_claim(case.invoice, case.customer, one) for one in found.claims]
        refused += [{"invoice": case.invoice, "reason": why} for why in _reasons(found)]
        sums += [one.amount for one in found.claims]
    amounts = {currency: str(one.major) for currency, one in totals(sums).items()}
    return {"as_of": str(day), "claims": claims, "refused": refused, "totals": amounts}


def interest_table(answer: Row) -> ReportTable:
    """The same as a table, a row for each time with one rate."""
    names = ("invoice", "customer", "claim", "currency")
    columns = (
        *(Column(name) for name in names),
        Column("principal", "amount"),
        Column("from", "date"),
        Column("to", "date"),
        Column("days", "number"),
        *(Column(name) for name in ("rate %", "rate from", "exact interest")),
        Column("amount", "amount"),
        *(Column(name) for name in ("law", "country", "debtor", "remark")),
    )
    filters = [("as of", answer["as_of"])]
    totals_ = [(f"total {currency}", amount) for currency, amount in answer["totals"].items()]
    rows = [row for one in answer["claims"] for row in _table_rows(one)]
    return ReportTable(f"Claims as of {answer['as_of']}", columns, rows, (*filters, *totals_))


def _reasons(found: Claimable) -> tuple[str, ...]:
    return found.refusals if found.refusals or found.claims else ("Nothing is to be claimed.",)


def _claim(invoice: str, customer: str, one: DueClaim) -> Row:
    lines = one.interest.lines if one.interest else ()
    return {
        "invoice": invoice,
        "customer": customer,
        "what": one.what,
        "currency": one.amount.currency,
        "amount": str(one.amount.major),
        "principal": str(one.principal.major),
        "from": str(one.first),
        "to": str(one.until),
        "days": sum(line.days for line in lines),
        "country": one.country,
        "law": one.law,
        "debtor": one.debtor,
        "lines": [
            {
                "from": str(line.first),
                "to": str(line.last),
                "days": line.days,
                "principal": str(line.principal.major),
                "rate": str(line.rate.percent),
                "source": line.rate.source,
                "remark": _MARKS[line.rate.mark],
                "exact": f"{float(line.exact) / 10 ** _digits(one):.6f}",
            }
            for line in lines
        ],
    }


def _digits(one: DueClaim) -> int:
    return -int(one.amount.major.as_tuple().exponent)


def _table_rows(one: Row) -> Iterator[list[Cell]]:
    head = (one["invoice"], one["customer"], one["what"], one["currency"])
    tail = (one["law"], one["country"], one["debtor"])
    for line in one["lines"]:
        about = (line["principal"], line["from"], line["to"], line["days"])
        rate = (line["rate"], line["source"], line["exact"])
        yield [*head, *about, *rate, None, *tail, line["remark"]]
    about = (one["principal"], one["from"], one["to"], one["days"])
    yield [*head, *about, None, None, None, one["amount"], *tail, ""]
