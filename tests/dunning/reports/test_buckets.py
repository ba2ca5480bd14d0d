from __future__ import annotations

from datetime import date

import pytest

from dunning.reports.buckets import AGES, BUCKETS, bucket_of
from tests.dunning.reports.vectors import needs_vectors, vectors

AGING = vectors().get("aging", {})


@needs_vectors
@pytest.mark.parametrize(("due", "key"), AGING.get("by_due_date", {"": ""}).items())
def test_the_worked_due_dates_are_in_their_buckets(due: str, key: str) -> None:
    days = (date.fromisoformat(AGING["as_of"]) - date.fromisoformat(due)).days

    assert bucket_of(days).key == key


@pytest.mark.parametrize(
    ("age", "label"),
    [(0, "0–30"), (30, "0–30"), (31, "31–60"), (60, "31–60"), (61, "61–90"), (91, "over 90")],
)
def test_by_invoice_date_nothing_is_current(age: int, label: str) -> None:
    assert bucket_of(age, AGES).label == label


def test_dates_say_the_same_as_days() -> None:
    today = date(2026, 3, 31)
    for bucket in (*BUCKETS, *AGES):
        latest, earliest = bucket.due_between(today)

        assert latest is None or bucket.holds((today - latest).days)
        assert earliest is None or bucket.holds((today - earliest).days)
        assert latest is None or not bucket.holds((today - latest).days - 1)
        assert earliest is None or not bucket.holds((today - earliest).days + 1)
