"""Stopping and releasing whole channels; the command line and the console use the same actions."""

from __future__ import annotations

from dataclasses import dataclass

from commands.acting import Acting, known
from commands.authority import needs
from dunning.channel_facts import ChannelReleased, ChannelStopped
from dunning.may import NotAllowed
from ledger.channels import CHANNELS, release_channel, stop_channel


@dataclass(frozen=True)
class ChannelActions(Acting):
    """A person who stops or releases a channel. Every action raises NotAllowed with a sentence."""

    @needs("release_channel")
    def stop(self, channel: str, reason: str) -> None:
        """Send nothing on the channel until somebody releases it."""
        self._check(channel, reason)
        code = "DO_NOT_AUTOMATE"
        fact = ChannelStopped(at=self.now, by=self.by, channel=channel, code=code, why=reason)
        if not self.ledger.transact(lambda books: stop_channel(books, fact)):
            raise NotAllowed(f"Nothing goes out by {channel} already.")

    @needs("release_channel")
    def release(self, channel: str, reason: str) -> None:
        """Let a stopped channel speak again; what waited is sent in its customers' hours."""
        self._check(channel, reason)
        watch = self.planner.watch
        today = watch.calendar.local_date(self.now) if watch else self.now.date()
        fact = ChannelReleased(at=self.now, by=self.by, channel=channel, reason=reason, on=today)
        if not self.ledger.transact(lambda books: release_channel(books, fact)):
            raise NotAllowed(f"The channel {channel} is not stopped.")

    def _check(self, channel: str, reason: str) -> None:
        known(channel, CHANNELS, "channel")
        if not reason.strip():
            raise NotAllowed("Say why.")
