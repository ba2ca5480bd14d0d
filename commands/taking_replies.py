"""Taking a customer's message into the books: matched, read, acted on, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from activities.outgoing import ReplyAddresses
from activities.planning import Planner
from commands.inbound import Inbound
from commands.matching import Match, match
from commands.reply_answers import queue_answers
from commands.reply_rows import keep, read_row, unread_row
from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.folding import apply
from dunning.may import NotAllowed, is_closed, may
from dunning.policy import Policy
from ledger.books import Books
from ledger.correspondence import ReplyRow
from ledger.messages import covered_invoices
from ledger.tables import table
from replies.decide import decide, note_absence
from replies.decision import Decision
from replies.reading import Reading, read_reply
from replies.reading_trust import SecondReader
from replies.standing import A_DAY, Standing

REPLY = table(ReplyRow)
# Whoever owes more invoices than this names those that are meant.
MOST_CASES = 50


@dataclass(frozen=True)
class ReplyTaker:
    """Takes messages in. `second_reader` may only raise doubts about a reading."""

    planner: Planner
    addresses: ReplyAddresses
    second_reader: SecondReader | None = None

    def take(self, books: Books, arrival: int, message: Inbound, *, vouched: bool) -> str:
        """Take one message in; the answer says what became of it.

        `vouched` says that a person of the team put it in, who saw whom it is from.
        """
        if is_known(books, message.reply):
            return "known already"
        found = match(books, message, self.addresses)
        if message.kind not in ("message", "auto_reply") or not found.customer:
            return self._keep_unread(books, arrival, message, found)
        return self.take_for(books, arrival, message, found, vouched=vouched)

    def take_for(
        self, books: Books, arrival: int, message: Inbound, found: Match, *, vouched: bool
    ) -> str:
        """Take a message in for a customer: read it and do what follows from it."""
        books.lock_customers([found.customer])
        standing = self._standing(books, message, found, vouched=vouched)
        reading = self._read(message, standing)
        if message.kind == "auto_reply":
            decision = note_absence(reading, standing) if message.is_absence else Decision()
        else:
            decision = decide(reading, standing)
        self._record(books, standing, decision)
        keep(books, read_row(arrival, message, found, reading, standing, decision))
        queue_answers(books, standing, decision, message)
        return "; ".join((*decision.acted, *decision.left)) or "nothing to do"

    def _keep_unread(self, books: Books, arrival: int, message: Inbound, found: Match) -> str:
        """A report, or a message nobody can be found for: the latter waits for a person."""
        row = unread_row(arrival, message, found)
        keep(books, row)
        return found.why if row["state"] == "unassigned" else message.kind

    def _standing(self, books: Books, message: Inbound, found: Match, *, vouched: bool) -> Standing:
        customer = books.customer(found.customer)
        about = tuple(covered_invoices(books.connection, found.attempt)) if found.attempt else ()
        cases = _cases(books, found.customer, about, message)
        now = message.received_at
        policy, calendar, locale = self._rules(customer, cases, now)
        today = calendar.local_date(now)
        answer_by = calendar.business_days_after(today, policy.reply_business_days)
        return Standing(
            reply=message.reply,
            channel=message.channel,
            customer=customer,
            contact=found.contact,
            cases=tuple(cases),
            about=about,
            trusted=bool(found.contact) and (vouched or message.is_authenticated),
            promise_rules=policy.promise,
            calendar=calendar,
            locale=locale,
            now=now,
            answer_by=calendar.moment(answer_by + A_DAY, time(0)),
        )

    def _rules(
        self, customer: Customer, cases: Sequence[Case], now: datetime
    ) -> tuple[Policy, BusinessCalendar, str]:
        """The policy, calendar and language of a customer, also of one without open invoices."""
        policies = self.planner.policies
        entity = policies.entity(cases[0].entity if cases else customer.entity)
        locale = customer.locale or entity.locale
        if cases:
            situation = self.planner.situation(cases[0], customer, now)
            return situation.policy, situation.calendar, locale
        calendar = self.planner.calendars.calendar_for(customer, entity, now.year)
        return policies.policy(policies.assignment.default), calendar, locale

    def _read(self, message: Inbound, standing: Standing) -> Reading:
        return read_reply(
            message.text,
            received_at=message.received_at.astimezone(ZoneInfo(standing.calendar.zone)),
            channel=message.channel,
            locale=standing.locale,
            known_invoices=[case.invoice for case in standing.cases],
            subject=message.subject,
            second_reader=self.second_reader,
        )

    def _record(self, books: Books, standing: Standing, decision: Decision) -> None:
        known = {case.invoice: case for case in standing.cases}
        changes = [
            _allowed(known[invoice], found, decision)
            for invoice, found in decision.invoices.items()
        ]
        for fact in decision.customer:
            books.record_customer(standing.customer.customer, fact)
        self.planner.plan_all(books, books.record_all(changes), standing.now)


def is_known(books: Books, reply: str) -> bool:
    """Whether the message was taken in before."""
    return (
        books.connection.execute(select(REPLY.c.reply).where(REPLY.c.reply == reply)).first()
        is not None
    )


def _cases(books: Books, customer: str, about: Sequence[str], message: Inbound) -> list[Case]:
    """The open cases a message may be about: of its conversation, named, or all if they are few."""
    open_ones = books.open_invoices(customer)
    said = f"{message.subject}\n{message.text}"
    named = (one for one in open_ones if one in said)
    wanted = {*about, *named, *(open_ones if len(open_ones) <= MOST_CASES else ())}
    found = books.cases(sorted(wanted)).values()
    return [case for case in found if case.customer == customer and not is_closed(case)]


def _allowed(
    case: Case, facts: Sequence[InvoiceFact], decision: Decision
) -> tuple[Case, list[InvoiceFact]]:
    """The facts the rules allow; what they refuse is left to a person with the rule's own words."""
    allowed: list[InvoiceFact] = []
    after = case
    for fact in facts:
        try:
            may(after, fact)
        except NotAllowed as refusal:
            decision.leave(str(refusal))
            continue
        allowed.append(fact)
        after = apply(after, fact)
    return case, allowed
