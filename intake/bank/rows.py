"""Entries of a bank statement as payment rows, returned items or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from dunning.money import Money
from intake.bank.numbers import part_of
from intake.bank.references import named_reference
from intake.bank.statement import Entry, Statement, Transaction
from intake.payments import PaymentRow
from intake.rows import Rejected, storable
from intake.texts import LONGEST_NAME, is_currency

_OWN_RETURN = "our own payment come back"


@dataclass
class Outcome:
    """What an entry becomes: rows; what was left out, by kind; remarks for people."""

    rows: list[PaymentRow | Rejected] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of an entry one row is about; ``batch`` is the entry's number if there are more."""

    told: Transaction
    amount: Money
    number: str
    batch: str = ""


def rows_of(statement: Statement, entry: Entry, number: str) -> Outcome:
    """One row a transaction when the bank states their amounts, else one for the entry."""
    outcome = Outcome()
    parts = _parts(entry, number)
    if not parts:
        several = len(entry.transactions) > 1
        told = _all_said(entry) if several or not entry.transactions else entry.transactions[0]
        parts = [_Part(told, entry.amount, number)]
        if several and not _why_left_out(entry, parts[0]):
            outcome.remarks.append(
                f"Row {entry.number}: its {len(entry.transactions)} transactions do not add up to"
                f" {entry.amount}; taken as one payment."
            )
    for part in parts:
        _take(outcome, statement, entry, part)
    return outcome


def _parts(entry: Entry, number: str) -> list[_Part]:
    """The transactions of a batch with their amounts, provided they add up to the entry."""
    if len(entry.transactions) <= 1:
        return []
    parts = [
        _Part(one, one.amount, part_of(number, place), number)
        for place, one in enumerate(entry.transactions, start=1)
        if one.amount and one.amount.currency == entry.amount.currency
    ]
    total = sum(part.amount.minor for part in parts)
    return parts if len(parts) == len(entry.transactions) and total == entry.amount.minor else []


def _all_said(entry: Entry) -> Transaction:
    told = [line for one in entry.transactions for line in (*one.documents, *one.remittance)]
    came_back = bool(entry.transactions) and all(one.is_return for one in entry.transactions)
    return Transaction(remittance=tuple(told), is_return=came_back)


def _take(outcome: Outcome, statement: Statement, entry: Entry, part: _Part) -> None:
    left_out = _why_left_out(entry, part)
    if not left_out:
        outcome.rows.append(_row(statement, entry, part))
        return
    outcome.left_out.append(left_out)
    if left_out == _OWN_RETURN:
        reason = f" ({part.told.returned_reason})" if part.told.returned_reason else ""
        outcome.remarks.append(
            f"Row {entry.number}: {part.amount} is {_OWN_RETURN}{reason}, not a customer's payment."
        )


def _why_left_out(entry: Entry, part: _Part) -> str:
    came_back = entry.is_reversal or part.told.is_return
    if not entry.is_booked:
        return "not booked yet"
    if part.amount.minor == 0:
        return "of nothing"
    if part.amount.minor < 0:
        return "" if came_back else "paid out"
    return entry.no_payment or (_OWN_RETURN if came_back else "")


def _row(statement: Statement, entry: Entry, part: _Part) -> PaymentRow | Rejected:
    told = part.told
    reference = _short(_reference(entry, told))
    received = Money(abs(part.amount.minor), part.amount.currency)
    booked = entry.booked or entry.valued
    if booked is None or not is_currency(received.currency):
        return _refused(entry, part, received, reference)
    return PaymentRow(
        row=entry.number,
        payment=part.number,
        on=booked,
        amount=received,
        reference=reference,
        payer=_short(told.payer),
        account=_short(statement.account),
        batch=part.batch,
        value_date=entry.valued,
        bank_reference=_short(entry.bank_reference or told.bank_reference),
        structured_reference=_short(told.structured_reference),
        end_to_end=_short(told.end_to_end),
        payer_iban=_short(told.payer_iban),
        remittance=tuple(map(_short, (*told.documents, *told.remittance))),
        is_reversal=part.amount.minor < 0,
        returned_reason=_short(told.returned_reason),
        charges=told.charges,
        original_amount=told.original,
    )


def _reference(entry: Entry, told: Transaction) -> str:
    others = (told.end_to_end, entry.owner_reference, entry.description)
    return named_reference(told.documents, told.remittance, told.structured_reference, *others)


def _refused(entry: Entry, part: _Part, amount: Money, reference: str) -> Rejected:
    """Kept under the names a payments table has, so that it can be mended and replayed."""
    day = entry.booked or entry.valued
    complaint = ("date", "DATE_MISSING", "The date is missing.")
    if day and amount.currency:
        reason = f"{amount.currency} is not the ISO code of a currency in use."
        complaint = ("currency", "CURRENCY_UNKNOWN", reason)
    elif day:
        complaint = ("currency", "CURRENCY_MISSING", "The currency is missing.")
    cells = {
        "payment": part.number,
        "date": day.isoformat() if day else "",
        "currency": amount.currency,
        "amount": str(amount.major),
        "reference": reference,
        "payer": _short(part.told.payer),
    }
    return Rejected(entry.number, *complaint, cells)


def _short(text: str) -> str:
    return storable(" ".join(text.split()))[:LONGEST_NAME].strip()
