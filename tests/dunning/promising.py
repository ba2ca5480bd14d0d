"""Builders for tests about promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dunning import facts
from dunning.promise_facts import PromiseMade
from tests.dunning.following import Following, following
from tests.dunning.worlds import PERSON, STANDARD, euros, moment

# Without the note before the promised day, to see what else happens.
SILENT = replace(STANDARD, promise=replace(STANDARD.promise, courtesy_note=False))


def with_promise(on: date, amount: str = "1200.00") -> Following:
    """An invoice reminded once, with a promise made on 5 June."""
    world = following(policy=SILENT)
    world.until(moment("5 Jun"))
    promise(world, on, amount)
    return world


def promise(world: Following, on: date, amount: str = "1200.00") -> None:
    """The customer promises now."""
    world.record(PromiseMade(at=world.now, by=PERSON, amount=euros(amount), promised_on=on))
    world.plan()


def outcomes(world: Following) -> list[str]:
    """What came of the promises, oldest first."""
    return [promise.outcome for promise in world.case.promises]


def pay(world: Following, amount: str) -> None:
    """Money comes in today."""
    day = world.situation.today
    world.record(
        facts.PaymentApplied(at=world.now, by="import", payment="P", amount=euros(amount), on=day)
    )
