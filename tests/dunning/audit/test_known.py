"""What is known of a customer at a moment, where several machines recorded it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dunning.audit.known import CLOCKS_APART, Known
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from tests.activities.workshop import afternoon
from tests.cast import day

ADA = Contact("C-1/ada", "Ada", "billing", "ada@example.com")
NOON = afternoon(day(0))


@pytest.mark.parametrize(
    ("ahead", "is_known"),
    [
        (timedelta(0), True),
        (CLOCKS_APART, True),
        (CLOCKS_APART + timedelta(seconds=1), False),
    ],
)
def test_a_contact_that_a_fast_clock_recorded_is_no_stranger(
    ahead: timedelta, *, is_known: bool
) -> None:
    recorded = CustomerRecorded(
        at=NOON + ahead, by="import", customer="C-1", name="One", contacts=(ADA,)
    )
    known = Known(recorded=[recorded])

    found = known.contact_at("C-1/ada", NOON)

    assert (found == ADA) is is_known
    assert known.contact_at("C-1/bea", NOON) is None
