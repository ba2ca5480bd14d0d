"""Customers shared out among processes: nobody twice, nobody left out, nobody moved meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from datetime import date

import pytest

from commands import sharing
from commands.sharing import MOST_PROCESSES, WORTH_SHARING, Share, shared_out, shares_for, shares_of
from ledger.books import Books
from ledger.customer_groups import Group, customer_groups, customers_of
from ledger.ledger import Ledger
from ledger.rebuild import name_of_snapshot, snapshot
from ledger.rows import CHUNK
from tests.commands.simulating import opened

DUE = date(2026, 3, 9)
# One customer has more than a quarter of everything, as in real ledgers.
LARGE, SMALL = 600, 40


def filled(ledger: Ledger) -> Ledger:
    """Books with one large customer and many small ones."""
    many = [opened(f"L-{n:03}", DUE, "C-0") for n in range(LARGE)]
    many += [opened(f"S-{n:03}-{i}", DUE, f"C-{n:03}") for n in range(SMALL) for i in range(20)]
    ledger.transact(lambda books: books.open_cases(many))
    return ledger


def everybody_in(books: Books, groups: Iterable[Group]) -> list[str]:
    """The customers of some groups, in their order."""
    return [customer for group in groups for customer in customers_of(books, group)]


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_every_customer_is_in_exactly_one_share(ledger: Ledger, parts: int) -> None:
    with snapshot(filled(ledger)) as books:
        shares = shares_of(books, parts)
        everybody = everybody_in(books, customer_groups(books))
        shared = [one for share in shares for one in everybody_in(books, share.groups)]

    assert len(set(everybody)) == len(everybody) == SMALL + 1
    assert sorted(shared) == sorted(everybody)
    assert sum(share.invoices for share in shares) == LARGE + SMALL * 20
    assert [share.number for share in shares] == list(range(parts))


def test_shares_are_about_equal_although_one_customer_is_large(ledger: Ledger) -> None:
    with snapshot(filled(ledger)) as books:
        shares = shares_of(books, 2)

    assert max(share.invoices for share in shares) <= (LARGE + SMALL * 20) / 2 + CHUNK / 2


def test_who_has_a_customer_with_very_many_invoices_gets_more_in_all(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MANY", CHUNK)
    with snapshot(filled(ledger)) as books:
        shares = shares_of(books, 2)

    # The others are two groups, one of which is as large as groups become.
    assert sorted(share.invoices for share in shares) == [CHUNK, LARGE + SMALL * 20 - CHUNK]


def test_a_large_customer_is_a_group_of_its_own(ledger: Ledger) -> None:
    with snapshot(filled(ledger)) as books:
        groups = list(customer_groups(books))

    assert [group for group in groups if group.invoices > CHUNK] == [Group("C-0", "C-0", LARGE)]


def test_shares_read_the_moment_at_which_they_were_made(ledger: Ledger) -> None:
    filled(ledger)
    with snapshot(ledger) as books:
        share = shares_of(books, 1, name_of_snapshot(books))[0]
        ledger.transact(lambda later: later.open_case(opened("N-1", DUE, "C-new")))
        with snapshot(ledger, share.snapshot) as others:
            shared = everybody_in(others, share.groups)
            seen = everybody_in(others, customer_groups(others))
        is_named = books.connection.dialect.name == "postgresql"

    assert "C-new" not in shared
    assert bool(share.snapshot) == is_named
    # SQLite cannot share a moment: who came later is in nobody's share.
    assert ("C-new" in seen) == (not is_named)


def test_few_invoices_are_not_worth_a_process() -> None:
    assert shares_for(WORTH_SHARING - 1) == 1
    assert 1 <= shares_for(1_000_000) <= MOST_PROCESSES


def test_one_share_needs_no_process_and_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    found = list(shared_out([Share(0, ())], lambda share: share.number, _fail))

    assert found == [0]
    assert gc.get_threshold() == before


def _fail(_: Share) -> int:
    raise AssertionError("one share is read where it is shared out")
