"""Own days: days on which we do not write though no holiday says so, or do though one does.

Holidays of countries come with the release; these are the team's own, and part of a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dunning.policy_document import Section, read_document

_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class OwnDay:
    """A day that is off or, when `off` is false, a working day whatever the holidays say.

    It counts for customers of the country (ISO 3166, two letters) and of its subdivision; for
    everybody where they are empty. A weekend stays a weekend.
    """

    on: date
    off: bool
    country: str = ""
    subdivision: str = ""
    why: str = ""

    def concerns(self, country: str, subdivision: str) -> bool:
        """Whether it counts for customers who live there."""
        state = subdivision.upper().removeprefix(f"{country.upper()}-")
        here = self.country in ("", country.upper())
        return here and self.subdivision in ("", state)


@dataclass(frozen=True)
class OwnDays:
    """The own days of a version of the policies."""

    days: tuple[OwnDay, ...] = ()

    def applied(self, holidays: frozenset[date], country: str, subdivision: str) -> frozenset[date]:
        """The holidays of a place with what is added to them and taken from them."""
        mine = [one for one in self.days if one.concerns(country, subdivision)]
        work = {one.on for one in mine if not one.off}
        return (holidays - work) | {one.on for one in mine if one.off}


NO_DAYS = OwnDays()


def merged(reigns: Iterable[tuple[date, OwnDays]]) -> OwnDays:
    """The own days of versions that followed each other, each with its first day.

    A day is what the version of that day says of it, so no version changes days before its own.
    """
    known = sorted(reigns, key=lambda one: one[0])
    ends = [*(since for since, _ in known[1:]), date.max]
    return OwnDays(
        tuple(
            day
            for (since, own), end in zip(known, ends, strict=True)
            for day in own.days
            if since <= day.on < end
        )
    )


def parse_own_days(text: str, file: str) -> OwnDays:
    """Read `calendars.toml`. Raises InvalidPolicy with everything that is wrong with it."""
    document = read_document(text, file)
    days = tuple(_day(section) for section in document.sections("day"))
    document.finish()
    return OwnDays(days)


def day_of(section: Section, key: str) -> date:
    """A day of a document, ``2026-12-24``; what is none is noted."""
    written = section.text(key)
    try:
        return date.fromisoformat(written)
    except ValueError:
        if not section.is_refused(key):
            section.refuse(key, f'"{written}" is not a day such as "2026-12-24"')
        return date.min


def _day(section: Section) -> OwnDay:
    country, state = section.text("country", ""), section.text("subdivision", "")
    if country and not _COUNTRY.fullmatch(country):
        section.refuse("country", f'"{country}" is not a country such as "DE"')
    if state and not country:
        section.refuse("subdivision", "needs its country beside it")
    return OwnDay(
        on=day_of(section, "on"),
        off=section.flag("off", default=True),
        country=country,
        subdivision=state.removeprefix(f"{country}-"),
        why=section.text("why"),
    )
