"""How far a message came: what is said late, twice and in any order never takes it back."""

from __future__ import annotations

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.delivery import BAD, ORDER, DeliveryEvent, further
from tests.dunning.worlds import moment

KINDS = (*ORDER[1:], *BAD)
MAIL = st.lists(st.sampled_from(KINDS), max_size=6)


def after(channel: str, *said: str) -> str:
    return reduce(lambda known, one: further(known, one, channel), said, "")


@given(MAIL, st.randoms())
def test_the_order_in_which_news_of_a_mail_comes_does_not_matter(
    said: list[str], dice: st.DataObject
) -> None:
    shuffled = list(said)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # It is a Random.

    assert after("email", *said) == after("email", *shuffled) == after("email", *said, *said)


@pytest.mark.parametrize("news", list(permutations(("processed", "deferred", "delivered"))))
def test_what_was_delivered_stays_delivered(news: tuple[str, ...]) -> None:
    assert after("email", *news) == "delivered"


@pytest.mark.parametrize("bad", BAD)
def test_bad_news_of_a_mail_wins_even_after_it_was_delivered(bad: str) -> None:
    assert after("email", "delivered", bad) == bad
    assert after("email", bad, "delivered") == bad


def test_the_worst_news_of_an_address_counts() -> None:
    assert after("email", "failed", "bounced") == "bounced"
    assert after("email", "complained", "bounced") == "complained"


@pytest.mark.parametrize(
    ("first", "second"), list(permutations(("delivered", "failed", "bounced"), 2))
)
def test_a_text_message_ends_once(first: str, second: str) -> None:
    assert after("sms", "sent", first, second) == first


def test_who_opts_out_after_getting_a_text_message_has_opted_out() -> None:
    assert after("sms", "delivered", "opted_out") == "opted_out"


@pytest.mark.parametrize(
    ("kind", "dropped", "lost"),
    [
        ("bounced", False, True),
        ("failed", False, True),
        ("delivered", False, False),
        ("opted_out", False, False),
        ("complained", False, False),
        ("opted_out", True, True),
        ("complained", True, True),
    ],
)
def test_what_reached_nobody_is_lost(kind: str, *, dropped: bool, lost: bool) -> None:
    event = DeliveryEvent("e", "a", "email", kind, moment("4 Jun"), dropped=dropped)  # type: ignore[arg-type]  # One of its words.

    assert event.is_lost is lost
