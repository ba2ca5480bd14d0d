"""Who has many invoices is spared more often: only a share of them tells of a favourite."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from dunning.audit.account import Period
from dunning.audit.known import Known
from dunning.audit.people import ONE_IN, SPARED, check_customer
from dunning.audit.tally import Tally
from dunning.audit.view import View
from tests.dunning.worlds import LONDON, STANDARD

LIFE = SimpleNamespace(last_term=SimpleNamespace(policy=STANDARD))
VIEW = cast("View", SimpleNamespace(life=LIFE, customer="C", calendar=LONDON))
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
    check_customer(VIEW, Known(), Counter({"maria": times}), invoices, tally)

    assert [one.code for one in tally.findings] == codes
