"""Statements of account: one a customer, entity and month, claimed, handed over, confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Gateway,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
)
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.outcomes import alarm_channel
from activities.outgoing import ReplyAddresses, content_of
from activities.planning import DUNCAN, Planner
from activities.statement_contents import Addressed, addressed, composed, message_row
from dunning.period import Month
from dunning.statement_facts import (
    StatementCancelled,
    StatementFact,
    StatementOutcome,
    StatementRefused,
    StatementSent,
    StatementStarted,
    StatementUnknown,
    StatementWithheld,
)
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.messages import claim_message, settle_message
from ledger.statements import (
    Due,
    due_statements,
    statement_history,
)

_CHANNEL = "email"
A_DAY = timedelta(days=1)
_SHORTEST_PAUSE = timedelta(minutes=1)
# A claim this old without an outcome belongs to a process that died while it was sending.
_CLAIM_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class StatementAnswer:
    """What became of one statement: `sent`, `withheld`, `waiting` or another outcome, and why."""

    due: Due
    outcome: str
    code: str = ""
    why: str = ""


@dataclass(frozen=True)
class Statements:
    """Sends statements of account."""

    ledger: Ledger
    planner: Planner
    letters: Letters
    gateways: Mapping[str, Gateway]
    addresses: ReplyAddresses = field(default_factory=ReplyAddresses)

    def run(
        self, month: Month, now: datetime, customer: str = "", *, by_policy: bool = True
    ) -> list[StatementAnswer]:
        """Send what is due for the month and was not sent yet; the answer lists every customer.

        With `by_policy` only to those whose policy asks for it, from its day of the next month.
        """
        with self.ledger.reading() as books:
            due = due_statements(books.connection, month, customer)
        found = [self.send(one, now, by_policy=by_policy) for one in due]
        return [one for one in found if one]

    def send(self, due: Due, now: datetime, *, by_policy: bool) -> StatementAnswer | None:
        """Send one statement unless it went out before; None where no policy asks for it."""
        claimed = self.ledger.transact(
            lambda books: self._claim(books, due, now, by_policy=by_policy), durable=True
        )
        if not isinstance(claimed, OutgoingMessage):
            return claimed
        # No transaction is open here: the provider may take its time.
        outcome = self.gateways[_CHANNEL].send(claimed)
        return self.ledger.transact(
            lambda books: _confirmed(books, due, claimed.attempt, outcome, now)
        )

    def _claim(
        self, books: Books, due: Due, now: datetime, *, by_policy: bool
    ) -> OutgoingMessage | StatementAnswer | None:
        """Claim it, or say why it does not go out; None where no policy asks for it."""
        books.lock_customers([due.customer])
        history = statement_history(books, due)
        told = _told(books, due, history, now)
        if told:
            return told
        to = addressed(books, self.planner, due, now)
        if by_policy and not is_asked_for(to, due, now):
            return None
        objection = to.objection(self.planner.conditions(books, now))
        if objection and objection.until:
            return StatementAnswer(due, "waiting", objection.code, objection.why)
        if objection:
            return _withheld(books, due, history, (objection.code, objection.why), now)
        attempt = attempt_of(due, len(history))
        try:
            message = composed(books, self.letters, self.addresses, to, attempt)
        except LetterError as error:
            return _withheld(books, due, history, ("CONTENT_MISSING", str(error)), now)
        return _started(books, to, message)


def _started(books: Books, to: Addressed, message: OutgoingMessage) -> OutgoingMessage:
    """Record that it is being handed over, and keep it word for word."""
    content = content_of(message)
    claimed(books, to, message.attempt, hashlib.sha256(content).hexdigest())
    claim_message(books.connection, message_row(to, message, content), [], content)
    return message


def claimed(books: Books, to: Addressed, attempt: str, digest: str) -> None:
    """Record the claim; without a digest its words are not known."""
    due = to.due
    fact = StatementStarted(
        at=to.now,
        by=DUNCAN,
        customer=due.customer,
        entity=due.entity,
        period=str(due.period),
        attempt=attempt,
        channel=_CHANNEL,
        contact=to.contact_name,
        policy=to.policy_name,
        content=digest,
    )
    books.append(due.stream, fact)


def _told(  # noqa: PLR0911 - one line a state
    books: Books, due: Due, history: list[StatementFact], now: datetime
) -> StatementAnswer | None:
    """What became of it already, if it went out or may have, or has to wait."""
    last = next((one for one in reversed(history) if not isinstance(one, StatementWithheld)), None)
    match last:
        case StatementStarted() if now - last.at > _CLAIM_LASTS:
            why = "the sender stopped between handing it over and hearing back"
            return recorded(
                books, due, StatementUnknown(at=now, by=DUNCAN, attempt=last.attempt, why=why)
            )
        case StatementStarted():
            return StatementAnswer(due, "waiting", "CLAIMED", "it is being handed over")
        case StatementCancelled():
            return StatementAnswer(due, "cancelled", why=f"taken back by {last.by}")
        case StatementSent():
            return StatementAnswer(due, "sent before", why=f"sent on {last.at:%Y-%m-%d}")
        case StatementUnknown():
            return StatementAnswer(due, "unknown", why=last.why)
        case StatementRefused(retry_at=None):
            return StatementAnswer(due, "refused", why=last.why)
        case StatementRefused(retry_at=again) if again and again > now:
            return StatementAnswer(due, "waiting", "RETRY", last.why)
        case _:
            return None


def is_asked_for(to: Addressed, due: Due, now: datetime) -> bool:
    """Whether the customer's policy wants the statement sent by the moment."""
    rules = to.rules
    first = due.period.last + timedelta(days=rules.day)
    return rules.every == "month" and to.calendar.local_date(now) >= first


def _withheld(
    books: Books, due: Due, history: list[StatementFact], said: tuple[str, str], now: datetime
) -> StatementAnswer:
    """Record why it is not sent, unless that was the last word already."""
    code, why = said
    last = history[-1] if history else None
    if not (isinstance(last, StatementWithheld) and last.code == code):
        fact = StatementWithheld(
            at=now,
            by=DUNCAN,
            customer=due.customer,
            entity=due.entity,
            period=str(due.period),
            code=code,
            why=why,
        )
        books.append(due.stream, fact)
    return StatementAnswer(due, "withheld", code, why)


def _confirmed(
    books: Books, due: Due, attempt: str, outcome: Outcome, now: datetime
) -> StatementAnswer:
    books.lock_customers([due.customer])
    if isinstance(outcome, ChannelDown):
        alarm_channel(books, _CHANNEL, outcome, now)
    return recorded(books, due, _outcome(attempt, outcome, now))


def _outcome(attempt: str, outcome: Outcome, now: datetime) -> StatementOutcome:
    refused = partial(StatementRefused, at=now, by=DUNCAN, attempt=attempt)
    match outcome:
        case Accepted(provider_id=provider_id):
            return StatementSent(at=now, by=DUNCAN, attempt=attempt, provider_id=provider_id)
        case Refused(why=why):
            return refused(why=why)
        case RetryLater(after=after, why=why):
            return refused(why=why, retry_at=now + max(after, _SHORTEST_PAUSE))
        case ChannelDown(why=why):
            return refused(why=why, retry_at=now + A_DAY)
        case _:
            return StatementUnknown(at=now, by=DUNCAN, attempt=attempt, why=outcome.why)


def recorded(books: Books, due: Due, fact: StatementOutcome) -> StatementAnswer:
    """Record what became of a claim."""
    books.append(due.stream, fact)
    state = fact.kind.removeprefix("statement_")
    why = getattr(fact, "why", "")
    name = getattr(fact, "provider_id", "")
    settle_message(books.connection, fact.attempt, state, fact.at, provider_id=name, why=why)
    return StatementAnswer(due, state, why=why)


def attempt_of(due: Due, number: int) -> str:
    """The number of a try, by which its provider knows it."""
    digest = hashlib.sha256(f"{due.stream}\x1f{number}".encode()).hexdigest()
    return f"st-{digest[:24]}"
