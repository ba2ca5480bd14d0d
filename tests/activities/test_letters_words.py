from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from tests.activities.letter_phrases import PHRASES
from tests.activities.letter_requests import (
    CREDITOR,
    EVERY_LETTER,
    EVERY_LOCALE,
    IBAN,
    LETTERS,
    LEVELS,
    Page,
    item,
    request,
)


@EVERY_LETTER
@EVERY_LOCALE
def test_every_letter_says_who_writes_how_to_pay_and_how_much(letter: str, locale: str) -> None:
    written = LETTERS.render(request(letter, locale))

    amount = PHRASES[locale].amount
    page = Page(written.html).words.replace("\xa0", " ").replace("\u202f", " ")
    facts = ["Nordlicht GmbH", "20457 Hamburg", "ar@nordlicht.example", "Katrin Voss"]
    for fact in [*facts, IBAN, "C1001", "4711", amount, "Anna Smith"]:
        assert fact in written.text
        assert fact in page


@EVERY_LOCALE
@pytest.mark.parametrize("letter", ["courtesy", "invoice"])
def test_a_letter_before_the_due_date_knows_no_overdue(letter: str, locale: str) -> None:
    written = LETTERS.render(request(letter, locale))

    words = (written.subject + written.text + Page(written.html).words).lower()
    assert [word for word in PHRASES[locale].overdue_words if word in words] == []


@EVERY_LETTER
@EVERY_LOCALE
def test_days_overdue_are_counted_from_the_second_level_on(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text

    assert (PHRASES[locale].days_overdue in text) == (LEVELS[letter] >= 2)


@EVERY_LOCALE
@pytest.mark.parametrize("letter", ["request", "firm", "formal_notice", "final_notice"])
def test_one_day_is_not_counted_as_several(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale, items=(item(due_in=-1),))).text

    assert PHRASES[locale].one_day_overdue in text
    assert PHRASES[locale].days_overdue.replace("12", "1") not in text


@EVERY_LETTER
@EVERY_LOCALE
def test_levels_one_to_three_think_of_a_payment_on_its_way(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text

    assert (PHRASES[locale].paid_lately in text) == (1 <= LEVELS[letter] <= 3)


@EVERY_LETTER
@EVERY_LOCALE
def test_from_the_third_level_on_earlier_contacts_are_dated(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text

    assert (PHRASES[locale].contacts in text) == (LEVELS[letter] >= 3)


@EVERY_LOCALE
@pytest.mark.parametrize("letter", ["reminder", "request", "firm", "formal_notice", "final_notice"])
def test_a_broken_promise_is_named(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale, broken_promise=date(2026, 4, 1))).text

    assert PHRASES[locale].promised in text


@EVERY_LETTER
@EVERY_LOCALE
def test_no_letter_threatens_or_charges(letter: str, locale: str) -> None:
    written = LETTERS.render(request(letter, locale))
    text = f"{written.subject}\n{written.text}".lower()

    for word in (*PHRASES[locale].threats, "changed bank", "new bank"):
        assert not re.search(rf"\b{word}", text)


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

    for word in (*PHRASES[locale].telling, "4711"):
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


@EVERY_LETTER
def test_french_sets_its_signs_off_with_a_narrow_space(letter: str) -> None:
    written = LETTERS.render(
        request(letter, "fr", contact_name="", broken_promise=date(2026, 4, 1))
    )

    page = Page(written.html.partition("</head>")[2]).words
    assert re.search(r"[^\u202f][:;!?](?!\w)", page) is None
    assert re.search(r"\w[:;!?](?!\w)|\u202f", written.text) is None
    assert "'" not in page + written.text + written.subject


@EVERY_LETTER
@pytest.mark.parametrize("locale", ["fr", "es", "nl"])
def test_nobody_is_called_by_the_familiar_word_for_you(letter: str, locale: str) -> None:
    text = LETTERS.render(request(letter, locale)).text.lower()

    familiar = {"fr": "tu|te|toi|ton|ta|tes", "es": "tú|te|ti|tu|tus", "nl": "je|jij|jou|jouw"}
    assert re.search(rf"\b({familiar[locale]})\b", text) is None


def test_spanish_opens_its_questions() -> None:
    for letter in LEVELS:
        written = LETTERS.render(request(letter, "es"))

        words = written.subject + written.text
        assert words.count("¿") == words.count("?")
