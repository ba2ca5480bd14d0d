"""Random customers, each from a seed: what they were sent, what they paid, said and disputed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from dunning import facts
from dunning.business_days import BusinessCalendar
from dunning.contact_facts import Contact
from dunning.customer_facts import (
    CustomerRecorded,
)
from dunning.may import NotAllowed
from dunning.money import Money
from tests.dunning.audit.happenings import HAPPENINGS, approve_daily
from tests.dunning.audit.households import Household
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
    if eventful:
        home.unused += _unused(Random(f"money {seed}"))
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
        approve_daily(random, home, end)
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


def _unused(random: Random) -> list[tuple[datetime, Money]]:
    """Every eighth customer pays something that no invoice uses; some of it goes back later."""
    if random.random() >= 0.125:
        return []
    money = Money(random.choice((5_000, 90_000, 3_000_000)), "EUR")
    came, went = sorted(_moments(random, 2, DAYS))
    return [(came, money), *([(went, -money)] if random.random() < 0.5 else [])]


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
        random.choice(HAPPENINGS)(random, home, one, at)
    except NotAllowed:
        return
    one.next = one.plan()
