from __future__ import annotations

import pytest

from fakes.segments import segments
from tests.fakes.callers import SERVICE, Callers


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ü" * 160, 1),
        ("“" + "x" * 69, 1),
        ("“" + "x" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ç" * 71, 2),
    ],
)
def test_segments_are_counted_in_the_alphabet_they_need(text: str, count: int) -> None:
    assert segments(text) == count


def test_a_messaging_service_counts_after_sending(callers: Callers) -> None:
    by_number = callers.post_text(body="x" * 200)
    by_service = callers.post_text(body="x" * 200, from_=None, messaging_service_sid=SERVICE)

    assert (by_number.num_segments, by_service.num_segments) == ("2", "0")
    assert callers.twilio().messages(by_service.sid).fetch().num_segments == "2"
