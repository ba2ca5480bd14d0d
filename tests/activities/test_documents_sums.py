from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from activities.documents.request import InvoiceLine, TaxLine
from dunning.money import Money
from tests.activities.documents_in_words import (
    CREDITOR_WITH_IBAN,
    invoice,
    notice,
    statement,
    words,
)
from tests.activities.letter_requests import item

EUR = "EUR"


def test_what_is_in_dispute_is_shown_and_not_asked_for() -> None:
    text = words(notice(items=(item(disputed=Money(20_000, EUR)),)))

    assert "davon strittig: 200,00 €" in text
    assert "Summe ohne strittige Beträge 1.000,00 €" in text
    assert "1.000,00 € überweisen" in text


def test_two_currencies_have_two_totals_and_the_code_asks_for_euros() -> None:
    text = words(notice(items=(item("A"), item("B", minor=50_000, currency="USD"))))

    assert "Summe 1.200,00 € Summe 500,00 $" in text
    assert "1.200,00 € überweisen" in text


def test_a_statement_ages_every_item_and_takes_off_what_is_not_applied() -> None:
    items = (
        item("NEW", 5),
        item("DUE", 0),
        item("D1", -1),
        item("D30", -30),
        item("D31", -31),
        item("D60", -60),
        item("D90", -90),
        item("D91", -91),
        item("CREDIT", -200, minor=-20_000),
        item("OTHER", -45, currency="USD"),
    )

    text = words(statement(items=items, unapplied=(Money(30_000, EUR),)))

    assert "EUR 2.200,00 € 2.400,00 € 2.400,00 € 1.200,00 € 1.200,00 € 9.400,00 €" in text
    assert "USD 0,00 $ 0,00 $ 1.200,00 $ 0,00 $ 0,00 $ 1.200,00 $" in text
    assert "Noch nicht zugeordnete Zahlungen -300,00 €" in text
    assert "Summe 9.100,00 € Summe 1.200,00 $" in text
    assert "Gutschrift CREDIT" in text
    # Six overdue items less the credit note and the payment.
    assert "6.700,00 € und 1.200,00 $ überfällig und nicht strittig" in text
    assert "6.700,00 € überweisen" in text


def test_a_statement_of_nothing_says_so_and_asks_for_nothing() -> None:
    text = words(statement(items=()))

    assert "hat am 14. April 2026 keine offenen Posten" in text
    assert "So zahlen Sie" not in text


def test_an_invoice_without_lines_says_that_it_is_none() -> None:
    text = words(invoice())

    assert "Zahlungsblatt zur Rechnung 4711" in text
    assert "es ist selbst keine Rechnung und ersetzt sie nicht" in text
    assert "Bitte zahlen Sie 1.200,00 € bis zum 4. Mai 2026." in text


def test_an_invoice_with_lines_has_them_with_its_taxes() -> None:
    line = InvoiceLine("Mehl #1 *fein*", Decimal("2.5"), Money(40_000, EUR), Money(100_000, EUR))
    partly = item(due_in=20, minor=119_000, balance=Money(19_000, EUR))
    tax = TaxLine("USt. 19 %", Money(19_000, EUR))

    text = words(invoice(item=partly, lines=(line,), taxes=(tax,)))

    assert "Rechnung 4711" in text
    assert "Mehl #1 *fein* 2,5 400,00 € 1.000,00 €" in text
    assert "USt. 19 % 190,00 € Summe 1.190,00 € Bereits gezahlt 1.000,00 €" in text
    assert "Zu zahlen 190,00 €" in text
    assert "keine Rechnung" not in text


def test_there_is_no_code_without_iban_or_without_euros() -> None:
    without = replace(CREDITOR_WITH_IBAN, iban="")

    assert "Banking-App" not in words(notice(creditor=without))
    assert "Banking-App" not in words(notice(items=(item(currency="USD"),)))
    assert "Banking-App" in words(notice())


def test_a_settled_invoice_asks_for_nothing() -> None:
    text = words(invoice(item=item(due_in=20, balance=Money(0, EUR))))

    assert "Es ist nichts mehr zu zahlen." in text
    assert "So zahlen Sie" not in text
