"""Gathers what a reply is held against: its customer, conversation, policy and calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from activities.planning import Planner
from commands.mailroom.inbound import Inbound
from commands.mailroom.matching import Match, invoices_named
from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.customer import Customer
from dunning.may import is_closed
from dunning.policy import Policy
from ledger.addresses import contacts_at
from ledger.answers import invoices_told
from ledger.books import Books
from ledger.delivery_events import sent_message
from replies.reading import Reading, read_reply
from replies.reading_trust import SecondReader
from replies.standing import A_DAY, Standing

# Who vouches for the sender: a person of the team, the provider that received the mail, or, where
# nobody looked, that it answers a message of ours.
Proof = Literal["person", "provider", "conversation"]
# Whoever owes more invoices than this names those that are meant.
MOST_CASES = 50


@dataclass(frozen=True)
class Gathering:
    """Gathers standings; `now` is the moment of handling, days in words count from the receipt."""

    planner: Planner
    second_reader: SecondReader | None = None

    def standing(
        self, books: Books, message: Inbound, found: Match, proof: Proof, now: datetime
    ) -> Standing:
        """What is known of the customer who wrote."""
        customer = books.customer(found.customer)
        about = tuple(invoices_told(books.connection, found.attempt))
        cases = _cases(books, found.customer, about, message)
        policy, calendar, locale = self._rules(customer, cases, now)
        answer_by = calendar.business_days_after(
            calendar.local_date(now), policy.reply_business_days
        )
        return Standing(
            reply=message.reply,
            channel=message.channel,
            customer=customer,
            contact=found.contact,
            reached=_reached(books, customer, message, found),
            cases=tuple(cases),
            about=about,
            trusted=bool(found.contact) and _is_proven(message, found, proof),
            promise_rules=policy.promise,
            calendar=calendar,
            locale=locale,
            now=now,
            answer_by=calendar.moment(answer_by + A_DAY, time(0)),
        )

    def reading(self, books: Books, message: Inbound, standing: Standing) -> Reading:
        """What the message says; invoices of the customer that are closed are recognised too."""
        named = invoices_named(books.connection, standing.customer.customer, message)
        return read_reply(
            message.text,
            received_at=message.received_at.astimezone(ZoneInfo(standing.calendar.zone)),
            channel=message.channel,
            locale=standing.locale,
            known_invoices=sorted({*named, *(case.invoice for case in standing.cases)}),
            subject=message.subject,
            second_reader=self.second_reader,
        )

    def _rules(
        self, customer: Customer, cases: Sequence[Case], now: datetime
    ) -> tuple[Policy, BusinessCalendar, str]:
        """The policy, calendar and language of a customer, also of one without open invoices."""
        policies = self.planner.policies_at(now)
        entity = policies.entity(cases[0].entity if cases else customer.entity)
        locale = customer.locale or entity.locale
        if cases:
            situation = self.planner.situation(cases[0], customer, now)
            return situation.policy, situation.calendar, locale
        own = policies.own_days
        calendar = self.planner.calendars.calendar_for(customer, entity, now.year, own)
        return policies.policy(policies.assignment.default), calendar, locale


def _cases(books: Books, customer: str, about: Sequence[str], message: Inbound) -> list[Case]:
    """The open cases a message may be about: of its conversation, named, or all if they are few."""
    open_ones = books.open_invoices(customer)
    named = invoices_named(books.connection, customer, message)
    some = {*about, *named} & set(open_ones)
    wanted = some if len(open_ones) > MOST_CASES else open_ones
    return [case for case in books.cases(sorted(wanted)).values() if not is_closed(case)]


def _reached(books: Books, customer: Customer, message: Inbound, found: Match) -> tuple[str, ...]:
    """Whom a stop is about: everybody at the sender's address, else whom we had written to."""
    known = contacts_at(customer, message.sender)
    if known:
        return tuple(known)
    sent = sent_message(books.connection, found.attempt)
    return (sent["contact"],) if sent is not None and sent["contact"] else ()


def _is_proven(message: Inbound, found: Match, proof: Proof) -> bool:
    if proof == "conversation":
        return found.by in ("reply_address", "thread")
    return proof == "person" or message.is_authenticated
