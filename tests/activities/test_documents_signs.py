from __future__ import annotations

import pytest

from tests.activities.documents_in_words import notice, opened, words
from tests.activities.letter_requests import item


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

    assert len(pdf.pages) <= 2
    assert "Letzte Mahnung" in pdf.pages[0].extract_text()


def test_what_no_font_shows_is_a_question_mark_and_the_rest_stands() -> None:
    assert "Müller ?? & Söhne" in words(notice(customer_name="Müller 株式 & Söhne"))


def test_letters_of_all_five_languages_are_shown() -> None:
    signs = "ÄÖÜäöüß ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ àâçéèêëîïôœùûüÿ ÁÍÑÓÚ áíñóú ¿¡ ĳ ë €£¥ §№ ’“”„«»–—…"

    assert signs in words(notice(customer_name=signs))
