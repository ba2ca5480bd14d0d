"""Amounts, dates and numbers as the readers of one locale write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dunning.money import Money

FALLBACK_LOCALE = "en"
_CODE_BEFORE_AMOUNT = "¤¤\xa0#,##0.00"
# Babel leaves out the space that CLDR's currency spacing puts there: EUR1,200.00 in Mexico.
_CODE_AT_DIGIT = re.compile(r"(?<=[A-Z])(?=\d)")
# French business letters have figures in tables, and "août" would make every SMS cost more.
_SHORT_DAYS = {"fr": "dd/MM/y", "fr_CA": "y-MM-dd", "fr_CH": "dd.MM.y"}
# Languages that repeat the article before every date of a list.
_ARTICLES = {"fr": "le ", "es": "el "}


def locale_chain(locale: str) -> tuple[str, ...]:
    """The locales to try in order: "de-AT" gives de_AT, de, en."""
    parts = locale.replace("-", "_").split("_")
    steps = ["_".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*steps, FALLBACK_LOCALE]))


@lru_cache(maxsize=256)
def wording_for(locale: str, written_in: str) -> Wording:
    """The formats for a reader of ``locale`` in a text ``written_in`` a (fallback) locale.

    Who gets the English letter for want of an Italian one gets English dates with it.
    """
    for step in locale_chain(locale):
        if _language(step) == _language(written_in) and (known := _known(step)):
            return Wording(known)
    return Wording(_known(written_in) or Locale.parse(FALLBACK_LOCALE))


@dataclass(frozen=True)
class Wording:
    """The formats of one locale; amounts in HTML keep their no-break spaces."""

    locale: Locale

    @property
    def language(self) -> str:
        """The language tag for HTML's ``lang``, such as ``de-AT``."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for HTML's ``dir``."""
        return str(self.locale.text_direction)

    def amount(self, money: Money) -> str:
        """An amount with its currency sign: ``1.200,00 €``."""
        usual = format_currency(money.major, money.currency, locale=self.locale)
        return _CODE_AT_DIGIT.sub("\xa0", str(usual))

    def amount_with_code(self, money: Money) -> str:
        """An amount with its ISO code: ``EUR 1.200,00``, for channels that lack a sign."""
        return str(
            format_currency(money.major, money.currency, _CODE_BEFORE_AMOUNT, locale=self.locale)
        )

    def day(self, day: date) -> str:
        """A date for a sentence: ``3. März 2026``, ``1er mars 2026``."""
        text = _day(day, "long", self.locale)
        first_in_french = day.day == 1 and self.locale.language == "fr"
        return text.replace("1 ", "1er ", 1) if first_in_french else text

    def short_day(self, day: date) -> str:
        """A date for a table: ``03.03.2026`` or ``Mar 3, 2026``."""
        return _day(day, self._short_format, self.locale)

    def days(self, days: Sequence[date]) -> str:
        """Dates in one sentence; French and Spanish bring their article: ``le 3 mars 2026``."""
        article = _ARTICLES.get(self.locale.language, "")
        return self.joined([f"{article}{self.day(day)}" for day in days])

    def number(self, number: int) -> str:
        """A whole number: ``1.250``."""
        return str(format_decimal(number, locale=self.locale))

    def joined(self, parts: Sequence[str]) -> str:
        """Several things in one sentence: ``a, b und c``."""
        return str(format_list(list(parts), locale=self.locale))

    @property
    def _short_format(self) -> str:
        return _SHORT_DAYS.get(str(self.locale)) or _SHORT_DAYS.get(self.locale.language, "medium")


def _language(locale: str) -> str:
    return locale.partition("_")[0]


def _known(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return None


# Letters of one day repeat the same few dates thousands of times.
@lru_cache(maxsize=4096)
def _day(day: date, length: str, locale: Locale) -> str:
    return str(format_date(day, length, locale=locale))
