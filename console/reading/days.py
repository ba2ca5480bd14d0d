"""The day that an address names, as far away as books reach."""

from __future__ import annotations

from datetime import date

from console.reading.paging import DamagedLink

_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)


def day_of(text: str, usual: date) -> date:
    """The day, the usual one where none is named. Raises DamagedLink when it cannot be used."""
    if not text:
        return usual
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise DamagedLink(f"{text!r} is no date; write it as 2026-03-31.") from None
    if not _EARLIEST <= found <= _LATEST:
        raise DamagedLink(f"{found} is too far away; ask for a day up to {_LATEST}.")
    return found
