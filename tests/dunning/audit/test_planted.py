from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from dunning.audit import auditor as auditor_module
from dunning.audit.account import Period
from dunning.audit.auditor import Auditor
from dunning.audit.finding import TITLES, Finding
from dunning.audit.tally import results
from tests.dunning.audit.histories import BEGINS, household
from tests.dunning.audit.households import Household
from tests.dunning.audit.plant_books import Books
from tests.dunning.audit.plants import COMPANIONS, PLANTS

HISTORIES = 1_000
AN_HOUR = timedelta(hours=1)


def audit(books: Books, as_of: datetime | None = None) -> Auditor:
    """The audit of the books up to a moment, an hour after their last one without it."""
    as_of = as_of or books.ends + AN_HOUR
    auditor = Auditor(
        Period(date(2026, 1, 1), date(2026, 12, 31), as_of), books.terms, books.around
    )
    auditor.account(books.account, books.followed)
    auditor.end()
    return auditor


def found_in(books: Books) -> list[Finding]:
    """What an audit of the books finds."""
    return audit(books).tally.sorted_findings()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_planted_violation_is_found_and_nothing_else() -> None:
    planted: Counter[str] = Counter()
    for seed in range(HISTORIES):
        home = household(seed, 1 if seed % 4 > 1 else None, eventful=seed % 4 != 3)
        assert found_in(_books(home, seed)) == [], f"the history of seed {seed} is clean"
        # Rare kinds first: not every history has a place for each of them.
        for kind in sorted(PLANTS, key=lambda one: (planted[one], one)):
            books = _books(home, seed)
            plant, test, code = PLANTS[kind]
            invoice = plant(books)
            if invoice is None:
                continue
            planted[kind] += 1
            found = {(one.test, one.code) for one in found_in(books)}
            wanted = {one for one in found if one[0] == test and code in ("", one[1])}
            assert wanted, f"seed {seed}: {kind} was not found, but {found}"
            # What is wrong with the first reminder is said twice: A08 looks at no other step.
            also = COMPANIONS.get(kind, set()) | {("A08", code) for test, code in wanted}
            # Who owes less than before, or is asked on another day, may have paid for the rest.
            also |= {("A09", "CREDIT_COVERS")} if books.account.unapplied else set()
            assert found - wanted - also == set(), f"seed {seed}: {kind}"
            break

    print(f"{sum(planted.values())} violations of {len(planted)} kinds: {dict(planted)}")  # noqa: T201 - The count is the promise.
    assert sum(planted.values()) == HISTORIES
    assert planted.keys() == PLANTS.keys()


def _books(home: Household, seed: int) -> Books:
    """A whole history, or one that ends hours or weeks after a reminder: then it is the last."""
    later = (None, timedelta(hours=2), timedelta(days=13), timedelta(days=16))[seed % 4]
    return Books.after_a_reminder(home, seed // 4, later) if later else Books.of(home)


def test_every_test_has_a_planted_violation() -> None:
    proven = {test for _, test, _ in PLANTS.values()}
    companions = {test for found in COMPANIONS.values() for test, _ in found}

    assert len(PLANTS) >= 40
    assert proven | companions == TITLES.keys()


def test_a_clean_customer_passes_every_test_in_its_order() -> None:
    told = results(audit(Books.of(household(1))).tally)

    assert [one.id for one in told] == list(TITLES)
    assert all(one.passed for one in told)
    assert all(one.reason for one in told if not one.checked)


def test_an_invoice_that_came_after_the_period_is_not_audited() -> None:
    early = datetime(2026, 2, 1, tzinfo=UTC)

    assert audit(Books.of(household(1)), early).tally.population["invoices"] == 0


def test_what_was_recorded_after_the_period_did_not_happen_yet() -> None:
    for seed in range(60):
        books = Books.of(household(seed))
        for days in (12, 20, 24):
            middle = datetime.combine(BEGINS, time(23), UTC) + timedelta(days=days)

            assert audit(books, middle).tally.sorted_findings() == [], (seed, days)


def test_the_same_books_give_the_same_findings_in_the_same_order() -> None:
    books = Books.of(household(3))
    plant, _, _ = PLANTS["pause for months"]
    plant(books)

    first, second = found_in(books), found_in(books)

    assert [one.id for one in first] == [one.id for one in second] != []


# Kinds that no single history shows: where each of them is proven.
PROVEN_ELSEWHERE = {
    ("A06", "AT_ONCE"): "test_told_mutations",
    ("A07", "BACKLOG"): "test_told_mutations",
    ("A07", "NO_BROKEN_PROMISE"): "test_told_mutations",
    ("A07", "TRIED_TOO_OFTEN"): "test_told_mutations",
    ("A19", "BEFORE_WAVE"): "test_switching",
    ("A22", "NOT_DECIDED"): "test_told_mutations",
    ("A22", "NOT_ESCALATED"): "test_told_mutations",
    ("A22", "NOT_FOLLOWED"): "test_told_mutations",
    ("A22", "WAITS_TOO_LONG"): "test_told_mutations",
    ("A28", "CLOSED_OPEN"): "planted as closed or open wrongly",
    ("A28", "OPEN_SETTLED"): "planted as closed or open wrongly",
}
_NAMED = re.compile(r'(?:find|Fault|_Said)\(\s*"(A\d\d)",\s*"([A-Z_]+)"')
_OF_DISPUTES = re.compile(r'_Fault\(\s*"([A-Z_]+)"')


def test_every_kind_of_finding_is_planted_or_proven_elsewhere() -> None:
    rules = Path(auditor_module.__file__).parent
    text = "\n".join(file.read_text() for file in sorted(rules.glob("*.py")))
    named = set(_NAMED.findall(text)) | {("A22", code) for code in _OF_DISPUTES.findall(text)}
    planted = {(test, code) for _, test, code in PLANTS.values()}
    planted |= {pair for pairs in COMPANIONS.values() for pair in pairs}

    assert len(named) > 50
    assert named - planted == PROVEN_ELSEWHERE.keys() & named
    assert PROVEN_ELSEWHERE.keys() <= named
