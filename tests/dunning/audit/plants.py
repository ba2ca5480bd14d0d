"""Violations planted into a clean history, each with the test that has to find it.

A plant changes a clean customer in one place and answers with the invoice that is touched (empty
for one of the whole customer), or None where the history offers no place for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from operator import or_

from dunning import dispute_facts, facts, promise_facts, proposal_facts, touch_facts
from dunning.audit.account import Account, Followed, ImportRun, Listed, Said, Surroundings
from dunning.channel_facts import ChannelStopped
from dunning.contact_facts import ContactBlocked, ReplyReceived
from dunning.customer_facts import CustomerFact, CustomerPaused, CustomerRecorded, HoldPlaced
from dunning.fact import Fact
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.may import is_closed
from dunning.money import Money
from dunning.plan_facts import Instalment, PlanApproved, PlanProposed
from tests.dunning.audit.households import Household
from tests.dunning.worlds import LONDON, POLICIES

AT_ONCE = timedelta(minutes=1)
A_DAY = timedelta(days=1)


@dataclass
class Books:
    """A customer as the auditor is given it, open to be tampered with."""

    account: Account
    followed: list[Followed]
    ends: datetime
    around: Surroundings = field(default_factory=lambda: Surroundings(LONDON))

    @property
    def settled(self) -> datetime:
        """What was sent by then has had its time to be missed."""
        return self.ends - timedelta(days=12)

    @classmethod
    def of(cls, home: Household) -> Books:
        """The books of a household."""
        return cls(home.account(), home.followed(), home.ends)

    @classmethod
    def after_a_reminder(cls, home: Household, number: int, later: timedelta) -> Books:
        """The books as they stood so much later than one of the reminders, if there are any."""
        reminders = sorted(
            fact.at
            for one in home.invoices
            for fact in one.history
            if isinstance(fact, touch_facts.TouchStarted) and fact.level > 0
        )
        if not reminders:
            return cls.of(home)
        ends = min(home.ends, reminders[number % len(reminders)] + later)
        messages = tuple(one for one in home.messages if one.claimed_at <= ends)
        known = {one.attempt for one in messages}
        cut = cls(home.account(), [], ends)
        history = tuple(fact for fact in home.history if fact.at <= ends)
        cut.account = replace(cut.account, history=history, messages=messages)
        for one in home.followed():
            facts_ = tuple(fact for fact in one.history if fact.at <= ends)
            items = tuple(item for item in one.items if item.attempt in known)
            if facts_:
                kept = replace(one, history=facts_, items=items)
                cut.followed.append(replace(kept, listed=_listed(kept)))
        return cut

    def sent(self) -> Iterator[tuple[int, int, touch_facts.TouchStarted]]:
        """Touches that reminded and were sent: place of the invoice, of the fact, the fact.

        Only the last ones of their invoices: what comes after would suffer from another change.
        """
        for number, one in enumerate(self.followed):
            found = [
                (place, fact)
                for place, fact in enumerate(one.history)
                if isinstance(fact, touch_facts.TouchStarted) and fact.step != "issue"
            ]
            if not found or _closed(one):
                continue
            place, fact = found[-1]
            after = one.history[place + 1 :]
            if any(isinstance(later, touch_facts.TouchSent) for later in after):
                yield number, place, fact

    def first_sent(
        self, fits: Callable[[touch_facts.TouchStarted], bool] = lambda _: True
    ) -> tuple[int, int, touch_facts.TouchStarted] | None:
        """The first of them that is alone in its message, and fits."""
        for number, place, fact in self.sent():
            if not _is_last(self.followed[number], place):
                continue
            covered = [i for one in self.followed for i in one.items if i.attempt == fact.attempt]
            if len(covered) == 1 and fact.claimant == self.followed[number].invoice and fits(fact):
                return number, place, fact
        return None

    def insert(self, number: int, place: int, *new: InvoiceFact) -> str:
        """Put facts into an invoice's history before a place."""
        one = self.followed[number]
        history = [*one.history[:place], *new, *one.history[place:]]
        self.followed[number] = replace(one, history=tuple(history), listed=None)
        self._relist(number)
        return one.invoice

    def change(self, number: int, place: int, **fields: object) -> str:
        """Change a fact."""
        one = self.followed[number]
        history = list(one.history)
        history[place] = replace(history[place], **fields)  # type: ignore[arg-type]
        self.followed[number] = replace(one, history=tuple(history))
        return one.invoice

    def drop(self, number: int, wanted: Callable[[InvoiceFact], bool]) -> str:
        """Take facts out of an invoice's history."""
        one = self.followed[number]
        kept = tuple(fact for fact in one.history if not wanted(fact))
        self.followed[number] = replace(one, history=kept)
        return one.invoice

    def message(self, attempt: str, **fields: object) -> None:
        """Change a message."""
        messages = tuple(
            replace(m, **fields) if m.attempt == attempt else m  # type: ignore[arg-type]
            for m in self.account.messages
        )
        messages = tuple(sorted(messages, key=lambda m: m.claimed_at))
        self.account = replace(self.account, messages=messages)

    def item(self, number: int, attempt: str, **fields: object) -> None:
        """Change what a message states of an invoice."""
        one = self.followed[number]
        items = tuple(
            replace(i, **fields) if i.attempt == attempt else i  # type: ignore[arg-type]
            for i in one.items
        )
        self.followed[number] = replace(one, items=items)

    def tell(self, *new: CustomerFact) -> None:
        """Put facts into the customer's history, in the order of their moments."""
        history = sorted([*self.account.history, *new], key=lambda fact: fact.at)
        self.account = replace(self.account, history=tuple(history))

    def _relist(self, number: int) -> None:
        one = self.followed[number]
        self.followed[number] = replace(one, listed=_listed(one))


def _is_last(one: Followed, place: int) -> bool:
    """Nothing but the outcome, and reasons, came after the touch, and no dispute before it."""
    said = touch_facts.TouchSent | touch_facts.TouchUnknown
    disputed = any(isinstance(fact, dispute_facts.DisputeOpened) for fact in one.history)
    after = one.history[place + 1 :]
    remarks = [isinstance(f, touch_facts.TouchWithheld) and not f.passed_over for f in after]
    is_outcome = [isinstance(fact, said) for fact in after]
    return not disputed and all(map(or_, remarks, is_outcome))


def _closed(one: Followed) -> bool:
    closing = facts.PaymentApplied | facts.WrittenOff | facts.HandedOver | facts.CreditApplied
    return any(isinstance(fact, closing) for fact in one.history)


def _listed(one: Followed) -> Listed:
    case = fold(one.history)
    return Listed(case.customer, case.amount, case.balance, case.due_date, is_closed(case))


Plant = Callable[[Books], str | None]


def _before_touch(make: Callable[[touch_facts.TouchStarted, str], list[InvoiceFact]]) -> Plant:
    """Record something just before the last touch of an invoice was claimed."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        number, place, fact = found
        return books.insert(number, place, *make(fact, books.followed[number].invoice))

    return plant


def _before_customer(make: Callable[[touch_facts.TouchStarted, str], list[CustomerFact]]) -> Plant:
    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        number, _, fact = found
        latest = max(one.claimed_at for one in books.account.messages)
        if fact.at != latest:
            return None
        books.tell(*make(fact, books.followed[number].invoice))
        return books.followed[number].invoice

    return plant


def _changed(**fields: object) -> Plant:
    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        return found and books.change(found[0], found[1], **fields)

    return plant


def _messaged(**fields: object) -> Plant:
    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        number, _, fact = found
        books.message(fact.attempt, **fields)
        return books.followed[number].invoice

    return plant


def _at(fact: Fact) -> datetime:
    return fact.at - AT_ONCE


def _paid(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    at = _at(fact)
    amount, on = fact.amount, at.date()
    return [facts.PaymentApplied(at=at, by="import", payment="P9", amount=amount, on=on)]


def _written_off(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    decided = proposal_facts.ProposalDecided(
        at=_at(fact), by="lena", what="write_off", outcome="approved"
    )
    asked = proposal_facts.ProposalMade(
        at=_at(fact), by="omar", what="write_off", role="controller", reason="small"
    )
    return [asked, decided, facts.WrittenOff(at=_at(fact), by="lena", reason="small")]


def _disputed(fact: touch_facts.TouchStarted, invoice: str) -> list[InvoiceFact]:
    name = f"{invoice}/9"
    at = _at(fact)
    return [
        dispute_facts.DisputeOpened(at=at, by="maria", dispute=name, reason="price"),
        dispute_facts.DisputeAssigned(at=at, by="duncan", dispute=name, owner="pricing"),
        dispute_facts.DisputeEscalated(
            at=at, by="duncan", dispute=name, role="ar_lead", why="planted"
        ),
    ]


def _graced(fact: touch_facts.TouchStarted, invoice: str) -> list[InvoiceFact]:
    resolved = dispute_facts.DisputeResolved(
        at=_at(fact), by="lena", dispute=f"{invoice}/9", outcome="upheld"
    )
    return [*_disputed(fact, invoice), resolved]


def _paused(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    until = fact.at.date() + A_DAY
    return [facts.Paused(at=_at(fact), by="maria", reason="system", until=until)]


def _promised(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    on = fact.at.date() + timedelta(days=60)
    return [
        promise_facts.PromiseMade(at=_at(fact), by="maria", amount=fact.amount, promised_on=on),
    ]


def _escalated(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    return [facts.Escalated(at=_at(fact), by="maria", to_role="ar_lead", hold=True)]


def _held(code: str) -> Plant:
    return _before_customer(
        lambda fact, _: [HoldPlaced(at=_at(fact), by="lena", hold="H9", code=code, why="x")]
    )


def _customer_paused(fact: touch_facts.TouchStarted, _: str) -> list[CustomerFact]:
    until = fact.at.date() + A_DAY
    return [CustomerPaused(at=_at(fact), by="maria", reason="system", until=until)]


def _planned(fact: touch_facts.TouchStarted, invoice: str) -> list[CustomerFact]:
    at, on = _at(fact), fact.at.date() + timedelta(days=200)
    parts = (Instalment(on, fact.amount),)
    return [
        PlanProposed(at=at, by="maria", plan="PL9", invoices=(invoice,), instalments=parts),
        PlanApproved(at=at, by="lena", plan="PL9"),
    ]


def _wrote(fact: touch_facts.TouchStarted, _: str) -> list[CustomerFact]:
    over = datetime(2027, 1, 1, tzinfo=UTC)
    return [
        ReplyReceived(
            at=_at(fact), by="duncan", reply="R9", channel="email", intents=(), hold_until=over
        )
    ]


def _blocked(code: str) -> Plant:
    return _before_customer(
        lambda fact, _: [
            ContactBlocked(
                at=_at(fact), by="duncan", contact=fact.contact, channel=fact.channel, code=code
            )
        ]
    )


def _moved(by: timedelta, most: int = 9) -> Plant:
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
    people = facts.Paused | facts.Resumed | promise_facts.PromiseMade | facts.Escalated
    people |= touch_facts.SendRequested | facts.InvoiceAmended
    kept = len(books.followed) == 1 == len(books.account.history)
    kept = kept and not any(isinstance(f, people) for f in books.followed[0].history)
    day = books.account.calendar.local_date(at)
    return kept and books.account.calendar.is_business_day(day) and at < books.ends


def _never_sent(books: Books) -> str | None:
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


def _no_first_reminder(books: Books) -> str | None:
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


def _false_reason(code: str) -> Plant:
    """The last reminder was passed over for a reason that was not true."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0 and fact.at < books.settled)
        if found is None:
            return None
        number, place, fact = found
        if _never_sent(books) is None:
            return None
        said = touch_facts.TouchWithheld(
            at=fact.at, by="duncan", step=fact.step, code=code, why="planted", passed_over=True
        )
        return books.insert(number, place, said)

    return plant


def _again(books: Books) -> str | None:
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


def _wrong_amount(books: Books) -> str | None:
    """The letter says a cent more than is open, in message, fact and list alike."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    number, place, fact = found
    wrong = fact.amount + Money(1, fact.amount.currency)
    books.item(number, fact.attempt, amount=wrong)
    return books.change(number, place, amount=wrong)


def _item_amount(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    number, _, fact = found
    books.item(number, fact.attempt, amount=fact.amount + Money(1, fact.amount.currency))
    return books.followed[number].invoice


def _uncovered(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    books.item(found[0], found[2].attempt, covered=False)
    return books.followed[found[0]].invoice


def _lost_message(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    kept = tuple(m for m in books.account.messages if m.attempt != found[2].attempt)
    books.account = replace(books.account, messages=kept)
    return books.followed[found[0]].invoice


def _unknown_contact(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    books.message(found[2].attempt, contact="C/stranger")
    return books.change(found[0], found[1], contact="C/stranger")


def _listing(**fields: object) -> Plant:
    def plant(books: Books) -> str | None:
        one = books.followed[0]
        if one.listed is None:
            return None
        listed = replace(one.listed, **fields)  # type: ignore[arg-type]
        books.followed[0] = replace(one, listed=listed if fields else None)
        return one.invoice

    return plant


def _balance_off(books: Books) -> str | None:
    one = books.followed[0]
    if one.listed is None:
        return None
    off = one.listed.balance + Money(1, one.listed.balance.currency)
    books.followed[0] = replace(one, listed=replace(one.listed, balance=off))
    return one.invoice


def _flipped(books: Books) -> str | None:
    one = books.followed[0]
    if one.listed is None:
        return None
    listed = replace(one.listed, closed=not one.listed.closed)
    books.followed[0] = replace(one, listed=listed)
    return one.invoice


def _stuck(books: Books) -> str | None:
    one = books.followed[0]
    if one.listed is None or one.listed.closed:
        return None
    next_at = books.ends - timedelta(days=10)
    books.followed[0] = replace(one, listed=replace(one.listed, next_at=next_at))
    return one.invoice


def _appended(*make: Callable[[datetime, Followed], InvoiceFact]) -> Plant:
    """Record something at the very end of an invoice that is still open."""

    def plant(books: Books) -> str | None:
        for number, one in enumerate(books.followed):
            if one.listed and not one.listed.closed:
                at = max(one.history[-1].at, books.ends) + AT_ONCE
                return books.insert(number, len(one.history), *(new(at, one) for new in make))
        return None

    return plant


def _pause(at: datetime, reason: str = "system", by: str = "maria", days: int = 5) -> InvoiceFact:
    return facts.Paused(at=at, by=by, reason=reason, until=at.date() + timedelta(days=days))


def _imports(**fields: int) -> Plant:
    def plant(books: Books) -> str | None:
        good = {"rows": 10, "accepted": 8, "updated": 1, "unchanged": 1, "rejected": 0}
        at = datetime(2026, 3, 3, 5, tzinfo=UTC)
        run = ImportRun("invoices", "open.csv", at, **{**good, **fields}, recorded=9)
        books.around = replace(books.around, imports=(run,))
        return ""

    return plant


def _stale(books: Books) -> str | None:
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


def _stopped(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    others = [fact for one in books.followed for fact in one.history]
    if found is None or any(
        isinstance(f, touch_facts.TouchStarted) and f.at > found[2].at - AT_ONCE and f != found[2]
        for f in others
    ):
        return None
    fact = found[2]
    stop = ChannelStopped(at=_at(fact), by="duncan", channel=fact.channel, code="AUTH", why="x")
    books.around = replace(books.around, channels={fact.channel: (stop,)})
    return books.followed[found[0]].invoice


def _forbidden(books: Books) -> str | None:
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


def _skewed(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    early = Said("delivered", found[2].at - timedelta(seconds=3))
    books.message(found[2].attempt, events=(early,))
    return ""


def _bounced(books: Books) -> str | None:
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    said = (Said("bounced", found[2].at),)
    books.message(found[2].attempt, events=said, delivery="bounced")
    return ""


def _handed_over(books: Books) -> str | None:
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
        if opened.amount.minor < 90_000 or far or _closed(one):
            continue
        at = max(one.history[-1].at, books.ends) + AT_ONCE
        return books.insert(
            number, len(one.history), facts.HandedOver(at=at, by="lena", to="agency")
        )
    return None


def _own_credit(at: datetime, _: Followed) -> InvoiceFact:
    return proposal_facts.ProposalMade(
        at=at, by="Maria", what="credit_hold", role="controller", reason="x"
    )


def _own_decision(at: datetime, _: Followed) -> InvoiceFact:
    return proposal_facts.ProposalDecided(
        at=at, by="maria ", what="credit_hold", outcome="approved"
    )


def _spared(books: Books) -> str | None:
    """One person pauses the same customer's invoice again and again, for a day each time."""
    plant = _appended(*(lambda at, _, n=n: _pause(at + n * AT_ONCE, days=1) for n in range(4)))
    return "" if plant(books) is not None else None


def _unanswered(books: Books) -> str | None:
    at = books.ends - timedelta(days=4)
    if books.account.messages and books.account.messages[-1].claimed_at > at:
        return None
    over = at + timedelta(hours=1)
    books.tell(
        ReplyReceived(at=at, by="duncan", reply="R9", channel="email", intents=(), hold_until=over)
    )
    return ""


def _level(by: int, least: int) -> Plant:
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


def _no_approval(books: Books) -> str | None:
    for number, _, fact in books.sent():
        history = books.followed[number].history
        given = [f for f in history if isinstance(f, touch_facts.TouchApproved)]
        if given and given[-1].step == fact.step:
            return books.drop(number, lambda f: isinstance(f, touch_facts.TouchApproved))
    return None


def _matured(books: Books) -> str | None:
    """A promise was broken, and nobody noted it."""
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
            return books.drop(number, lambda f: isinstance(f, promise_facts.PromiseSettled))
    return None


def _overdue_dispute(books: Books) -> str | None:
    for number, one in enumerate(books.followed):
        raised = [f for f in one.history if isinstance(f, dispute_facts.DisputeEscalated)]
        ended = [f for f in one.history if isinstance(f, dispute_facts.DisputeResolved)]
        if raised and raised[0].at < books.settled and not ended and not _closed(one):
            return books.drop(number, lambda f: isinstance(f, dispute_facts.DisputeEscalated))
    return None


def _closed_day(books: Books) -> str | None:
    """The touch fell on what turns out to be a holiday there."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None:
        return None
    calendar = books.account.calendar
    day = calendar.local_date(found[2].at)
    off = replace(calendar, closures=((day, day),))
    books.account = replace(books.account, calendar=off)
    return books.followed[found[0]].invoice


# Kind: how it is planted, and the test and code that have to find it.
PLANTS: dict[str, tuple[Plant, str, str]] = {
    "no case": (_listing(), "A01", "NOT_FOLLOWED"),
    "other customer": (_listing(customer="C-other"), "A02", "CUSTOMER"),
    "other due date": (_listing(due_date=date(2020, 1, 1)), "A02", "DUE DATE"),
    "balance a cent off": (_balance_off, "A02", "BALANCE"),
    "rows lost in an import": (_imports(rows=11), "A03", "ROWS"),
    "facts lost of an import": (_imports(rows=11, accepted=9), "A03", "FACTS"),
    "reminder never sent": (_never_sent, "A04", "MISSED"),
    "false reason: expired": (_false_reason("EXPIRED"), "A04", "UNFOUNDED_EXPIRED"),
    "false reason: superseded": (_false_reason("SUPERSEDED"), "A04", "UNFOUNDED_SUPERSEDED"),
    "false reason: minimum": (_false_reason("MIN_AMOUNT"), "A04", "UNFOUNDED_MIN_AMOUNT"),
    "false reason: no contact": (_false_reason("NO_CONTACT"), "A04", "UNFOUNDED_NO_CONTACT"),
    "false reason: no approval": (_false_reason("NO_APPROVAL"), "A04", "UNFOUNDED_NO_APPROVAL"),
    "false reason: open reminder": (
        _false_reason("OPEN_REMINDER"),
        "A04",
        "UNFOUNDED_OPEN_REMINDER",
    ),
    "false reason: provider": (_false_reason("PROVIDER_FAIL"), "A04", "UNFOUNDED_PROVIDER_FAIL"),
    "reason nobody knows": (_false_reason("BECAUSE"), "A04", "UNFOUNDED_BECAUSE"),
    "declined by no person": (_false_reason("DECLINED"), "A04", "UNFOUNDED_DECLINED"),
    "two weeks late": (_moved(timedelta(days=14)), "A04", "LATE"),
    "a day early": (_moved(timedelta(days=-1)), "A06", "EARLY"),
    "level skipped": (_level(1, 1), "A06", "LEVEL_SKIPPED"),
    "level lowered": (_level(-2, 2), "A06", "LEVEL_LOWERED"),
    "sent twice": (_again, "A07", "DUPLICATE"),
    "unknown step": (_changed(step="nudge"), "A07", "EXTRA"),
    "other letter": (_changed(letter="final_notice_by_post"), "A07", "EXTRA"),
    "first reminder never sent": (_no_first_reminder, "A08", "MISSED"),
    "after payment": (_before_touch(_paid), "A09", "PAID"),
    "after write-off": (_before_touch(_written_off), "A09", "WRITTEN_OFF"),
    "in dispute": (_before_touch(_disputed), "A10", "DISPUTE"),
    "in the days of grace": (_before_touch(_graced), "A10", "DISPUTE_GRACE"),
    "in a pause": (_before_touch(_paused), "A11", "PAUSE"),
    "in a customer's pause": (_before_customer(_customer_paused), "A11", "PAUSE"),
    "during a promise": (_before_touch(_promised), "A11", "PROMISE"),
    "while escalated": (_before_touch(_escalated), "A11", "ESCALATED"),
    "during a payment plan": (_before_customer(_planned), "A11", "PLAN"),
    "before a reply was read": (_before_customer(_wrote), "A11", "REPLY"),
    "insolvent": (_held("LEGAL_INSOLVENCY"), "A12", "LEGAL_INSOLVENCY"),
    "hardship": (_held("HARDSHIP"), "A12", "HARDSHIP"),
    "channel stopped": (_stopped, "A12", "AUTH"),
    "at night": (_moved(timedelta(hours=-9)), "A13", "QUIET"),
    "on a day off": (_closed_day, "A13", "DAY_OFF"),
    "over the cap": (_again, "A14", "MIN_INTERVAL"),
    "opted out": (_blocked("OPT_OUT"), "A15", "OPT_OUT"),
    "bounced before": (_blocked("BOUNCED"), "A15", "BOUNCED"),
    "a stranger": (_unknown_contact, "A15", "UNKNOWN_CONTACT"),
    "another address": (_messaged(address="x@other.example"), "A15", "OTHER_ADDRESS"),
    "a cent too much": (_wrong_amount, "A16", "AMOUNT"),
    "a cent too much in the list": (_item_amount, "A16", "AMOUNT"),
    "pause without reason": (
        _appended(lambda at, _: _pause(at, reason="")),
        "A17",
        "NO_REASON",
    ),
    "pause for months": (_appended(lambda at, _: _pause(at, days=60)), "A17", "TOO_LONG"),
    "letter not approved": (_no_approval, "A18", "UNAPPROVED"),
    "sent by no person": (
        _appended(lambda at, _: touch_facts.SendRequested(at=at, by="duncan")),
        "A18",
        "NOBODY",
    ),
    "other policy": (_changed(policy="house_rules v1"), "A19", "OTHER_POLICY"),
    "older version": (_changed(policy="standard_b2b v0"), "A19", "OTHER_POLICY"),
    "words changed": (_messaged(digest="0" * 64), "A20", "WORDS_CHANGED"),
    "words lost": (_messaged(digest=""), "A20", "NO_WORDS"),
    "no guards": (_changed(guards=()), "A20", "NO_GUARDS"),
    "reply not handled": (_unanswered, "A21", "TOO_LATE"),
    "promise not settled": (_matured, "A22", "NO_OUTCOME"),
    "dispute not escalated": (_overdue_dispute, "A22", "OVERDUE"),
    "a favourite": (_spared, "A23", "SPARED"),
    "handed over too soon": (_handed_over, "A24", "BEFORE_TIME"),
    "approved by oneself": (_appended(_own_credit, _own_decision), "A25", "SAME_PERSON"),
    "approved without a question": (_appended(_own_decision), "A25", "NOT_ASKED"),
    "clock skewed": (_skewed, "A26", "CLOCK_SKEW"),
    "message lost": (_lost_message, "A27", "NO_MESSAGE"),
    "message not covering": (_uncovered, "A27", "NOT_COVERED"),
    "state differs": (_messaged(state="unknown"), "A27", "STATE"),
    "delivery differs": (_messaged(delivery=""), "A27", "DELIVERY"),
    "bounce ignored": (_bounced, "A27", "BOUNCE_IGNORED"),
    "closed or open wrongly": (_flipped, "A28", ""),
    "stuck": (_stuck, "A28", "STUCK"),
    "forbidden words": (_forbidden, "A29", "FORBIDDEN_WORDS"),
    "stale books": (_stale, "A30", "DATA_STALE"),
}

# What is held or paid makes other sums and reasons of the same day untrue as well.
_SUMS = {
    ("A16", "AMOUNT"),
    ("A16", "LISTED_AMOUNT"),
    ("A04", "UNFOUNDED_OPEN_REMINDER"),
    ("A07", "BELOW_MINIMUM"),
}
# What a violation brings with it: a letter about what is held also states a wrong amount.
COMPANIONS: dict[str, set[tuple[str, str]]] = {
    **{kind: {("A04", "UNFOUNDED_OPEN_REMINDER")} for kind in PLANTS if kind.startswith("false")},
    "reason nobody knows": {("A04", "UNFOUNDED_OPEN_REMINDER")},
    "declined by no person": {("A18", "NOBODY"), ("A04", "UNFOUNDED_OPEN_REMINDER")},
    "first reminder never sent": {("A04", "MISSED"), ("A04", "LATE"), ("A05", "LATE")},
    "two weeks late": {("A05", "LATE"), ("A08", "LATE")},
    "a day early": {("A06", "LEVELS_TOO_CLOSE"), ("A14", "MIN_INTERVAL")},
    "at night": {("A14", "CAP")},
    "level skipped": {("A07", "EXTRA")},
    "level lowered": {("A07", "EXTRA"), ("A06", "AFTER_DUE")},
    "sent twice": {("A14", "MIN_INTERVAL"), ("A14", "CAP")},
    "over the cap": {("A07", "DUPLICATE"), ("A14", "CAP")},
    "unknown step": {("A04", "MISSED"), ("A08", "MISSED")},
    "reminder never sent": {("A04", "UNFOUNDED_OPEN_REMINDER")},
    # Without the message nothing shows why others kept their distance from it.
    "message lost": {("A04", "MISSED"), ("A04", "LATE"), ("A08", "MISSED"), ("A05", "LATE")},
    "after payment": _SUMS,
    "after write-off": _SUMS,
    "in dispute": _SUMS,
    "in the days of grace": _SUMS,
    "in a pause": _SUMS,
    "during a promise": _SUMS,
    "while escalated": _SUMS,
    "on a day off": {("A06", "EARLY")},
    "a favourite": {("A17", "PROLONGED")},
}
