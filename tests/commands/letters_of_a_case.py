"""The letters of a case, each once everything before it in its cadence is done."""

from __future__ import annotations

from dunning.steps import AskAssociate, SendTouch, Wait
from tests.activities.workshop import Workshop, afternoon
from tests.cast import day


def words_of(shop: Workshop, letter: str, number: str = "I-1") -> str:
    """The words of a letter of the cadence, once everything before it is done."""
    step = shop.plan(number, afternoon(day(3)))
    for _ in range(20):
        match step:
            case SendTouch() if step.letter == letter:
                shop.send(number, step, step.at)
                return shop.post.handed_over[-1].text
            case AskAssociate():
                step = shop.hand_to_people(number, step, step.at)
            case SendTouch():
                step = shop.send(number, step, step.at)
            case Wait(at=at) if at:
                step = shop.plan(number, max(at, afternoon(at.date())))
            case _:
                raise AssertionError(step)
    raise AssertionError(step)
