"""What an installation has set, as people may see it: never a secret, an address or a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from dunning.channel_facts import ChannelStopped
from ledger.books import Books
from ledger.channels import CHANNELS
from ledger.tables import CaseRow, table
from settings import PREFIX, Settings

CASE = table(CaseRow)
# Words of a fixed choice say nothing about anybody.
_CHOICES = frozenset({"email_provider", "sms_provider"})
_TOLD = {"True": "yes", "False": "no"}


@dataclass(frozen=True)
class SettingShown:
    """One setting: its variable, what it is for, whether it is set, and a harmless value."""

    variable: str
    about: str
    is_set: bool
    value: str


@dataclass(frozen=True)
class ChannelShown:
    """A channel, with the fact that stopped it, and how many open cases wait for it."""

    channel: str
    stopped: ChannelStopped | None
    waiting: int


def settings_shown(settings: Settings) -> Iterator[SettingShown]:
    """Every setting. Secrets, addresses and names are only said to be set."""
    for name, info in Settings.model_fields.items():
        value = getattr(settings, name)
        is_set = value != info.get_default(call_default_factory=True, validated_data={})
        plain = isinstance(value, bool | int | float | Path) or name in _CHOICES
        shown = _TOLD.get(str(value), str(value)) if plain else ""
        yield SettingShown(f"{PREFIX}{name.upper()}", info.description or "", is_set, shown)


def channels_shown(books: Books) -> list[ChannelShown]:
    """Every channel, stopped or open."""
    latest = books.latest(f"channel:{channel}" for channel in CHANNELS)
    found = []
    for channel in CHANNELS:
        fact = latest.get(f"channel:{channel}")
        stopped = fact if isinstance(fact, ChannelStopped) else None
        waiting = _waiting(books.connection, stopped.code) if stopped else 0
        found.append(ChannelShown(channel, stopped, waiting))
    return found


def _waiting(connection: Connection, code: str) -> int:
    query = select(func.count()).where(CASE.c.closed_on.is_(None), CASE.c.next_code == code)
    return int(connection.execute(query).scalar_one())
