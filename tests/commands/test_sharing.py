"""Customers shared out among processes: nobody twice, nobody left out, nobody moved meanwhile."""

from __future__ import annotations

import gc
from datetime import date

import pytest

from commands.sharing import MOST_PROCESSES, WORTH_SHARING, Share, shared_out, shares_for, shares_of
from ledger.customer_groups import customer_groups
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


def customers_of(share: Share) -> list[str]:
    """The customers of a share."""
    return [customer for group in share.groups for customer in group.customers]


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_every_customer_is_in_exactly_one_share(ledger: Ledger, parts: int) -> None:
    with snapshot(filled(ledger)) as books:
        shares = shares_of(books, parts)
        everybody = [one for group in customer_groups(books) for one in group.customers]

    assert sorted(one for share in shares for one in customers_of(share)) == sorted(everybody)
    assert sum(share.invoices for share in shares) == LARGE + SMALL * 20
    assert [share.number for share in shares] == list(range(parts))


def test_shares_are_about_equal_although_one_customer_is_large(ledger: Ledger) -> None:
    with snapshot(filled(ledger)) as books:
        shares = shares_of(books, 2)

    assert max(share.invoices for share in shares) <= (LARGE + SMALL * 20) / 2 + CHUNK / 2


def test_a_large_customer_is_a_group_of_its_own(ledger: Ledger) -> None:
    with snapshot(filled(ledger)) as books:
        groups = list(customer_groups(books))

    assert [group.invoices for group in groups if "C-0" in group.customers] == [LARGE]
    assert all(group.invoices <= CHUNK for group in groups if "C-0" not in group.customers)


def test_shares_read_the_moment_at_which_they_were_made(ledger: Ledger) -> None:
    filled(ledger)
    with snapshot(ledger) as books:
        share = shares_of(books, 1, name_of_snapshot(books))[0]
        ledger.transact(lambda later: later.open_case(opened("N-1", DUE, "C-new")))
        with snapshot(ledger, share.snapshot) as others:
            seen = [one for group in customer_groups(others) for one in group.customers]
        is_named = books.connection.dialect.name == "postgresql"

    assert "C-new" not in customers_of(share)
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
