from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning.payment import PaymentReceived
from ledger.ledger import Ledger
from ledger.past_facts import histories_until
from ledger.payments import with_unused_money
from ledger.rebuild import snapshot
from tests.ledger.entries import AT, described, eur, opened, paused

A_MINUTE = timedelta(minutes=1)


def test_what_was_recorded_later_is_left_out(invoiced: Ledger) -> None:
    later = replace(paused(), at=AT + A_MINUTE)
    invoiced.transact(lambda books: books.record("I-1", later))
    streams = ["invoice:I-1", "invoice:none"]

    with snapshot(invoiced) as books:
        then = histories_until(books, streams, AT)
        now = histories_until(books, streams, AT + A_MINUTE)
        all_of_it = books.histories(streams)

    assert then == {"invoice:I-1": [opened()], "invoice:none": []}
    assert now == {**all_of_it, "invoice:none": []}
    assert now["invoice:I-1"][-1] == later


def test_only_who_may_have_unused_money_is_asked_about(invoiced: Ledger) -> None:
    received = PaymentReceived(
        at=AT,
        by="import",
        payment="P-1",
        amount=eur(100),
        on=AT.date(),
        reference="",
        payer=described().name,
    )
    customers = [("C-1", described().name), ("C-2", "Nobody")]

    with snapshot(invoiced) as books:
        before = with_unused_money(books.connection, customers)
    invoiced.transact(lambda books: books.record_payment(received, 0))
    with snapshot(invoiced) as books:
        after = with_unused_money(books.connection, customers)

    assert before == set()
    assert after == {"C-1"}
