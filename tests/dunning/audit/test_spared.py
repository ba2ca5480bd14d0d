"""Who has many invoices is spared more often: only a share of them tells of a favourite."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from dunning.audit.account import Period
from dunning.audit.alike import ONE_IN, SPARED, check_spared, count_treated, list_treated
from dunning.audit.known import Known
from dunning.audit.tally import Tally
from dunning.customer_facts import CustomerRecorded

MANY = 20 * ONE_IN


@pytest.mark.parametrize(
    ("invoices", "times", "codes"),
    [
        (1, SPARED - 1, []),
        (1, SPARED, ["SPARED"]),
        (SPARED * ONE_IN, SPARED, ["SPARED"]),
        (MANY, 19, []),
        (MANY, 20, ["SPARED"]),
    ],
)
def test_a_favourite_is_spared_often_and_on_many_invoices(
    invoices: int, times: int, codes: list[str]
) -> None:
    as_of = datetime(2026, 12, 31, tzinfo=UTC)
    tally = Tally(Period(date(2026, 1, 1), date(2026, 12, 31), as_of))
    check_spared("C", Counter({"maria": times}), invoices, tally)

    assert [one.code for one in tally.findings] == codes


def test_what_segments_and_collectors_get_is_listed_to_be_reviewed() -> None:
    as_of = datetime(2026, 12, 31, tzinfo=UTC)
    one, other = (Tally(Period(date(2026, 1, 1), date(2026, 12, 31), as_of)) for _ in range(2))
    recorded = CustomerRecorded(
        at=as_of, by="import", customer="C", name="C", segment="retail", collector="mia"
    )
    count_treated(Known(recorded=[recorded]), (4, 6, 1), one)
    count_treated(Known(), (1, 0, 0), other)
    one.add(other)
    list_treated(one)

    assert one.listed["A23"] == [
        "collector mia: 6 touches for 4 invoices (1.50 each), spared 1 times",
        "segment of nobody: 0 touches for 1 invoices (0.00 each), spared 0 times",
        "segment retail: 6 touches for 4 invoices (1.50 each), spared 1 times",
    ]
