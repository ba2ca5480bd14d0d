from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from activities.planning import Planner
from commands.cases.actions import Actions
from commands.people.actions import PeopleActions
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from ledger.ledger import Ledger
from ledger.people import people_of
from ledger.sign_ins import begin, session_of
from tests.commands.staffed import NOW, staffed_books


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Ledger]:
    """Books with one invoice and a person of each role, called as the role is."""
    with staffed_books(tmp_path / "books.db") as ledger:
        yield ledger


@pytest.mark.parametrize(
    "roles",
    [
        ("associate", "senior"),
        ("associate", "manager"),
        ("senior", "manager"),
        ("associate", "controller"),
        ("administrator", "associate"),
        ("administrator", "controller"),
        ("auditor", "associate"),
        ("auditor", "administrator"),
    ],
)
def test_duties_that_conflict_do_not_go_together(staffed: Ledger, roles: tuple[str, ...]) -> None:
    people = PeopleActions(staffed, "administrator", NOW)
    with pytest.raises(NotAllowed):
        people.add("zoe", "Zoe", *roles)
    people.add("zoe", "Zoe", roles[0])
    with pytest.raises(NotAllowed):
        people.give_role("zoe", roles[1])


@pytest.mark.parametrize("name", ["duncan", "IMPORT", "a b", "", "-x", "ä", "x" * 65, "a\nb"])
def test_a_name_that_could_be_mistaken_is_refused(staffed: Ledger, name: str) -> None:
    with pytest.raises(NotAllowed):
        PeopleActions(staffed, "administrator", NOW).add(name, "Somebody", "viewer")


def test_nobody_changes_their_own_roles_or_leaves_no_administrator(staffed: Ledger) -> None:
    people = PeopleActions(staffed, "administrator", NOW)
    changes: list[Callable[[], object]] = [
        lambda: people.give_role("administrator", "viewer"),
        lambda: people.take_role("Administrator", "administrator"),
        lambda: people.deactivate("administrator", "tired"),
    ]
    for change in changes:
        with pytest.raises(NotAllowed, match="Another administrator"):
            change()


def test_who_leaves_has_no_session_and_acts_no_more(staffed: Ledger, planner: Planner) -> None:
    staffed.transact(lambda books: begin(books.connection, "token", "associate", "password", NOW))
    PeopleActions(staffed, "administrator", NOW).deactivate("associate", "left")
    with staffed.reading() as books:
        assert session_of(books.connection, "token", NOW) is None
    with pytest.raises(NoAuthority, match="has left"):
        Actions(staffed, planner, "associate", NOW).promise("I-1", Decimal(1), date(2026, 5, 9))
    PeopleActions(staffed, "administrator", NOW).reactivate("associate", "back")
    Actions(staffed, planner, "associate", NOW).pause("I-1", "system", date(2026, 5, 9))

    with staffed.reading() as books:
        assert books.case("I-1").pause


def test_the_list_of_people_says_what_their_facts_say(ledger: Ledger) -> None:
    people = PeopleActions(ledger, "eve", NOW)
    people.add("eve", "Eve", "administrator")
    people.add("ada", "Ada", "senior")
    people.take_role("ada", "senior")
    people.give_role("ada", "viewer")
    with ledger.reading() as books:
        listed = {one.person: one.roles for one in people_of(books.connection)}

    assert listed == {"ada": ("viewer",), "eve": ("administrator",)}
