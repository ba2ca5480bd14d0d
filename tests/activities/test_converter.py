from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from activities.converter import DATA_CONVERTER, reader_of
from activities.payloads import PlanOrder, StepOrder, WireStep
from dunning.steps import SendTouch, Wait

AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
TOUCH = SendTouch(
    at=AT,
    why="reminder: level 1 by email",
    step="reminder",
    channel="email",
    letter="reminder",
    level=1,
    to="billing",
)


def crossed(value: object, into: object) -> Any:  # noqa: ANN401 - whatever was sent
    # The SDK makes a converter of its own for every workflow.
    converter = DATA_CONVERTER.payload_converter_class()
    return converter.from_payloads(converter.to_payloads([value]), [cast("type", into)])[0]


def test_orders_and_steps_come_out_as_they_went_in() -> None:
    for step in (TOUCH, Wait(at=None, code="CADENCE_DONE", why="people decide")):
        assert crossed(step, WireStep) == step
    for order in (PlanOrder("I-1", AT), StepOrder("I-1", TOUCH, AT)):
        assert crossed(order, type(order)) == order


def test_what_crosses_without_a_type_comes_out_plain() -> None:
    assert crossed("paid in full", None) == "paid in full"
    assert crossed(None, None) is None
    assert crossed(b"raw", bytes) == b"raw"


def test_how_a_type_is_read_is_worked_out_once_for_all_workflows() -> None:
    crossed(TOUCH, WireStep)
    before = reader_of.cache_info()
    for _ in range(3):
        crossed(TOUCH, WireStep)
    after = reader_of.cache_info()

    assert (after.misses - before.misses, after.hits - before.hits) == (0, 3)
