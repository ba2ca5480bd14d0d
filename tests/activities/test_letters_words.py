from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.activities.letter_requests import (
    CREDITOR,
    EVERY_LETTER,
    EVERY_LOCALE,
    IBAN,
    LETTERS,
    LEVELS,
    Page,
    request,
)


@EVERY_LETTER
@EVERY_LOCALE
def test_every_letter_says_who_writes_how_to_pay_and_how_much(letter: str, locale: str) -> None:
    written = LETTERS.render(request(letter, locale))

    amount = {"en": "€1,200.00", "de": "1.200,00 €"}[locale]
    page = Page(written.html).words.replace("\xa0", " ")
    facts = ["Nordlicht GmbH", "20457 Hamburg", "ar@nordlicht.example", "Katrin Voss"]
    for fact in [*facts, IBAN, "C1001", "4711", amount, "Anna Smith"]:
        assert fact in written.text
        assert fact in page


@EVERY_LOCALE
def test_a_letter_before_the_due_date_knows_no_overdue(locale: str) -> None:
    written = LETTERS.render(request("courtesy", locale))

    words = (written.subject + written.text + Page(written.html).words).lower()
    assert "overdue" not in words
    assert "überfällig" not in words
    assert "mahnung" not in words


@EVERY_LETTER
@EVERY_LOCALE
def test_days_overdue_are_counted_from_the_second_level_on(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text

    counted = "12 days overdue" in text or "seit 12 Tagen überfällig" in text
    assert counted == (LEVELS[letter] >= 2)


@EVERY_LETTER
@EVERY_LOCALE
def test_levels_one_to_three_think_of_a_payment_on_its_way(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text

    assert ("last three days" in text or "letzten drei Tagen" in text) == (1 <= LEVELS[letter] <= 3)


@EVERY_LETTER
@EVERY_LOCALE
def test_from_the_third_level_on_earlier_contacts_are_dated(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text

    dated = "March 25, 2026 and April 5, 2026" in text or "25. März 2026 und 5. April 2026" in text
    assert dated == (LEVELS[letter] >= 3)


@EVERY_LOCALE
@pytest.mark.parametrize("letter", ["reminder", "request", "firm", "formal_notice", "final_notice"])
def test_a_broken_promise_is_named(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale, broken_promise=date(2026, 4, 9))).text

    assert "April 9, 2026" in text or "9. April 2026" in text


@EVERY_LETTER
@EVERY_LOCALE
def test_no_letter_threatens_or_charges(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text.lower()

    for word in ("legal action", "court", "credit bureau", "interest", "fee", "gericht", "schufa"):
        assert word not in text.split()
    for word in ("verzugszins", "mahngebühr", "changed bank", "new bank"):
        assert word not in text


def test_a_consequence_is_named_only_when_it_is_given() -> None:
    given = LETTERS.render(request("firm", consequence="We will hold new orders from 27 April."))
    without = LETTERS.render(request("firm"))

    assert "We will hold new orders from 27 April." in given.text
    assert "hold" not in without.text


@EVERY_LOCALE
def test_the_management_letters_name_the_manager(locale: str) -> None:
    for letter in ("formal_notice", "final_notice"):
        written = LETTERS.render(request(letter, locale))

        assert "Jörg Petersen" in written.text
        assert "Jörg Petersen" in written.html


@EVERY_LOCALE
@pytest.mark.parametrize("letter", ["consumer_reminder", "consumer_notice"])
def test_a_consumers_subject_tells_a_bystander_nothing(letter: str, locale: str) -> None:
    subject = LETTERS.render(request(letter, locale)).subject.lower()

    for word in ("debt", "overdue", "mahnung", "schuld", "4711", "1.200", "1,200", "fällig"):
        assert word not in subject


def test_of_many_earlier_contacts_the_latest_are_named() -> None:
    contacts = tuple(date(2026, 1, day) for day in range(1, 31))

    text = LETTERS.render(request("firm", previous_contacts=contacts)).text

    assert "January 24, 2026" not in text
    assert "on January 25, 2026, January 26, 2026" in text


def test_an_invoice_that_was_sent_late_is_still_sent() -> None:
    late = request("reminder").overdue

    text = LETTERS.render(request("invoice", items=(), overdue=late)).text

    assert "Here is our invoice 4711 for €1,200.00, due on April 2, 2026." in text


def test_bank_details_stand_exactly_as_they_are_in_the_settings() -> None:
    details = "Bank:  Nordbank\n\n" + IBAN + " / a & b"
    creditor = replace(CREDITOR, bank_details=details)

    written = LETTERS.render(request("reminder", creditor=creditor))

    assert f"How to pay:\n{details}\nPayment reference" in written.text
    assert IBAN + " / a & b" in Page(written.html).words
