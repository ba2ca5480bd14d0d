"""Entries of camt messages and the transactions a bank sums up in one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from dunning.money import Money
from intake.bank.markup import Element
from intake.bank.references import said, structured
from intake.bank.statement import Entry, Transaction, calendar_day, money
from intake.rows import UnreadableFile

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T+\-Z].*)", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
# Sub-families of the ISO 20022 bank transaction codes that take an earlier entry back: payment
# and direct debit reversals, returns, recalls, unpaid cheques and card payments.
_TAKES_BACK = frozenset("PRDD UPDD RRTN RPCR UPCQ CQRV UPCT".split())
# Own money moved by the bank between own accounts, and what the bank itself pays.
_OWN_MONEY = {"CAMT": "own money moved between accounts"}
_INTEREST = {"INTR", "CINT"}
_NO_SIGN = "The bank statement has an entry or balance that is neither credit nor debit."


class Detail(NamedTuple):
    """A transaction as its detail states it: unsigned, and its own sign where it has one."""

    sign: str
    transaction: Transaction


def entry_of(element: Element, number: int, details: Sequence[Detail]) -> Entry:
    """An entry with its transactions. Raises UnreadableFile when it has no amount or sign."""
    amount = signed_amount(element)
    family = element.at("BkTxCd", "Domn") or element
    code = family.read("Fmly", "SubFmlyCd")
    status = element.read("Sts", "Cd") or element.read("Sts")
    return Entry(
        number=number,
        amount=amount,
        booked=day_at(element, "BookgDt"),
        valued=day_at(element, "ValDt"),
        bank_reference=said(element.read("AcctSvcrRef")),
        description=said(element.read("AddtlNtryInf")),
        is_reversal=element.read("RvslInd") in {"true", "1"} or code in _TAKES_BACK,
        is_booked=status in {"BOOK", ""},
        no_payment="interest" if code in _INTEREST else _OWN_MONEY.get(family.read("Cd"), ""),
        transactions=tuple(_signed(*one, negative=amount.minor < 0) for one in details),
    )


def detail_of(element: Element) -> Detail:
    """One transaction detail."""
    return Detail(element.read("CdtDbtInd"), _transaction(element))


def dated(entry: Entry, otherwise: date | None) -> Entry:
    """The entry with a booking date, that of its statement where it has none of its own."""
    return entry if entry.booked or entry.valued else replace(entry, booked=otherwise)


def signed_amount(element: Element) -> Money:
    """The amount of an entry or balance: credits positive. Raises UnreadableFile."""
    amount = _plain_amount(element.at("Amt"))
    sign = element.read("CdtDbtInd")
    if amount is None or sign not in {"CRDT", "DBIT"}:
        raise UnreadableFile(_NO_SIGN)
    return amount if sign == "CRDT" else -amount


def day_at(element: Element, name: str) -> date | None:
    """The day at this place, in the bank's own time zone as written. Raises UnreadableFile."""
    text = element.read(name, "Dt") or element.read(name, "DtTm") or element.read(name)
    if not text:
        return None
    written = _DAY.fullmatch(text)
    if written is None:
        raise UnreadableFile(f"The bank statement has {text[:40]!r} where a date should stand.")
    return calendar_day(*map(int, written.groups()))


def _transaction(element: Element) -> Transaction:
    remittance = element.at("RmtInf") or element
    written = tuple(said(line.text) for line in remittance.every("Ustrd"))
    told = element.at("RtrInf")
    return Transaction(
        amount=_own_amount(element),
        bank_reference=said(element.read("Refs", "AcctSvcrRef")),
        end_to_end=said(element.read("Refs", "EndToEndId")),
        structured_reference=next(_creditor_references(remittance, written), ""),
        documents=tuple(
            number for one in remittance.every("Strd", "RfrdDocInf", "Nb") if (number := one.text)
        ),
        remittance=tuple(line for line in written if line),
        payer=_payer(element),
        payer_iban=_payer_account(element),
        original=_plain_amount(element.at("AmtDtls", "InstdAmt", "Amt")),
        charges=_charges(element),
        is_return=told is not None or _sub_family(element) in _TAKES_BACK,
        returned_reason="" if told is None else _reason(told),
    )


def _signed(sign: str, one: Transaction, *, negative: bool) -> Transaction:
    """The transaction with its own sign, or else the entry's."""
    if sign in {"CRDT", "DBIT"}:
        negative = sign == "DBIT"
    return replace(one, amount=-one.amount) if one.amount and negative else one


def _own_amount(element: Element) -> Money | None:
    """The transaction's amount in its account's currency, as written."""
    found = element.at("Amt") or element.at("AmtDtls", "TxAmt", "Amt")
    return _plain_amount(found)


def _plain_amount(found: Element | None) -> Money | None:
    if found is None:
        return None
    currency = found.attributes.get("Ccy", "")
    if not _CURRENCY.fullmatch(currency):
        raise UnreadableFile("The bank statement has an amount without a currency.")
    return money(found.text, currency)


def _creditor_references(remittance: Element, written: tuple[str, ...]) -> Iterator[str]:
    ways = (("CdtrRefInf", "Ref"), ("CdtrRefInf", "CdtrRef"))
    for way in ways:
        yield from (one.text for one in remittance.every("Strd", *way) if one.text)
    yield from (reference for line in written if (reference := structured(line)))


def _payer(element: Element) -> str:
    for party in ("Dbtr", "UltmtDbtr"):
        for way in (("Nm",), ("Pty", "Nm")):
            if name := element.read("RltdPties", party, *way):
                return name
    return ""


def _payer_account(element: Element) -> str:
    for way in (("IBAN",), ("Othr", "Id"), ("PrtryAcct", "Id")):
        if found := element.read("RltdPties", "DbtrAcct", "Id", *way):
            return found.replace(" ", "")
    return ""


def _charges(element: Element) -> Money | None:
    for way in (("TtlChrgsAndTaxAmt",), ("Rcrd", "Amt"), ("Amt",)):
        found = element.every("Chrgs", *way)
        if len(found) == 1:
            return _plain_amount(found[0])
    return None


def _reason(told: Element) -> str:
    code = told.read("Rsn", "Cd") or told.read("RtrRsn", "Cd") or told.read("Rsn", "Prtry")
    words = (code, *(one.text for one in told.every("AddtlInf")))
    return " ".join(word for word in words if word)


def _sub_family(element: Element) -> str:
    return element.read("BkTxCd", "Domn", "Fmly", "SubFmlyCd")
