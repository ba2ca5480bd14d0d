"""What people do with a month: look at its pack, prepare it, review and close it, reopen it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from activities.policies import Policies
from commands.authority import needs
from commands.month_end.asked import Asked, Given, asked_of
from commands.month_end.checks import entry_row, late_entries
from commands.month_end.given import given_in
from commands.month_end.pack import pack_of, problems_of, signed
from dunning.may import NotAllowed
from dunning.period import Month, Period, may_close, may_prepare, may_reopen
from dunning.period_facts import PeriodClosed, PeriodFact, PeriodPrepared, PeriodReopened
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.periods import named_entities, period_of, record_period, stream_of
from ledger.rebuild import snapshot

Row = dict[str, Any]


@dataclass(frozen=True)
class MonthEnd:
    """The month ends of one installation, as a person sees and signs them now."""

    ledger: Ledger
    policies: Policies
    now: datetime
    by: str = ""

    def entities(self) -> list[str]:
        """The entities that have books; the default one where none are named."""
        with self.ledger.reading() as books:
            names = named_entities(books.connection)
            return sorted({name or self.policies.default_entity for name in names}) or [
                self.policies.default_entity
            ]

    def pack(self, entity: str, month: Month) -> Row:
        """The pack as it was prepared or closed; as it would be now while it is open."""
        with snapshot(self.ledger) as books:
            prepared = period_of(books, entity, str(month)).prepared
            known_at, given = (prepared.at, given_in(prepared)) if prepared else (self.now, Given())
            return pack_of(books, self._asked(books, entity, month, known_at, given))

    @needs("prepare_close")
    def prepare(self, entity: str, month: Month, given: Given) -> Row:
        """Make the pack and record who prepared it. Raises NotAllowed."""
        self._signer()
        with snapshot(self.ledger) as books:
            asked = self._asked(books, entity, month, self.now, given)
            may_prepare(asked.period, self.now)
            pack = pack_of(books, asked)
        fact = PeriodPrepared(
            at=self.now,
            by=self.by,
            entity=entity,
            month=str(month),
            digest=pack["digest"],
            balances=given.balances,
            items=given.items,
            rates=tuple(given.rates.items()),
            audit=given.audit,
        )
        period = self._record(entity, month, fact, lambda one: may_prepare(one, self.now))
        return pack | signed(period)

    @needs("sign_close")
    def review(self, entity: str, month: Month, note: str) -> Row:
        """Compare the pack with the books again, sign it and close the month. Raises NotAllowed."""
        self._signer()
        pack = self.pack(entity, month)
        digest = pack["digest"]
        with self.ledger.reading() as books:
            may_close(period_of(books, entity, str(month)), self.by, digest)
        problems = problems_of(pack)
        if problems:
            raise NotAllowed(f"{month} of {entity} cannot be closed. {' '.join(problems)}")
        fact = PeriodClosed(
            at=self.now, by=self.by, entity=entity, month=str(month), digest=digest, note=note
        )
        period = self._record(entity, month, fact, lambda one: may_close(one, self.by, digest))
        return pack | signed(period)

    @needs("sign_close")
    def reopen(self, entity: str, month: Month, reason: str, approved_by: str) -> Row:
        """Open a closed month again, which a controller has to agree to. Raises NotAllowed."""
        self._signer()
        later = self._closed_after(entity, month)
        if later:
            raise NotAllowed(f"{later} of {entity} is closed and builds on it: reopen that first.")
        fact = PeriodReopened(
            at=self.now,
            by=self.by,
            entity=entity,
            month=str(month),
            reason=reason,
            approved_by=approved_by,
        )
        period = self._record(
            entity, month, fact, lambda one: may_reopen(one, self.by, approved_by, reason)
        )
        return {"entity": entity, "month": str(month), **signed(period)}

    def late(self, entity: str, month: Month) -> Iterator[Row]:
        """What was recorded after the month was closed and counts in it or earlier."""
        with snapshot(self.ledger) as books:
            prepared = period_of(books, entity, str(month))
            if prepared.known_at is None:
                raise NotAllowed(f"{month} of {entity} is not closed: nothing is late yet.")
            now = self._asked(books, entity, month, self.now, Given())
            closed = replace(now, known_at=prepared.known_at)
            yield from (entry_row(one) for one in late_entries(books, now, closed))

    def _asked(
        self, books: Books, entity: str, month: Month, known_at: datetime, given: Given
    ) -> Asked:
        return asked_of(books, self.policies, entity, month, known_at, given)

    def _record(
        self, entity: str, month: Month, fact: PeriodFact, may: Callable[[Period], object]
    ) -> Period:
        def work(books: Books) -> Period:
            books.lock_customers([stream_of(entity, str(month))])
            may(period_of(books, entity, str(month)))
            return record_period(books, entity, str(month), fact)

        return self.ledger.transact(work, durable=True)

    def _closed_after(self, entity: str, month: Month) -> str:
        """The next month, where it is closed."""
        with self.ledger.reading() as books:
            following = str(month.after)
            closed = period_of(books, entity, following).closed
        return following if closed else ""

    def _signer(self) -> None:
        if not self.by.strip():
            raise NotAllowed("Say who you are with --by: a signature needs a name.")
