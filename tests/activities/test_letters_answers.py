"""The letters that answer customers' own messages."""

from __future__ import annotations

from dataclasses import replace

from activities.sms_segments import segment_count
from tests.activities.letter_requests import (
    CREDITOR,
    EVERY_LOCALE,
    IBAN,
    LETTERS,
    item,
    request,
)


@EVERY_LOCALE
def test_an_opt_out_is_confirmed_in_one_segment_that_says_how_to_come_back(locale: str) -> None:
    longest = replace(CREDITOR, name="Northumberland Precision Castings")
    asked = request("opt_out_confirmation", locale, channel="sms", items=(), creditor=longest)
    text = LETTERS.render(asked).text

    assert segment_count(text) == 1
    assert "START" in text
    assert longest.name in text


@EVERY_LOCALE
def test_a_confirmation_asks_for_no_money(locale: str) -> None:
    written = LETTERS.render(request("opt_out_confirmation", locale, items=()))

    for page in (written.text, written.html):
        assert IBAN not in page
        assert "1001" not in page
    assert written.attachments == ()


@EVERY_LOCALE
def test_a_copy_is_attached_and_named(locale: str) -> None:
    one = LETTERS.render(request("invoice_copy", locale))
    two = LETTERS.render(request("invoice_copy", locale, items=(item("A-1"), item("A-2"))))

    (file,) = one.attachments
    assert file.name.endswith("-4711.pdf")
    assert file.content.startswith(b"%PDF")
    assert "4711" in one.subject
    assert file.name in one.text
    assert len(two.attachments) == 2
    assert IBAN in one.text
