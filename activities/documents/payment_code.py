"""The payment code: a square that a banking app reads as a filled-in credit transfer in euros."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

from activities.bank_account import normal_bic, normal_iban
from activities.letter_words import one_line
from dunning.money import Money

# EPC069-12: longest name and remittance information, least and largest amount in cents. All in
# all it takes 331 bytes, so a name in signs of several bytes gets fewer of them.
_LONGEST_NAME, _LONGEST_REFERENCE = 70, 140
_NAME_BYTES, _REFERENCE_BYTES = 100, 140
_LEAST, _MOST = 1, 99_999_999_999
# The guideline's error correction is M, and its largest symbol version 13.
_ERROR_CORRECTION, _LARGEST = "m", 13


@dataclass(frozen=True)
class Transfer:
    """A credit transfer to ask for: to whom, how much, and what it is for."""

    name: str
    iban: str
    bic: str
    amount: Money
    reference: str


def can_be_scanned(transfer: Transfer) -> bool:
    """Whether there is a code for it: euros to an IBAN, from 0.01 to 999,999,999.99."""
    in_euros = transfer.amount.currency == "EUR" and _LEAST <= transfer.amount.minor <= _MOST
    return in_euros and bool(transfer.iban)


def transfer_payload(transfer: Transfer) -> str:
    """What the code says, a line each (EPC069-12 version 002, UTF-8, service tag BCD, SCT).

    Name and reference are cut at their longest. Raises ValueError on a wrong IBAN or BIC and
    AssertionError on a transfer that cannot be scanned.
    """
    assert can_be_scanned(transfer), "the caller asks first"
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        normal_bic(transfer.bic) if transfer.bic else "",
        _line(transfer.name, _LONGEST_NAME, _NAME_BYTES),
        normal_iban(transfer.iban),
        f"EUR{transfer.amount.major}",
        "",
        "",
        _line(transfer.reference, _LONGEST_REFERENCE, _REFERENCE_BYTES),
    )
    return "\n".join(lines)


def payment_code(transfer: Transfer) -> str:
    """The code as SVG, without the white edge it needs around it."""
    code = segno.make(
        transfer_payload(transfer),
        error=_ERROR_CORRECTION,
        boost_error=False,
        micro=False,
        mode="byte",
        encoding="utf-8",
    )
    assert int(code.version) <= _LARGEST, "331 bytes fit version 13"
    file = io.BytesIO()
    code.save(file, kind="svg", border=0, xmldecl=False, nl=False)
    return file.getvalue().decode()


def _line(text: str, longest: int, most_bytes: int) -> str:
    """One line of at most so many signs and bytes: a line break would start the next field."""
    cut = one_line(text)[:longest].encode()[:most_bytes]
    return cut.decode(errors="ignore").rstrip()
