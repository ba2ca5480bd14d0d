"""The customers of the sample ledger: who they are, how they pay and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, repeat
from random import Random
from typing import Literal, TypeAlias

from commands.sample.names import COUNTRIES, Country, Place, mail_name
from commands.sample.period import Period

Habit: TypeAlias = Literal["punctual", "days_late", "chronically_late", "stops_paying"]
Closure: TypeAlias = tuple[date, date]

_HUGE_CUSTOMER_INVOICES = 120  # Some are settled before the period: about 110 are left.
_MANAGER_OFFSET = 45  # Keeps managers' names and phone numbers apart from billing contacts'.


@dataclass(frozen=True, slots=True)
class Segment:
    """What customers of one segment have in common; ``invoices`` are those of 90 days."""

    name: str
    terms_days: int
    invoices: float
    size: float
    has_manager: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or mailbox letters go to; e-mail and phone may be empty."""

    name: str
    role: str
    email: str
    phone: str
    sms_consent: bool


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer: ``invoices`` a quarter, ``stops_on`` the day its payments dry up."""

    number: str
    name: str
    country: Country
    place: Place
    segment: Segment
    habit: Habit
    policy: str
    invoices: float
    currencies: tuple[str, ...]
    stops_on: date | None
    contacts: tuple[Contact, ...]
    closures: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part to be cast: so many customers of this segment with this payment habit."""

    count: int
    segment: Segment
    habit: Habit
    policy: str = ""
    has_email: bool = True


_STANDARD = Segment("standard", 30, 5.4, 1.0, has_manager=True)
_KEY_ACCOUNT = Segment("key_account", 45, 11, 2.5, has_manager=True)
_SMALL = Segment("small", 14, 3.6, 0.35, has_manager=False)
_CONSUMER = Segment("consumer", 14, 3, 0.08, has_manager=False)
_HIGH_RISK = Segment("high_risk", 14, 5, 0.8, has_manager=True)

_CAST = (
    _Part(13, _STANDARD, "punctual"),
    _Part(11, _STANDARD, "days_late"),
    _Part(2, _STANDARD, "chronically_late"),
    _Part(1, _STANDARD, "chronically_late", policy="high_risk"),
    _Part(1, _STANDARD, "chronically_late", has_email=False),
    _Part(4, _STANDARD, "stops_paying"),
    _Part(3, _KEY_ACCOUNT, "punctual"),
    _Part(2, _KEY_ACCOUNT, "days_late"),
    _Part(5, _SMALL, "punctual"),
    _Part(1, _SMALL, "punctual", policy="standard_b2b"),
    _Part(4, _SMALL, "days_late"),
    _Part(1, _SMALL, "chronically_late", has_email=False),
    _Part(1, _SMALL, "stops_paying"),
    _Part(2, _CONSUMER, "punctual"),
    _Part(2, _CONSUMER, "days_late"),
    _Part(1, _CONSUMER, "stops_paying"),
    _Part(3, _HIGH_RISK, "chronically_late"),
    _Part(2, _HIGH_RISK, "stops_paying"),
)
_HUGE_PART = _Part(1, _KEY_ACCOUNT, "days_late")


@dataclass(frozen=True, slots=True)
class _Seat:
    """One company's place in its country's list, from which name, phone and people follow."""

    country: Country
    number: int

    @property
    def company(self) -> str:
        return self.country.companies[self.number]

    @property
    def person(self) -> str:
        return self.country.person(self.number)

    @property
    def place(self) -> Place:
        return self.country.places[self.number % len(self.country.places)]


def sample_customers(rng: Random, period: Period) -> tuple[Customer, ...]:
    """Cast 60 customers in five countries, the huge one first."""
    parts = list(chain.from_iterable(repeat(part, part.count) for part in _CAST))
    rng.shuffle(parts)
    seats = [_Seat(country, n) for country in COUNTRIES for n in range(len(country.companies))]
    return tuple(
        _customer(rng, f"C{1001 + index}", seat, part, period)
        for index, (seat, part) in enumerate(zip(seats, [_HUGE_PART, *parts], strict=True))
    )


def _customer(rng: Random, number: str, seat: _Seat, part: _Part, period: Period) -> Customer:
    stops_on = period.day_at(rng.uniform(0, 0.25))
    return Customer(
        number=number,
        name=seat.person if part.segment is _CONSUMER else seat.company,
        country=seat.country,
        place=seat.place,
        segment=part.segment,
        habit=part.habit,
        policy=part.policy,
        invoices=_HUGE_CUSTOMER_INVOICES if part is _HUGE_PART else part.segment.invoices,
        currencies=_currencies(seat.country, part.segment),
        stops_on=stops_on if part.habit == "stops_paying" else None,
        contacts=_contacts(rng, seat, part),
        closures=_closures(rng, period),
    )


def _currencies(country: Country, segment: Segment) -> tuple[str, ...]:
    """British key accounts are billed in euros now and then, so totals need two currencies."""
    if country.code == "GB" and segment is _KEY_ACCOUNT:
        return (country.currency, country.currency, "EUR")
    return (country.currency,)


def _contacts(rng: Random, seat: _Seat, part: _Part) -> tuple[Contact, ...]:
    may_text = bool(seat.place.mobile) and rng.choice((True, False))
    phones = seat.place.mobile if may_text else seat.place.landline
    billing = Contact(
        name=seat.person,
        role="billing",
        email=_billing_email(seat, part),
        phone=phones.format(seat.number),
        sms_consent=may_text,
    )
    return (billing, _manager(seat)) if _has_manager(part) else (billing,)


def _billing_email(seat: _Seat, part: _Part) -> str:
    if not part.has_email:
        return ""
    if part.segment is _CONSUMER:
        return f"{mail_name(seat.person, '.')}@mail-{seat.country.code.lower()}.example"
    return f"{seat.country.billing_mailbox}@{mail_name(seat.company, '-')}.example"


def _manager(seat: _Seat) -> Contact:
    number = seat.number + _MANAGER_OFFSET
    name = seat.country.person(number)
    email = f"{mail_name(name, '.')}@{mail_name(seat.company, '-')}.example"
    return Contact(name, "manager", email, seat.place.landline.format(number), sms_consent=False)


def _has_manager(part: _Part) -> bool:
    return part.segment.has_manager and part.has_email


def _closures(rng: Random, period: Period) -> tuple[Closure, ...]:
    """One customer in seven closes for a week of the period, half of these at year end too."""
    if rng.randrange(7):
        return ()
    start = period.day_at(rng.uniform(0.2, 0.8))
    year = period.first_day.year
    holiday = (start, start + timedelta(6))
    year_end = (date(year, 12, 24), date(year + 1, 1, 2))
    return (holiday, year_end) if rng.randrange(2) else (holiday,)
