from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.money import Money
from intake.invoices import read_invoices
from intake.mapping import Mapping, load_mapping
from tests.intake.ledgers import FIELDS, sort_out, table, write

FORMS = {
    "M/D/YYYY": "{0.month}/{0.day}/{0.year}",
    "DD.MM.YYYY": "{0:%d.%m.%Y}",
    "YYYYMMDD": "{0:%Y%m%d}",
    "YYYY-MM-DD": "{0:%Y-%m-%d}",
    "DD-MMM-YYYY": "{0:%d-%b-%Y}",
}
Invoice = tuple[str, str, str, tuple[int, str], list[date]]
DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
INVOICES = st.tuples(
    st.from_regex(r"[A-Z0-9][A-Z0-9/ _.-]{0,20}[A-Z]", fullmatch=True),
    st.from_regex(r"0{0,3}[1-9][0-9]{0,8}", fullmatch=True),
    # A lone "=" stands for a formula nobody computed, whatever the column.
    st.text("abcäöß ÉŁ,;|'\"&=+@-\t", max_size=30).filter(lambda name: name.strip() != "="),
    st.tuples(st.integers(1, 10**12), st.sampled_from(["EUR", "JPY", "KWD"])),
    st.tuples(DAYS, DAYS).map(sorted),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledgers")


@dataclass(frozen=True)
class Dialect:
    """One declared way of writing a ledger."""

    delimiter: str
    decimal: str
    form: str
    encoding: str

    def mapping(self) -> Mapping:
        columns = dict(load_mapping("duncan").columns)
        return Mapping("declared", columns=columns, date_form=self.form, decimal=self.decimal)

    def amount(self, amount: Money) -> str:
        text = f"{amount.major:,}"
        return text if self.decimal == "." else text.translate(str.maketrans(",.", ".,"))

    def row(self, invoice: Invoice) -> list[str]:
        number, customer, name, (minor, currency), days = invoice
        amount = self.amount(Money(minor, currency))
        return [number, customer, currency, amount, *map(FORMS[self.form].format, days), name]


DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
    form=st.sampled_from(sorted(FORMS)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)


@settings(max_examples=60, deadline=None)
@given(ledger=st.lists(INVOICES, max_size=12, unique_by=lambda row: row[0]), dialect=DIALECTS)
def test_a_ledger_written_in_a_declared_way_is_read_back_equal(
    folder: Path, ledger: list[Invoice], dialect: Dialect
) -> None:
    rows = [[*FIELDS, "customer_name"], *map(dialect.row, ledger)]
    path = write(folder, table(rows, dialect.delimiter).encode(dialect.encoding))

    accepted, refused = sort_out(read_invoices(path, dialect.mapping()))

    assert refused == []
    assert [
        (row.invoice, row.customer, row.customer_name, row.amount, [row.issue_date, row.due_date])
        for row in accepted
    ] == [
        (invoice, customer, " ".join(name.split()), Money(*money), days)
        for invoice, customer, name, money, days in ledger
    ]
