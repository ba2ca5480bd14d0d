"""What is planted in service: statements, disputes, promises and wishes of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from dunning import dispute_facts, facts, promise_facts, touch_facts
from dunning.audit.account import Item, Message
from dunning.customer_facts import CustomerFact, CustomerRecorded, HoldLifted, HoldPlaced
from dunning.money import Money
from dunning.plan_facts import Instalment, PlanApproved, PlanProposed
from tests.dunning.audit.plant_books import A_DAY, AT_ONCE, Books, Plant, closed
from tests.dunning.audit.planted_messages import plain
from tests.dunning.audit.planted_moves import CENT, plan_by_oneself
from tests.dunning.audit.planted_records import appended, matured_promise, pause
from tests.dunning.audit.told_stories import courtesy_after_payment


def statements(*, held: bool) -> Plant:
    """A second statement of the same month, or one while the customer is held."""

    def plant(books: Books) -> str | None:
        end = books.ends + AT_ONCE
        if any(one.kind in ("hold_placed", "customer_paused") for one in books.account.history):
            return None
        if held:
            books.tell(HoldPlaced(at=books.ends, by="lena", hold="H9", code="COMPLAINT", why="x"))
        sent = [_statement(books, number, end + number * AT_ONCE) for number in range(2 - held)]
        books.account = replace(books.account, messages=(*books.account.messages, *sent))
        return ""

    return plant


def _statement(books: Books, number: int, at: datetime) -> Message:
    return Message(
        attempt=f"S{number}",
        channel="email",
        local_date=books.account.calendar.local_date(at),
        letter="statement",
        level=0,
        contact="C/billing",
        address="billing@quill.example",
        claimant="statement:2026-02",
        state="sent",
        claimed_at=at,
    )


def told(*make: Callable[[Books], CustomerFact]) -> Plant:
    """Something is said of the customer at the very end."""

    def plant(books: Books) -> str | None:
        books.tell(*(new(books) for new in make))
        return ""

    return plant


def proposed(books: Books) -> CustomerFact:
    return PlanProposed(
        at=books.ends,
        by="Omar",
        plan="PL9",
        invoices=(books.followed[0].invoice,),
        instalments=(Instalment(plan_by_oneself(books), CENT),),
        role="controller",
    )


def approved(books: Books) -> CustomerFact:
    return PlanApproved(at=books.ends + AT_ONCE, by="omar", plan="PL9")


def held(books: Books) -> CustomerFact:
    return HoldPlaced(at=books.ends, by="lena", hold="H9", code="HARDSHIP", why="x")


def lifted(books: Books) -> CustomerFact:
    return HoldLifted(at=books.ends + AT_ONCE, by="duncan", hold="H9", reason="x")


def no_owner(books: Books) -> str | None:
    """A dispute that was never given to anybody."""
    return _dispute_without(books, dispute_facts.DisputeAssigned)


def not_reminded(books: Books) -> str | None:
    """The owner of a dispute was not reminded that it waits."""
    return _dispute_without(books, dispute_facts.DisputeReminded)


def _dispute_without(books: Books, kind: type[facts.InvoiceFact]) -> str | None:
    for number, one in enumerate(books.followed):
        raised = [f for f in one.history if isinstance(f, dispute_facts.DisputeOpened)]
        ended = [f for f in one.history if isinstance(f, dispute_facts.DisputeResolved)]
        early = raised and raised[0].at < books.settled
        known = any(isinstance(f, kind) for f in one.history)
        if early and known and len(raised) == 1 and not ended and not closed(one):
            return books.drop(number, lambda f: isinstance(f, kind))
    return None


def wrongly_settled(books: Books) -> str | None:
    """A broken promise was noted as kept."""
    found = matured_promise(books)
    if found is None:
        return None
    number, place = found
    return books.change(number, place, outcome="kept")


def not_sent(books: Books) -> str | None:
    """A person asked for the next letter, and nothing came of it."""
    if not plain(books):
        return None
    (one,) = books.followed
    last = one.history[-1]
    at = max(last.at + 2 * A_DAY, books.ends - timedelta(days=9))
    quiet = books.ends - at > timedelta(days=6) and len(one.history) > 1
    waits = any(isinstance(f, facts.TaskOpened) and f.what == "approve" for f in one.history)
    if not quiet or waits or closed(one):
        return None
    asked = touch_facts.SendRequested(at=at, by="maria")
    return books.insert(0, len(one.history), asked)


def no_note(books: Books) -> str | None:
    """The note before a promised day never went out."""
    for number, one in enumerate(books.followed):
        made = [f for f in one.history if isinstance(f, promise_facts.PromiseMade)]
        notes = [
            f
            for f in one.history
            if isinstance(f, touch_facts.TouchStarted) and f.step.startswith("promise:")
        ]
        if len(made) != 1 or len(notes) != 1 or not _is_alone(books, notes[0]):
            continue
        attempt = notes[0].attempt
        books.drop(number, partial(_is_of, attempt))
        messages = tuple(m for m in books.account.messages if m.attempt != attempt)
        books.account = replace(books.account, messages=messages)
        kept = books.followed[number]
        items = tuple(i for i in kept.items if i.attempt != attempt)
        books.followed[number] = replace(kept, items=items)
        return one.invoice
    return None


def _is_of(attempt: str, fact: facts.InvoiceFact) -> bool:
    return getattr(fact, "attempt", "") == attempt


def _is_alone(books: Books, note: touch_facts.TouchStarted) -> bool:
    """Whether nothing else kept its distance from the note, or stood in its message."""
    mine = [i for one in books.followed for i in one.items if i.attempt == note.attempt]
    later = [m for m in books.account.messages if m.claimed_at > note.at]
    return len(mine) == 1 and not later


def unagreed(books: Books) -> str | None:
    """Nobody had agreed to text messages."""
    if all(message.channel != "sms" for message in books.account.messages):
        return None
    first, *later = books.account.history
    assert isinstance(first, CustomerRecorded), "a customer begins when the ledger names it"
    contacts = tuple(replace(one, sms_consent=False) for one in first.contacts)
    books.account = replace(books.account, history=(replace(first, contacts=contacts), *later))
    return ""


def listed_wrongly(books: Books) -> str | None:
    """A message lists another invoice with a cent too much."""
    for number, one in enumerate(books.followed):
        for item in one.items:
            if not item.covered:
                books.item(number, item.attempt, amount=item.amount + Money(1, "EUR"))
                return one.invoice
    return None


def covered_without_fact(books: Books) -> str | None:
    """A message says that it covers an invoice, which has no fact of it."""
    attempts = {message.attempt for message in books.account.messages if message.reached}
    for number, one in enumerate(books.followed):
        free = sorted(attempts - {item.attempt for item in one.items})
        if free:
            item = Item(free[0], "reminder", 1, Money(1, "EUR"), covered=True)
            books.followed[number] = replace(one, items=(*one.items, item))
            return one.invoice
    return None


def prolonged(books: Books) -> str | None:
    """A pause is made longer again and again, by one after the other."""
    people = ("maria", "omar", "lena", "maria")
    plant = appended(
        *(
            lambda at, _, n=n, by=by: pause(at + n * AT_ONCE, by=by, days=1)
            for n, by in enumerate(people)
        )
    )
    return plant(books)


def beside_a_reminder(books: Books) -> str | None:
    """A courtesy went out although an invoice that was reminded of is still open."""
    made = Books.of(courtesy_after_payment())
    courtesies = [m.claimed_at for m in made.account.messages if m.level == 0]
    made.ends = max(courtesies) + timedelta(hours=2)
    books.account, books.followed, books.ends = made.account, made.followed, made.ends
    return books.unpaid(0)
