"""Whose money is that names no invoice: the customer's whose number or name is the payer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from ledger.report_reading import CUSTOMER
from ledger.rows import chunks

# SQLite takes six times so many names in one statement.
AT_ONCE = 5_000
_SOME: BindParameter[Sequence[str]] = bindparam("some", expanding=True)
# Names that only one customer has.
_NAMED = (
    select(CUSTOMER.c.name, func.min(CUSTOMER.c.customer).label("customer"))
    .where(CUSTOMER.c.name.in_(_SOME))
    .group_by(CUSTOMER.c.name)
    .having(func.count() == 1)
)
_DESCRIBED = select(
    *(CUSTOMER.c[name] for name in ("customer", "entity", "segment", "collector"))
).where(CUSTOMER.c.customer.in_(_SOME))


class Described(NamedTuple):
    """What the ledger says of a customer."""

    customer: str
    entity: str
    segment: str
    collector: str


_NOBODY = Described("", "", "", "")


@dataclass(frozen=True)
class Payers:
    """The customers of some payments: by number, and those whose name only they have."""

    _known: Mapping[str, Described]
    _named: Mapping[str, str]

    def customer(self, payer: str) -> str:
        """Whose number or name is exactly the payer's; "" if nobody's."""
        return payer if payer in self._known else self._named.get(payer, "")

    def described(self, customer: str) -> Described:
        """What the ledger says of the customer; nothing if it does not know it."""
        return self._known.get(customer, _NOBODY)


def payers_of(connection: Connection, paid: Sequence[tuple[str, str]]) -> Payers:
    """Who stands behind these payers; with each its customer, where that is known otherwise."""
    payers = {payer for payer, customer in paid if not customer}
    known = _described(connection, payers | {customer for _, customer in paid})
    names = _looked_up(connection, _NAMED, payers - known.keys())
    named = {row.name: row.customer for row in names}
    known |= _described(connection, set(named.values()) - known.keys())
    return Payers(known, named)


def _described(connection: Connection, customers: set[str]) -> dict[str, Described]:
    found = _looked_up(connection, _DESCRIBED, customers)
    return {row.customer: Described(*row) for row in found}


def _looked_up(connection: Connection, query: Select[Any], names: set[str]) -> Iterator[Any]:
    for some in chunks(sorted(names), AT_ONCE):
        yield from connection.execute(query, {"some": some})
