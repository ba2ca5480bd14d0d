"""The month-end pack of one entity: every figure a controller signs, and what stands behind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from commands.month_end.asked import Asked
from commands.month_end.checks import (
    credits_to_accrue,
    cut_off,
    free_cash_of,
    summed,
    unapplied_rows,
    write_off_rows,
)
from commands.month_end.free_cash import cash_rolls
from commands.month_end.provision import provision_rows
from commands.month_end.rolling import differences, invoice_rolls
from dunning.money import Money
from dunning.period import Period
from dunning.reports.aging import AgingRow, aging_rows, aging_totals
from dunning.reports.buckets import Basis
from dunning.reports.roll_forward import LINES, UNAPPLIED_LINES, RollForward
from ledger.books import Books
from ledger.report_aging import aged_rows
from ledger.report_cash import unapplied_sums

Row = dict[str, Any]
ROUNDING = (
    "Amounts are exact to the minor unit of their currency; currencies are never summed."
    " A provision is rounded half up in each bucket."
)
_BASES: tuple[Basis, ...] = ("due", "invoice")
_INVOICE_LINES = [line.key for line in LINES]
# What the digest covers: the figures; names and worded sentences may be corrected later.
_FIGURES = ("entity", "month", "known_at", "roll_forward", "tie_out", "provision")


def pack_of(books: Books, asked: Asked) -> Row:
    """The pack; the same books and the same question give the same pack.

    Amounts are decimal strings in major units. Raises NotAllowed on movements of unknown kinds.
    """
    invoices, cash = invoice_rolls(books, asked), cash_rolls(books, asked)
    rolls = [
        _rolled(currency, invoices.get(currency), cash.get(currency))
        for currency in sorted({*invoices, *cash})
    ]
    aging = {basis: _aging(books, asked, basis) for basis in _BASES}
    by_currency = {row.currency: row for row in aging["due"]}
    provided = provision_rows(books, asked, by_currency, invoices)
    pack: Row = {
        **_heading(asked),
        "roll_forward": rolls,
        "tie_out": _tie_outs(asked, rolls),
        "differences": [_worded(one, "minor") for one in differences(books, asked, invoices)],
        "aging": {basis: [_aged(row) for row in rows] for basis, rows in aging.items()},
        "unapplied": unapplied_rows(books, asked),
        "provision": [_provided(row) for row in provided],
        "write_offs": write_off_rows(books, asked),
        "cut_off": cut_off(books, asked),
        "disputes": credits_to_accrue(books, asked),
        **signed(asked.period),
    }
    pack["to_accrue"] = summed(pack["disputes"], "credit")
    return pack | {"digest": digest_of(pack)}


def signed(period: Period) -> Row:
    """Who prepared and who reviewed the month, and when."""
    prepared, closed, reopened = period.prepared, period.closed, period.reopened
    return {
        "state": period.state,
        "prepared": {"by": prepared.by, "at": prepared.at.isoformat()} if prepared else None,
        "closed": {"by": closed.by, "at": closed.at.isoformat(), "note": closed.note}
        if closed
        else None,
        "reopened": {
            "by": reopened.by,
            "at": reopened.at.isoformat(),
            "reason": reopened.reason,
            "approved_by": reopened.approved_by,
        }
        if reopened
        else None,
    }


def digest_of(pack: Mapping[str, Any]) -> str:
    """SHA-256 of the pack's figures as canonical JSON."""
    figures = {name: pack[name] for name in _FIGURES}
    return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()


def problems_of(pack: Mapping[str, Any]) -> list[str]:
    """Why the month cannot be closed, a sentence each."""
    found = [
        f"The roll-forward in {one['currency']} does not end at 0.00: {one['difference']} is not"
        " explained by movements."
        for one in pack["roll_forward"]
        if Money.parse(one["difference"], one["currency"]).minor
    ]
    found += [
        f"The general ledger in {one['currency']} differs by {one['unexplained']} that no"
        " reconciling item explains."
        for one in pack["tie_out"]
        if Money.parse(one["unexplained"], one["currency"]).minor
    ]
    if pack["differences"]:
        count = len(pack["differences"])
        found.append(f"{count} invoices have a balance that their movements do not make.")
    return found


def _heading(asked: Asked) -> Row:
    rates = asked.given.rates.items()
    return {
        "entity": asked.entity,
        "month": str(asked.month),
        "first": str(asked.month.first),
        "last": str(asked.month.last),
        "known_at": asked.known_at.isoformat(),
        "opening_known_at": asked.before.known_at.isoformat() if asked.before.known_at else None,
        "provision_rates": {key: format((rate * 100).normalize(), "f") for key, rate in rates},
        "audit": asked.given.audit,
        "rounding": ROUNDING,
    }


def _aging(books: Books, asked: Asked, basis: Basis) -> list[AgingRow]:
    rows = aged_rows(books.connection, asked.month.last, basis, scope=asked.scope)
    return aging_totals(aging_rows(unapplied_sums(free_cash_of(books, asked), ""), rows))


def _rolled(currency: str, invoices: RollForward | None, cash: RollForward | None) -> Row:
    parts = {
        "invoices": invoices or RollForward(currency, 0, 0, dict.fromkeys(_INVOICE_LINES, 0)),
        "unapplied": cash or RollForward(currency, 0, 0, dict.fromkeys(UNAPPLIED_LINES, 0)),
    }
    opening = sum(one.opening for one in parts.values())
    closing = sum(one.closing for one in parts.values())
    difference = sum(one.difference for one in parts.values())
    shown = {
        name: {
            "opening": _major(one.opening, currency),
            "lines": {key: _major(minor, currency) for key, minor in one.lines.items()},
            "closing": _major(one.closing, currency),
            "difference": _major(one.difference, currency),
        }
        for name, one in parts.items()
    }
    return {
        "currency": currency,
        **shown,
        "opening": _major(opening, currency),
        "closing": _major(closing, currency),
        "difference": _major(difference, currency),
    }


def _tie_outs(asked: Asked, rolls: list[Row]) -> list[Row]:
    """The subledger beside the general ledger, a row each currency that either of them has."""
    if not asked.given.balances:
        return []
    closing = {one["currency"]: one["closing"] for one in rolls}
    currencies = {*closing, *(one.amount.currency for one in asked.given.balances)}
    return [_tied(asked, iso, closing.get(iso, "0")) for iso in sorted(currencies)]


def _tied(asked: Asked, currency: str, subledger: str) -> Row:
    zero, closing = Money.zero(currency), Money.parse(subledger, currency)
    accounts = [one for one in asked.given.balances if one.amount.currency == currency]
    items = [one for one in asked.given.items if one.amount.currency == currency]
    ledger = sum((one.amount for one in accounts), start=zero)
    difference = ledger - closing
    explained = sum((one.amount for one in items), start=zero)
    return {
        "currency": currency,
        "accounts": [{"account": one.account, "amount": str(one.amount.major)} for one in accounts],
        "general_ledger": str(ledger.major),
        "subledger": str(closing.major),
        "difference": str(difference.major),
        "items": [
            {
                "type": one.what,
                "reference": one.reference,
                "amount": str(one.amount.major),
                "on": str(one.on),
                "age": (asked.month.last - one.on).days,
                "owner": one.owner,
            }
            for one in items
        ],
        "unexplained": str((difference - explained).major),
    }


def _provided(row: Row) -> Row:
    currency = row["currency"]
    amounts = ("opening", "charge", "used", "released", "closing")
    by_bucket = {key: _major(minor, currency) for key, minor in row["by_bucket"].items()}
    return {
        **row,
        **{name: _major(row[name], currency) for name in amounts},
        "by_bucket": by_bucket,
    }


def _aged(row: AgingRow) -> Row:
    names = {
        **row.buckets,
        "unapplied": row.unapplied,
        "total": row.total,
        "disputed": row.disputed,
    }
    shown = {name: _major(minor, row.currency) for name, minor in names.items()}
    return {"currency": row.currency, **shown, "invoices": row.invoices}


def _worded(one: Row, name: str) -> Row:
    rest = {key: value for key, value in one.items() if key != name}
    return rest | {"amount": _major(one[name], one["currency"])}


def _major(minor: int, currency: str) -> str:
    return str(Money(minor, currency).major)
