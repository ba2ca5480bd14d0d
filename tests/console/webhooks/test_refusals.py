from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from console.webhooks.refusals import Refusals, Refused
from tests.console.webhooks.posting import NOW

FORGED, LARGE = Refused(403, "forged"), Refused(413, "too large")


def test_a_flood_is_one_line_a_minute_that_says_how_many() -> None:
    refusals = Refusals()
    with capture_logs() as log:
        for second in range(121):
            for _ in range(10):
                refusals.note("twilio_sms", FORGED, NOW + timedelta(seconds=second))

    assert [line["count"] for line in log] == [1, 600, 600]
    assert {line["status"] for line in log} == {403}


def test_another_reason_or_another_webhook_is_said_at_once() -> None:
    refusals = Refusals()
    with capture_logs() as log:
        for kind, refused in [("sms", FORGED), ("sms", LARGE), ("mail", FORGED), ("sms", FORGED)]:
            refusals.note(kind, refused, NOW)

    assert [(line["kind"], line["why"]) for line in log] == [
        ("sms", "forged"),
        ("sms", "too large"),
        ("mail", "forged"),
    ]
