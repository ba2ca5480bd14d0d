"""Where a date stands, what else it may mean, and why words name no day."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.dates import dates_in

WEDNESDAY = date(2026, 11, 25)


def test_a_span_is_where_it_stands_in_the_text() -> None:
    text = "Über den Rest: wir zahlen am Freitag, den 27.11. und mehr am 15. Dezember."
    spans = dates_in(text, WEDNESDAY, "de")

    assert [text[span.start : span.end] for span in spans] == [span.text for span in spans]
    assert [span.text for span in spans] == ["Freitag, den 27.11.", "15. Dezember"]


def test_next_friday_may_also_be_the_coming_one() -> None:
    (span,) = dates_in("next Friday", WEDNESDAY, "en")

    assert span.day == date(2026, 12, 4)
    assert span.alternatives == (date(2026, 11, 27),)


def test_a_new_paragraph_ends_a_phrase_and_a_new_line_does_not() -> None:
    wrapped = dates_in("we pay next\nFriday", WEDNESDAY, "en")
    parted = dates_in("which comes next\n\nFriday we pay", WEDNESDAY, "en")

    assert [span.day for span in wrapped] == [date(2026, 12, 4)]
    assert [span.day for span in parted] == [date(2026, 11, 27)]


def test_a_range_carries_its_last_day_and_says_so() -> None:
    (span,) = dates_in("between 5 and 10 December", WEDNESDAY, "en")

    assert span.day == date(2026, 12, 10)
    assert span.is_range


def test_every_instalment_has_its_own_day() -> None:
    spans = dates_in("300 on the 5th and 20th of December, 100 on 5 January", WEDNESDAY, "en")

    assert [span.day for span in spans] == [
        date(2026, 12, 5),
        date(2026, 12, 20),
        date(2027, 1, 5),
    ]


def test_an_order_that_nobody_knows_is_doubtful() -> None:
    (span,) = dates_in("on 1/12", WEDNESDAY, "en")

    assert span.is_ambiguous
    assert {span.day, *span.alternatives} == {date(2026, 12, 1), date(2027, 1, 12)}


@pytest.mark.parametrize(
    ("locale", "day"), [("en-US", date(2027, 1, 12)), ("en-GB", date(2026, 12, 1))]
)
def test_the_locale_orders_day_and_month(locale: str, day: date) -> None:
    (span,) = dates_in("on 1/12", WEDNESDAY, "en", locale)

    assert span.day == day
    assert not span.is_ambiguous


def test_a_weekday_that_contradicts_its_date_is_doubtful() -> None:
    (span,) = dates_in("Monday 15 December", WEDNESDAY, "en", "en-GB")

    assert span.day == date(2026, 12, 15)
    assert span.is_ambiguous


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soon", "vague"),
        ("some time next month", "vague"),
        ("last Friday", "past"),
        ("15 November 2026", "past"),
        ("3 June", "too_far"),
        ("within 30 days of the invoice date", "terms"),
        ("30 days net", "terms"),
        ("31 November", "invalid"),
    ],
)
def test_words_that_name_no_day_say_why(text: str, reason: str) -> None:
    spans = dates_in(text, WEDNESDAY, "en", "en-GB")

    assert spans
    assert {span.day for span in spans} == {None}
    assert spans[0].reason == reason


def test_a_promise_reaches_a_hundred_and_twenty_days_and_not_one_more() -> None:
    last = WEDNESDAY + timedelta(days=120)

    assert dates_in(last.isoformat(), WEDNESDAY, "en")[0].day == last
    assert dates_in(str(last + timedelta(days=1)), WEDNESDAY, "en")[0].reason == "too_far"


@pytest.mark.parametrize("language", ["de", "fr", "es", "nl"])
def test_a_message_in_a_mix_of_languages_is_read_in_the_other_one(language: str) -> None:
    (span,) = dates_in("payment tomorrow", WEDNESDAY, language)

    assert span.day == date(2026, 11, 26)


WORDS = (
    "on by next last the 5th 15. 15/12 12.10 30 2026 Friday Mon Dec may end week in days or , . -"
)


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join),
    st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["en", "de", "fr", "es", "nl"]),
)
def test_whatever_is_written_a_day_is_near_or_has_a_reason(
    text: str, received_on: date, language: str
) -> None:
    for span in dates_in(text, received_on, language):
        assert span.text == text[span.start : span.end]
        assert (span.day is None) == bool(span.reason)
        assert span.day is None or 0 <= (span.day - received_on).days <= 120


@pytest.mark.parametrize(
    "unit", ["1 ", "5 dec ", "in 1 ", "next ", "-", "d. ", "1'", "no. 1, ", "€ "]
)
def test_hostile_text_takes_no_more_than_its_length(unit: str) -> None:
    started = time.process_time()
    dates_in(unit * (100_000 // len(unit)), WEDNESDAY, "en")

    assert time.process_time() - started < 5
