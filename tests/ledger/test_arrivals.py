from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from ledger.arrivals import (
    ARRIVAL,
    Arrival,
    Incoming,
    arrival,
    mark_handled,
    mark_unreadable,
    next_waiting,
    postpone,
    store,
    waiting_since,
)
from ledger.books import Books
from ledger.ledger import Ledger

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOSTILE = b"\x00\xff\xfe not text \r\n"


def arrive(ledger: Ledger, fingerprint: str, body: bytes = HOSTILE, at: datetime = AT) -> bool:
    """Store something; whether it was new."""
    incoming = Incoming("mail", fingerprint, body, {"content_type": "text/\x00ü"}, at)
    return ledger.transact(lambda books: store(books.connection, incoming), durable=True)


def waiting(ledger: Ledger, *postponed: int) -> Arrival | None:
    """What would be handled next."""
    return ledger.transact(lambda books: next_waiting(books.connection, postponed))


def numbers(ledger: Ledger) -> list[int]:
    """What would be handled, in its order."""
    found: list[int] = []
    while one := waiting(ledger, *found):
        found.append(one.id)
    return found


def test_what_arrives_is_kept_as_it_came(ledger: Ledger) -> None:
    assert arrive(ledger, "f1")
    found = waiting(ledger)

    assert found is not None
    assert found == Arrival(
        id=found.id,
        kind="mail",
        received_at=AT,
        body=HOSTILE,
        details={"content_type": "text/\x00ü"},
        state="waiting",
        tries=0,
        why="",
    )


def test_the_same_thing_again_changes_nothing(ledger: Ledger) -> None:
    arrive(ledger, "f1")
    first = waiting(ledger)

    assert not arrive(ledger, "f1", b"other", AT + timedelta(days=1))
    assert waiting(ledger) == first
    assert len(numbers(ledger)) == 1


def test_what_was_handled_does_not_come_back_when_it_is_delivered_again(ledger: Ledger) -> None:
    arrive(ledger, "f1")
    [number] = numbers(ledger)
    ledger.transact(lambda books: mark_handled(books.connection, number, AT))

    assert not arrive(ledger, "f1")
    assert waiting(ledger) is None


def test_arrivals_are_handled_in_the_order_they_came(ledger: Ledger) -> None:
    for name in "cab":
        arrive(ledger, name, name.encode())
    found = numbers(ledger)
    with ledger.reading() as books:
        bodies = [one.body for n in found if (one := arrival(books.connection, n))]

    assert bodies == [b"c", b"a", b"b"]


def test_what_cannot_be_read_is_kept_with_the_reason(ledger: Ledger) -> None:
    arrive(ledger, "f1")
    [number] = numbers(ledger)
    ledger.transact(lambda books: mark_unreadable(books.connection, number, AT, "no array"))
    with ledger.reading() as books:
        found = arrival(books.connection, number)

    assert waiting(ledger) is None
    assert found is not None
    assert (found.state, found.why, found.body) == ("unreadable", "no array", HOSTILE)


def test_a_postponed_arrival_lets_the_others_pass_and_waits_on(ledger: Ledger) -> None:
    arrive(ledger, "f1")
    arrive(ledger, "f2")
    first, second = numbers(ledger)
    tries = [
        ledger.transact(lambda books: postpone(books.connection, first, "books busy"))
        for _ in range(2)
    ]
    again, other = waiting(ledger), waiting(ledger, first)

    assert tries == [1, 2]
    assert again is not None
    assert other is not None
    assert (again.id, again.tries, again.why) == (first, 2, "books busy")
    assert other.id == second


@pytest.mark.parametrize("settle", ["handled", "unreadable"])
def test_what_is_settled_stays_settled(ledger: Ledger, settle: str) -> None:
    arrive(ledger, "f1")
    [number] = numbers(ledger)

    def settle_twice(books: Books) -> list[bool | int]:
        connection = books.connection
        first = (
            mark_handled(connection, number, AT, "read")
            if settle == "handled"
            else mark_unreadable(connection, number, AT, "read")
        )
        return [
            first,
            mark_handled(connection, number, AT, "again"),
            mark_unreadable(connection, number, AT, "again"),
            postpone(connection, number, "again"),
        ]

    assert ledger.transact(settle_twice) == [True, False, False, 0]
    with ledger.reading() as books:
        found = arrival(books.connection, number)
    assert found is not None
    assert (found.state, found.why, found.tries) == (settle, "read", 0)


def test_two_who_handle_arrivals_are_never_given_the_same(ledger: Ledger) -> None:
    for number in range(40):
        arrive(ledger, f"f{number}")

    def handle_all(_worker: int) -> list[int]:
        mine: list[int] = []
        while (number := ledger.transact(_handle)) is not None:
            mine.append(number)
        return mine

    with ThreadPoolExecutor(4) as workers:
        handled = [number for mine in workers.map(handle_all, range(4)) for number in mine]

    assert len(handled) == 40
    assert len(set(handled)) == 40


def _handle(books: Books) -> int | None:
    found = next_waiting(books.connection)
    if found is None:
        return None
    assert mark_handled(books.connection, found.id, AT)
    return found.id


def test_a_failed_handling_leaves_it_waiting(ledger: Ledger) -> None:
    arrive(ledger, "f1")

    def fail(books: Books) -> None:
        _handle(books)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ledger.transact(fail)

    assert waiting(ledger) is not None


def test_the_queue_says_how_long_it_is_and_since_when(ledger: Ledger) -> None:
    with ledger.reading() as books:
        empty = waiting_since(books.connection)
    arrive(ledger, "f1", at=AT + timedelta(hours=1))
    arrive(ledger, "f2")
    with ledger.reading() as books:
        queue = waiting_since(books.connection)

    assert empty == (0, None)
    assert queue == (2, AT)


def test_the_same_thing_from_many_at_once_is_stored_once(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as senders:
        new = list(senders.map(lambda n: arrive(ledger, f"f{n % 5}"), range(40)))

    assert sum(new) == 5
    assert len(numbers(ledger)) == 5


def test_a_large_queue_is_read_from_its_index(ledger: Ledger) -> None:
    row = {"kind": "mail", "received_at": AT, "body": b"", "details": "{}", "tries": 0, "why": ""}
    rows = [row | {"fingerprint": f"f{n}", "state": "handled"} for n in range(5_000)]
    ledger.transact(lambda books: books.connection.execute(insert(ARRIVAL), rows).rowcount)
    arrive(ledger, "new")

    assert len(numbers(ledger)) == 1
