from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from activities.sms_segments import is_gsm7, plain_sms, segment_count
from tests.activities.letter_phrases import PHRASES
from tests.activities.letter_requests import (
    CREDITOR,
    EVERY_LOCALE,
    LETTERS,
    item,
    many,
    request,
)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("a" * 159 + "€", 2),
        # An extension character is never cut: the second segment ends one septet early.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("\U0001f600" * 35, 1),
        ("\U0001f600" * 36, 2),
    ],
)
def test_segments_are_counted_as_carriers_bill_them(text: str, segments: int) -> None:
    assert segment_count(text) == segments


def test_western_letters_are_cheap_and_a_few_others_are_not() -> None:
    assert is_gsm7("Größe Ärger à é ñ € £ ¥ @ [x]")
    assert not is_gsm7("ç")
    assert not is_gsm7("`")


def test_typographic_signs_are_made_plain_and_names_are_kept() -> None:
    assert plain_sms("\u201eA\u201c \u2013 B\u2019s\u2026 5\u00a0\u20ac") == '"A" - B\'s... 5 €'
    assert plain_sms("Fran\u00e7ois") == "Fran\u00e7ois"


@EVERY_LOCALE
@pytest.mark.parametrize("letter", ["courtesy", "reminder", "request", "consumer_reminder"])
@pytest.mark.parametrize("count", [1, 30])
def test_a_text_message_is_one_segment_with_name_and_way_out(
    letter: str, locale: str, count: int
) -> None:
    items = many(count, 12 if letter == "courtesy" else -12)

    written = LETTERS.render(request(letter, locale, channel="sms", items=items))

    assert is_gsm7(written.text)
    assert segment_count(written.text) == 1
    assert written.text.startswith(("Nordlicht GmbH: ", "Nordlicht GmbH : "))
    assert written.text.endswith(PHRASES[locale].way_out)
    assert (written.subject, written.html, written.attachments) == ("", "", ())


@EVERY_LOCALE
def test_a_consumers_text_message_names_no_amount_and_no_invoice(locale: str) -> None:
    for phone in (CREDITOR.phone, ""):
        creditor = replace(CREDITOR, phone=phone)
        text = LETTERS.render(
            request("consumer_reminder", locale, channel="sms", creditor=creditor)
        ).text

        for word in (*PHRASES[locale].telling, "4711", "€"):
            assert word not in text.lower()
        assert (CREDITOR.phone in text) == bool(phone)


def test_a_currency_sign_that_costs_a_segment_is_written_as_its_code() -> None:
    rupees = item(currency="INR")

    text = LETTERS.render(request("reminder", channel="sms", items=(rupees,))).text

    assert "INR 1,200.00" in text


@EVERY_LOCALE
@pytest.mark.parametrize("month", range(1, 13))
def test_no_month_costs_a_segment(locale: str, month: int) -> None:
    due = replace(item(), due_date=date(2026, month, 1))

    text = LETTERS.render(request("reminder", locale, channel="sms", items=(due,))).text

    assert segment_count(text) == 1


def test_only_some_letters_go_by_sms() -> None:
    assert LETTERS.goes_by_sms("reminder", "de_AT")
    assert not LETTERS.goes_by_sms("final_notice", "en")
