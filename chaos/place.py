"""Where a run takes place: a time zone where people are at work now, its policies, its settings."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import SystemRandom
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from settings import PREFIX, ROOT, Settings

# Their weekends and holidays differ, so that one of them is at work on every day.
_COUNTRIES = ("GB", "IR", "IL", "NE", "BT", "AI")
_ZONES = tuple(f"Etc/GMT{hours:+d}" for hours in range(-14, 13))
_MORNING, _NOON = 9, 12
_AFTERWARDS = timedelta(minutes=10)
_WINDOW = re.compile(r'(\[windows\.email\]\nopens = )"[^"]*"(\ncloses = )"[^"]*"')
HOST = "127.0.0.1"
_PORTS, _TRIES = range(20_000, 30_000), 100


@dataclass(frozen=True)
class Place:
    """Customers' country and zone, and between which moments of today they may be written to.

    Their own moments come in the first part of it; the rest is for what is late by then.
    """

    country: str
    zone: str
    opens: datetime
    closes: datetime
    loaded: float

    def moment(self, slot: float) -> datetime:
        """The moment of a customer, from its part of the window."""
        return self.opens + (self.closes - self.opens) * slot

    @property
    def last_moment(self) -> datetime:
        """When the last customer's moment has come."""
        return self.moment(self.loaded)

    def due(self, days_ago: int) -> str:
        """The day, as files write it, so many days before their today."""
        today = self.opens.astimezone(ZoneInfo(self.zone)).date()
        return (today - timedelta(days=days_ago)).isoformat()


def place_for(now: datetime, length: timedelta) -> Place:
    """A place where it is a working morning. Raises LookupError when everybody has a day off."""
    whole = length + _AFTERWARDS
    for zone in _ZONES:
        local = now.astimezone(ZoneInfo(zone))
        if not _MORNING <= local.hour < _NOON:
            continue
        for country in _COUNTRIES:
            off = _days_off(country, local.year)
            if local.weekday() not in off.weekend and local.date() not in off:
                return Place(country, zone, now, now + whole, length / whole)
    raise LookupError("Nobody is at work today, wherever they are; try again tomorrow.")


@cache
def _days_off(country: str, year: int) -> HolidayBase:
    return country_holidays(country, years=year)


def write_policies(folder: Path, place: Place) -> None:
    """The policies that come with Duncan, with the hours of this run for e-mails."""
    shutil.copytree(ROOT / "policies", folder)
    zone = ZoneInfo(place.zone)
    opens, closes = (one.astimezone(zone).strftime("%H:%M") for one in (place.opens, place.closes))
    for file in folder.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(_WINDOW.sub(rf'\1"{opens}"\2"{closes}"', text), encoding="utf-8")


def environment(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process: nothing that the shell sets for another installation."""
    theirs = ("TEMPORAL_", PREFIX)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    ours = {"DUNCAN_HOME": str(home), "DUNCAN_POLICIES": str(home / "policies")}
    return {**plain, **ours, "PYTHONPATH": os.pathsep.join(sys.path), **given}


def settings_of(given: Mapping[str, str]) -> Settings:
    """The same settings for this process."""
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in given.items()
        if name.startswith(PREFIX)
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg,arg-type]  # Pydantic's own.


def free_port() -> int:
    """A port nobody listens on, below those the system gives to connections meanwhile.

    Raises OSError when there is none.
    """
    for port in SystemRandom().sample(_PORTS, _TRIES):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise OSError("no port is free")


def now() -> datetime:
    """The right time, whatever the processes' clocks say."""
    return datetime.now(UTC)
