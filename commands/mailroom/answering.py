"""Answering a customer's message: a prepared letter, with a person's own words where it has any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from activities.answer_request import answer_request
from activities.letter_request import RenderedLetter
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.planning import Planner
from commands.authority import needs
from commands.mailroom.actions import ReplyActions
from dunning.contact_facts import SentenceAdded
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.answers import CLAIMED_BY_REPLY, add_answer
from ledger.books import Books
from ledger.replies import settle_reply
from ledger.sentences import add_sentence
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
# The letters a person may answer with, and whether each needs invoices, or words of its own.
OWN_WORDS, COPY, STATEMENT = "answer", "invoice_copy", "statement_note"
ANSWERS = (OWN_WORDS, COPY, STATEMENT, "opt_out_confirmation")
_ABOUT_INVOICES = (COPY, STATEMENT)
_BY_SMS = (OWN_WORDS, "opt_out_confirmation")
LONGEST_WORDS = 2_000
MOST_INVOICES = 25


@dataclass(frozen=True)
class Answer:
    """What goes back: a letter of `ANSWERS`, the invoices it is about, and a person's words."""

    letter: str
    invoices: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class ReplyAnswers(ReplyActions):
    """A person's answers to replies; they go out the way Duncan's own answers do."""

    @needs("follow_up")
    def answer(self, reply: str, answer: Answer, letters: Letters) -> str:
        """Send a prepared answer; the reply is dealt with then. Raises NotAllowed."""
        check_answer(answer)

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            message = answer_row(books, self.planner, row, answer, self.now)
            previewed(books, self.planner, row, answer, letters, self.now)
            items = [_message_item(message, case) for case, _ in _items(books, row, answer)]
            if answer.words:
                said = SentenceAdded(
                    at=self.now, by=self.by, message=message["attempt"], text=answer.words
                )
                add_sentence(books, row["customer"], said)
            add_answer(books.connection, message, items)
            outcome = f"answered with {answer.letter.replace('_', ' ')}"
            was_open = row["state"] == "open"
            settle_reply(books.connection, reply, self.by, outcome, self.now)
            if was_open:
                self._release(books, row, outcome)
            return "The answer goes out now, and the reply is dealt with."

        return self.ledger.transact(work)


def previewed(
    books: Books,
    planner: Planner,
    row: RowMapping,
    answer: Answer,
    letters: Letters,
    now: datetime,
) -> RenderedLetter:
    """The answer as the customer would read it. Raises NotAllowed when it cannot be written."""
    message = answer_row(books, planner, row, answer, now)
    items = _items(books, row, answer)
    request = answer_request(books, planner, message, items, now)
    try:
        return planner.letters_at(now, letters).render(replace(request, personal=answer.words))
    except LetterError as error:
        raise NotAllowed(f"The answer cannot be written: {error}") from None


def check_answer(answer: Answer) -> None:
    """Raises NotAllowed for an answer that would say nothing."""
    if answer.letter not in ANSWERS:
        raise NotAllowed("Choose one of the prepared answers.")
    if answer.letter == OWN_WORDS and not answer.words.strip():
        raise NotAllowed("Write what you want to say.")
    if len(answer.words) > LONGEST_WORDS:
        raise NotAllowed(f"That is too long for a letter: at most {LONGEST_WORDS:,} characters.")
    if answer.letter in _ABOUT_INVOICES and not answer.invoices:
        raise NotAllowed("Tick the invoices that the answer is about.")
    if len(answer.invoices) > MOST_INVOICES:
        raise NotAllowed(f"An answer is about {MOST_INVOICES} invoices at most.")


def answer_row(
    books: Books, planner: Planner, row: RowMapping, answer: Answer, now: datetime
) -> dict[str, Any]:
    """The answer as a message that waits to go out; its number is that of the reply and moment."""
    if not row["customer"]:
        raise NotAllowed("Say first which customer wrote it.")
    if row["channel"] == "sms" and answer.letter not in _BY_SMS:
        raise NotAllowed("This answer is a letter; it does not go as a text message.")
    if not row["from_address"]:
        raise NotAllowed("The message names no sender, so nothing can go back.")
    return {
        "attempt": sha256(f"{row['reply']}\x1f{now.isoformat()}".encode()).hexdigest()[:24],
        "customer": row["customer"],
        "channel": row["channel"],
        "local_date": now.astimezone(_zone(books, planner, row["customer"], now)).date(),
        "letter": answer.letter,
        "level": 0,
        "contact": row["contact"],
        "address": row["from_address"],
        "claimant": f"{CLAIMED_BY_REPLY}{row['reply']}",
        "state": "queued",
        "claimed_at": now,
        "subject": row["subject"],
    }


def _zone(books: Books, planner: Planner, customer: str, now: datetime) -> ZoneInfo:
    known = books.customer(customer)
    entity = planner.policies_at(now).entity(known.entity)
    return ZoneInfo(planner.calendars.calendar_for(known, entity, now.year).zone)


def _items(books: Books, row: RowMapping, answer: Answer) -> list[tuple[RowMapping, Money]]:
    """The invoices it is about, which are the customer's own. Raises NotAllowed for others."""
    mine = (CASE.c.invoice.in_(answer.invoices), CASE.c.customer == row["customer"])
    query = select(CASE).where(*mine).order_by(CASE.c.due_date, CASE.c.invoice)
    found = books.connection.execute(query).mappings().all()
    if len(found) < len(set(answer.invoices)):
        raise NotAllowed("One of the invoices is not this customer's.")
    return [(case, Money(case["balance_minor"], case["currency"])) for case in found]


def _message_item(message: Mapping[str, Any], case: RowMapping) -> dict[str, object]:
    return {
        "attempt": message["attempt"],
        "invoice": case["invoice"],
        "step": "",
        "level": case["level"],
        "currency": case["currency"],
        "amount_minor": case["balance_minor"],
        "covered": False,
    }
