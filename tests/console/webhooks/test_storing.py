from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest

from console.webhooks.storing import Storing
from ledger.arrivals import Incoming
from tests.console.webhooks.conftest import House

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
LONG = 30.0


def incoming(name: str) -> Incoming:
    """A post that is known again by its name."""
    return Incoming("twilio_sms", name, name.encode(), {}, AT)


async def test_posts_that_come_together_are_stored_in_few_transactions(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, transactions = house.wiring.ledger, []
    transact = ledger.transact

    def counted(*asked: object, **named: object) -> None:
        transactions.append(named)
        transact(*asked, **named)  # type: ignore[arg-type]  # As it was called.

    monkeypatch.setattr(ledger, "transact", counted)
    storing = Storing(ledger)
    names = [f"SM{number}" for number in range(50)]
    await asyncio.gather(*(storing.store(partial(incoming, n), LONG) for n in names))

    assert [one.body.decode() for one in house.arrivals] == names
    assert len(transactions) <= 2
    assert all(one == {"durable": True} for one in transactions)


async def test_the_same_post_twice_at_once_is_stored_once(house: House) -> None:
    storing = Storing(house.wiring.ledger)
    await asyncio.gather(*(storing.store(partial(incoming, "SM1"), LONG) for _ in range(3)))

    assert len(house.arrivals) == 1


async def test_a_post_that_cannot_be_written_keeps_no_other_out(house: House) -> None:
    storing = Storing(house.wiring.ledger)

    def broken() -> Incoming:
        raise ValueError("not to be read")

    kept = [storing.store(partial(incoming, n), LONG) for n in ("SM1", "SM2")]
    first, failed, second = await asyncio.gather(
        kept[0], storing.store(broken, LONG), kept[1], return_exceptions=True
    )

    assert (first, second) == (None, None)
    assert isinstance(failed, ValueError)
    assert {one.body for one in house.arrivals} == {b"SM1", b"SM2"}
