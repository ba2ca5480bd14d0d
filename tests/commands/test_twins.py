"""Customer numbers that people would read as the same."""

from __future__ import annotations

from datetime import UTC, datetime

from commands.imports import take_in
from commands.imports.take_in import Taken
from intake.invoices import InvoiceRow
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.cast import customer, invoice

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_a_number_with_other_zeros_is_pointed_out_and_kept_apart(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    ledger = Ledger(engine)
    list(take_in.take_in(ledger, [customer("00471")], take_in.customers(NOW, "import"), Taken()))
    taken: Taken[InvoiceRow] = Taken()

    list(take_in.take_in(ledger, [invoice(of="471")], take_in.invoices(NOW, "import"), taken))

    assert taken.warnings == [
        "Customer 471 looks like 00471, which is in the books; they are kept apart."
    ]
    with ledger.reading() as books:
        assert (books.open_invoices("471"), books.open_invoices("00471")) == (["I-1"], [])
    engine.dispose()
