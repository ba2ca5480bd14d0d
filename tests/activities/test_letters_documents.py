from __future__ import annotations

import io
import re
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from activities.letter_request import Attachment
from activities.letter_templates import LetterError
from activities.letters import Letters
from tests.activities.documents_in_words import CREDITOR_WITH_IBAN
from tests.activities.letter_requests import (
    EVERY_LOCALE,
    FOLDER,
    LETTERS,
    TODAY,
    item,
    many,
    request,
)

NOTICES = ("firm", "formal_notice", "final_notice", "consumer_notice")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one letter, to change."""
    for part in ("_blocks", "firm"):
        shutil.copytree(FOLDER / part, tmp_path / "letters" / part)
    return tmp_path / "letters"


@pytest.mark.parametrize(
    ("letter", "names"),
    [
        ("invoice", ["invoice-4711.pdf"]),
        ("courtesy", []),
        ("promise_reminder", []),
        ("reminder", []),
        ("consumer_reminder", []),
        ("request", []),
        ("firm", ["notice-"]),
        ("formal_notice", ["notice-"]),
        ("final_notice", ["notice-"]),
        ("consumer_notice", ["letter-"]),
        ("statement_note", ["statement-"]),
    ],
)
def test_a_letter_attaches_the_pdf_its_settings_name(letter: str, names: Sequence[str]) -> None:
    files = LETTERS.render(request(letter)).attachments

    assert len(files) == len(names)
    for file, name in zip(files, names, strict=True):
        assert file.name.startswith(name)
        assert file.media_type == "application/pdf"
        assert file.content.startswith(b"%PDF-1.7")


@EVERY_LOCALE
@pytest.mark.parametrize("letter", NOTICES)
def test_a_notice_says_what_its_letter_says(letter: str, locale: str) -> None:
    asked = request(letter, locale, consequence="Deliveries stop on May 1.")

    written = LETTERS.render(asked)

    text = printed(written.attachments[0])
    assert re.search(r"1.200,00|1,200\.00|1 200,00", text)
    assert "Deliveries stop on May 1." in text
    assert "20260414-" in text
    assert written.attachments[0].name in written.text
    assert written.attachments[0].name in written.html


def test_the_deadline_of_the_notice_is_that_of_the_letter() -> None:
    written = LETTERS.render(request("final_notice", "de"))

    assert "bis zum 24. April 2026 zu zahlen" in printed(written.attachments[0])
    assert "bis zum 24. April 2026 zu zahlen" in written.text


def test_a_notice_has_a_number_of_its_own_that_stays_the_same() -> None:
    first, again, other_day, other_level, other_customer = (
        LETTERS.render(one).attachments[0].name
        for one in (
            request("firm"),
            request("firm", items=(item("X"),)),
            request("firm", today=TODAY + timedelta(days=1)),
            request("firm", level=4),
            request("firm", customer="C1002"),
        )
    )

    assert first == again
    assert re.fullmatch(r"notice-20260414-3-[0-9A-F]{6}\.pdf", first)
    assert len({first, other_day, other_level, other_customer}) == 4


def test_a_number_that_is_given_is_the_one_that_is_printed() -> None:
    [file] = LETTERS.render(request("firm", document_number="M-77")).attachments

    assert file.name == "notice-M-77.pdf"
    assert "Notice number M-77" in printed(file)


def test_a_notice_lists_every_item_and_not_only_the_first_twenty_five() -> None:
    pdf, listed = LETTERS.render(request("firm", items=many(60))).attachments

    text = printed(pdf)
    assert listed.media_type == "text/csv"
    assert all(f"N-{number:03}" in text for number in range(60))


def test_a_discreet_letter_says_nothing_in_the_name_of_its_file() -> None:
    [file] = LETTERS.render(request("consumer_notice", "de")).attachments

    assert file.name.startswith("schreiben-20260414-3-")


def test_a_letter_below_its_level_goes_without_pdf() -> None:
    written = LETTERS.render(request("consumer_notice", level=2))

    assert (written.attachments, "PDF" in written.text) == ((), False)


def test_the_original_invoice_goes_instead_of_ours() -> None:
    original = Attachment("4711.pdf", "application/pdf", b"%PDF")

    assert LETTERS.render(request("invoice", enclosures=(original,))).attachments == (original,)


def test_every_new_invoice_has_a_pdf_up_to_ten() -> None:
    ten = tuple(item(f"S-{n}", 30) for n in range(10))

    files = LETTERS.render(request("invoice", items=ten)).attachments
    more = LETTERS.render(request("invoice", items=(*ten, item("S-10", 30)))).attachments

    assert [file.name for file in files] == [f"invoice-S-{n}.pdf" for n in range(10)]
    assert more == ()


def test_a_text_message_has_no_pdf() -> None:
    assert LETTERS.render(request("courtesy", channel="sms")).attachments == ()


def test_the_payment_code_stands_where_the_creditor_has_an_iban() -> None:
    [file] = LETTERS.render(request("firm", creditor=CREDITOR_WITH_IBAN)).attachments

    assert "Scan with your banking app to pay €1,200.00." in printed(file)


def test_a_letter_may_link_its_pdf(folder: Path) -> None:
    settings = folder / "firm" / "letter.toml"
    settings.write_text(settings.read_text() + 'delivery = "link"\n')
    linked = request("firm", document_link="https://desk.nordlicht.example/d/1?a=b&c=d")

    written = Letters(folder).render(linked)

    assert written.attachments == ()
    assert "As a PDF: https://desk.nordlicht.example/d/1?a=b&c=d" in written.text
    assert 'href="https://desk.nordlicht.example/d/1?a=b&amp;c=d"' in written.html
    assert len(Letters(folder).documents.listed(linked)) == 1


def test_without_a_link_to_give_the_pdf_is_attached(folder: Path) -> None:
    (folder / "firm" / "letter.toml").write_text('document = "notice"\ndelivery = "link"\n')

    assert len(Letters(folder).render(request("firm")).attachments) == 1


def test_a_link_is_not_shown_where_the_pdf_is_attached() -> None:
    written = LETTERS.render(request("firm", document_link="https://desk.nordlicht.example/d"))

    assert "https://desk" not in written.text
    assert len(written.attachments) == 1


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ('document = "notcie"', r'firm cannot be written: .*"notcie" is not one of .*notice'),
        ('documents = "notice"', "unknown key; did you mean"),
        ("from_level = -1", "is not a whole number"),
        ('delivery = "post"', '"post" is not one of attach, link'),
        ("document = ", "is not valid TOML"),
    ],
)
def test_wrong_settings_are_refused_when_letters_are_loaded(
    folder: Path, settings: str, why: str
) -> None:
    (folder / "firm" / "letter.toml").write_text(settings)

    with pytest.raises(LetterError, match=why):
        Letters(folder)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("Title\n\na\n\n---\n\nb\n", 'notice.txt needs two lines "---"'),
        ("{{ colour }}\n---\n---\n", "firm/de/notice.txt, line 1: 'colour' has no value"),
        ("a\n{% if %}", "firm/de/notice.txt, line 2: Expected an expression"),
    ],
)
def test_a_broken_notice_is_found_by_the_check(folder: Path, broken: str, problem: str) -> None:
    (folder / "firm" / "de" / "notice.txt").write_text(broken)

    problems = Letters(folder).check()

    assert problems
    assert all(problem in found for found in problems)


def test_a_missing_notice_is_found_by_the_check(folder: Path) -> None:
    (folder / "firm" / "de" / "notice.txt").unlink()

    assert Letters(folder).check() == [
        "The letter firm (de) cannot be written: the file firm/de/notice.txt is missing."
    ]


def test_documents_beside_the_letters_are_used(folder: Path) -> None:
    shutil.copytree(FOLDER.parent / "documents", folder.parent / "documents")
    (folder.parent / "documents" / "notice.typ").write_text("#let x = ")

    with pytest.raises(LetterError, match=r"notice\.typ cannot be printed"):
        Letters(folder).render(request("firm"))


def test_a_letter_without_pdf_prints_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typst.compile", None)

    assert LETTERS.render(request("reminder")).attachments == ()
    with pytest.raises(TypeError):
        LETTERS.render(request("firm"))


def test_the_customers_address_stands_in_the_window() -> None:
    [file] = LETTERS.render(request("firm", customer_address="1 Row\nEX1 1EX")).attachments

    assert "Bakery Ltd Anna Smith 1 Row EX1 1EX" in printed(file)


def printed(file: Attachment) -> str:
    reader = PdfReader(io.BytesIO(file.content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())
