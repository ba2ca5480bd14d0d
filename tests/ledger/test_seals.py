from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from dunning.finding_facts import AuditRecorded
from ledger.books import Books
from ledger.findings import record_run
from ledger.ledger import Ledger
from ledger.merkle import Head, heads_at, leaf_of, root_from, tree_of
from ledger.seals import broken_seals, recorded_runs, seal, wait_for_writers
from tests.ledger.entries import AT, described, open_case, paid
from tests.ledger.test_chain import broken, unguard

DAY = AT.date()


def sealed(ledger: Ledger) -> AuditRecorded:
    """An audit is kept."""
    newest = ledger.transact(lambda books: wait_for_writers(books.connection))

    def work(books: Books) -> AuditRecorded:
        before = recorded_runs(books)
        made = seal(books, newest, before)
        run = AuditRecorded(
            at=AT,
            by="eve",
            run=f"R{len(before) + 1:04}",
            first=DAY,
            last=DAY,
            invoices=0,
            touches=0,
            customers=0,
            found=0,
            failed=0,
            digest="",
            sealed_from=made.first,
            sealed_to=made.last,
            sealed_facts=made.facts,
            seal=made.digest,
            root=made.root,
        )
        record_run(books, run)
        return run

    return ledger.transact(work)


def told(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.reading() as books:
        return [(one.run, one.why) for one in broken_seals(books)]


def fill(ledger: Ledger) -> None:
    open_case(ledger, "I-1")
    ledger.transact(lambda books: books.record_customer("C-1", described()))
    ledger.transact(lambda books: books.record("I-1", paid(100), paid(200, "P-2")))


def test_seals_follow_each_other_and_hold(ledger: Ledger) -> None:
    fill(ledger)
    first = sealed(ledger)
    open_case(ledger, "I-2")
    second, third = sealed(ledger), sealed(ledger)

    assert told(ledger) == []
    assert first.sealed_facts == 4
    assert (second.sealed_from, second.sealed_facts) == (first.sealed_to + 1, 2)
    assert third.sealed_from == second.sealed_to + 1
    assert len({first.root, second.root, third.root}) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM fact WHERE stream = 'invoice:I-1' AND number = 3",
        "DELETE FROM fact WHERE stream = 'invoice:I-1'",
        "DELETE FROM fact WHERE stream = 'customer:C-1'",
    ],
)
def test_an_end_that_was_cut_off_breaks_the_seal_though_the_chain_is_whole(
    ledger: Ledger, statement: str
) -> None:
    fill(ledger)
    sealed(ledger)
    open_case(ledger, "I-2")
    sealed(ledger)
    with ledger.engine.begin() as connection:
        unguard(connection)
        connection.execute(text(statement))

    assert broken(ledger) == []
    assert [run for run, _ in told(ledger)] == ["R0001"]
    assert "it saw 4 facts where" in told(ledger)[0][1]


def test_a_fact_written_anew_with_a_fitting_chain_breaks_the_seal(ledger: Ledger) -> None:
    fill(ledger)
    sealed(ledger)
    with ledger.engine.begin() as connection:
        unguard(connection)
        connection.execute(
            text("UPDATE fact SET hash = 'x' WHERE stream = 'invoice:I-1' AND number = 3")
        )

    assert told(ledger) == [("R0001", "the facts it saw are not those that are there now")]


def test_a_run_that_was_taken_out_breaks_the_next_one(ledger: Ledger) -> None:
    fill(ledger)
    sealed(ledger)
    open_case(ledger, "I-2")
    sealed(ledger)
    with ledger.engine.begin() as connection:
        unguard(connection)
        connection.execute(text("DELETE FROM fact WHERE stream = 'audit:runs' AND number = 1"))

    assert any("does not follow" in why for _, why in told(ledger))


def test_a_kept_audit_that_was_put_in_does_not_follow_from_the_one_before(ledger: Ledger) -> None:
    fill(ledger)
    first = sealed(ledger)
    forged = replace(
        first,
        run="R0002",
        sealed_from=first.sealed_to + 1,
        sealed_to=first.sealed_to,
        sealed_facts=0,
        seal=hashlib.sha256().hexdigest(),
        root="0" * 64,
    )
    ledger.transact(lambda books: record_run(books, forged))

    assert told(ledger) == [("R0002", "its own seal does not follow from that of the run before")]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_every_stream_leads_to_the_root_and_no_other_does(count: int) -> None:
    heads = [Head(f"invoice:{number}", number + 1, f"{number:064}") for number in range(count)]
    tree = tree_of(reversed(heads))

    assert tree.facts == sum(head.number for head in heads)
    for head in heads:
        proof = tree.proof(head.stream)
        assert root_from(head, proof) == tree.root
        assert root_from(head._replace(number=99), proof) != tree.root
    assert (count == 1) == (leaf_of(heads[0]).hex() == tree.root)


def test_the_heads_of_a_moment_stay_when_more_is_recorded(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.reading() as books:
        before = heads_at(books, AT)
    later = paid(300, "P-3")
    ledger.transact(
        lambda books: books.record("I-1", type(later)(**later.__dict__ | {"at": AT + timedelta(1)}))
    )
    with ledger.reading() as books:
        assert heads_at(books, AT).root == before.root
        assert heads_at(books, AT + timedelta(days=1)).root != before.root
        assert heads_at(books, AT - timedelta(days=99)).root == ""
