"""Every invoice of the rehearsed sample on every day has an answer, and messages bear it out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from commands.why.answer import Answer
from commands.why.why import Whys
from ledger.messages import MESSAGE
from ledger.tables import CaseRow, MessageItemRow, table
from tests.commands.rehearsed import AFTER_ALL, LAST, Rehearsed
from worker import Wiring, wire

CASE, ITEM = table(CaseRow), table(MessageItemRow)
FIRST, DAYS = LAST - timedelta(days=45), 70
# Codes that some fact must stand behind.
FOUNDED = ("SETTLED", "PROMISE", "DISPUTE", "PAUSE", "ESCALATED", "REPLY", "SENT", "CAP", "PEOPLE")


@pytest.fixture(scope="module")
def wiring(rehearsed: Rehearsed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiring]:
    found = wire(rehearsed.copied_to(tmp_path_factory.mktemp("why") / "home"))
    object.__setattr__(found.planner, "watch", None)
    yield found
    found.ledger.engine.dispose()


@pytest.fixture(scope="module")
def answers(wiring: Wiring) -> list[Answer]:
    """The answers for every invoice on every day, a fortnight ahead included."""
    found = []
    with wiring.ledger.reading() as books:
        for invoice in books.connection.execute(select(CASE.c.invoice)).scalars().all():
            asked = Whys.of(books, wiring.planner, invoice, AFTER_ALL)
            found += [asked.on(FIRST + timedelta(days=n)) for n in range(DAYS)]
    return found


def test_every_day_has_one_sentence_and_a_code(answers: list[Answer]) -> None:
    assert answers
    assert all(one.code and one.sentence.endswith(".") for one in answers)
    assert all(len(one.sentence) > 20 for one in answers)
    # Whatever was due was carried out or has a reason: nobody switched anything off.
    assert not [one for one in answers if one.code == "NOT_CARRIED_OUT"]


def test_sent_is_said_exactly_where_a_message_covered_the_invoice(
    wiring: Wiring, answers: list[Answer]
) -> None:
    query = (
        select(ITEM.c.invoice, MESSAGE.c.local_date)
        .join(MESSAGE, MESSAGE.c.attempt == ITEM.c.attempt)
        .where(ITEM.c.covered, MESSAGE.c.state != "refused", MESSAGE.c.local_date >= FIRST)
    )
    with wiring.ledger.reading() as books:
        covered = {tuple(row) for row in books.connection.execute(query)}

    assert covered
    assert {(one.invoice, one.on) for one in answers if one.sent} == covered


def test_reasons_stand_on_facts_of_their_time(answers: list[Answer]) -> None:
    founded = [one for one in answers if one.code.startswith(FOUNDED) and one.on <= LAST]

    assert len({one.code for one in founded}) > 5
    assert [one for one in founded if not one.facts] == []
    late = [
        one
        for one in answers
        if any(fact.at.date() > one.on + timedelta(days=1) for fact in one.facts)
        and one.code not in ("NOT_ISSUED", "NOT_FOLLOWED")
    ]
    assert late == []


def test_nothing_is_said_to_be_sent_before_it_is(answers: list[Answer]) -> None:
    ahead = [one for one in answers if one.on > AFTER_ALL.date()]

    assert ahead
    assert not any(one.sent or one.reconstructed for one in ahead)
    assert {"EXPECTED", "NOT_DUE", "SETTLED"} <= {one.code for one in ahead}


def test_a_closed_case_stays_closed_in_its_answers(answers: list[Answer]) -> None:
    by_invoice: dict[str, dict[date, str]] = defaultdict(dict)
    for one in answers:
        by_invoice[one.invoice][one.on] = one.code
    # Nothing of the sample is opened again after it was settled.
    reopened = Counter(
        invoice
        for invoice, codes in by_invoice.items()
        for on in codes
        if codes[on] == "SETTLED" and codes.get(on + timedelta(days=1), "SETTLED") != "SETTLED"
    )

    assert reopened == Counter()
