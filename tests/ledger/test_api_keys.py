from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from ledger.api_keys import CALLS_KEPT, claim_call, settle_call
from ledger.ledger import Ledger
from tests.ledger.entries import AT


def test_a_call_that_comes_many_times_at_once_is_claimed_once(ledger: Ledger) -> None:
    def claim(_: int) -> bool:
        return (
            ledger.transact(lambda books: claim_call(books.connection, "k", "c", "f", AT)) is None
        )

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(claim, range(8)))

    assert claimed.count(True) == 1


def test_a_call_is_remembered_for_a_day_and_by_its_own_key_only(ledger: Ledger) -> None:
    answered = {"status": 200, "etag": '"1"', "answer": "{}"}

    def claimed(key: str, later: timedelta = timedelta(0)) -> bool:
        return (
            ledger.transact(lambda books: claim_call(books.connection, key, "c", "f", AT + later))
            is None
        )

    assert claimed("k")
    ledger.transact(lambda books: settle_call(books.connection, "k", "c", answered))
    assert claimed("other")
    assert not claimed("k", CALLS_KEPT)
    assert claimed("k", CALLS_KEPT + timedelta(seconds=1))
