"""Days off by name: why nobody works where the customer is on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from holidays import country_holidays, list_localized_countries, list_supported_countries

from dunning.business_days import BusinessCalendar
from dunning.customer import Customer

_ENGLISH = ("en_US", "en_GB", "en")


def day_off(calendar: BusinessCalendar, customer: Customer, day: date, country: str) -> str:
    """What the day is there: "a Saturday", "Good Friday", "closed"; "" for a business day.

    `country` is that of our own entity, for customers whose country is not known.
    """
    if calendar.is_business_day(day):
        return ""
    if any(first <= day <= last for first, last in calendar.closures):
        return "a day on which the customer's people do not work"
    if day in calendar.holidays:
        return _holiday(customer.country or country, customer.subdivision, day)
    return f"a {day:%A}"


@lru_cache(maxsize=4096)
def _holiday(country: str, subdivision: str, day: date) -> str:
    code = country.strip().upper()
    supported = list_supported_countries()
    if code not in supported:
        return "a holiday"
    spoken = list_localized_countries().get(code, ())
    language = next((one for one in _ENGLISH if one in spoken), None)
    state = subdivision.strip().upper().removeprefix(f"{code}-")
    states = [state] if state in supported[code] else [None, *supported[code]]
    for one in states:
        name = country_holidays(code, subdiv=one, years=day.year, language=language).get(day)
        if name:
            return str(name)
    return "a holiday"
