from __future__ import annotations

from datetime import date

import pytest

from activities.wording import locale_chain, wording_for
from dunning.money import Money


@pytest.mark.parametrize(
    ("locale", "amount", "day", "short_day"),
    [
        ("en_US", "$1,200.00", "March 3, 2026", "Mar 3, 2026"),
        ("en_GB", "US$1,200.00", "3 March 2026", "3 Mar 2026"),
        ("de_DE", "1.200,00\xa0$", "3. März 2026", "03.03.2026"),
        ("fr_FR", "1\u202f200,00\xa0$US", "3 mars 2026", "03/03/2026"),
        ("fr_CA", "1\xa0200,00\xa0$\xa0US", "3 mars 2026", "2026-03-03"),
        ("fr_CH", "1\u202f200,00\xa0$US", "3 mars 2026", "03.03.2026"),
        ("es_ES", "1.200,00\xa0US$", "3 de marzo de 2026", "3 mar 2026"),
        ("es_MX", "USD\xa01,200.00", "3 de marzo de 2026", "3 mar 2026"),
        ("nl_BE", "US$\xa01.200,00", "3 maart 2026", "3 mrt 2026"),
    ],
)
def test_amounts_and_dates_are_written_as_their_reader_writes_them(
    locale: str, amount: str, day: str, short_day: str
) -> None:
    wording = wording_for(locale, locale[:2])

    assert wording.amount(Money(120_000, "USD")) == amount
    assert wording.day(date(2026, 3, 3)) == day
    assert wording.short_day(date(2026, 3, 3)) == short_day


def test_a_currency_keeps_its_own_number_of_digits() -> None:
    wording = wording_for("de", "de")

    assert wording.amount(Money(1200, "JPY")) == "1.200\xa0¥"
    assert wording.amount_with_code(Money(1_200_000, "KWD")) == "KWD\xa01.200,000"


def test_a_locale_falls_back_to_its_language_and_then_to_english() -> None:
    assert locale_chain("de-AT") == ("de_AT", "de", "en")
    assert locale_chain("zh_Hans_CN") == ("zh_Hans_CN", "zh_Hans", "zh", "en")
    assert locale_chain("en_GB") == ("en_GB", "en")
    assert locale_chain("") == ("", "en")


def test_formats_never_come_from_another_language_than_the_text() -> None:
    assert wording_for("it_IT", "en").language == "en"
    assert wording_for("de_AT", "de").language == "de-AT"
    assert wording_for("", "en").language == "en"


def test_several_things_are_joined_as_in_a_sentence() -> None:
    assert wording_for("de", "de").joined(["a", "b", "c"]) == "a, b und c"
    assert wording_for("en_GB", "en").joined(["a", "b", "c"]) == "a, b and c"


def test_the_first_of_a_month_is_an_ordinal_in_french_only() -> None:
    first, eleventh = date(2026, 8, 1), date(2026, 8, 11)

    assert wording_for("fr_BE", "fr").day(first) == "1er août 2026"
    assert wording_for("fr", "fr").day(eleventh) == "11 août 2026"
    assert wording_for("es", "es").day(first) == "1 de agosto de 2026"


def test_french_and_spanish_repeat_the_article_before_every_date() -> None:
    days = [date(2026, 8, 1), date(2026, 9, 2), date(2026, 10, 3)]

    assert wording_for("fr", "fr").days(days[:1]) == "le 1er août 2026"
    assert wording_for("es", "es").days(days[1:]) == (
        "el 2 de septiembre de 2026 y el 3 de octubre de 2026"
    )
    assert wording_for("nl", "nl").days(days[:2]) == "1 augustus 2026 en 2 september 2026"
