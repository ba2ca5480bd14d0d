"""Experiments at planning: the customer's arms, from the books, kept ready for every case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock

from dunning.case import Case
from dunning.customer import Customer
from dunning.experiments import Experiment, varied
from dunning.policy import Policy
from ledger.books import Books
from ledger.experiments import all_experiments, experiments_until
from ledger.ledger import Ledger

# Experiments begin on a later day than they are entered; a stop is heard of within this time.
LOOKS_AGAIN = timedelta(minutes=1)


@dataclass
class _Seen:
    experiments: Sequence[Experiment] = ()
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Experiments:
    """The experiments of one installation; shared by all who plan in a process."""

    ledger: Ledger
    # What was known at one moment of the past; nothing that came later is looked for.
    is_past: bool = False
    _seen: _Seen = field(default_factory=_Seen)
    _lock: RLock = field(default_factory=RLock)

    def varied(self, policy: Policy, case: Case, customer: Customer, now: datetime) -> Policy:
        """The policy as the customer's arms have it for the invoice."""
        known = self._known(now)
        return varied(policy, case, customer, known, now) if known else policy

    def known_at(self, moment: datetime) -> Experiments | None:
        """The experiments as they were known at a moment, whatever was started or stopped later.

        None when there were none.
        """
        with self.ledger.reading() as books:
            known = experiments_until(books, moment)
        return Experiments(self.ledger, is_past=True, _seen=_Seen(known, moment)) if known else None

    def refresh(self, books: Books, now: datetime) -> None:
        """See what was started or stopped meanwhile; costs nothing when asked just now."""
        if self._is_time(now):
            with self._lock:
                self._seen.experiments, self._seen.asked_at = all_experiments(books), now

    def _known(self, now: datetime) -> Sequence[Experiment]:
        if self._is_time(now):
            with self.ledger.reading() as books:
                self.refresh(books, now)
        return self._seen.experiments

    def _is_time(self, now: datetime) -> bool:
        asked_at = self._seen.asked_at
        # Who asks for the past learns nothing new by asking again.
        return asked_at is None or (not self.is_past and now >= asked_at + LOOKS_AGAIN)
