"""camt.052, camt.053 and camt.054 (ISO 20022) of any version: reports, statements, notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dunning.money import Money
from intake.bank import camt_entries
from intake.bank.camt_entries import Detail
from intake.bank.markup import Element, units
from intake.bank.statement import Entry, Stated, Statement, bounded, money
from intake.rows import UnreadableFile

# The element that is one statement, and which message it belongs to.
_FORMS = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
_MOST_COUNT_DIGITS = 15
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_TOTALS = {"TtlNtries": "all", "TtlCdtNtries": "credits", "TtlDbtNtries": "debits"}


def read_camt(path: Path) -> list[Statement]:
    """The statements of a camt file, each with all its entries.

    Raises UnreadableFile when the XML is not whole and plain, or holds no statement.
    """
    found: list[Statement] = []
    entries: list[Entry] = []
    details: list[Detail] = []
    number = 0
    for taken, unit in enumerate(units(path, _is_unit), start=1):
        bounded(taken, path.name)
        if unit.name == "TxDtls":
            details.append(camt_entries.detail_of(unit))
        elif unit.name == "Ntry":
            entries.append(camt_entries.entry_of(unit, number + len(entries) + 1, details))
            details = []
        else:
            found.append(_statement(unit, entries))
            number += len(entries)
            entries = []
    if not found:
        reason = "a camt.052, camt.053 or camt.054 message holds a report, statement or notice"
        raise UnreadableFile(f"{path.name} is no bank statement: {reason}, and it holds none.")
    return found


def _is_unit(parent: str, name: str) -> bool:
    if name in {"Ntry", "TxDtls"}:
        return True
    return name in _FORMS and parent.startswith("BkToCstmr")


def _statement(element: Element, entries: list[Entry]) -> Statement:
    account = element.at("Acct") or Element("Acct", {})
    statement = Statement(
        form=_FORMS[element.name],
        account=_account(account),
        number=element.read("Id"),
        currency=account.read("Ccy"),
        opening=_balance(element, _OPENING),
        closing=_balance(element, _CLOSING),
        is_part=_is_part(element),
        entries=entries,
    )
    statement.currency = _currency(statement)
    statement.stated = list(_stated(element, statement.currency))
    if not all(entry.booked or entry.valued for entry in entries):
        created = camt_entries.day_at(element, "CreDtTm")
        statement.entries = [camt_entries.dated(entry, created) for entry in entries]
    return statement


def _account(account: Element) -> str:
    ways = (("IBAN",), ("Othr", "Id"), ("PrtryAcct", "Id"), ("BBAN",))
    found = (account.read("Id", *way) for way in ways)
    return next((text.replace(" ", "") for text in found if text), "")


def _currency(statement: Statement) -> str:
    known = [one.currency for one in (statement.opening, statement.closing) if one]
    known += [entry.amount.currency for entry in statement.entries[:1]]
    return statement.currency or next(iter(known), "")


def _balance(element: Element, codes: tuple[str, ...]) -> Money | None:
    """The booked balance of the first of these kinds that stands there just once."""
    kinds = {code: list[Money]() for code in codes}
    for balance in element.every("Bal"):
        code = balance.read("Tp", "CdOrPrtry", "Cd") or balance.read("Tp", "Cd")
        if code in kinds:
            kinds[code].append(camt_entries.signed_amount(balance))
    return next((found[0] for found in kinds.values() if len(found) == 1), None)


def _is_part(element: Element) -> bool:
    """Whether the statement is one page of several."""
    pages = [page for name in _FORMS for page in element.every(f"{name}Pgntn")]
    numbers = [(page.read("PgNb"), page.read("LastPgInd")) for page in pages]
    return any(first != "1" or last not in {"true", "1"} for first, last in numbers)


def _stated(element: Element, currency: str) -> Iterator[Stated]:
    for name, kind in _TOTALS.items():
        summary = element.at("TxsSummry", name)
        if summary is None:
            continue
        count, total = summary.read("NbOfNtries"), summary.read("Sum")
        yield Stated(
            kind,
            int(count) if count.isdecimal() and len(count) <= _MOST_COUNT_DIGITS else None,
            money(total, currency) if total and currency and kind != "all" else None,
        )
