"""Giving the work of a role or an absent person to a colleague for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commands.acting import Acting
from commands.authority import needs
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from dunning.task_facts import Delegated
from ledger.books import Books
from ledger.people import has_administrator, person_of


@dataclass(frozen=True)
class DelegationActions(Acting):
    """A person who hands work over. Every action raises NotAllowed with a sentence."""

    @needs("assign")
    def delegate(self, of: str, to: str, until: date, note: str = "") -> Delegated:
        """From now until the end of `until`, the work of `of` (a role or person) is `to`'s."""
        fact = Delegated(at=self.now, by=self.by, of=of, to=to, until=until, note=note)
        if of == to:
            raise NotAllowed(f"{of} does this work already.")
        if until < self.now.date():
            raise NotAllowed(f"{until} has passed.")

        def work(books: Books) -> Delegated:
            person = person_of(books.connection, to)
            if has_administrator(books.connection):
                if person is None:
                    raise NotAllowed(f"Nobody on the team is called {to!r}.")
                if "follow_up" not in person.rights:
                    raise NoAuthority(f"{to} may not act on cases, and cannot do this work.")
            books.append(f"delegation:{of}", fact)
            return fact

        return self.ledger.transact(work)
