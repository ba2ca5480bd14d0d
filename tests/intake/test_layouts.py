"""Real ledgers and report layouts of the reference library, read where it is at hand."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from dunning.money import Money
from intake.customers import read_customers
from intake.invoices import InvoiceRow, read_invoices
from intake.mapping import Mapping, load_mapping
from intake.payments import read_payments
from intake.reading import Reading
from intake.rows import Rejected, UnreadableFile
from tests.intake.ledgers import SHARED, sort_out

IBM = SHARED / "ibm_late_payment" / "WA_Fn-UseC_-Accounts-Receivable.csv"
LAYOUTS = SHARED / "ar_exports" / "synthetic_layouts"
QUICKBOOKS = LAYOUTS / "qbo_like_ar_aging_detail.csv"
XERO = LAYOUTS / "xero_like_aged_receivables_detail.xlsx"
SAP = LAYOUTS / "sap_fbl5n_like_unconverted.txt"
needs_ibm = pytest.mark.skipif(not IBM.exists(), reason="the IBM ledger is not at hand")
needs_layouts = pytest.mark.skipif(not SAP.exists(), reason="the sample layouts are not at hand")


def in_dollars(name: str) -> Mapping:
    return load_mapping(name).with_constants(currency="USD")


def everything(reading: Reading[InvoiceRow]) -> tuple[list[InvoiceRow], Counter[str], Decimal]:
    """Accepted rows, refusals by code, and what all of the file's items add up to."""
    accepted, refused = sort_out(reading)
    items = [bad for bad in refused if bad.code != "NOT_A_ROW"]
    total = sum((row.amount.major for row in accepted), Decimal(0))
    return accepted, Counter(bad.code for bad in refused), total + _refused_amounts(items)


def _refused_amounts(items: list[Rejected]) -> Decimal:
    cells = [bad.cells.get("Open balance") or bad.cells.get("Total", "") for bad in items]
    return sum((Decimal(cell.replace(",", "")) for cell in cells), Decimal(0))


@needs_ibm
def test_the_ibm_ledger_is_read_whole() -> None:
    with IBM.open(newline="") as file:
        rows = list(csv.DictReader(file))
    cents = sum(int(Decimal(row["InvoiceAmount"]) * 100) for row in rows)
    reading = read_invoices(IBM)

    accepted, refused = sort_out(reading)

    assert (len(accepted), refused) == (2466, [])
    assert reading.totals == {"USD": Money(cents, "USD")}
    assert [row.invoice for row in accepted] == [row["invoiceNumber"] for row in rows]
    assert {(row.due_date - row.issue_date).days for row in accepted} == {30}
    assert len({row.customer for row in accepted}) == 100


@needs_ibm
def test_the_ibm_ledger_s_payments_settle_it() -> None:
    invoices, _ = sort_out(read_invoices(IBM))
    reading = read_payments(IBM)

    payments, refused = sort_out(reading)

    due = {row.invoice: row for row in invoices}
    late = sum(payment.on > due[payment.reference].due_date for payment in payments)
    assert refused == []
    assert len({payment.payment for payment in payments}) == 2466
    assert all(due[payment.reference].amount == payment.amount for payment in payments)
    assert late == 877


@needs_ibm
def test_the_ibm_ledger_s_customers_are_in_the_united_states() -> None:
    accepted, refused = sort_out(read_customers(IBM))

    assert (len(accepted), refused) == (100, [])
    assert {(row.country, row.timezone) for row in accepted} == {("US", "America/New_York")}


@needs_ibm
def test_the_ibm_ledger_with_missing_fields_is_read_whole() -> None:
    path = IBM.with_name(IBM.stem + "_with_missing.csv")

    accepted, refused = sort_out(read_invoices(path))

    assert (len(accepted), refused) == (2586, [])


@needs_layouts
def test_quickbooks_without_a_currency_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no column for currency"):
        read_invoices(QUICKBOOKS)


@needs_layouts
@pytest.mark.parametrize(
    ("path", "name", "lines_that_are_no_rows"),
    [(QUICKBOOKS, "quickbooks_aging_detail", 12), (XERO, "xero_aged_receivables_detail", 62)],
)
def test_every_item_of_a_report_is_accounted_for(
    path: Path, name: str, lines_that_are_no_rows: int
) -> None:
    reading = read_invoices(path, in_dollars(name))

    accepted, refusals, total = everything(reading)

    repeated = Decimal("45746.36")
    assert total + repeated == Decimal("8684551.59")
    assert (len(accepted), reading.duplicates) == (240 - 3, 1)
    assert refusals == {
        "CREDIT_NOTE": 8 + 5,
        "DUE_BEFORE_ISSUE": 3,
        "NOT_A_ROW": lines_that_are_no_rows,
    }


@needs_layouts
def test_sap_s_blocks_give_their_rows_customer_name_and_company() -> None:
    reading = read_invoices(SAP)

    accepted, refused = sort_out(reading)

    codes = Counter(bad.code for bad in refused)
    assert (len(accepted), reading.duplicates) == (240 - 3, 1)
    assert codes == {"CREDIT_NOTE": 8 + 5, "DUE_BEFORE_ISSUE": 3, "NOT_A_ROW": 57}
    assert {row.entity for row in accepted} == {"U001", "CA02"}
    assert (accepted[0].customer, accepted[0].customer_name) == (
        "020339221",
        "HILLTOP SCHOOLS llc",
    )
    assert any("É" in row.customer_name for row in accepted)
    assert len({row.customer.lstrip("0") for row in accepted}) == 36
    assert "with and without leading zeros" in reading.warnings[-1]


@needs_layouts
def test_sap_and_quickbooks_give_the_same_invoices() -> None:
    one, _ = sort_out(read_invoices(SAP))
    other, _ = sort_out(read_invoices(QUICKBOOKS, in_dollars("quickbooks_aging_detail")))

    def facts(rows: list[InvoiceRow]) -> set[tuple[str, int, object, object]]:
        return {(row.invoice, row.amount.minor, row.issue_date, row.due_date) for row in rows}

    assert facts(one) == facts(other)


@needs_layouts
def test_sap_s_customers_are_the_blocks() -> None:
    accepted, _ = sort_out(read_customers(SAP))

    assert len(accepted) == 57
