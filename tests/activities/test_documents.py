from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from activities.documents.printer import Documents
from activities.documents.request import Document
from activities.documents.words import DocumentError
from tests.activities.documents_in_words import (
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
def test_every_document_is_an_archive_file_that_can_be_read_aloud(document: Document) -> None:
    pdf = opened(document)

    about = pdf.xmp_metadata
    assert about is not None
    root: dict[str, Any] = pdf.root_object
    packet = about.stream.get_data().decode()
    assert "<pdfaid:part>2<" in packet
    assert "<pdfaid:conformance>B<" in packet
    assert "<pdfuaid:part>1<" in packet
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert "/OutputIntents" in root
    assert all(_is_embedded(font) for font in _fonts(pdf))


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


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_all_its_words(locale: str) -> None:
    texts = [words(document(locale=locale)) for document in (invoice, notice, statement)]

    english = [words(document(locale="en")) for document in (invoice, notice, statement)]
    assert all("{" not in text for text in texts)
    assert locale == "en" or not set(texts) & set(english)


def test_an_unknown_language_reads_english() -> None:
    assert "Payment sheet for invoice 4711" in words(invoice(locale="fi_FI"))


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


def _fonts(pdf: PdfReader) -> list[Any]:
    fonts: list[Any] = [font for page in pdf.pages for font in _resources(page)["/Font"].values()]
    return [one.get_object() for font in fonts for one in font.get_object()["/DescendantFonts"]]


def _is_embedded(font: Any) -> bool:  # noqa: ANN401 - pypdf's own dictionaries
    return bool({"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].get_object().keys())


def _resources(page: PageObject) -> Any:  # noqa: ANN401 - the same
    return page["/Resources"]
