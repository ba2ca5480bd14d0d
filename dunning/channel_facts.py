"""Facts about a whole channel: it was stopped, or a person released it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ChannelStopped(Fact):
    """Nothing goes out on the channel until a person releases it: `AUTH`, `VOLUME_BRAKE`, ….

    Books that were restored (`RESTORED`) stay stopped and say in further facts how far they are:
    reconciled with the engine and the providers, then released by the first of two people.
    """

    kind: Literal["channel_stopped"] = "channel_stopped"
    channel: str
    code: str
    why: str
    reconciled_at: datetime | None = None
    released_by: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelReleased(Fact):
    """A person lets the channel speak again; the volume brake lets go for the day `on`."""

    kind: Literal["channel_released"] = "channel_released"
    channel: str
    reason: str
    on: date | None = None


ChannelFact = ChannelStopped | ChannelReleased
