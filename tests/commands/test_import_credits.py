"""Credit notes of the ledger, from a file: each lowers its invoice, once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from commands.imports.credits import credits as credit_notes
from commands.imports.take_in import Taken, take_in
from intake.credits import CreditRow, read_credits
from tests.activities.workshop import afternoon, workshop
from tests.cast import day, eur, invoice

FILE = """credit,invoice,currency,amount,date,reason
CN-1,I-1,EUR,-300.00,2026-03-04,wrong price
CN-2,I-1,EUR,1200.01,2026-03-04,
CN-3,I-9,EUR,10.00,2026-03-04,
CN-4,I-2,USD,10.00,2026-03-04,
CN-5,I-2,EUR,0.00,2026-03-04,
CN-6,I-2,EUR,1500.00,2026-03-05,returned
"""


def test_each_credit_note_lowers_its_invoice_once(tmp_path: Path) -> None:
    file = tmp_path / "credits.csv"
    file.write_text(FILE)
    now = afternoon(day(4))
    with workshop(tmp_path / "home") as shop:
        shop.opens(invoice("I-1"), invoice("I-2"))
        runs = []
        for number in range(2):
            taken: Taken[CreditRow] = Taken()
            batch = credit_notes(now + timedelta(days=number), "import")
            list(take_in(shop.wiring.ledger, read_credits(file), batch, taken))
            runs.append(taken)
        first, second = runs
        price, returned = shop.case("I-1"), shop.case("I-2")

    assert (price.balance, returned.balance) == (eur("1200"), eur("0"))
    assert returned.is_settled
    assert [(one.reference, one.rule) for one in price.adjustments] == [("CN-1", "ledger")]
    codes = {(one.row, one.code) for one in first.rejected}
    assert codes == {
        (3, "NOT_CREDITABLE"),
        (4, "INVOICE_UNKNOWN"),
        (5, "NOT_CREDITABLE"),
        (6, "AMOUNT_ZERO"),
    }
    assert (first.counts["accepted"], second.counts["accepted"]) == (2, 0)
    assert second.counts["unchanged"] == 2
