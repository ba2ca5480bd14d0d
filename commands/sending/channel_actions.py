"""Stopping and releasing whole channels; the command line and the console use the same actions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands.acting import Acting, known
from commands.authority import needs
from dunning.channel_facts import ChannelReleased, ChannelStopped
from dunning.conditions import RESTORED
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.channels import CHANNELS, last_stop, release_channel, renew_stop, stop_channel


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
    def release(self, channel: str, reason: str) -> bool:
        """Let a stopped channel speak again; what waited is sent in its customers' hours.

        Books that were restored need two people: False after the first, who is recorded.
        """
        self._check(channel, reason)
        watch = self.planner.watch
        today = watch.calendar.local_date(self.now) if watch else self.now.date()
        fact = ChannelReleased(at=self.now, by=self.by, channel=channel, reason=reason, on=today)

        def work(books: Books) -> bool:
            stop = last_stop(books, channel)
            if stop is None:
                raise NotAllowed(f"The channel {channel} is not stopped.")
            if stop.code == RESTORED and not self._is_second(stop):
                why = f"{stop.why}; {self.by} releases it ({reason}): a second person has to"
                said = replace(stop, at=self.now, by=self.by, why=why, released_by=self.by)
                renew_stop(books, said)
                return False
            return release_channel(books, fact)

        return self.ledger.transact(work)

    def _is_second(self, stop: ChannelStopped) -> bool:
        """Whether another person released the restored books before. Raises NotAllowed."""
        if stop.reconciled_at is None:
            raise NotAllowed(
                "The books were restored, and nobody knows yet what went out since."
                " Run duncan doctor --repair first."
            )
        if stop.released_by.casefold() == self.by.casefold():
            raise NotAllowed("You released it already: a second person has to.")
        return bool(stop.released_by)

    def _check(self, channel: str, reason: str) -> None:
        known(channel, CHANNELS, "channel")
        if not reason.strip():
            raise NotAllowed("Say why.")
