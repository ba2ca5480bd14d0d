from __future__ import annotations

import subprocess
import sys

from sqlalchemy import func, select

from ledger.books import FACT
from ledger.ledger import Ledger
from settings import ROOT
from tests.ledger import writing
from tests.ledger.entries import eur, open_case
from tests.ledger.test_chain import broken
from tests.ledger.writing import TURNS

WRITERS = 4


def test_four_processes_write_at_once_and_lose_nothing(ledger: Ledger, database_url: str) -> None:
    open_case(ledger, "I-1")
    command = [sys.executable, "-m", writing.__name__, database_url]
    writers = [
        subprocess.Popen([*command, str(n)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for n in range(WRITERS)
    ]
    complaints = [writer.communicate(timeout=60)[1] for writer in writers]
    with ledger.reading() as books:
        shared = books.case("I-1")
        streams = select(func.count(FACT.c.stream.distinct()))
        cases = books.connection.execute(streams).scalar_one()

    assert [writer.returncode for writer in writers] == [0] * WRITERS, complaints
    # Everybody wrote to one invoice in turn; nothing was overwritten.
    assert shared.paid == eur(WRITERS * TURNS)
    assert cases == 1 + WRITERS * TURNS
    assert broken(ledger) == []
