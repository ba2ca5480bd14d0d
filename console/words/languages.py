"""The languages of the desk: English as it is written in the pages, and dictionaries for others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from console import words
from console.reading.counting import Count
from console.words.sentences import LONGEST, said, sentences_of
from dunning.money import Money

LANGUAGES = {"en": "English", "de": "Deutsch"}
_FOLDER = Path(__file__).parent
# From here on nobody reads decimals.
_LARGE = 1000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# A day within a sentence; not one that begins it, as that quotes a cell, nor a part of a name.
_SAID_DAY = re.compile(r"(?<=[^\w:/.-])\d{4}-\d\d-\d\d(?![\w/-]|[:.][\w.])")
# The code of a reason, which follows it.
_CODED = re.compile(r"(.*) (\([A-Z][A-Z0-9]*_?[A-Z0-9_]*\))", re.DOTALL)
_SHOWN_DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")
# Whose name a reason of the rulebook begins with.
_STEP = re.compile(r"^\w{1,60}(?=: (?:the policy |waiting for approval))")
_ROLE = re.compile(rf"\b(?:{'|'.join(code for code in words.ROLES if '_' in code)})\b")
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_TURNED = str.maketrans(",.", ".,")
_AMOUNT = re.compile(r"(-?\d[\d,]*(?:\.\d+)?) ([A-Z]{3})")


def chosen_language(accepted: str) -> str:
    """The first language of an Accept-Language header that the desk speaks; else English."""
    for one in accepted.split(","):
        language = one.split(";")[0].strip().lower().split("-")[0]
        if language in LANGUAGES:
            return language
    return "en"


@dataclass(frozen=True)
class Words:
    """The words of the desk in one language; called with an English text it translates it."""

    language: str = "en"

    NONE = words.NONE

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, its ``{places}`` filled; English where it is not known."""
        found = self._known.get(text)
        if found is None:
            found = text if values else self._sentence(text)
        return found.format(**values) if values else found

    def _sentence(self, text: str) -> str:
        """What code has said in English with values in it: refusals, reasons, the history."""
        if _DAY.fullmatch(text):
            return self._day_said(text)
        if self.language == "en" or not text:
            named = _STEP.sub(lambda found: words.plain(found[0]), text)
            named = _ROLE.sub(lambda found: words.ROLES[found[0]], named)
            return _SAID_DAY.sub(lambda found: self.value(found[0]), named)
        return _sentence(self, text)

    def value(self, text: str) -> str:
        """A value of a sentence: a day, an amount, a code, or a sentence itself."""
        if _DAY.fullmatch(text):
            return self._day_said(text)
        if _SHOWN_DAY.fullmatch(text):
            return self.day(datetime.strptime(text, "%d %b %Y").date())  # noqa: DTZ007 - a day
        amount = _AMOUNT.fullmatch(text)
        if amount:
            return self.amount(Money.parse(amount[1].replace(",", ""), amount[2]))
        code = words.ROLES.get(text) or words.CHANNELS.get(text) or words.plain(text)
        return self._known.get(text) or self._known.get(code) or self(text)

    def _day_said(self, text: str) -> str:
        """A day as people say it; what only looks like one stays."""
        try:
            return self.day(text)
        except ValueError:
            return text

    @cached_property
    def STAGES(self) -> Mapping[str, str]:  # noqa: N802 - named like the English table
        """Stages of a case."""
        return self._table(words.STAGES)

    @cached_property
    def ROLES(self) -> Mapping[str, str]:  # noqa: N802 - the same
        """Roles that work is for."""
        return self._table(words.ROLES)

    @cached_property
    def MESSAGE_STATES(self) -> Mapping[str, str]:  # noqa: N802 - the same
        """States of a message."""
        return self._table(words.MESSAGE_STATES)

    @cached_property
    def CHANNELS(self) -> Mapping[str, str]:  # noqa: N802 - the same
        """Channels."""
        return self._table(words.CHANNELS)

    def amount(self, money: Money) -> str:
        """An amount in major units with its currency's code."""
        return f"{self.sum_only(money)} {money.currency}"

    def sum_only(self, money: Money) -> str:
        """An amount in major units where its currency stands elsewhere."""
        if self.language == "en":
            return f"{money.major:,}"
        digits = -int(money.major.as_tuple().exponent)
        pattern = "#,##0" + ("." + "0" * digits if digits > 0 else "")
        return format_decimal(money.major, pattern, locale=self.language)

    def day(self, value: date | str) -> str:
        """A day."""
        if self.language == "en":
            return words.day(value)
        one = date.fromisoformat(value) if isinstance(value, str) else value
        return format_date(one, "d. MMM yyyy", locale=self.language)

    def moment(self, value: datetime | str, zone: ZoneInfo) -> str:
        """A moment as the clocks of a zone show it."""
        one = datetime.fromisoformat(value) if isinstance(value, str) else value
        local = one.astimezone(zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def plain(self, code: str) -> str:
        """A code as words."""
        return self(words.plain(code))

    def begun(self, text: str) -> str:
        """The text with a capital first letter."""
        return words.begun(text)

    def step(self, kind: str, code: str) -> str:
        """What comes next, in a few words."""
        return self(words.step(kind, code))

    def counted(self, number: int, one: str, many: str = "") -> str:
        """A number with its noun."""
        noun = self(one if number == 1 else many or one + "s")
        return f"{self.number(number)} {noun}"

    def number(self, value: int) -> str:
        """A whole number with its thousands apart; of a count that stopped it says so."""
        plain = f"{int(value):,}" if self.language == "en" else f"{int(value):,}".replace(",", ".")
        return f"{plain}+" if isinstance(value, Count) and value.more else plain

    def figure(self, text: str) -> str:
        """A figure as code writes it, such as ``-1,234.50``; any other text as it is."""
        if self.language == "en" or not _FIGURE.fullmatch(text):
            return text
        return text.translate(_TURNED)

    def decimal(self, value: Decimal | None) -> str:
        """A figure with one decimal, without any from a thousand on; a dash for none."""
        if value is None:
            return words.NONE
        large = abs(value) >= _LARGE
        return format_decimal(value, "#,##0" if large else "#,##0.#", locale=self.language)

    def _table(self, table: Mapping[str, str]) -> Mapping[str, str]:
        return {key: self(text) for key, text in table.items()}

    @cached_property
    def _known(self) -> Mapping[str, str]:
        return {**sentences_of(self.language), **dictionary(self.language)}


@cache
def dictionary(language: str) -> Mapping[str, str]:
    """English texts and what they are in the language; none for English."""
    file = _FOLDER / f"{language}.toml"
    found = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    return {english: said for part in found.values() for english, said in part.items()}


# Pages say the same few sentences again and again.
@lru_cache(maxsize=4096)
def _sentence(words: Words, text: str) -> str:
    found = said(words.language, text, words.value)
    if found is not None or len(text) > LONGEST:
        return found or text
    if coded := _CODED.fullmatch(text):
        return f"{words(coded[1])} {coded[2]}"
    # Several of them, one after the other.
    return "; ".join(map(words.value, text.split("; "))) if "; " in text else text


@cache
def words_of(language: str) -> Words:
    """The words of a language."""
    return Words(language)
