from __future__ import annotations

from sqlalchemy import text

from ledger.ledger import Ledger
from ledger.statistics import count_anew
from tests.ledger.entries import open_case


def test_the_database_knows_how_long_its_lists_are(ledger: Ledger) -> None:
    open_case(ledger)
    before = _rows_known(ledger)
    count_anew(ledger.engine)

    assert before < 1
    assert _rows_known(ledger) == (1 if ledger.engine.dialect.name == "postgresql" else 0)


def _rows_known(ledger: Ledger) -> int:
    """How many cases PostgreSQL thinks there are; SQLite is never asked."""
    if ledger.engine.dialect.name != "postgresql":
        return 0
    with ledger.engine.connect() as connection:
        asked = text("SELECT reltuples FROM pg_class WHERE relname = 'dunning_case'")
        return int(connection.execute(asked).scalar_one())
