"""What is planted in records: overrides, imports, chains, tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dunning import dispute_facts, facts, promise_facts, proposal_facts, touch_facts
from dunning.audit.account import Followed, ImportRun, Said
from dunning.channel_facts import ChannelStopped
from dunning.contact_facts import ReplyReceived
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceFact
from tests.dunning.audit.plant_books import AT_ONCE, Books, Plant, closed
from tests.dunning.audit.planted_holds import moment_before


def appended(*make: Callable[[datetime, Followed], InvoiceFact]) -> Plant:
    """Record something at the very end of an invoice that is still open."""

    def plant(books: Books) -> str | None:
        for number, one in enumerate(books.followed):
            if one.listed and not one.listed.closed:
                at = max(one.history[-1].at, books.ends) + AT_ONCE
                return books.insert(number, len(one.history), *(new(at, one) for new in make))
        return None

    return plant


def pause(at: datetime, reason: str = "system", by: str = "maria", days: int = 5) -> InvoiceFact:
    return facts.Paused(at=at, by=by, reason=reason, until=at.date() + timedelta(days=days))


def imports(**fields: int) -> Plant:
    def plant(books: Books) -> str | None:
        good = {"rows": 10, "accepted": 8, "updated": 1, "unchanged": 1, "rejected": 0}
        at = datetime(2026, 3, 3, 5, tzinfo=UTC)
        run = ImportRun("invoices", "open.csv", at, **{**good, **fields}, recorded=9)
        books.around = replace(books.around, imports=(run,))
        return ""

    return plant


def stale(books: Books) -> str | None:
    """The last file came days before the last touch."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    at = found[2].at - timedelta(days=5)
    near = [m for m in books.account.messages if m.claimed_at > at]
    if [m.attempt for m in near] != [found[2].attempt]:
        return None
    run = ImportRun("invoices", "open.csv", at, 1, 1, 0, 0, 0)
    days = {"invoices": 1}
    books.around = replace(books.around, imports=(run,), fresh_business_days=days)
    return books.followed[found[0]].invoice


def stopped(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    others = [fact for one in books.followed for fact in one.history]
    if found is None or any(
        isinstance(f, touch_facts.TouchStarted) and f.at > found[2].at - AT_ONCE and f != found[2]
        for f in others
    ):
        return None
    fact = found[2]
    stop = ChannelStopped(
        at=moment_before(fact), by="duncan", channel=fact.channel, code="AUTH", why="x"
    )
    books.around = replace(books.around, channels={fact.channel: (stop,)})
    return books.followed[found[0]].invoice


def forbidden(books: Books) -> str | None:
    """A consumer in France reads of costs of recovery."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    first, *later = books.account.history
    assert isinstance(first, CustomerRecorded)
    french = replace(first, country="FR", segment="consumer")
    books.account = replace(books.account, history=(french, *later))
    books.message(found[2].attempt, text="Des frais de recouvrement de 40 € sont dus.")
    return ""


def skewed(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    early = Said("delivered", found[2].at - timedelta(seconds=3))
    books.message(found[2].attempt, events=(early,))
    return ""


def bounced(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    said = (Said("bounced", found[2].at),)
    books.message(found[2].attempt, events=said, delivery="bounced")
    return ""


def handed_over(books: Books) -> str | None:
    """An invoice that was never reminded of goes to an agency."""
    for number, one in enumerate(books.followed):
        opened = one.history[0]
        assert isinstance(opened, facts.InvoiceOpened)
        far = [
            f
            for f in one.history
            if (isinstance(f, touch_facts.TouchStarted) and f.level > 0)
            or (isinstance(f, facts.TaskOpened) and f.what in ("decide", "write_off_proposal"))
        ]
        if opened.amount.minor < 90_000 or far or closed(one):
            continue
        at = max(one.history[-1].at, books.ends) + AT_ONCE
        return books.insert(
            number, len(one.history), facts.HandedOver(at=at, by="lena", to="agency")
        )
    return None


def own_credit(at: datetime, _: Followed) -> InvoiceFact:
    return proposal_facts.ProposalMade(
        at=at, by="Maria", what="credit_hold", role="controller", reason="x"
    )


def own_decision(at: datetime, _: Followed) -> InvoiceFact:
    return proposal_facts.ProposalDecided(
        at=at, by="maria ", what="credit_hold", outcome="approved"
    )


def spared(books: Books) -> str | None:
    """One person pauses the same customer's invoice again and again, for a day each time."""
    plant = appended(*(lambda at, _, n=n: pause(at + n * AT_ONCE, days=1) for n in range(4)))
    return "" if plant(books) is not None else None


def unanswered(books: Books) -> str | None:
    at = books.ends - timedelta(days=4)
    if books.account.messages and books.account.messages[-1].claimed_at > at:
        return None
    over = at + timedelta(hours=1)
    books.tell(
        ReplyReceived(at=at, by="duncan", reply="R9", channel="email", intents=(), hold_until=over)
    )
    return ""


def level(by: int, least: int) -> Plant:
    """The last reminder speaks in another tone than its step."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level >= least and _is_next(books, fact))
        return found and books.change(found[0], found[1], level=found[2].level + by)

    return plant


def _is_next(books: Books, fact: touch_facts.TouchStarted) -> bool:
    """Whether the touch raised the tone, without anybody having asked for it."""
    (one,) = (one for one in books.followed if fact in one.history)
    before = one.history[: one.history.index(fact)]
    made = [f for f in before if isinstance(f, touch_facts.TouchStarted)]
    asked = any(isinstance(f, touch_facts.SendRequested) for f in before)
    return not asked and max((f.level for f in made), default=0) == fact.level - 1


def no_approval(books: Books) -> str | None:
    for number, _, fact in books.sent():
        history = books.followed[number].history
        given = [f for f in history if isinstance(f, touch_facts.TouchApproved)]
        if given and given[-1].step == fact.step:
            return books.drop(number, lambda f: isinstance(f, touch_facts.TouchApproved))
    return None


def matured(books: Books) -> str | None:
    """A promise was broken, and nobody noted it."""
    found = matured_promise(books)
    if found is None:
        return None
    return books.drop(found[0], lambda f: isinstance(f, promise_facts.PromiseSettled))


def matured_promise(books: Books) -> tuple[int, int] | None:
    """A broken promise that nothing else touched: place of the invoice, of its outcome."""
    for number, one in enumerate(books.followed):
        settled = [f for f in one.history if isinstance(f, promise_facts.PromiseSettled)]
        other = facts.Paused | facts.Resumed | facts.PaymentApplied | facts.Escalated
        other |= promise_facts.PromiseWithdrawn | dispute_facts.DisputeOpened
        if any(isinstance(f, other) for f in one.history) or len(books.account.history) > 1:
            continue
        made = [f for f in one.history if isinstance(f, promise_facts.PromiseMade)]
        if (
            settled
            and settled[-1].outcome == "broken"
            and settled[-1].number == len(made)
            and settled[-1].at < books.settled
        ):
            return number, one.history.index(settled[-1])
    return None


def overdue_dispute(books: Books) -> str | None:
    for number, one in enumerate(books.followed):
        raised = [f for f in one.history if isinstance(f, dispute_facts.DisputeEscalated)]
        ended = [f for f in one.history if isinstance(f, dispute_facts.DisputeResolved)]
        if raised and raised[0].at < books.settled and not ended and not closed(one):
            return books.drop(number, lambda f: isinstance(f, dispute_facts.DisputeEscalated))
    return None


def closed_day(books: Books) -> str | None:
    """The touch fell on what turns out to be a holiday there."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    calendar = books.account.calendar
    day = calendar.local_date(found[2].at)
    off = replace(calendar, closures=((day, day),))
    books.account = replace(books.account, calendar=off)
    return books.followed[found[0]].invoice
