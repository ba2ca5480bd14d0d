"""A new version of the policies reaches the cases that sleep."""

from __future__ import annotations

import asyncio

from commands.policies.actions import PolicyActions
from tests.cast import day
from tests.commands.changing_policies import STANDARD, moved
from tests.stories import Stage


async def test_a_version_wakes_a_case_that_sleeps_and_changes_what_comes(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(4))
    waits_for = stage.read(lambda books: books.case("I-1").level)
    planner = stage.wiring.planner
    assert planner.versions is not None
    files = dict(planner.versions.files(1))
    files[STANDARD] = moved(files[STANDARD], {"request": 14, "request_sms": 16})

    def change() -> None:
        ledger = stage.wiring.ledger
        ada, bea = (PolicyActions(ledger, planner, by, stage.now) for by in ("ada", "bea"))
        made = ada.draft(files, "more patience")
        ada.simulate(made.version, 14, lambda _, __: None)
        bea.approve(made.version)
        bea.activate(made.version, day(8))

    await asyncio.to_thread(change)
    await stage.evening(day(11))

    # Under the first version the request would have gone out on day 10.
    assert waits_for == 1
    assert [letter for _, letter in stage.letters()] == ["courtesy", "reminder"]
    await stage.evening(day(14))

    assert stage.letters()[-1] == ("Mon 16 Mar", "request")
    touch = stage.read(lambda books: books.case("I-1").last_touch)
    assert touch is not None
    assert planner.policies_at(stage.now).policy("standard_b2b").policies_version == 2
