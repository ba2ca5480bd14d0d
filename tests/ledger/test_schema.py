from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, text

from dunning.may import NotAllowed
from ledger.ledger import Ledger
from ledger.rebuild import differences
from ledger.schema import MIGRATIONS, NEWEST, is_current, upgrade
from tests.ledger.entries import open_case, paid


def test_the_tables_are_what_the_code_says_they_are(ledger: Ledger) -> None:
    assert difference(ledger.engine) == ""


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    newest = max((MIGRATIONS / "versions").glob("[0-9]*.py"))

    assert newest.name.startswith(NEWEST)


def test_books_can_be_taken_down_and_made_again(ledger: Ledger) -> None:
    open_case(ledger)
    with ledger.engine.begin() as connection:
        command.downgrade(config(connection), "base")

    assert set(inspect(ledger.engine).get_table_names()) <= {"alembic_version"}
    assert not is_current(ledger.engine)
    upgrade(ledger.engine)

    assert is_current(ledger.engine)
    assert difference(ledger.engine) == ""
    open_case(ledger)


def test_older_books_get_the_lists_that_are_new_from_their_facts(ledger: Ledger) -> None:
    open_case(ledger)
    ledger.transact(lambda books: books.record("I-1", paid(100)))
    with ledger.engine.begin() as connection:
        command.downgrade(config(connection), "0001")
    upgrade(ledger.engine)

    with ledger.reading() as books:
        assert list(differences(books)) == []


@pytest.mark.parametrize(("older", "times"), [("0017", 0), ("0016", 1)])
def test_lists_are_made_anew_only_where_a_version_asks_for_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, older: str, times: int
) -> None:
    made: list[object] = []
    monkeypatch.setattr("ledger.rebuild.rebuild", lambda *given: made.append(given))
    with ledger.engine.begin() as connection:
        command.downgrade(config(connection), older)
    upgrade(ledger.engine)

    assert is_current(ledger.engine)
    assert len(made) == times


def test_upgrading_twice_changes_nothing(ledger: Ledger) -> None:
    open_case(ledger)
    upgrade(ledger.engine)
    with ledger.reading() as books:
        assert len(books.history("I-1")) == 1


def test_books_of_a_newer_version_are_left_alone_with_a_sentence(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NotAllowed, match="version 9999, written by a newer Duncan"):
        upgrade(ledger.engine)


def test_processes_that_start_at_once_upgrade_together(ledger: Ledger) -> None:
    open_case(ledger)
    with ledger.engine.begin() as connection:
        command.downgrade(config(connection), "0002")
    with ThreadPoolExecutor(4) as several:
        done = [several.submit(upgrade, ledger.engine) for _ in range(4)]

    assert [one.result() for one in done] == [None] * 4
    assert is_current(ledger.engine)


def difference(engine: Engine) -> str:
    """What `alembic check` would complain about."""
    with engine.begin() as connection:
        try:
            command.check(config(connection))
        except CommandError as found:
            return str(found)
    return ""


def config(connection: object) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made
