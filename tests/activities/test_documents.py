from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from activities.documents.printer import Documents
from activities.documents.request import InvoiceLine, TaxLine
from activities.documents.words import DocumentError
from dunning.money import Money
from tests.activities.documents_in_words import (
    CREDITOR_WITH_IBAN,
    DOCUMENTS,
    FOLDER,
    invoice,
    notice,
    opened,
    statement,
    words,
)
from tests.activities.letter_requests import LOCALES, item

EUR = "EUR"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the templates, to break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "documents"))


@pytest.mark.parametrize("document", [invoice(), notice(), statement()])
def test_every_document_is_an_archive_file_that_can_be_read_aloud(document: object) -> None:
    pdf = opened(document)  # type: ignore[arg-type]

    about = pdf.xmp_metadata
    assert about is not None
    root = pdf.root_object
    packet = about.stream.get_data().decode()
    assert "<pdfaid:part>2<" in packet
    assert "<pdfaid:conformance>B<" in packet
    assert "<pdfuaid:part>1<" in packet
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert "/OutputIntents" in root
    assert all(font["/FontDescriptor"] for font in _fonts(pdf))


def test_a_document_names_itself_in_its_own_data() -> None:
    about = opened(notice()).metadata

    assert about is not None
    assert about.title == "Letzte Mahnung 20260414-5-4F2A9C"
    assert about.author == "Nordlicht GmbH"
    assert about.creation_date is not None
    assert about.creation_date.isoformat() == "2026-04-14T00:00:00+00:00"


def test_the_same_document_has_the_same_bytes() -> None:
    first = DOCUMENTS.notice_pdf(notice())
    DOCUMENTS.notice_pdf(notice(customer="C1002"))

    assert DOCUMENTS.notice_pdf(notice()) == first
    assert Documents(FOLDER).notice_pdf(notice()) == first


def test_a_notice_has_number_date_items_deadline_and_who_signs() -> None:
    text = words(notice(items=(item("A", -12, reference="PO 7"), item("B", -40))))

    for part in (
        "Nordlicht GmbH · Hafenstraße 12 · 20457 Hamburg",
        "Bäckerei Süß GmbH Zoë Œuvrard Lange Straße 5 28195 Bremen",
        "Datum 14. April 2026",
        "Mahnungsnummer 20260414-5-4F2A9C",
        "Kundennummer C1001",
        "Letzte Mahnung",
        "B 03.02.2026 05.03.2026 40 1.200,00 € 1.200,00 €",
        "A PO 7 03.03.2026 02.04.2026 12 1.200,00 € 1.200,00 €",
        "Summe 2.400,00 €",
        "Bitte zahlen Sie bis zum 24. April 2026.",
        "IBAN DE02 1203 0000 0000 2020 51",
        "Verwendungszweck: C1001 A, B",
        "Mit der Banking-App scannen und 2.400,00 € überweisen.",
        "Katrin Voss Accounts receivable",
        "HRB 12345",
        "Seite 1/1",
    ):
        assert part in text


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


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_all_its_words(locale: str) -> None:
    texts = [words(document(locale=locale)) for document in (invoice, notice, statement)]

    english = [words(document(locale="en")) for document in (invoice, notice, statement)]
    assert all("{" not in text for text in texts)
    assert locale == "en" or not set(texts) & set(english)


def test_an_unknown_language_reads_english() -> None:
    assert "Payment sheet for invoice 4711" in words(invoice(locale="fi_FI"))


def test_what_a_customer_is_called_is_printed_and_never_run() -> None:
    name = '#panic("x") *b* _i_ $x^2$ = h `raw` \\ <a> @b // c /* d "q" {{ }} ~ -- \'s'

    text = words(notice(customer_name=name, before=(f"{name} {{amount}}",)))

    assert text.count('#panic("x") *b* _i_ $x^2$ = h `raw` \\ <a> @b // c /* d "q" {{ }} ~') >= 2
    assert "{amount}" in text


@pytest.mark.parametrize(
    "name",
    [
        "株式会社 東京",
        "שלום בע״מ",
        "شركة المثال",
        "Ελλάς, Привет, Žižka, Łódź, İstanbul",
        "😀 \U000f0000 \ufffe",
        "a\u202eb\u0000c\u0007\u2028d",
        "e\u0301 नि ไทย",
        '"株" \\株 \\u682a',
        "x" * 300,
        "\ud7ff\ue000 \ud800",
    ],
)
def test_any_name_can_be_printed(name: str) -> None:
    pdf = opened(notice(customer_name=name, items=(item("N-" + name, reference=name),)))

    assert len(pdf.pages) == 1
    assert "Letzte Mahnung" in pdf.pages[0].extract_text()


def test_what_no_font_shows_is_a_question_mark_and_the_rest_stands() -> None:
    assert "Müller ?? & Söhne" in words(notice(customer_name="Müller 株式 & Söhne"))


def test_letters_of_all_five_languages_are_shown() -> None:
    signs = "ÄÖÜäöüß ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ àâçéèêëîïôœùûüÿ ÁÍÑÓÚ áíñóú ¿¡ ĳ ë €£¥ §№ ’“”„«»–—…"

    assert signs in words(notice(customer_name=signs))


def test_thousands_of_items_are_printed_in_seconds_with_numbered_pages() -> None:
    items = tuple(item(f"N-{n:05}", -(n % 300), reference=f"PO {n}") for n in range(2574))
    start = time.perf_counter()

    pdf = opened(statement(items=items))

    last = pdf.pages[-1].extract_text()
    assert time.perf_counter() - start < 20
    assert 40 < len(pdf.pages) < 90
    assert f"Seite {len(pdf.pages)}/{len(pdf.pages)}" in last
    assert "Auszugsnummer 20260414-0-4F2A9C" in last
    assert "N-00000" in "".join(page.extract_text() for page in pdf.pages)


def test_threads_share_the_printer() -> None:
    many = [notice(customer=f"C{n}") for n in range(12)]
    alone = [DOCUMENTS.notice_pdf(one) for one in many]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(DOCUMENTS.notice_pdf, many))

    assert together == alone


def test_pictures_show_every_page() -> None:
    pictures = DOCUMENTS.pictures(notice(items=tuple(item(f"N{n}") for n in range(60))))

    assert len(pictures) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("20260414-5-4F2A9C", "mahnung-20260414-5-4F2A9C.pdf"),
        ("../../etc/passwd", "mahnung-etc-passwd.pdf"),
        ("株", "mahnung-2026-04-14.pdf"),
    ],
)
def test_a_file_name_fits_every_file_system(number: str, name: str) -> None:
    assert DOCUMENTS.file_name(notice(number=number)) == name


def test_a_discreet_file_name_tells_nothing() -> None:
    assert DOCUMENTS.file_name(notice(number="7"), discreet=True) == "schreiben-7.pdf"


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("words/de.toml", 'page = "Seite"\n', "", "de.toml lack page"),
        ("words/de.toml", "page =", 'unknown = "x"\npage =', "have unknown, which no document"),
        ("words/fr.toml", "{amount} au plus", "{sum} au plus", "ask in invoice.due for sum"),
        ("words/fr.toml", "{amount} au plus", "{amount au plus", "invoice.due cannot be filled"),
        ("words/nl.toml", 'page = "Pagina"', "page = Pagina", "nl.toml are no TOML"),
    ],
)
def test_broken_words_are_refused_when_they_are_loaded(
    folder: Path, file: str, old: str, new: str, why: str
) -> None:
    path = folder / file
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(DocumentError, match=why):
        Documents(folder)


def test_a_broken_template_says_which_one(folder: Path) -> None:
    (folder / "notice.typ").write_text("#let x = ")

    with pytest.raises(DocumentError, match=r"notice\.typ cannot be printed: expected expression"):
        Documents(folder).notice_pdf(notice())


def _fonts(pdf: PdfReader) -> list[dict[str, object]]:
    found = []
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            found += [one.get_object() for one in font.get_object()["/DescendantFonts"]]
    return found
