"""The words of MT940, field 86: German numbered parts, codes between slashes, SEPA marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dunning.money import Money
from intake.bank.references import said, structured
from intake.bank.statement import Entry, Transaction, money

# Three digits of business code, a sign that divides, two digits of part: 166?00GUTSCHRIFT?20…
_NUMBERED = re.compile(r"\s*(\d{3})([?>~^|*&])\d\d", re.ASCII)
_PART = 27
_PURPOSE = frozenset(map(str, (*range(20, 30), *range(60, 64))))
_PAYER, _PAYER_ACCOUNT, _REASON = ("32", "33"), ("31", "38"), "34"
# German business transaction codes: direct debits returned (a debit), and our own payments
# and debits that came back (a credit).
_RETURNED = frozenset("108 109 159 181 184".split())
_SEPA = re.compile(r"(?<![A-Z])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|RREF)\+")
_CODED = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|KREF|MARF|CSID|BENM|ORDP|PURP|RTRN|ISDT|ADDR|OCMT|CHGS|"
    r"IREF|PREF|ULTD|ULTC|UREF|SVCL|ID)/"
)
_AMOUNT = re.compile(r"(?:[A-Z]{3})?(\d{1,15}(?:[.,]\d{0,4})?)", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_OWN_PAYER, _OWN_PURPOSE = range(15, 17), range(1, 15)
_OWN_ACCOUNT = "34"


def words(entry: Entry, text: str) -> Entry:
    """The entry with what a field 86 says of it added."""
    if numbered := _NUMBERED.match(text):
        told = _numbered(entry, text, numbered[2])
        code = numbered[1]
        return replace(told, is_reversal=told.is_reversal or code in _RETURNED)
    joined = text.replace("\n", "")
    if _CODED.search(joined):
        return _coded(entry, joined)
    return _with(entry, _marked(text, entry.amount.currency))


def own_words(entry: Entry, text: str) -> Entry:
    """The entry with what a bank's own field (NS) says: two digits of part, then its text."""
    parts = [(int(line[:2]), said(line[2:])) for line in text.split("\n") if line[:2].isdecimal()]
    told = Transaction(
        remittance=tuple(text for part, text in parts if part in _OWN_PURPOSE and text),
        payer=" ".join(text for part, text in parts if part in _OWN_PAYER and text),
        payer_iban=next((text for part, text in parts if str(part) == _OWN_ACCOUNT), ""),
    )
    return _with(entry, told)


def _numbered(entry: Entry, text: str, divider: str) -> Entry:
    """German banks wrap lines anywhere, so line feeds say nothing; parts have 27 characters."""
    joined = text.replace("\n", "")
    parts = [(part[:2], part[2:]) for part in joined.split(divider)[1:] if part[:2].isdecimal()]
    given = {number: part.strip() for number, part in parts}
    purpose = _purpose([part for number, part in parts if number in _PURPOSE])
    told = replace(
        _marked(purpose, entry.amount.currency),
        payer="".join(part for number, part in parts if number in _PAYER).strip(),
    )
    accounts = [said(given.get(number, "")) for number in _PAYER_ACCOUNT]
    iban = next((one for one in accounts if _IBAN.fullmatch(one)), "")
    reason = given.get(_REASON, "") if entry.is_reversal or text.lstrip()[:3] in _RETURNED else ""
    return _with(
        entry,
        replace(
            told,
            payer_iban=told.payer_iban or iban or next(filter(None, accounts), ""),
            returned_reason=told.returned_reason or reason,
        ),
    )


def _purpose(parts: Iterable[str]) -> str:
    """The parts as one text: a full part goes on without a gap, a shorter one ended a word."""
    text, full = "", True
    for part in parts:
        text += part if full and not _SEPA.match(part) else f" {part}"
        full = len(part) >= _PART
    return text


def _marked(text: str, currency: str) -> Transaction:
    """A text with SEPA marks such as EREF+ and SVWZ+, or plain lines."""
    pieces = _SEPA.split(text)
    if len(pieces) == 1:
        lines = tuple(filter(None, map(said, text.split("\n"))))
        return Transaction(remittance=lines, structured_reference=_structured(lines))
    given = dict(zip(pieces[1::2], map(said, pieces[2::2]), strict=True))
    lines = tuple(filter(None, (said(pieces[0]), given.get("SVWZ", ""))))
    return Transaction(
        end_to_end=given.get("EREF", "") or given.get("KREF", ""),
        remittance=lines,
        structured_reference=_structured(lines),
        payer_iban=given.get("IBAN", ""),
        original=_stated_amount(given.get("OAMT", ""), currency),
        charges=_stated_amount(given.get("COAM", ""), currency),
        returned_reason=given.get("RREF", ""),
    )


def _coded(entry: Entry, joined: str) -> Entry:
    pieces = _CODED.split(joined)
    given = {
        code: said(text.strip("/")) for code, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }
    remittance = given.get("REMI", "").removeprefix("USTD//")
    reference = structured(remittance)
    if remittance.startswith("STRD/"):
        reference = remittance.rpartition("/")[2]
        remittance = ""
    told = Transaction(
        end_to_end=said(given.get("EREF", "")),
        structured_reference=reference,
        remittance=tuple(filter(None, (said(pieces[0]), remittance))),
        payer=given.get("NAME", ""),
        payer_iban=given.get("IBAN", ""),
        charges=_stated_amount(given.get("CHGS", ""), entry.amount.currency),
        is_return="RTRN" in given,
        returned_reason=given.get("RTRN", ""),
    )
    return _with(entry, told)


def _with(entry: Entry, told: Transaction) -> Entry:
    """The entry whose one transaction says all that was said before, and this."""
    before = entry.transactions[0] if entry.transactions else Transaction()
    both = Transaction(
        end_to_end=told.end_to_end or before.end_to_end,
        structured_reference=told.structured_reference or before.structured_reference,
        remittance=(*before.remittance, *told.remittance),
        payer=told.payer or before.payer,
        payer_iban=told.payer_iban or before.payer_iban,
        original=told.original or before.original,
        charges=told.charges or before.charges,
        is_return=told.is_return or before.is_return,
        returned_reason=told.returned_reason or before.returned_reason,
    )
    return replace(entry, transactions=(both,))


def _structured(lines: tuple[str, ...]) -> str:
    return next(filter(None, map(structured, lines)), "")


def _stated_amount(text: str, currency: str) -> Money | None:
    written = _AMOUNT.match(text)
    if written is None:
        return None
    plain = written[1].replace(",", ".").strip(".")
    return money(plain, currency)
