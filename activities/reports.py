"""Sending a report to people of the house: claimed, handed over once, and confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from activities.gateways.interface import (
    Accepted,
    Gateway,
    Outcome,
    OutgoingMessage,
    RetryLater,
    SentBefore,
    Unknown,
)
from activities.letter_request import Attachment, Creditor
from activities.outgoing import message_id
from dunning.may import NotAllowed
from dunning.report_facts import (
    ReportFact,
    ReportRefused,
    ReportSent,
    ReportStarted,
    ReportUnknown,
)
from ledger.books import Books
from ledger.channels import stops
from ledger.ledger import Ledger

DUNCAN, EMAIL = "duncan", "email"
# After so many tries that may heal it is left to people.
MOST_TRIES = 20
# Longer than any provider takes to answer.
A_CLAIM_LASTS = timedelta(minutes=10)


class ReportWaits(Exception):  # noqa: N818 - it may heal: the engine tries again
    """The report cannot go out now, and certainly did not; the message says why."""


@dataclass(frozen=True)
class Report:
    """A report: its `name` is that of what must not come twice, such as one week's audit."""

    name: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    document: Attachment


@dataclass(frozen=True)
class Reports:
    """Sends reports through the gateway of e-mails, in the name of a creditor."""

    ledger: Ledger
    gateways: Mapping[str, Gateway]
    creditor: Creditor

    def send(self, report: Report, now: datetime) -> str:
        """Send the report, unless it was sent before; one sentence says what came of it.

        Raises ReportWaits when nothing was sent and it may work later.
        """
        with self.ledger.reading() as books:
            last = last_report_fact(books, report.name)
        if isinstance(last, ReportStarted | ReportUnknown):
            return self._look_up(report, last, now)
        attempt, why_not = self._claim(report, now)
        if not attempt:
            return why_not
        outcome = self.gateways[EMAIL].send(self._message(report, attempt, now))
        fact = _outcome_fact(outcome, attempt, now)
        self._note(report, fact)
        if isinstance(outcome, RetryLater):
            raise ReportWaits(outcome.why)
        return _told(fact)

    def settle(self, name: str, by: str, now: datetime, *, sent: bool) -> None:
        """Say whether a report went out of which nobody knew. Raises NotAllowed."""

        def work(books: Books) -> None:
            books.lock_customers([_stream(name)])
            last = last_report_fact(books, name)
            if not isinstance(last, ReportUnknown | ReportStarted):
                raise NotAllowed(f"What became of report {name} is known, or there is none.")
            settled: ReportFact = ReportSent(at=now, by=by, attempt=last.attempt)
            if not sent:
                why = f"{by} found that it did not go out"
                settled = ReportRefused(
                    at=now, by=by, attempt=last.attempt, code="NOT_SENT", why=why
                )
            books.append(_stream(name), settled)

        if not by.strip():
            raise NotAllowed("Say who you are, with --by.")
        self.ledger.transact(work)

    def _claim(self, report: Report, now: datetime) -> tuple[str, str]:
        """A new attempt, or none and the sentence why."""

        def work(books: Books) -> tuple[str, str]:
            books.lock_customers([_stream(report.name)])
            tries = report_facts(books, report.name)
            if tries and not isinstance(tries[-1], ReportRefused):
                return "", f"Report {report.name} was sent before."
            stopped = stops(books).get(EMAIL)
            if stopped is not None:
                raise ReportWaits(f"Nothing goes out by e-mail: {stopped.why}")
            started = [fact for fact in tries if isinstance(fact, ReportStarted)]
            if len(started) >= MOST_TRIES:
                return "", f"Report {report.name} could not be sent {MOST_TRIES} times."
            attempt = _attempt(report.name, len(started) + 1)
            content = hashlib.sha256(report.document.content).hexdigest()
            claim = ReportStarted(
                at=now, by=DUNCAN, attempt=attempt, channel=EMAIL, content=content
            )
            books.append(_stream(report.name), claim)
            return attempt, ""

        return self.ledger.transact(work, durable=True)

    def _look_up(self, report: Report, last: ReportStarted | ReportUnknown, now: datetime) -> str:
        """The provider is asked; where it cannot tell, a person has to find out."""
        if isinstance(last, ReportStarted) and now - last.at < A_CLAIM_LASTS:
            return f"Report {report.name} is being sent."
        asked = SentBefore(last.attempt, EMAIL, report.to_address, last.at, report.text)
        known = self.gateways[EMAIL].look_up(asked)
        if known is not None:
            self._note(report, _outcome_fact(known, last.attempt, now))
            return f"Report {report.name} was sent before."
        if isinstance(last, ReportStarted):
            why = "the worker ended while it was handed over"
            self._note(report, ReportUnknown(at=now, by=DUNCAN, attempt=last.attempt, why=why))
        return (
            f"Nobody knows whether report {report.name} went out: look into the mailbox, then say"
            f" duncan upkeep settle {report.name} --sent or --not-sent."
        )

    def _note(self, report: Report, fact: ReportFact) -> None:
        self.ledger.transact(lambda books: books.append(_stream(report.name), fact), durable=True)

    def _message(self, report: Report, attempt: str, now: datetime) -> OutgoingMessage:
        ours = self.creditor
        return OutgoingMessage(
            attempt=attempt,
            at=now,
            channel=EMAIL,
            to_name=report.to_name,
            to_address=report.to_address,
            from_name=ours.name,
            from_address=ours.email,
            reply_to=ours.email,
            subject=report.subject,
            text=report.text,
            html=report.html,
            message_id=message_id(attempt, ours.email.partition("@")[2]),
            attachments=(report.document,),
        )


def report_facts(books: Books, name: str) -> list[ReportFact]:
    """Everything that happened to a report, oldest first."""
    found = books.histories([_stream(name)]).get(_stream(name), [])
    return cast("list[ReportFact]", found)


def last_report_fact(books: Books, name: str) -> ReportFact | None:
    """What happened to a report last; None when nothing did."""
    found = report_facts(books, name)
    return found[-1] if found else None


def _outcome_fact(outcome: Outcome, attempt: str, now: datetime) -> ReportFact:
    match outcome:
        case Accepted():
            return ReportSent(at=now, by=DUNCAN, attempt=attempt, provider_id=outcome.provider_id)
        case Unknown():
            return ReportUnknown(at=now, by=DUNCAN, attempt=attempt, why=outcome.why)
        case _:
            return ReportRefused(
                at=now, by=DUNCAN, attempt=attempt, code=outcome.code, why=outcome.why
            )


def _told(fact: ReportFact) -> str:
    match fact:
        case ReportSent():
            return "The report was sent."
        case ReportUnknown() | ReportRefused():
            return f"The report did not certainly go out: {fact.why}"
        case ReportStarted():
            return "The report is being sent."


def _attempt(name: str, tries: int) -> str:
    return hashlib.sha256(f"report|{name}|{tries}".encode()).hexdigest()[:32]


def _stream(name: str) -> str:
    return f"report:{name}"
