"""A story for each thing that can go wrong at a provider, from the claim to the last word.

One rule decides them all: what nobody knows is not sent again before somebody found out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activities.deliveries import Deliveries
from dunning.channel_facts import ChannelReleased
from dunning.steps import SendTouch, Wait
from fakes.fake_providers import FakeProviders
from fakes.faults import (
    Fault,
    When,
    answers,
    hangs_up,
    redirects,
    resets,
    stalls,
    too_many,
)
from fakes.records import Channel
from fakes.serving import running_fake
from ledger.channels import release_channel, stops
from tests.commands.delivering import DUE, Delivering, Door, at_fakes, delivering, door_of

CHANNELS: tuple[Channel, ...] = ("email", "sms")
WHENS: tuple[When, ...] = ("before", "after")
LOST = {
    "time-out": stalls(3),
    "closed": hangs_up(),
    "reset": resets(),
    "500": answers(500),
    "502": answers(502),
    "503": answers(503),
}
CLOSED = {"302": redirects(), "401": answers(401), "403": answers(403)}
QUARTER = timedelta(minutes=20)


@pytest.fixture(scope="module")
def served() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


@pytest.fixture
def fake(served: FakeProviders) -> Iterator[FakeProviders]:
    yield served
    counts = Counter(one.attempt for one in served.sent)
    served.forget()

    assert all(count == 1 for count in counts.values()), "no attempt became two messages"


@pytest.fixture
def house(fake: FakeProviders, tmp_path: Path) -> Iterator[Delivering]:
    with delivering(tmp_path, at_fakes(fake)) as found:
        yield found


@pytest.fixture
def door(fake: FakeProviders, house: Delivering) -> Iterator[Door]:
    with door_of(house.wiring.ledger, fake) as found:
        yield found


def sends(house: Delivering, channel: Channel) -> datetime:
    """The due step meets the fault; the moment it was handed over."""
    house.opens(channel)
    house.goes_on(DUE[channel][0])
    return DUE[channel][0]


def state(house: Delivering, channel: Channel) -> list[str]:
    """What is known of every try of the step."""
    step = DUE[channel][2]
    return [touch.state for touch in house.case().touches if touch.step == step]


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_accepted_is_sent_and_delivered(
    house: Delivering, fake: FakeProviders, door: Door, channel: Channel
) -> None:
    now = sends(house, channel)
    known = state(house, channel)
    kinds = ("processed", "delivered") if channel == "email" else ("sent", "delivered")
    door.tells(fake.sent[0], *kinds)
    house.mailroom.work(now)

    assert known == state(house, channel) == ["sent"]
    assert len(fake.sent) == 1
    assert house.tasks == []


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_lost_answer_is_cleared_up_by_the_providers_own_word(
    house: Delivering, fake: FakeProviders, door: Door, channel: Channel, fault: Fault
) -> None:
    fake.fault(fault, when="after")
    now = sends(house, channel)
    unknown = state(house, channel), house.tasks
    door.tells(fake.sent[0], "delivered")
    house.mailroom.handle_next(now)

    assert unknown == (["unknown"], [("unknown_outcome", "")])
    assert state(house, channel) == house.messages == ["sent"]
    assert house.tasks == [("unknown_outcome", "touch_sent")]
    assert len(fake.sent) == 1


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_lost_answer_is_cleared_up_by_asking(
    house: Delivering, fake: FakeProviders, channel: Channel, fault: Fault
) -> None:
    fake.fault(fault, when="after")
    now = sends(house, channel)
    early = house.mailroom.ask_providers(now)
    found = house.mailroom.ask_providers(now + QUARTER)

    assert (early, found) == (0, 1)
    assert state(house, channel) == house.messages == ["sent"]
    assert house.tasks == [("unknown_outcome", "touch_sent")]
    assert len(fake.sent) == 1


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_what_never_arrived_is_sent_when_a_person_says_so_and_not_before(
    house: Delivering, fake: FakeProviders, channel: Channel, fault: Fault
) -> None:
    fake.fault(fault, when="before")
    now = sends(house, channel)
    house.goes_on(now)
    house.mailroom.ask_providers(now + QUARTER)
    waiting = state(house, channel), len(fake.sent), sum(call.is_send for call in fake.calls)
    deliveries, [attempt] = Deliveries(house.wiring.planner), attempts(house)
    house.wiring.ledger.transact(
        lambda books: deliveries.never_sent(books, attempt, "not in the log", now, "ada")
    )
    house.goes_on(now)

    assert waiting == (["unknown"], 0, 1)
    assert state(house, channel) == ["refused", "sent"]
    assert len(fake.sent) == 1
    assert house.tasks == [("unknown_outcome", "touch_refused")]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("fault", CLOSED.values(), ids=CLOSED)
def test_a_refused_account_stops_the_channel_once_for_everybody(
    house: Delivering, fake: FakeProviders, channel: Channel, fault: Fault, when: When
) -> None:
    fake.fault(fault, when=when)
    now = sends(house, channel)
    house.opens(channel, "I-2", "C-2")
    waits = [house.goes_on(now, number) for number in ("I-1", "I-2")]
    with house.wiring.ledger.reading() as books:
        stopped = stops(books)

    assert [wait.code for wait in waits if isinstance(wait, Wait)] == ["PROVIDER_FAIL"] * 2
    assert list(stopped) == [channel]
    assert sum(call.is_send for call in fake.calls) == 1
    assert house.case("I-2").withheld[-1].code == "PROVIDER_FAIL"


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_waited_for_a_channel_goes_out_once_when_it_is_released(
    house: Delivering, fake: FakeProviders, channel: Channel
) -> None:
    fake.fault(answers(401), times=1)
    now = sends(house, channel)
    released = ChannelReleased(at=now, by="ada", channel=channel, reason="new key", on=now.date())
    house.wiring.ledger.transact(lambda books: release_channel(books, released))
    house.goes_on(now)

    assert state(house, channel) == ["refused", "sent"]
    assert len(fake.sent) == 1


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("said", ["reset", "seconds", "nothing"])
def test_a_busy_provider_is_asked_again_when_it_said(
    house: Delivering, fake: FakeProviders, channel: Channel, said: str
) -> None:
    at = DUE[channel][0]
    resets_at = int((at + timedelta(seconds=90)).timestamp())
    ways = {"reset": too_many(reset_at=resets_at), "seconds": too_many(retry_after=90)}
    fake.fault(ways.get(said, too_many()))
    house.opens(channel)
    step = house.goes_on(at)
    assert isinstance(step, SendTouch)
    too_early = house.send("I-1", step, step.at - timedelta(seconds=1))
    tried = sum(call.is_send for call in fake.calls)
    house.goes_on(step.at)

    assert step.at > at
    assert too_early == step
    assert tried == 1
    assert step.at == at + timedelta(seconds=90) or said == "nothing" or channel == "sms"
    assert state(house, channel) == ["refused", "sent"]
    assert len(fake.sent) == 1


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_provider_that_says_no_and_sends_all_the_same_is_believed_when_it_tells(
    house: Delivering, fake: FakeProviders, door: Door, channel: Channel
) -> None:
    fake.fault(too_many(), when="after")
    now = sends(house, channel)
    door.tells(fake.sent[0], "delivered")
    house.mailroom.handle_next(now)
    house.goes_on(now + QUARTER)

    assert state(house, channel) == ["sent"]
    assert len(fake.sent) == 1


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("when", WHENS)
def test_what_is_refused_for_good_is_peoples_work(
    house: Delivering, fake: FakeProviders, channel: Channel, when: When
) -> None:
    fake.fault(answers(400), when=when)
    now = sends(house, channel)
    house.goes_on(now + timedelta(days=1))

    assert state(house, channel) == ["refused"]
    assert house.case().latest_withheld(DUE[channel][2]).code == "REFUSED"  # type: ignore[union-attr]  # It is there, or this fails.
    assert house.tasks == [("contact", "")]
    assert sum(call.is_send for call in fake.calls) == 1


def attempts(house: Delivering) -> list[str]:
    """Every attempt, oldest first."""
    return [touch.attempt for touch in house.case().touches if ":" not in touch.attempt]
