from __future__ import annotations

import time
from dataclasses import replace

import pytest

from activities.letter_templates import LetterError
from tests.activities.letter_requests import (
    CREDITOR,
    EVERY_LETTER,
    EVERY_LOCALE,
    LETTERS,
    Page,
    item,
    many,
    request,
)


def test_every_letter_can_be_written_in_every_locale() -> None:
    assert LETTERS.check() == []


def test_the_nearest_locale_is_taken_and_formats_follow_the_words() -> None:
    austrian = LETTERS.render(request(locale="de-AT"))
    italian = LETTERS.render(request(locale="it_IT"))

    assert austrian.subject == "Zahlungserinnerung: Rechnung 4711"
    assert "€ 1.200,00" in austrian.text
    assert italian.subject == "Reminder: invoice 4711 from Nordlicht GmbH"
    assert "due on April 2, 2026" in italian.text


@pytest.mark.parametrize(
    ("locale", "subject", "amount", "due"),
    [
        ("fr_FR", "Rappel : facture 4711 (Nordlicht GmbH)", "1 200,00 $US", "02/04/2026"),
        ("fr_BE", "Rappel : facture 4711 (Nordlicht GmbH)", "1 200,00 $US", "02/04/2026"),
        ("fr_CA", "Rappel : facture 4711 (Nordlicht GmbH)", "1 200,00 $ US", "2026-04-02"),
        ("es_ES", "Recordatorio de pago: factura 4711", "1.200,00 US$", "2 abr 2026"),
        ("es_MX", "Recordatorio de pago: factura 4711", "USD 1,200.00", "2 abr 2026"),
        ("nl_NL", "Betalingsherinnering: factuur 4711", "US$ 1.200,00", "2 apr 2026"),
        ("nl_BE", "Betalingsherinnering: factuur 4711", "US$ 1.200,00", "2 apr 2026"),
    ],
)
def test_a_country_gets_the_letter_of_its_language_with_its_own_formats(
    locale: str, subject: str, amount: str, due: str
) -> None:
    written = LETTERS.render(request(locale=locale, items=(item(currency="USD"),)))

    assert written.subject == subject
    assert amount in written.text
    assert due in written.text
    assert f'lang="{locale.replace("_", "-")}"' in written.html


def test_a_locale_nobody_knows_gets_the_english_letter() -> None:
    assert "April 2, 2026" in LETTERS.render(request(locale="xx_YY")).text


def test_what_customers_call_themselves_is_never_run() -> None:
    name = "<script>{{7*7}}</script>"
    written = LETTERS.render(request("final_notice", customer_name=name, contact_name=name))

    assert "<script" not in written.html
    assert name in Page(written.html).words
    assert name in written.text


def test_a_line_break_in_a_name_forges_no_header_and_no_line() -> None:
    forged = "4711\r\nBcc: all@a.example\u2028\x00"
    written = LETTERS.render(request(items=(item(forged),), contact_name="Anna\nPay to IBAN XX"))

    assert written.subject == "Reminder: invoice 4711 Bcc: all@a.example from Nordlicht GmbH"
    assert "Dear Anna Pay to IBAN XX," in written.text


@EVERY_LETTER
@EVERY_LOCALE
def test_the_html_is_accessible_and_loads_nothing(letter: str, locale: str) -> None:
    html = LETTERS.render(request(letter, locale)).html
    page = Page(html)

    headings = [attributes for tag, attributes in page.tags if tag == "th"]
    assert ("html", {"lang": locale, "dir": "ltr"}) in page.tags
    assert len(headings) >= 4
    assert all(attributes.get("scope") in {"col", "row"} for attributes in headings)
    assert "http" not in html
    assert not {"img", "link", "script", "iframe", "form"} & {tag for tag, _ in page.tags}
    assert "prefers-color-scheme" in html
    assert 'class="letter" style=' in html


def test_a_usual_letter_costs_less_than_two_milliseconds() -> None:
    usual = request("request", items=many(3))
    LETTERS.render(usual)

    started = time.process_time()
    for _ in range(50):
        LETTERS.render(usual)

    # Five times the measured cost: the promise is kept on a busy machine, a slip is still seen.
    assert (time.process_time() - started) / 50 < 0.005


def test_a_letter_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LetterError, match="There is no letter called threat in letters"):
        LETTERS.render(request("threat"))


@pytest.mark.parametrize(
    ("letter", "without", "value"),
    [
        ("firm", {"act_by": None}, "firm/en/notice.txt, line 21: 'act_by' has no value"),
        ("reminder", {"items": ()}, "reminder/en/subject.txt, line 1: 'overdue' has no value"),
        (
            "formal_notice",
            {"creditor": replace(CREDITOR, manager_name="")},
            "'creditor.manager_name' has no value",
        ),
        (
            "reminder",
            {"creditor": replace(CREDITOR, bank_details=" \n")},
            "_blocks/en/payment.txt, line 2: 'creditor.bank_details' has no value",
        ),
    ],
)
def test_a_value_that_is_missing_stops_the_letter_and_is_named(
    letter: str, without: dict[str, object], value: str
) -> None:
    with pytest.raises(LetterError) as refused:
        LETTERS.render(request(letter, "en", **without))

    assert f"The letter {letter} (en) cannot be written" in str(refused.value)
    assert value in str(refused.value)
