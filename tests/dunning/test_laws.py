from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.folding import apply, fold
from dunning.may import NotAllowed
from tests.dunning import laws
from tests.dunning.event import Event
from tests.dunning.following import Following
from tests.dunning.happenings import events, happen
from tests.dunning.random_worlds import followed

_AFTERWARDS = timedelta(days=70)
# The same histories in every run, so that a failure is never a matter of luck.
_LOOK = settings(max_examples=500, derandomize=True)


def _live(world: Following, happenings: list[Event]) -> None:
    world.on_plan = laws.check_plan
    for event in happenings:
        world.until(world.now + event.after)
        try:
            happen(world, event)
        except NotAllowed:
            # The rulebook refused it, as it may; the next thing happens.
            continue
        world.plan()
        laws.check_nothing_is_forgotten(world)
    world.until(world.now + _AFTERWARDS)
    laws.check_nothing_is_forgotten(world)


@_LOOK
@given(followed(), events())
def test_whatever_happens_the_customer_is_treated_by_the_rules(
    world: Following, happenings: list[Event]
) -> None:
    _live(world, happenings)

    for message in world.messages:
        laws.check_message(message)
    laws.check_customer(world)
    laws.check_few_words(world)


@_LOOK
@given(followed(), events(), st.data())
def test_folding_all_at_once_is_folding_one_by_one(
    world: Following, happenings: list[Event], data: st.DataObject
) -> None:
    _live(world, happenings)
    cut = data.draw(st.integers(1, len(world.history)))
    known = fold(world.history[:cut])
    for fact in world.history[cut:]:
        known = apply(known, fact)

    assert known == fold(world.history) == world.case
