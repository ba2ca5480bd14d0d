"""Transaction details of BAI2, record 16: type code, amount, funds, references, text."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from dunning.money import Money
from intake.bank.bai2_records import Record
from intake.bank.references import said, structured
from intake.bank.statement import Entry, Transaction, day_of
from intake.rows import UnreadableFile

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
# Type codes: details of credits are below 400, those of debits from 400 to 699.
_FIRST_CREDIT, _FIRST_DEBIT, _FIRST_OTHER = 100, 400, 700
# Credit reversals, deposited items returned, ACH items returned and reversed.
_TAKES_BACK = frozenset("551 555 557 558".split())
_NO_PAYMENT = {
    **dict.fromkeys("252 255 257 258 261 266 395".split(), "our own payment come back"),
    **dict.fromkeys("201 275 276 501 575".split(), "own money moved between accounts"),
    **dict.fromkeys("354 359".split(), "interest"),
}
# Lines such as REMI: INV-1 that some banks write into the text.
_LABELLED = re.compile(r"([A-Z]{4}):\s*(.*)")
_REASON = re.compile(r'Reason:\s*"?([^",]+)')


class Read(NamedTuple):
    """An entry, and its amount in minor units as the control totals count it."""

    entry: Entry
    unsigned_minor: int


def entry_of(record: Record, number: int, currency: str, day: date | None) -> Read:
    """The entry of a record 16 whose group is of this day. Raises UnreadableFile."""
    cells, lines = _fixed_and_text(record)
    code, amount, funds = cells[:3]
    minor = whole(amount, record)
    owner = said(cells[-1])
    entry = Entry(
        number=number,
        amount=Money(minor * _sign(code, record), currency),
        booked=day,
        valued=day_of(cells[3]) if funds == "V" and cells[3] else None,
        bank_reference=said(cells[-2]),
        owner_reference=owner,
        is_reversal=code in _TAKES_BACK,
        no_payment=_NO_PAYMENT.get(code, ""),
        transactions=(_transaction(lines, owner),),
    )
    return Read(entry, minor)


def whole(text: str, record: Record) -> int:
    """An amount in minor units; a blank one is nothing. Raises UnreadableFile."""
    if not text:
        return 0
    if not _WHOLE.fullmatch(text):
        place = f"Line {record.line} of the bank statement"
        raise UnreadableFile(f"{place} has {text[:40]!r} where an amount should stand.")
    return int(text)


def _sign(code: str, record: Record) -> int:
    if not re.fullmatch(r"[0-9]{3}", code):
        place = f"Line {record.line} of the bank statement"
        raise UnreadableFile(f"{place} has {code[:40]!r} where a type code should stand.")
    if _FIRST_CREDIT <= int(code) < _FIRST_DEBIT:
        return 1
    # Codes from 700 on are of loans and of the bank's own making: no money on this account.
    return -1 if _FIRST_DEBIT <= int(code) < _FIRST_OTHER else 0


def _fixed_and_text(record: Record) -> tuple[list[str], list[str]]:
    """The fields up to both references, and the lines of text.

    A field or the text may begin in a continuation, so parts are opened as they are needed.
    """
    parts = list(record.parts)
    cells = parts.pop(0).split(",")
    needed = _width(cells)
    while len(cells) < needed and parts:
        cells += parts.pop(0).split(",")
        needed = _width(cells)
    cells += [""] * (needed - len(cells))
    lines = [",".join(cells[needed:]), *parts]
    return [cell.strip() for cell in cells[:needed]], [line for line in map(said, lines) if line]


def _width(cells: list[str]) -> int:
    """How many fields stand before the text: by funds type, then two references."""
    funds = cells[2].strip() if len(cells) > 2 else ""  # noqa: PLR2004  # The third field.
    if funds == "D" and len(cells) > 3:  # noqa: PLR2004  # The fourth says how many pairs.
        pairs = cells[3].strip()
        return 6 + 2 * (int(pairs) if pairs.isdecimal() and len(pairs) < 3 else 0)  # noqa: PLR2004
    return {"V": 7, "S": 8}.get(funds, 5)


def _transaction(lines: list[str], owner: str) -> Transaction:
    labelled = {found[1]: found[2] for line in lines if (found := _LABELLED.fullmatch(line))}
    plain = tuple(line for line in lines if not _LABELLED.fullmatch(line))
    remittance = (labelled["REMI"],) if labelled.get("REMI") else plain
    reason = next((found[1] for line in lines if (found := _REASON.search(line))), "")
    return Transaction(
        end_to_end=said(labelled.get("EREF", "")) or owner,
        structured_reference=next(filter(None, map(structured, remittance)), ""),
        remittance=tuple(remittance),
        payer=labelled.get("DBNM", ""),
        payer_iban=labelled.get("DACT", ""),
        returned_reason=reason.strip(),
    )
