from __future__ import annotations

import pytest

from replies.clauses import clauses_of
from replies.invoices_named import invoices_by_clause, invoices_named

_KNOWN = ("INV-00417", "INV-00418", "RE-2026-9")


@pytest.mark.parametrize("written", ["INV-00417", "inv 417", "00417", "417", "Inv.00417", "#417"])
def test_an_invoice_is_known_however_it_is_written(written: str) -> None:
    assert invoices_named(f"we paid {written} today", _KNOWN) == ("INV-00417",)


@pytest.mark.parametrize("text", ["we paid 9 of them", "call 0417 555 123 4", "4170 pieces", ""])
def test_other_numbers_are_no_invoices(text: str) -> None:
    assert invoices_named(text, ("INV-00419", "RE-2026-9")) == ()


def test_a_number_two_invoices_share_names_neither() -> None:
    assert invoices_named("we paid 417", ("A-417", "B-417")) == ()
    assert invoices_named("we paid B-417", ("A-417", "B-417")) == ("B-417",)


def test_a_clause_without_a_number_speaks_of_its_sentence() -> None:
    text = "417 was damaged, so we will not pay. We settle 418 tomorrow"
    clauses = clauses_of(text)
    about = invoices_by_clause(text, clauses, _KNOWN)

    assert [about[clause] for clause in clauses] == [
        ("INV-00417",),
        ("INV-00417",),
        ("INV-00418",),
    ]
