"""Reads payments, from their own file or from invoices that say when each was paid."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunning.money import Money
from intake.files import Limits
from intake.kinds import PAYMENTS
from intake.mapping import Mapping
from intake.reading import Reading, open_reading
from intake.repetition import Repetitions
from intake.rows import BadCell, Line
from intake.survey import Survey
from intake.texts import currency, identifier, words

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment received.

    ``payment`` is the bank's reference, or else made from date, currency, amount, reference,
    payer and how many such rows came before, so that the same file gives the same names again.
    ``on`` is the booking date. Only bank statements give the rest: the own ``account``; the
    ``batch``, when the bank booked several payments in one entry; ``original_amount``, what the
    payer ordered before ``charges``, perhaps in another currency. With ``is_reversal`` no
    payment came in: an earlier one, which the texts name, went back for ``returned_reason``.
    """

    row: int
    payment: str
    on: date
    amount: Money
    reference: str
    payer: str
    account: str = ""
    batch: str = ""
    value_date: date | None = None
    bank_reference: str = ""
    structured_reference: str = ""
    end_to_end: str = ""
    payer_iban: str = ""
    remittance: tuple[str, ...] = ()
    is_reversal: bool = False
    returned_reason: str = ""
    charges: Money | None = None
    original_amount: Money | None = None


def read_payments(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> Reading[PaymentRow]:
    """The payments of a CSV file or workbook.

    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    return open_reading(path, mapping, PAYMENTS, _PaymentReader, limits)


class _PaymentReader:
    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._repetitions = Repetitions[PaymentRow](survey, "payment")
        self._seen = Counter[bytes]()

    @property
    def duplicates(self) -> int:
        return self._repetitions.count

    def take(self, line: Line) -> Iterator[PaymentRow]:
        given = identifier(line, "payment")
        on = self._survey.day(line, "date")
        amount = self._received(line)
        reference, payer = words(line, "reference"), words(line, "payer")
        row = PaymentRow(
            row=line.row,
            payment=given or self._made_from(on, amount, reference, payer),
            on=on,
            amount=amount,
            reference=reference,
            payer=payer,
        )
        if not (given and self._repetitions.is_repeated(given, row)):
            yield row

    def warnings(self) -> list[str]:
        return self._repetitions.warnings()

    def _received(self, line: Line) -> Money:
        amount = self._survey.amount(line, currency(line))
        if amount.minor < 0:
            reason = f"{amount} is negative: a payment returned or paid out, not one received."
            raise BadCell("amount", "PAYMENT_NEGATIVE", reason)
        if amount.minor == 0:
            raise BadCell("amount", "AMOUNT_ZERO", "The amount is zero, so nothing was paid.")
        return amount

    def _made_from(self, on: date, amount: Money, reference: str, payer: str) -> str:
        parts = (on.isoformat(), amount.currency, str(amount.minor), reference, payer)
        content = _digest("|".join(parts))
        self._seen[content] += 1
        return _digest(f"{content.hex()}|{self._seen[content]}").hex()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_ID_BYTES).digest()
