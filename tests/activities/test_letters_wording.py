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
    assert wording_for("fr_FR", "en").language == "en"
    assert wording_for("de_AT", "de").language == "de-AT"
    assert wording_for("", "en").language == "en"


def test_several_things_are_joined_as_in_a_sentence() -> None:
    assert wording_for("de", "de").joined(["a", "b", "c"]) == "a, b und c"
    assert wording_for("en_GB", "en").joined(["a", "b", "c"]) == "a, b and c"
