"""SendGrid's events in our words, whatever is posted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.sendgrid_events import read_events

EVENT = {
    "event": "delivered",
    "sg_event_id": "e-1",
    "dn_attempt": "a1",
    "email": " Ada@Quill.example ",
    "timestamp": 1772700000,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def body(*events: object) -> bytes:
    return json.dumps(events).encode()


@pytest.mark.parametrize(
    ("said", "kind", "again", "lost"),
    [
        ({"event": "processed"}, "processed", False, False),
        ({"event": "deferred"}, "deferred", False, False),
        ({"event": "delivered"}, "delivered", False, False),
        ({"event": "bounce", "type": "bounce"}, "bounced", False, True),
        ({"event": "bounce"}, "bounced", False, True),
        ({"event": "bounce", "type": "blocked"}, "failed", True, True),
        ({"event": "dropped", "reason": "Bounced Address"}, "bounced", False, True),
        ({"event": "dropped", "reason": "Invalid"}, "bounced", False, True),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "opted_out", False, True),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, "complained", False, True),
        ({"event": "dropped", "reason": "Spam Content"}, "failed", True, True),
        ({"event": "spamreport"}, "complained", False, False),
        ({"event": "unsubscribe"}, "opted_out", False, False),
        ({"event": "group_unsubscribe"}, "opted_out", False, False),
    ],
)
def test_each_event_has_its_meaning(
    said: dict[str, str], kind: str, *, again: bool, lost: bool
) -> None:
    [event] = read_events(body(EVENT | said)).deliveries

    assert (event.kind, event.again, event.is_lost) == (kind, again, lost)
    assert (event.attempt, event.address, event.event) == ("a1", "ada@quill.example", "e-1")


@pytest.mark.parametrize("name", ["open", "click", "group_resubscribe", "news"])
def test_what_says_nothing_of_delivery_is_left_out(name: str) -> None:
    found = read_events(body(EVENT | {"event": name}))

    assert (found.deliveries, found.odd) == ((), ())


def test_one_event_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    found = read_events(body({**EVENT, "timestamp": "soon"}, EVENT))

    assert [one.event for one in found.deliveries] == ["e-1"]
    assert found.odd == ("event 1 cannot be read",)


@pytest.mark.parametrize(
    ("kind", "alarms"), [("compliance_suspend", 1), ("compliance_reactivate", 0), ("", 1)]
)
def test_a_suspended_account_is_an_alarm_and_a_reactivated_one_is_not(
    kind: str, alarms: int
) -> None:
    found = read_events(body({"event": "account_status_change", "type": kind}))

    assert len(found.account) == alarms
    assert found.odd == ()


def test_what_a_mail_server_writes_into_its_reason_cannot_break_the_books() -> None:
    evil = 'no\x00such\ud800box\r\n\x1b[31m "; DROP' + "x" * 5000
    [event] = read_events(body(EVENT | {"event": "bounce", "reason": evil})).deliveries

    assert event.why.startswith("nosuchbox")
    assert event.why.isprintable()
    assert len(event.why) <= 500
    event.why.encode()


def test_an_event_without_a_name_of_its_own_gets_the_same_one_each_time() -> None:
    nameless = {key: value for key, value in EVENT.items() if key != "sg_event_id"}
    [first], [second] = (read_events(body(nameless)).deliveries for _ in range(2))

    assert first.event == second.event != ""


@given(st.binary(max_size=200) | JSON.map(lambda one: json.dumps(one).encode()))
def test_whatever_is_posted_nothing_raises(posted: bytes) -> None:
    read_events(posted)


@given(
    st.fixed_dictionaries(
        {"event": st.sampled_from(["bounce", "delivered"])},
        optional=dict.fromkeys(
            ("timestamp", "email", "dn_attempt", "sg_event_id", "type", "reason"), JSON
        ),
    )
)
def test_whatever_stands_in_an_event_nothing_raises(event: dict[str, object]) -> None:
    for one in read_events(body(event)).deliveries:
        one.why.encode()
        one.attempt.encode()


@pytest.mark.parametrize("posted", [b"", b"{}", b"[" * 100_000, b"\xff", b"[1, 2", b'"events"'])
def test_what_is_no_list_of_events_is_odd_as_a_whole(posted: bytes) -> None:
    found = read_events(posted)

    assert found.deliveries == ()
    assert found.odd
