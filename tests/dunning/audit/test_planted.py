from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dunning.audit.account import Period
from dunning.audit.auditor import Auditor
from dunning.audit.finding import TITLES, Finding
from dunning.audit.tally import results
from tests.dunning.audit.histories import BEGINS, DAYS, household
from tests.dunning.audit.households import TERMS
from tests.dunning.audit.plants import COMPANIONS, PLANTS, Books

HISTORIES = 1_000
# An hour after the last thing that happened.
END = datetime.combine(BEGINS, time(23), UTC) + timedelta(days=DAYS, hours=1)


def found_in(books: Books) -> list[Finding]:
    """What an audit of the books finds."""
    auditor = Auditor(Period(date(2026, 1, 1), END.date(), END), TERMS, books.around)
    auditor.account(books.account, books.followed)
    return auditor.end().sorted_findings()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_planted_violation_is_found_and_nothing_else() -> None:
    planted: Counter[str] = Counter()
    for seed in range(HISTORIES):
        home = household(seed)
        assert found_in(Books.of(home)) == [], f"the history of seed {seed} is clean"
        # Rare kinds first: not every history has a place for each of them.
        for kind in sorted(PLANTS, key=lambda one: (planted[one], one)):
            books = Books.of(home)
            plant, test, code = PLANTS[kind]
            invoice = plant(books)
            if invoice is None:
                continue
            planted[kind] += 1
            found = {(one.test, one.code) for one in found_in(books)}
            wanted = {one for one in found if one[0] == test and code in ("", one[1])}
            assert wanted, f"seed {seed}: {kind} was not found, but {found}"
            assert found - wanted - COMPANIONS.get(kind, set()) == set(), f"seed {seed}: {kind}"
            break

    print(f"{sum(planted.values())} violations of {len(planted)} kinds: {dict(planted)}")  # noqa: T201 - The count is the promise.
    assert sum(planted.values()) == HISTORIES
    assert planted.keys() == PLANTS.keys()


def test_every_test_has_a_planted_violation() -> None:
    proven = {test for _, test, _ in PLANTS.values()}
    companions = {test for found in COMPANIONS.values() for test, _ in found}

    assert len(PLANTS) >= 40
    assert proven | companions == TITLES.keys()


def test_a_clean_customer_passes_every_test_in_its_order() -> None:
    auditor = Auditor(
        Period(date(2026, 1, 1), END.date(), END), TERMS, Books.of(household(1)).around
    )
    home = household(1)
    auditor.account(home.account(), home.followed())
    told = results(auditor.end())

    assert [one.id for one in told] == list(TITLES)
    assert all(one.passed for one in told)
    assert all(one.reason for one in told if not one.checked)


def test_an_invoice_that_came_after_the_period_is_not_audited() -> None:
    home = household(1)
    early = datetime(2026, 2, 1, tzinfo=UTC)
    auditor = Auditor(Period(date(2026, 1, 1), early.date(), early), TERMS, Books.of(home).around)
    auditor.account(home.account(), home.followed())

    assert auditor.end().population["invoices"] == 0


def test_what_was_recorded_after_the_period_did_not_happen_yet() -> None:
    homes = [household(seed) for seed in range(40)]
    for middle in (date(2026, 3, 25), date(2026, 4, 10)):
        end = datetime.combine(middle, time(23), UTC)
        for home in homes:
            books = Books.of(home)
            auditor = Auditor(Period(date(2026, 1, 1), middle, end), TERMS, books.around)
            auditor.account(books.account, books.followed)

            assert auditor.end().sorted_findings() == [], (home.recorded.customer, middle)
