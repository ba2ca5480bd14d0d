"""Random customers, each from a seed: what they were sent, what they paid, said and disputed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from dunning import facts, touch_facts
from dunning.business_days import BusinessCalendar
from dunning.contact_facts import Contact, ReplyHandled, ReplyReceived
from dunning.customer_facts import (
    CustomerPaused,
    CustomerRecorded,
    CustomerResumed,
    HoldLifted,
    HoldPlaced,
)
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from tests.dunning.audit.households import Household, Invoice
from tests.dunning.worlds import POLICIES

# So long the longest history is.
DAYS = 75
BEGINS = date(2026, 3, 2)
_ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
_ANSWERS = ("sent",) * 12 + ("later", "refused", "dead", "unknown")
_PERSONS = ("maria", "omar", "lena")


def household(seed: int, invoices: int | None = None, *, eventful: bool = True) -> Household:
    """A customer from a seed, followed for some months."""
    random = Random(seed)
    home = _customer(random, seed, eventful=eventful)
    days = random.choice((25, 30, 35, 40, 45, 50, 55, DAYS)) if eventful else DAYS
    home.ends = datetime.combine(BEGINS, time(23), UTC) + timedelta(days=days)
    count = invoices or random.choice((1, 1, 1, 2, 3))
    openings = sorted(
        (_opening(random, home, number) for number in range(count)), key=lambda one: one.at
    )
    policy = POLICIES[random.choice(("standard_b2b", "standard_b2b", *sorted(POLICIES)))]
    happenings = sorted(_moments(random, random.choice((0, 0, 1, 2, 4)) if eventful else 0, days))
    end = home.ends = max(home.ends, openings[0].at + timedelta(days=20))
    for opening in openings:
        if opening.at > end and home.invoices:
            continue
        while happenings and happenings[0] < opening.at:
            _happen(random, home, happenings.pop(0))
        at = max(opening.at, home.now)
        home.until(at)
        home.open(replace(opening, at=at, policy=policy.name), policy)
    for at in happenings:
        _happen(random, home, at)
    if random.random() < 0.5:
        _approve_daily(random, home, end)
    home.until(end)
    return home


def _customer(random: Random, seed: int, *, eventful: bool) -> Household:
    name = f"C{seed}"
    zone = random.choice(_ZONES)
    days = [date(2026, 3, 1) + timedelta(days=random.randrange(120)) for _ in range(4)]
    calendar = BusinessCalendar(zone, frozenset({5, 6}), frozenset(days))
    contacts = tuple(
        Contact(
            f"{name}/{role}",
            "Ada",
            role,
            "" if eventful and random.random() < 0.05 else f"{role}@quill.example",
            random.choice(("", "+442079460000")),
            random.random() < 0.5,
        )
        for role in ("billing", "manager")
    )
    recorded = CustomerRecorded(
        at=datetime(2026, 1, 1, tzinfo=UTC),
        by="import",
        customer=name,
        name="Quill",
        timezone=zone,
        contacts=contacts,
    )
    answers = _ANSWERS if eventful else ("sent",)
    return Household(recorded, calendar, answers=lambda: random.choice(answers))


def _opening(random: Random, home: Household, number: int) -> facts.InvoiceOpened:
    issued = BEGINS + timedelta(days=random.randrange(12))
    came = issued + timedelta(days=random.choice((0, 0, 0, 1, 10, 20)))
    amount = random.choice((2_000, 90_000, 90_000, 2_000_000))
    customer = home.recorded.customer
    return facts.InvoiceOpened(
        at=datetime.combine(came, time(random.randrange(24), 17), UTC),
        by="import",
        invoice=f"{customer}-I{number}",
        customer=customer,
        entity="",
        amount=Money(amount, "EUR"),
        issue_date=issued,
        due_date=issued + timedelta(days=random.choice((7, 10, 14, 30))),
        distributed=random.random() < 0.8,
    )


def _moments(random: Random, count: int, days: int) -> list[datetime]:
    start = datetime.combine(BEGINS, time(0), UTC)
    return [
        start + timedelta(days=random.randrange(3, days), minutes=random.randrange(1440))
        for _ in range(count)
    ]


def _happen(random: Random, home: Household, at: datetime) -> None:
    """Something happens to an invoice or to the customer; the rules may refuse it."""
    # What happened before may have taken its time.
    at = max(at, home.now)
    home.until(at)
    if not home.invoices:
        return
    one = random.choice(home.invoices)
    one.now = max(one.now, at)
    try:
        random.choice(_HAPPENINGS)(random, home, one, at)
    except NotAllowed:
        return
    one.next = one.plan()


def _part(random: Random, one: Invoice) -> Money:
    minor = max(1, int(one.case.balance.minor * random.choice((0.3, 0.6, 1, 1))))
    return Money(minor, "EUR")


def _pay(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    amount, on = _part(random, one), at.date()
    one.record(facts.PaymentApplied(at=at, by="import", payment="P", amount=amount, on=on))


def _reverse(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    if one.case.paid.minor > 0:
        amount, on = one.case.paid, at.date()
        one.record(facts.PaymentReversed(at=at, by="omar", payment="P", amount=amount, on=on))


def _pause(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    until = at.date() + timedelta(days=random.randrange(1, 28))
    one.record(facts.Paused(at=at, by="maria", reason="internal_query", until=until))


def _promise(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    on = at.date() + timedelta(days=random.randrange(1, 14))
    one.record(PromiseMade(at=at, by="maria", amount=_part(random, one), promised_on=on))


def _resume(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    one.record(facts.Resumed(at=at, by="omar"))


def _dispute(random: Random, home: Household, one: Invoice, at: datetime) -> None:
    name = f"{one.case.invoice}/{len(one.case.disputes) + 1}"
    amount = None if random.random() < 0.5 else _part(random, one)
    one.record(DisputeOpened(at=at, by="maria", dispute=name, reason="price", amount=amount))
    decided = at + timedelta(days=random.randrange(1, 12))
    if random.random() < 0.5 and decided < home.ends:
        one.next = one.plan()
        home.until(decided)
        one.now = max(one.now, decided)
        _resolve(random, home, one, decided)


def _resolve(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    for dispute in one.case.disputes:
        if dispute.is_open:
            outcome = random.choice(("upheld", "upheld", "withdrawn"))
            name = dispute.dispute
            one.record(DisputeResolved(at=at, by="lena", dispute=name, outcome=outcome))
            return


def _escalate(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    one.record(facts.Escalated(at=at, by="maria", to_role="ar_lead", hold=True))


def _send_now(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    one.record(touch_facts.SendRequested(at=at, by="maria"))
    one.now = at + timedelta(seconds=1)


def _approve(_: Random, home: Household, __: Invoice, at: datetime) -> None:
    for one in home.invoices:
        for task in one.case.tasks:
            if task.what == "approve" and not task.outcome:
                one.now = max(one.now, at)
                one.record(touch_facts.TouchApproved(at=at, by="lena", step=task.step))
                one.next = one.plan()
                break


def _approve_daily(random: Random, home: Household, end: datetime) -> None:
    """Somebody looks at what waits for approval every morning."""
    at = max(one.now for one in home.invoices)
    while at < end:
        home.until(at)
        _approve(random, home, home.invoices[0], at)
        at += timedelta(days=1)


def _decline(_: Random, __: Household, one: Invoice, at: datetime) -> None:
    for task in one.case.tasks:
        if task.what == "approve" and not task.outcome:
            said = touch_facts.TouchWithheld(
                at=at, by="lena", step=task.step, code="DECLINED", why="no", passed_over=True
            )
            one.record(said)
            return


def _amend(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    due = one.case.due_date + timedelta(days=random.randrange(0, 15))
    amount = one.case.amount + Money(random.choice((0, 5_000)), "EUR")
    one.record(
        facts.InvoiceAmended(
            at=at, by="import", amount=amount, due_date=due, policy=one.case.policy
        )
    )


def _change_policy(random: Random, _: Household, one: Invoice, at: datetime) -> None:
    name = random.choice(sorted(POLICIES))
    case = one.case
    amended = facts.InvoiceAmended(
        at=at, by="import", amount=case.amount, due_date=case.due_date, policy=name
    )
    one.record(amended)
    one.policy = POLICIES[name]


def _pause_customer(random: Random, home: Household, _: Invoice, at: datetime) -> None:
    until = at.date() + timedelta(days=random.randrange(1, 28))
    _all_at(home, at)
    home.tell(CustomerPaused(at=at, by="maria", reason="hardship", until=until))


def _resume_customer(_: Random, home: Household, __: Invoice, at: datetime) -> None:
    _all_at(home, at)
    home.tell(CustomerResumed(at=at, by="maria"))


def _hold(random: Random, home: Household, _: Invoice, at: datetime) -> None:
    _all_at(home, at)
    if home.customer.holds:
        home.tell(HoldLifted(at=at, by="lena", hold=home.customer.holds[0].hold, reason="over"))
    else:
        code = random.choice(("LEGAL_INSOLVENCY", "HARDSHIP"))
        home.tell(HoldPlaced(at=at, by="lena", hold=f"H{len(home.history)}", code=code, why="x"))


def _reply(random: Random, home: Household, _: Invoice, at: datetime) -> None:
    _all_at(home, at)
    name = f"R{len(home.history)}"
    over = at + timedelta(days=4)
    home.tell(
        ReplyReceived(
            at=at, by="duncan", reply=name, channel="email", intents=("question",), hold_until=over
        )
    )
    later = min(at + timedelta(hours=random.randrange(1, 90)), home.ends)
    home.until(later)
    _all_at(home, later)
    home.tell(ReplyHandled(at=later, by="maria", reply=name, outcome="answered"))


def _all_at(home: Household, at: datetime) -> None:
    for one in home.invoices:
        one.now = max(one.now, at)


_HAPPENINGS = (
    _pay,
    _pay,
    _pay,
    _reverse,
    _pause,
    _promise,
    _promise,
    _resume,
    _dispute,
    _dispute,
    _resolve,
    _resolve,
    _escalate,
    _send_now,
    _approve,
    _approve,
    _decline,
    _amend,
    _change_policy,
    _pause_customer,
    _resume_customer,
    _hold,
    _reply,
)
