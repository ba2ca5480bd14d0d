from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from intake.credit_notes import CreditNoteRow, OwedRow
from intake.einvoices.reading import EInvoiceReading, read_issued
from intake.invoices import InvoiceRow
from intake.rows import Rejected, UnreadableFile
from tests.intake.einvoices.writing import DUE, PAYABLE, UBL, archive, pdf, written

SHARED = Path(__file__).parents[4] / "shared" / "data" / "einvoices"
EUR = "EUR"


def read(path: Path) -> list[OwedRow | Rejected]:
    return list(read_issued(path))


def one(folder: Path, content: str | bytes, name: str = "invoice.xml") -> InvoiceRow:
    (row,) = read(written(folder, content, name))
    assert isinstance(row, InvoiceRow), row
    return row


def test_an_invoice_says_who_owes_what_until_when(tmp_path: Path) -> None:
    row = one(tmp_path, UBL)

    assert (row.invoice, row.customer, row.customer_name) == ("E-1", "C-77", "Buyer GmbH")
    assert (row.amount, row.issue_date) == (Money(11_900, EUR), date(2026, 3, 2))
    assert (row.due_date, row.reference) == (date(2026, 4, 1), "RF18539007547034")
    assert (row.seller, row.distributed) == ("Seller Ltd", True)


def test_the_file_that_came_is_kept_word_for_word(tmp_path: Path) -> None:
    content = pdf(UBL)
    row = one(tmp_path, content, "scan.pdf")

    assert row.file is not None
    assert (row.file.name, row.file.media_type) == ("scan.pdf", "application/pdf")
    assert row.file.content == content


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "a.xml"])
def test_the_invoice_in_a_pdf_is_found_by_its_name_or_alone(tmp_path: Path, name: str) -> None:
    assert one(tmp_path, pdf(UBL, name), "x.pdf").invoice == "E-1"


def test_every_invoice_of_an_archive_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    content = archive(
        a_xml=UBL,
        b_xml=UBL.replace("E-1", "E-2"),
        c_xml=UBL,
        d_xml=UBL.replace("119.00", "7.00"),
        e_txt="hello",
        f_xml="<broken",
        g_pdf=pdf("", ""),
    )
    reading = read_issued(written(tmp_path, content, "all.zip"))
    rows = list(reading)

    assert [row.invoice for row in rows if isinstance(row, InvoiceRow)] == ["E-1", "E-2"]
    assert [(row.row, row.code) for row in rows if isinstance(row, Rejected)] == [
        (4, "DUPLICATE_CONFLICT"),
        (5, "UNREADABLE"),
        (6, "UNREADABLE"),
        (7, "UNREADABLE"),
    ]
    assert (reading.duplicates, reading.totals) == (1, {EUR: Money(23_800, EUR)})


@pytest.mark.parametrize(
    ("terms", "due", "told"),
    [
        ("30 days net", date(2026, 4, 1), "taken from its terms"),
        ("Zahlbar innerhalb von 14 Tagen", date(2026, 3, 16), "taken from its terms"),
        ("30 dagar netto", date(2026, 4, 1), "taken from its terms"),
        ("à 45 jours", date(2026, 4, 16), "taken from its terms"),
        ("#SKONTO#TAGE=10#PROZENT=2.00# 10 Tage 2 %, 30 Tage netto", date(2026, 4, 1), "terms"),
        ("5000 days", date(2026, 3, 2), "due on receipt"),
        ("at once", date(2026, 3, 2), "due on receipt"),
    ],
)
def test_without_a_due_date_the_terms_say_it(
    tmp_path: Path, terms: str, due: date, told: str
) -> None:
    text = UBL.replace(DUE, "").replace("30 days net", terms)
    reading = read_issued(written(tmp_path, text))
    (row,) = reading

    assert isinstance(row, InvoiceRow)
    assert row.due_date == due
    assert told in reading.warnings[0]


def test_a_discount_of_the_terms_is_read(tmp_path: Path) -> None:
    row = one(tmp_path, UBL.replace("30 days net", "#SKONTO#TAGE=10#PROZENT=2.00#"))

    assert (row.discount, row.discount_until) == (Money(238, EUR), date(2026, 3, 12))


REFUSED = [
    ("AMOUNT_ZERO", "119.00", "0.00"),
    ("AMOUNT_INVALID", "119.00", "1,19"),
    ("AMOUNT_INVALID", "119.00", "1e9"),
    ("AMOUNT_INVALID", "119.00", "NaN"),
    ("AMOUNT_INVALID", "119.00", "9" * 40),
    ("AMOUNT_DECIMALS", "119.00", "119.001"),
    ("AMOUNT_MISSING", PAYABLE, ""),
    ("CURRENCY_MISSING", ">EUR<", "><"),
    ("CURRENCY_UNKNOWN", ">EUR<", ">XYZ<"),
    ("CURRENCY_UNKNOWN", ">EUR<", ">DEM<"),
    ("DATE_MISSING", "<cbc:IssueDate>2026-03-02</cbc:IssueDate>", ""),
    ("DATE_INVALID", "2026-03-02", "2026-02-30"),
    ("DATE_INVALID", "2026-03-02", "02.03.2026"),
    ("DATE_INVALID", "2026-03-02", "9999-01-01"),
    ("DUE_BEFORE_ISSUE", "2026-04-01", "2026-03-01"),
    ("INVOICE_MISSING", "<cbc:ID>E-1</cbc:ID>", ""),
    ("TOO_LONG", "E-1", "E" * 65),
]


@pytest.mark.parametrize(("code", "before", "after"), REFUSED)
def test_what_cannot_be_owed_is_refused_with_its_reason(
    tmp_path: Path, code: str, before: str, after: str
) -> None:
    (row,) = read(written(tmp_path, UBL.replace(before, after)))

    assert isinstance(row, Rejected)
    assert (row.code, row.reason.endswith(".")) == (code, True)


def test_a_buyer_without_number_and_name_is_refused(tmp_path: Path) -> None:
    text = UBL.replace("<cbc:ID>C-77</cbc:ID>", "").replace("Buyer GmbH", "")
    (row,) = read(written(tmp_path, text))

    assert isinstance(row, Rejected)
    assert row.code == "CUSTOMER_MISSING"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Invoice>&b;</Invoice>'
UNREADABLE = [
    (BOMB, "document type or entities"),
    ('<!DOCTYPE Invoice SYSTEM "file:///etc/passwd"><Invoice/>', "document type or entities"),
    ("<a>" * 5_000, "nested or repeated"),
    (f"<Invoice>{'<a/>' * 200_000}</Invoice>", "nested or repeated"),
    (f"<Invoice><cbc:ID>{'9' * 200_000}</cbc:ID></Invoice>", "nested or repeated"),
    (UBL[:-30], "no whole XML"),
    (UBL[:200], "no whole XML"),
    (UBL + UBL, "no whole XML"),
    ("<", "no whole XML"),
    ("<Order/>", "an order, not an invoice"),
    ("<html><body/></html>", "neither UBL nor CII"),
    ("<Document><BkToCstmrStmt/></Document>", "duncan import payments"),
    (b"%PDF-1.7\nnothing", "damaged PDF"),
    (pdf(UBL, "")[:-100], "PDF"),
    (pdf("<nothing/>"), "neither UBL nor CII"),
    (archive(), "empty"),
    (archive(a_xml=UBL)[:-20], "not a whole"),
]


@pytest.mark.parametrize(("content", "said"), UNREADABLE)
def test_a_file_that_is_no_invoice_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said) as refused:
        read(written(tmp_path, content))

    assert str(refused.value).endswith(".")


def test_a_large_attachment_in_an_invoice_does_no_harm(tmp_path: Path) -> None:
    scan = (
        f"<cbc:EmbeddedDocumentBinaryObject>{'QUJD' * 500_000}</cbc:EmbeddedDocumentBinaryObject>"
    )

    assert one(tmp_path, UBL.replace("<cbc:ID>E-1", f"{scan}<cbc:ID>E-1")).invoice == "E-1"


def test_encodings_and_marks_are_told_by_the_xml(tmp_path: Path) -> None:
    wide = UBL.replace("UTF-8", "UTF-16").encode("utf-16")
    latin = UBL.replace("UTF-8", "ISO-8859-1").replace("Buyer", "Büyer").encode("latin-1")

    assert one(tmp_path, wide).invoice == "E-1"
    assert one(tmp_path, latin).customer_name == "Büyer GmbH"
    assert one(tmp_path, b"\xef\xbb\xbf\r\n" + UBL[38:].encode()).invoice == "E-1"


@pytest.mark.parametrize("seed", range(60))
def test_damaged_invoices_are_read_or_refused_and_nothing_else(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(pdf(UBL) if seed % 3 == 0 else UBL.encode())
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        rows = read(written(tmp_path, bytes(content[: chance.randint(10, len(content))])))
    except UnreadableFile:
        rows = []

    assert all(isinstance(row, InvoiceRow | CreditNoteRow | Rejected) for row in rows)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared sample invoices are not here")
def test_every_sample_invoice_is_read_or_refused_for_a_true_reason() -> None:
    counts: Counter[str] = Counter()
    for path in sorted(SHARED.rglob("*")):
        if path.suffix.lower() != ".xml":
            continue
        try:
            (row,) = read(path)
        except UnreadableFile as refused:
            counts[str(refused).partition(" is ")[2]] += 1
            continue
        is_credit = isinstance(row, CreditNoteRow)
        taken = "credit note" if is_credit else "read"
        counts[row.code if isinstance(row, Rejected) else taken] += 1
    print(dict(counts))  # noqa: T201  # The figures of the documentation.

    assert counts == {
        "read": 62,
        "credit note": 7,
        "DUE_BEFORE_ISSUE": 2,
        "AMOUNT_ZERO": 1,
        "an order, not an invoice.": 2,
    }


def test_a_table_is_still_a_table(tmp_path: Path) -> None:
    header = "invoice,customer,currency,amount,issue_date,due_date"
    table = f"{header}\nT-1,C,EUR,1.00,2026-01-02,2026-01-03\n"
    reading = read_issued(written(tmp_path, table, "t.csv"))

    assert not isinstance(reading, EInvoiceReading)
    assert [row.invoice for row in reading if isinstance(row, InvoiceRow)] == ["T-1"]
