from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.gateways.interface import Accepted, OutgoingMessage, SentBefore
from commands.month_end.asked import Given
from commands.month_end.reminder import month_end_reminder
from settings import Settings
from tests.commands.auditing import wired
from tests.commands.installed import set_up
from tests.commands.month_ending import DEMO, MARCH, ends, fill_march
from worker import Wiring

# Good Friday to Easter Monday stand before the first business days of April 2026, but Wednesday
# the 1st is one; 1 August is a Saturday.
APRIL_1 = datetime(2026, 4, 1, 8, tzinfo=UTC)
AUGUST_1 = datetime(2026, 8, 1, 8, tzinfo=UTC)


@dataclass
class Post:
    """A gateway that takes everything."""

    sent: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> Accepted:
        """Take it."""
        self.sent.append(message)
        return Accepted(f"p{len(self.sent)}")

    def look_up(self, _: SentBefore) -> None:
        """Nothing is ever unknown here."""


@dataclass
class Office:
    """An installation whose controller is reminded."""

    wiring: Wiring
    settings: Settings
    post: Post

    def remind(self, now: datetime) -> str:
        """The job runs."""
        return month_end_reminder(self.wiring, self.settings, now)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    settings = set_up(tmp_path / "home")
    settings = settings.model_copy(update={"controller_email": "controller@larkspur.example"})
    post, wiring = Post(), wired(settings)
    wiring.ledger.transact(fill_march)
    yield Office(replace(wiring, gateways={"email": post, "sms": post}), settings, post)
    wiring.ledger.engine.dispose()


def test_the_controller_is_reminded_of_a_month_once(office: Office) -> None:
    said = [office.remind(APRIL_1 + timedelta(days=days)) for days in (0, 1, 9)]
    (message,) = office.post.sent

    assert said[0].endswith("The report was sent.")
    assert all("was sent before" in one for one in said[1:])
    assert f"{DEMO}: prepare it" in message.text
    assert message.attachments[0].content.decode().splitlines()[1] == f'"{DEMO}",2026-03,open'


def test_before_our_first_business_day_nobody_is_reminded(office: Office) -> None:
    assert "first business day" in office.remind(AUGUST_1)
    assert office.post.sent == []
    office.remind(AUGUST_1 + timedelta(days=2))

    assert [one.subject for one in office.post.sent] == ["Month end 2026-07: 1 to close"]


def test_a_closed_month_is_not_reminded_of(office: Office) -> None:
    ledger, planner = office.wiring.ledger, office.wiring.planner
    for by in ("ada", "bea"):
        desk = ends(ledger, planner, by, APRIL_1)
        if by == "ada":
            desk.prepare(DEMO, MARCH, Given())
        else:
            desk.review(DEMO, MARCH, "")

    assert office.remind(APRIL_1 + timedelta(hours=1)) == "2026-03 is closed everywhere."
    assert office.post.sent == []


def test_without_an_address_the_job_says_so(office: Office) -> None:
    nobody = office.settings.model_copy(update={"controller_email": ""})

    assert "DUNCAN_CONTROLLER_EMAIL" in month_end_reminder(office.wiring, nobody, APRIL_1)
