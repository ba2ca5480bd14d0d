"""Calendars: the days and hours at which a customer's people work, from country, state and zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import structlog
from babel.core import get_global
from holidays import country_holidays, financial_holidays, list_supported_countries
from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import time_zones_for_number

from activities.policies import Entity
from dunning.business_days import BusinessCalendar
from dunning.customer import Customer
from dunning.own_days import NO_DAYS, OwnDays

_TARGET = "ECB"  # The closing days of the euro area's payment system.
_SATURDAY_AND_SUNDAY = frozenset({5, 6})
# Zones further apart have no working hour in common that a sending window could lie in.
WIDEST = timedelta(hours=6)
_log = structlog.get_logger()


@dataclass(frozen=True)
class DaysOff:
    """Weekly days off (Monday is 0) and holidays."""

    weekend: frozenset[int]
    holidays: frozenset[date]

    def and_also(self, other: DaysOff) -> DaysOff:
        """The days off of either."""
        return DaysOff(self.weekend | other.weekend, self.holidays | other.holidays)


class Calendars:
    """The calendars of all customers; what they have in common is worked out once and kept."""

    def __init__(self) -> None:
        self._days_off = lru_cache(maxsize=4096)(_days_off)
        self._zone = lru_cache(maxsize=65536)(_zone)
        # Who has the same days and hours has the same calendar, and shares what it worked out.
        self._calendar = lru_cache(maxsize=4096)(BusinessCalendar)

    def calendar_for(
        self, customer: Customer, entity: Entity, year: int, own: OwnDays = NO_DAYS
    ) -> BusinessCalendar:
        """The customer's calendar with the holidays from the year before to two years after.

        `own` are the team's own days; of a country that is not known, those of the entity's.

        What is not known of the customer is taken from the entity, on the careful side, and
        logged; nothing raises.
        """
        days_off = self._days_off(
            customer.country, customer.subdivision, entity.country, entity.subdivision, year
        )
        phones = tuple(contact.phone for contact in customer.contacts if contact.phone)
        zone, perhaps = self._zone(
            customer.timezone, customer.country, phones, entity.timezone, year
        )
        holidays = days_off.holidays
        if own.days:
            known = _code(customer.country) in _countries()
            where = customer if known else entity
            holidays = own.applied(holidays, _code(where.country), where.subdivision)
        return self._calendar(zone, days_off.weekend, holidays, customer.closures, perhaps)

    def calendar_of(self, entity: Entity, year: int, own: OwnDays = NO_DAYS) -> BusinessCalendar:
        """The team's own calendar."""
        there = Customer("", "", entity.country, entity.subdivision, entity.timezone)
        return self.calendar_for(there, entity, year, own)


def _days_off(
    country: str, subdivision: str, own_country: str, own_subdivision: str, year: int
) -> DaysOff:
    """Days off in the country; of an unknown one, the entity's own and the banks' together."""
    years = range(year - 1, year + 3)
    if _code(country) in _countries():
        return _national(_code(country), subdivision, years)
    _log.info("country_unknown", country=country, instead=f"{own_country} and {_TARGET}")
    banks = DaysOff(_SATURDAY_AND_SUNDAY, frozenset(financial_holidays(_TARGET, years=years)))
    if _code(own_country) in _countries():
        return banks.and_also(_national(_code(own_country), own_subdivision, years))
    return banks


def _national(country: str, subdivision: str, years: range) -> DaysOff:
    found = country_holidays(country, years=years)
    everywhere = DaysOff(frozenset(found.weekend), frozenset(found))
    states = {name.upper(): name for name in (*found.subdivisions, *found.subdivisions_aliases)}
    state = states.get(_code(subdivision).removeprefix(f"{country}-"))
    if state:
        regional = country_holidays(country, subdiv=state, years=years)
        return DaysOff(everywhere.weekend, frozenset(regional))
    if subdivision:
        _log.info("subdivision_unknown", country=country, subdivision=subdivision)
    usual = _usual(country, found.subdivisions, years)
    return everywhere.and_also(DaysOff(frozenset(), usual))


def _usual(country: str, states: Sequence[str], years: range) -> frozenset[date]:
    """Days off in more than half of the states: Easter Monday is one in Britain, though not by law.

    The law of a whole country often names few days and leaves the well-known ones to its states.
    """
    off = Counter(day for s in states for day in country_holidays(country, subdiv=s, years=years))
    return frozenset(day for day, count in off.items() if 2 * count > len(states))


def _zone(
    named: str, country: str, phones: tuple[str, ...], own_zone: str, year: int
) -> tuple[str, tuple[str, ...]]:
    """The customer's zone, and those it may live in as well where nothing tells which.

    As named, else where country or telephone leave no doubt. Else all zones of the telephone or
    country count, so that nobody is written to at night; in a country so wide that no hour is a
    working hour everywhere, the zone in its middle is a guess.
    """
    if named in _zones():
        return named, ()
    national = [zone for zone in get_global("territory_zones").get(_code(country), ()) if zone]
    by_phone = _zones_of(phones)
    sure = _one_time(national, year) or _one_time(by_phone, year)
    if sure:
        if named:
            _log.info("timezone_unknown", timezone=named, country=country, instead=sure)
        return sure, ()
    nearby = [zone for zone in by_phone if zone in _zones()] or national
    candidates = _apart(nearby, year) or [own_zone if own_zone in _zones() else "UTC"]
    middle = candidates[len(candidates) // 2]
    zone = own_zone if own_zone in nearby else middle
    _log.info("timezone_unknown", timezone=named, country=country, instead=zone)
    offsets = [_offsets(one, year)[0] for one in candidates]
    if max(offsets) - min(offsets) > WIDEST:
        return middle, ()
    return zone, tuple(one for one in candidates if _offsets(one, year) != _offsets(zone, year))


def _apart(zones: Sequence[str], year: int) -> list[str]:
    """One zone for each way clocks run among these, from west to east."""
    by_clock = {_offsets(zone, year): zone for zone in sorted(zones, reverse=True)}
    return [by_clock[clock] for clock in sorted(by_clock)]


def _zones_of(phones: Sequence[str]) -> list[str]:
    """The zones international telephone numbers may belong to; others tell nothing."""
    found: list[str] = []
    for phone in phones:
        try:
            found.extend(time_zones_for_number(parse(phone)))
        except NumberParseException:
            continue
    return found


def _one_time(zones: Sequence[str], year: int) -> str:
    """The first of the zones when their clocks agree all year round, else nothing."""
    known = [zone for zone in zones if zone in _zones()]
    agree = len({_offsets(zone, year) for zone in known}) == 1
    return known[0] if agree and len(known) == len(zones) else ""


def _offsets(zone: str, year: int) -> tuple[timedelta, ...]:
    moments = (datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13))
    return tuple(at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0) for at in moments)


def _code(text: str) -> str:
    return text.strip().upper()


@cache
def _countries() -> frozenset[str]:
    """Every country code there are holidays for."""
    return frozenset(list_supported_countries(include_aliases=True))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
