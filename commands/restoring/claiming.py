"""Whose namespace it is, and claiming one whose books are gone for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.installation import Installation
from commands.restoring.marking import UNTIL_RELEASED, mark_restored
from commands.restoring.memory import recall, remember, whose_else
from dunning.may import NotAllowed
from engine import connect
from ledger.newest import newest_fact

WHY = "Temporal's namespace was that of other books, which may have written to customers"
_AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True)
class Belonging:
    """Whose a namespace is: of `these`, `other` or `no` books, and the sentence that says so."""

    namespace: str
    books: str
    outcome: str


async def whose_namespace(installation: Installation) -> Belonging:
    """Whose the namespace is. Raises EngineAway and RPCError."""
    client = await connect(installation.settings)
    name = client.namespace
    if others := await whose_else(client, installation.wiring.ledger):
        return Belonging(name, "other", others)
    if await recall(client) is None:
        return Belonging(name, "no", f"The namespace {name} belongs to no books yet.")
    return Belonging(name, "these", f"The namespace {name} belongs to these books.")


async def claim_namespace(installation: Installation, by: str, now: datetime) -> Belonging:
    """Let the engine work for these books from now on; the answer says what follows from it.

    Nothing goes out until two people release each channel. Raises NotAllowed where nobody else
    has it or the books are empty, EngineAway and RPCError.
    """
    client, ledger = await connect(installation.settings), installation.wiring.ledger
    if not await whose_else(client, ledger):
        raise NotAllowed(f"The namespace {client.namespace} belongs to no other books.")
    ledger.transact(lambda books: mark_restored(books, by, now, WHY), durable=True)
    with ledger.reading() as books:
        newest = newest_fact(books.connection, now + _AT_ONCE)
    assert newest is not None, "the stops are facts"
    await remember(client, newest, takes_over=True)
    said = f"The namespace {client.namespace} belongs to these books. {UNTIL_RELEASED}"
    return Belonging(client.namespace, "these", said)
