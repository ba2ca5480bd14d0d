from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from inspect import isfunction
from pathlib import Path

import pytest
from sqlalchemy import select

import commands
from activities.planning import Planner
from commands.authority import ACTIONS
from commands.cases.actions import Actions
from commands.cases.work_actions import WorkActions
from dunning.case import Case
from dunning.may import NotAllowed
from dunning.people import RIGHTS, ROLES, NoAuthority
from dunning.person_facts import ActionRefused
from ledger.books import FACT
from ledger.ledger import Ledger
from tests.commands.staffed import NOW, staffed_books
from tests.ledger.entries import open_case


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Ledger]:
    """Books with one invoice and a person of each role, called as the role is."""
    with staffed_books(tmp_path / "books.db") as ledger:
        yield ledger


# These read, are parts of actions that asked already, or ask for each thing they do.
_UNASKED = {
    "AdjustmentDecisions.proposed",
    "ClaimActions.claimable",
    # What they call asks: a letter for another right than a proposal.
    "DecisionActions.approve_move",
    "DecisionActions.approve_task",
    "DecisionActions.decline_move",
    "DecisionActions.decline_task",
    "MonthEnd.entities",
    "MonthEnd.late",
    "MonthEnd.pack",
    "PolicyActions.withdraw",
    "WorkActions.approve_work",
}


def test_every_action_of_a_person_asks_for_a_right() -> None:
    """A class that knows who acts and when is one of actions, as long as it is frozen."""
    found = _classes()
    methods = {f"{name}.{one}" for name, kind in found.items() for one in _public(kind)}

    assert len(found) >= 15
    assert methods - ACTIONS.keys() <= _UNASKED
    assert set(ACTIONS.values()) <= set(RIGHTS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says_and_refusals_leave_nothing_but_the_record(
    staffed: Ledger, planner: Planner, role: str
) -> None:
    before = _facts(staffed)
    refused = [name for name, right in ACTIONS.items() if right not in ROLES[role]]
    for name in refused:
        with pytest.raises(NoAuthority, match=role):
            _bound(name, staffed, planner, role)("I-1")
    after = _facts(staffed)

    assert after[: len(before)] == before
    assert [kind for kind, _ in after[len(before) :]] == ["action_refused"] * len(refused)
    assert len(refused) > 1


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_is_not_refused_for_lack_of_authority(
    staffed: Ledger, planner: Planner, role: str
) -> None:
    for name, right in ACTIONS.items():
        if right in ROLES[role]:
            with pytest.raises((NotAllowed, TypeError, AttributeError)) as other:
                _bound(name, staffed, planner, role)()

            assert not isinstance(other.value, NoAuthority), name


def test_without_people_any_name_acts_as_before(ledger: Ledger, planner: Planner) -> None:
    open_case(ledger)
    done = Actions(ledger, planner, "whoever", NOW).pause("I-1", "system", date(2026, 5, 9))

    assert done.case.pause


def test_with_people_a_name_that_is_nobodys_does_nothing(staffed: Ledger, planner: Planner) -> None:
    with pytest.raises(NoAuthority, match="Nobody on the team is called 'whoever'"):
        Actions(staffed, planner, "whoever", NOW).pause("I-1", "system", None)

    assert not _case(staffed).pause


def test_a_limit_is_that_of_the_persons_own_role(staffed: Ledger, planner: Planner) -> None:
    associate = Actions(staffed, planner, "associate", NOW)
    with pytest.raises(NoAuthority, match="does not decide as finance_director"):
        associate.hand_over("I-1", "Gladstone Legal", "no answer", "finance_director")
    associate.write_off("I-1", "bankrupt", "the court said so")
    for role in ("senior", "manager"):
        with pytest.raises(NoAuthority, match="does not decide as controller"):
            Actions(staffed, planner, role, NOW).approve_proposal("I-1")
    done = Actions(staffed, planner, "controller", NOW).approve_proposal("I-1")

    assert done.case.written_off


def test_nobody_approves_what_they_proposed_however_the_name_is_written(
    staffed: Ledger, planner: Planner
) -> None:
    Actions(staffed, planner, "senior", NOW).propose_credit_hold("I-1", "late again")
    with pytest.raises(NotAllowed, match="another person has to approve it"):
        Actions(staffed, planner, " Senior ", NOW).approve_proposal("I-1")
    with staffed.reading() as books:
        kept = books.histories(["person:senior"])["person:senior"][-1]
    Actions(staffed, planner, "manager", NOW).approve_proposal("I-1")

    assert isinstance(kept, ActionRefused)
    assert "another person has to approve it" in kept.why


def test_bulk_refuses_each_thing_by_itself(staffed: Ledger, planner: Planner) -> None:
    found = WorkActions(staffed, planner, "associate", NOW).pause_work(
        ["no such task", "nor this"], "system", None, ""
    )

    assert [one.done for one in found] == [False, False]
    assert all("done already" in one.said for one in found)
    with pytest.raises(NotAllowed, match="At most 100"):
        WorkActions(staffed, planner, "associate", NOW).pause_work(
            [str(number) for number in range(101)], "system", None, ""
        )


@cache
def _classes() -> dict[str, type]:
    """Every class of actions there is, found by looking."""
    modules = (one.name for one in pkgutil.walk_packages(commands.__path__, "commands."))
    return {
        name: kind
        for module in modules
        for name, kind in vars(importlib.import_module(module)).items()
        if isinstance(kind, type) and {"by", "now", "ledger"} <= _fields(kind)
    }


def _fields(kind: type) -> set[str]:
    return {one.name for one in fields(kind)} if is_dataclass(kind) else set()


def _public(kind: type) -> list[str]:
    return [name for name, one in vars(kind).items() if name[0] != "_" and isfunction(one)]


def _bound(name: str, ledger: Ledger, planner: Planner, by: str) -> Callable[..., object]:
    """The action of a person, whatever else its class is made from."""
    kind, method = name.split(".")
    actor: object = object.__new__(_classes()[kind])
    for field, value in {"ledger": ledger, "planner": planner, "by": by, "now": NOW}.items():
        object.__setattr__(actor, field, value)
    found: Callable[..., object] = getattr(actor, method)
    return found


def _facts(ledger: Ledger) -> list[tuple[str, str]]:
    """Everything the books hold, oldest first."""
    with ledger.reading() as books:
        rows = books.connection.execute(select(FACT.c.kind, FACT.c.body).order_by(FACT.c.id))
        return [(kind, body) for kind, body in rows]


def _case(ledger: Ledger) -> Case:
    with ledger.reading() as books:
        return books.case("I-1")
