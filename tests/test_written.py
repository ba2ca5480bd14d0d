"""What any release wrote is read by this one, and every kind was written once."""

from __future__ import annotations

import json
from typing import Any, cast, get_args

import pytest
from temporalio.api.common.v1 import Payload

from activities import payloads
from activities.converter import DATA_CONVERTER
from activities.payloads import WireDisputeStep, WireStep
from dunning.dispute_steps import DisputeStep
from dunning.steps import Step
from ledger.wire import AnyFact, body_of, fact_of
from tests.activities.step_samples import AT, DISPUTE_STEPS, ORDERS, STEPS
from tests.written import Written, unwritten, written

_INTO = {"steps": WireStep, "dispute_steps": WireDisputeStep}


def test_every_kind_was_written_by_some_release() -> None:
    # New kinds: `make histories` adds them.
    assert [(one.group, one.kind) for one in unwritten()] == []


def test_every_kind_of_step_and_order_has_a_sample() -> None:
    assert {type(one) for one in STEPS} == set(get_args(Step))
    assert {type(one) for one in DISPUTE_STEPS} == set(get_args(DisputeStep))
    orders = {one for name, one in vars(payloads).items() if name.endswith("Order")}
    assert {type(one) for one in ORDERS} == orders
    assert set(get_args(AnyFact)) == {type(_fact(o)) for o in written() if o.group == "facts"}


@pytest.mark.parametrize("one", written(), ids=lambda one: f"{one.release}-{one.kind}")
def test_what_a_release_wrote_still_says_the_same(one: Written) -> None:
    told = json.loads(one.text)
    again = json.loads(body_of(_fact(one)) if one.group == "facts" else _crossed(one))

    # It may have learnt more since.
    assert again.items() >= told.items()


def _fact(one: Written) -> AnyFact:
    return fact_of(one.kind, one.text, AT, "ada")


def _crossed(one: Written) -> str:
    into = _INTO.get(one.group) or getattr(payloads, one.kind)
    converter = DATA_CONVERTER.payload_converter
    payload = Payload(metadata={"encoding": b"json/plain"}, data=one.text.encode())
    read: Any = converter.from_payloads([payload], [cast("type", into)])[0]
    return converter.to_payloads([read])[0].data.decode()
