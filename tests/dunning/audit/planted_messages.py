"""What is planted in messages: their days, amounts and reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dunning import facts, promise_facts, touch_facts
from dunning.audit.account import Said
from dunning.money import Money
from tests.dunning.audit.plant_books import A_DAY, AT_ONCE, Books, Plant
from tests.dunning.worlds import POLICIES


def moved(by: timedelta, most: int = 9) -> Plant:
    """Move the last touch, its message and its outcome to another moment."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: 0 < fact.level <= most)
        if found is None:
            return None
        number, place, fact = found
        one = books.followed[number]
        at = fact.at + by
        if one.history[place + 1].at != fact.at or not _is_plain(books, at):
            return None
        if by == -A_DAY and not _on_its_day(books, fact):
            return None
        books.change(number, place, at=at)
        books.change(number, place + 1, at=at)
        day = books.account.calendar.local_date(at)
        books.message(fact.attempt, claimed_at=at, local_date=day, events=(Said("delivered", at),))
        return one.invoice

    return plant


def _on_its_day(books: Books, fact: touch_facts.TouchStarted) -> bool:
    """Whether the touch came on the very day that the policy names."""
    opened = books.followed[0].history[0]
    assert isinstance(opened, facts.InvoiceOpened)
    calendar = books.account.calendar
    step = POLICIES[fact.policy.split()[0]].step(fact.step)
    on = calendar.local_date(fact.at)
    return step is not None and step.scheduled_on(opened.due_date, calendar) == on


def _is_plain(books: Books, at: datetime) -> bool:
    """One invoice that nobody held or asked for, and a working day of nobody else's."""
    day = books.account.calendar.local_date(at)
    working = books.account.calendar.is_business_day(day) and at < books.ends
    return plain(books) and working


def plain(books: Books) -> bool:
    """One invoice that nobody held, asked for or changed."""
    people = facts.Paused | facts.Resumed | promise_facts.PromiseMade | facts.Escalated
    people |= touch_facts.SendRequested | facts.InvoiceAmended
    kept = len(books.followed) == 1 == len(books.account.history) and not books.account.unapplied
    return kept and not any(isinstance(f, people) for f in books.followed[0].history)


def never_sent(books: Books) -> str | None:
    """The last reminder never went out, and nobody said why."""
    found = books.first_sent(lambda fact: fact.level > 0 and fact.at < books.settled)
    # What comes after it, or with another invoice, keeps its distance from it.
    if found is None or len(books.followed) > 1:
        return None
    number, place, fact = found
    if any(isinstance(one, touch_facts.TouchWithheld) for one in books.followed[0].history[place:]):
        return None
    steps = POLICIES[fact.policy.split()[0]].steps
    if not any(step.id == fact.step and step.level == fact.level for step in steps):
        return None
    return _without(books, number, fact)


def no_first_reminder(books: Books) -> str | None:
    """The only reminder an invoice ever got never went out."""
    if not _is_plain(books, books.settled):
        return None
    (one,) = books.followed
    made = [f for f in one.history if isinstance(f, touch_facts.TouchStarted) and f.level > 0]
    if len(made) != 1 or made[0].at > books.settled:
        return None
    return _without(books, 0, made[0])


def _without(books: Books, number: int, fact: touch_facts.TouchStarted) -> str:
    outcome = touch_facts.TouchStarted | touch_facts.TouchSent | touch_facts.TouchUnknown
    said = touch_facts.TouchWithheld
    books.drop(number, lambda f: isinstance(f, outcome) and f.attempt == fact.attempt)
    books.drop(number, lambda f: isinstance(f, said) and f.step == fact.step)
    messages = tuple(m for m in books.account.messages if m.attempt != fact.attempt)
    books.account = replace(books.account, messages=messages)
    one = books.followed[number]
    items = tuple(i for i in one.items if i.attempt != fact.attempt)
    books.followed[number] = replace(one, items=items)
    return one.invoice


def false_reason(code: str) -> Plant:
    """The last reminder was passed over for a reason that was not true."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0 and fact.at < books.settled)
        if found is None:
            return None
        number, place, fact = found
        refused = any(f.kind == "touch_refused" for f in books.followed[number].history)
        # What was refused once may be passed over because of that.
        if never_sent(books) is None or (code == "REFUSED" and refused):
            return None
        said = touch_facts.TouchWithheld(
            at=fact.at, by="duncan", step=fact.step, code=code, why="planted", passed_over=True
        )
        return books.insert(number, place, said)

    return plant


def again(books: Books) -> str | None:
    """The last touch is sent once more on the same day."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    number, place, fact = found
    later = fact.at + AT_ONCE
    attempt = f"{fact.attempt}-again"
    again = replace(fact, at=later, attempt=attempt)
    sent = touch_facts.TouchSent(at=later, by="duncan", attempt=attempt)
    (message,) = (m for m in books.account.messages if m.attempt == fact.attempt)
    copy = replace(message, attempt=attempt, claimed_at=later, events=(Said("delivered", later),))
    messages = sorted([*books.account.messages, copy], key=lambda m: m.claimed_at)
    books.account = replace(books.account, messages=tuple(messages))
    one = books.followed[number]
    (item,) = (i for i in one.items if i.attempt == fact.attempt)
    books.followed[number] = replace(one, items=(*one.items, replace(item, attempt=attempt)))
    return books.insert(number, place + 2, again, sent)


def wrong_amount(books: Books) -> str | None:
    """The letter says a cent more than is open, in message, fact and list alike."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    number, place, fact = found
    wrong = fact.amount + Money(1, fact.amount.currency)
    books.item(number, fact.attempt, amount=wrong)
    return books.change(number, place, amount=wrong)


def item_amount(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    number, _, fact = found
    books.item(number, fact.attempt, amount=fact.amount + Money(1, fact.amount.currency))
    return books.followed[number].invoice


def uncovered(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    books.item(found[0], found[2].attempt, covered=False)
    return books.followed[found[0]].invoice


def lost_message(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    kept = tuple(m for m in books.account.messages if m.attempt != found[2].attempt)
    books.account = replace(books.account, messages=kept)
    return books.followed[found[0]].invoice


def unknown_contact(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    books.message(found[2].attempt, contact="C/stranger")
    return books.change(found[0], found[1], contact="C/stranger")


def listing(**fields: object) -> Plant:
    def plant(books: Books) -> str | None:
        one = books.followed[0]
        if one.listed is None:
            return None
        listed = replace(one.listed, **fields)  # type: ignore[arg-type]
        books.followed[0] = replace(one, listed=listed if fields else None)
        return one.invoice

    return plant


def balance_off(books: Books) -> str | None:
    one = books.followed[0]
    if one.listed is None:
        return None
    off = one.listed.balance + Money(1, one.listed.balance.currency)
    books.followed[0] = replace(one, listed=replace(one.listed, balance=off))
    return one.invoice


def flipped(books: Books) -> str | None:
    one = books.followed[0]
    if one.listed is None:
        return None
    listed = replace(one.listed, closed=not one.listed.closed)
    books.followed[0] = replace(one, listed=listed)
    return one.invoice


def stuck(books: Books) -> str | None:
    one = books.followed[0]
    if one.listed is None or one.listed.closed:
        return None
    next_at = books.ends - timedelta(days=10)
    books.followed[0] = replace(one, listed=replace(one.listed, next_at=next_at))
    return one.invoice
