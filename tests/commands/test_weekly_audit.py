"""The audit of every week: kept once, sent once, and never again blindly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from activities.gateways.interface import (
    Accepted,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    SentBefore,
    Unknown,
)
from activities.reports import Reports, ReportWaits, report_facts
from commands.audit.weekly import Week, last_full_week, summary_file, weekly_audit
from dunning.channel_facts import ChannelReleased, ChannelStopped
from dunning.may import NotAllowed
from ledger.channels import release_channel, stop_channel
from ledger.findings import listed_findings, listed_runs
from settings import Settings
from tests.commands.auditing import one_case_wrong, wired
from tests.commands.rehearsed import Rehearsed
from worker import Wiring

# A Tuesday of the rehearsed ledger; the week before begins on the 15th.
NOW = datetime(2026, 6, 23, 4, tzinfo=UTC)
WEEK = Week(date(2026, 6, 15))
LATER = timedelta(hours=1)


@dataclass
class Postman:
    """A gateway that answers as it was told and keeps what it was given."""

    answers: list[Outcome] = field(default_factory=list)
    sent: list[OutgoingMessage] = field(default_factory=list)
    found: Accepted | None = None
    dies: bool = False

    def send(self, message: OutgoingMessage) -> Outcome:
        """Take it."""
        if self.dies:
            raise KeyboardInterrupt
        self.sent.append(message)
        return self.answers.pop(0) if self.answers else Accepted(f"p{len(self.sent)}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Whether it went out."""
        return self.found if message.attempt else None


@dataclass
class Office:
    """An installation whose controller gets the report."""

    wiring: Wiring
    settings: Settings
    post: Postman

    def audit(self, now: datetime = NOW) -> str:
        """The job runs."""
        return weekly_audit(self.wiring, self.settings, now)

    def kinds(self) -> list[str]:
        """What happened to the report."""
        with self.wiring.ledger.reading() as books:
            return [fact.kind.removeprefix("report_") for fact in report_facts(books, WEEK.name)]


@pytest.fixture
def office(rehearsed: Rehearsed, tmp_path: Path) -> Iterator[Office]:
    settings = rehearsed.copied_to(tmp_path / "home")
    settings = settings.model_copy(update={"controller_email": "controller@larkspur.example"})
    post, wiring = Postman(), wired(settings)
    yield Office(replace(wiring, gateways={"email": post, "sms": post}), settings, post)
    wiring.ledger.engine.dispose()


def test_a_week_is_audited_kept_and_sent_once(office: Office) -> None:
    said = [office.audit(), office.audit(NOW + LATER), office.audit(NOW + timedelta(days=2))]
    (message,) = office.post.sent
    with office.wiring.ledger.reading() as books:
        runs = listed_runs(books.connection)
        claim = report_facts(books, WEEK.name)[0]

    assert [(run["first"], run["last"], run["by"]) for run in runs] == [
        (WEEK.first, WEEK.last, "duncan")
    ]
    assert said[0].endswith("The report was sent.")
    assert all("was sent before" in one for one in said[1:])
    assert "Yes, the policy was followed" in message.text
    assert runs[0]["root"] in message.text
    assert message.attachments[0].content == summary_file(office.settings, WEEK).read_bytes()
    assert message.attachments[0].content.startswith(b"%PDF")
    assert (
        getattr(claim, "content", "") == hashlib.sha256(message.attachments[0].content).hexdigest()
    )


def test_what_the_week_found_waits_for_people(office: Office) -> None:
    one_case_wrong(office.wiring.ledger)
    office.audit()
    with office.wiring.ledger.reading() as books:
        states = {row["state"] for row in listed_findings(books.connection)}

    assert states == {"open"}
    assert "No, not everywhere" in office.post.sent[0].text


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 6, 21, 22, 59, tzinfo=UTC), date(2026, 6, 8)),
        (datetime(2026, 6, 21, 23, 1, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2026, 6, 23, 4, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2026, 6, 28, 22, tzinfo=UTC), date(2026, 6, 15)),
    ],
)
def test_a_week_is_over_when_it_is_over_where_we_are(
    office: Office, now: datetime, first: date
) -> None:
    assert last_full_week(office.wiring, now) == Week(first)


def test_an_unknown_outcome_is_never_sent_again_until_a_person_settles_it(office: Office) -> None:
    office.post.answers = [Unknown("no answer")]
    said = [office.audit(), office.audit(NOW + LATER)]
    ledger, creditor = office.wiring.ledger, office.wiring.planner.policies.entity("").creditor
    reports = Reports(ledger, office.wiring.gateways, creditor)
    before = len(office.post.sent)
    with pytest.raises(NotAllowed, match="--by"):
        reports.settle(WEEK.name, " ", NOW, sent=False)
    reports.settle(WEEK.name, "eve", NOW, sent=False)
    office.audit(NOW + 2 * LATER)
    with pytest.raises(NotAllowed, match="is known"):
        reports.settle(WEEK.name, "eve", NOW, sent=True)

    assert "upkeep settle" in said[1]
    assert (before, len(office.post.sent)) == (1, 2)
    assert office.kinds() == ["started", "unknown", "refused", "started", "sent"]
    assert len({message.attempt for message in office.post.sent}) == 2


def test_the_provider_may_know_what_nobody_else_knew(office: Office) -> None:
    office.post.answers, office.post.found = [Unknown("no answer")], Accepted("p9")
    office.audit()
    office.audit(NOW + LATER)

    assert office.kinds() == ["started", "unknown", "sent"]
    assert len(office.post.sent) == 1


def test_a_worker_that_died_while_it_sent_leaves_an_unknown(office: Office) -> None:
    office.post.dies = True
    with pytest.raises(KeyboardInterrupt):
        office.audit()
    office.post.dies = False
    said = [office.audit(NOW + timedelta(minutes=1)), office.audit(NOW + LATER)]

    assert "is being sent" in said[0]
    assert "Nobody knows" in said[1]
    assert office.kinds() == ["started", "unknown"]
    assert office.post.sent == []


def test_what_was_certainly_not_sent_is_tried_again(office: Office) -> None:
    office.post.answers = [
        RetryLater("BUSY", "too many requests", LATER),
        Refused("INVALID", "no such mailbox"),
    ]
    with pytest.raises(ReportWaits, match="too many requests"):
        office.audit()
    said = [office.audit(), office.audit()]

    assert "no such mailbox" in said[0]
    assert office.kinds() == ["started", "refused"] * 2 + ["started", "sent"]


def test_a_stopped_channel_is_waited_for(office: Office) -> None:
    stop = ChannelStopped(at=NOW, by="ada", channel="email", code="AUTH", why="the key is refused")
    office.wiring.ledger.transact(lambda books: stop_channel(books, stop))
    with pytest.raises(ReportWaits, match="the key is refused"):
        office.audit()
    release = ChannelReleased(at=NOW, by="ada", channel="email", reason="new key")
    office.wiring.ledger.transact(lambda books: release_channel(books, release))
    office.audit()

    assert office.kinds() == ["started", "sent"]


def test_without_an_address_the_audit_is_kept_all_the_same(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"controller_email": ""})
    said = office.audit()
    with office.wiring.ledger.reading() as books:
        runs = listed_runs(books.connection)

    assert "Nobody gets the report" in said
    assert len(runs) == 1
    assert office.kinds() == []
