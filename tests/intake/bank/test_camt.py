from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from tests.intake.bank.written import IBAN, camt, entry, payments, read, transaction

UNPAID_DEBIT = (
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn>"
    "</BkTxCd>"
)
RETURNED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_everything_a_credit_says_is_read(tmp_path: Path) -> None:
    said = (
        "<Refs><EndToEndId>E-1</EndToEndId></Refs>"
        '<AmtDtls><InstdAmt><Amt Ccy="USD">110.00</Amt></InstdAmt></AmtDtls>'
        "<RltdPties><Dbtr><Pty><Nm>Ada  Ltd</Nm></Pty></Dbtr>"
        "<DbtrAcct><Id><IBAN>GB33 BUKB 2020 1555 5555 55</IBAN></Id></DbtrAcct></RltdPties>"
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1.50</TtlChrgsAndTaxAmt></Chrgs>'
    )
    details = transaction(text="INV-7", more=said)
    (row,) = payments(tmp_path, camt(entry("100.00", details, reference="ACSR-1")))

    assert (row.on, row.value_date) == (date(2026, 3, 2), date(2026, 3, 3))
    assert (row.amount, row.original_amount, row.charges) == (
        eur(10000),
        Money(11000, "USD"),
        eur(150),
    )
    assert (row.reference, row.remittance, row.end_to_end) == ("INV-7", ("INV-7",), "E-1")
    assert (row.payer, row.payer_iban, row.account) == ("Ada Ltd", "GB33BUKB20201555555555", IBAN)
    assert row.bank_reference == "ACSR-1"
    assert row.payment.startswith("ACSR-1-")


def test_an_invoice_number_in_its_own_field_comes_before_free_text(tmp_path: Path) -> None:
    told = (
        "<RmtInf><Ustrd>thank you</Ustrd><Strd><RfrdDocInf><Nb>INV-7</Nb></RfrdDocInf>"
        "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    (row,) = payments(tmp_path, camt(entry("1.00", transaction(more=told))))

    assert row.reference == "INV-7"
    assert row.structured_reference == "RF18539007547034"


def test_a_batch_with_details_is_one_row_a_transaction(tmp_path: Path) -> None:
    details = transaction("60.00", "INV-1") + transaction("40.00", "INV-2")
    rows = payments(tmp_path, camt(entry("100.00", details, reference="BATCH")))

    assert [(row.reference, row.amount) for row in rows] == [
        ("INV-1", eur(6000)),
        ("INV-2", eur(4000)),
    ]
    assert [row.payment for row in rows] == [f"{rows[0].batch}/1", f"{rows[0].batch}/2"]


@pytest.mark.parametrize("last", ["39.99", ""])
def test_a_batch_whose_details_do_not_add_up_is_one_row(tmp_path: Path, last: str) -> None:
    details = transaction("60.00", "INV-1") + transaction(last, "INV-2")
    reading = read(tmp_path, camt(entry("100.00", details)))
    (row,) = list(reading)

    assert getattr(row, "amount", None) == eur(10000)
    assert "its 2 transactions do not add up to 100.00 EUR" in reading.warnings[-1]


def test_a_transaction_may_go_against_its_batch(tmp_path: Path) -> None:
    def signed(sign: str, amount: str) -> str:
        own = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        return transaction(text="INV-1", more=own)

    details = signed("CRDT", "100.00") + signed("DBIT", "10.00")
    reading = read(tmp_path, camt(entry("90.00", details)))

    assert [getattr(row, "amount", None) for row in reading] == [eur(10000)]
    assert reading.warnings[-1] == "Entries that are no payments: paid out: 1."


def test_a_batch_without_details_is_one_row(tmp_path: Path) -> None:
    batch = "<Btch><NbOfTxs>3</NbOfTxs></Btch>"
    (row,) = payments(tmp_path, camt(entry("100.00", batch)))

    assert row.amount == eur(10000)


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_what_is_not_booked_is_no_payment(tmp_path: Path, status: str) -> None:
    reading = read(tmp_path, camt(entry("5.00", status=status), message="052"))

    assert list(reading) == []
    assert reading.warnings == ["Entries that are no payments: not booked yet: 1."]


def test_a_debit_is_no_payment(tmp_path: Path) -> None:
    reading = read(tmp_path, camt(entry("-5.00")))

    assert (list(reading), reading.skipped) == ([], 1)
    assert reading.warnings[-1] == "Entries that are no payments: paid out: 1."


@pytest.mark.parametrize(
    ("details", "extra", "reason"),
    [
        (transaction(text="INV-7", more=RETURNED), "", "AC04"),
        (transaction(text="INV-7"), "<RvslInd>true</RvslInd>", ""),
        (
            transaction(text="INV-7"),
            UNPAID_DEBIT,
            "",
        ),
    ],
)
def test_a_debit_that_takes_back_is_a_reversal(
    tmp_path: Path, details: str, extra: str, reason: str
) -> None:
    (row,) = payments(tmp_path, camt(entry("-5.00", details, extra=extra)))

    assert row.is_reversal
    assert (row.reference, row.amount, row.returned_reason) == ("INV-7", eur(500), reason)


def test_our_own_payment_come_back_is_not_a_customer_s(tmp_path: Path) -> None:
    reading = read(tmp_path, camt(entry("5.00", transaction(more=RETURNED))))

    assert list(reading) == []
    assert "Row 1: 5.00 EUR is our own payment come back (AC04)" in reading.warnings[-2]


def test_interest_and_sweeps_are_no_payments(tmp_path: Path) -> None:
    def code(domain: str, sub: str) -> str:
        family = f"<Fmly><Cd>OTHR</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
        return f"<BkTxCd><Domn><Cd>{domain}</Cd>{family}</Domn></BkTxCd>"

    both = (entry("5.00", extra=code("ACMT", "INTR")), entry("6.00", extra=code("CAMT", "SWEP")))
    reading = read(tmp_path, camt(*both))

    assert list(reading) == []
    assert reading.skipped == 2


def test_items_that_came_back_follow_the_payments(tmp_path: Path) -> None:
    text = camt(entry("-5.00", transaction(text="A", more=RETURNED)), entry("9.00"))
    reading = read(tmp_path, text)
    rows = list(reading)

    assert [getattr(row, "is_reversal", None) for row in rows] == [False, True]
    assert reading.totals == {"EUR": eur(400)}


def test_a_notice_without_a_booking_date_has_that_of_its_message(tmp_path: Path) -> None:
    plain = entry("5.00").replace("<BookgDt><Dt>2026-03-02</Dt></BookgDt>", "")
    text = camt(plain.replace("<ValDt><Dt>2026-03-03</Dt></ValDt>", ""), message="054")
    (row,) = payments(tmp_path, text)

    assert row.on == date(2026, 3, 2)


def test_yen_have_no_decimals(tmp_path: Path) -> None:
    (row,) = payments(tmp_path, camt(entry("2700", currency="JPY")))

    assert row.amount == Money(2700, "JPY")


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252", "iso-8859-1"])
def test_any_declared_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    named = "<RltdPties><Dbtr><Nm>Zoë Ærø</Nm></Dbtr></RltdPties>"
    text = camt(entry("5.00", transaction(more=named))).replace("UTF-8", encoding)
    (row,) = payments(tmp_path, text.encode(encoding))

    assert row.payer == "Zoë Ærø"


def test_a_currency_out_of_use_is_refused_and_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, camt(entry("5.00", transaction(text="INV-1"), currency="DEM")))
    (refused,) = list(reading)

    assert getattr(refused, "code", None) == "CURRENCY_UNKNOWN"
    assert getattr(refused, "cells", {})["reference"] == "INV-1"
    assert (reading.rejected, reading.accepted) == (1, 0)
