"""Giving and taking keys of the API; a key acts under the name of a person of the team."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from secrets import token_hex, token_urlsafe
from typing import NamedTuple

from sqlalchemy import Connection

from commands.authority import needs
from dunning.may import NotAllowed
from dunning.people import Person
from ledger.api_keys import keep_key, key_of, note_use, revoke_key, use_is_to_be_noted
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.people import person_of
from ledger.sign_ins import hashed

# What a key may be used for, beside what its person may do.
SCOPES = {
    "read": "customers, invoices with their cases, payments",
    "replies:read": "what customers wrote",
    "reports:read": "aging, key figures, statements, the cadence audit",
    "cases:write": "act on cases: pause, resume, escalate, promise, dispute, send now, hold",
    "approvals:write": "decide what waits for approval",
    "replies:write": "note that a reply was dealt with",
    "imports:write": "take in customers, invoices and payments",
}
_KEY = re.compile(r"duncan_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_LONGEST_NOTE = 200


class Caller(NamedTuple):
    """Who calls: a key, the person it acts as, and its scopes."""

    key: str
    person: Person
    scopes: frozenset[str]


@dataclass(frozen=True)
class ApiKeyActions:
    """Actions of an administrator at keys."""

    ledger: Ledger
    by: str
    now: datetime

    @needs("manage_people")
    def add(self, person: str, scopes: Sequence[str], note: str = "") -> str:
        """A key that acts as somebody of the team; it can be read only now."""
        for scope in scopes:
            if scope not in SCOPES:
                raise NotAllowed(f"{scope!r} is no scope; use one of {', '.join(SCOPES)}.")
        if not scopes:
            raise NotAllowed(f"Say what the key is for: {', '.join(SCOPES)}.")
        public = token_hex(6)
        key = f"duncan_{public}_{token_urlsafe(32)}"

        def work(books: Books) -> None:
            known = _active(books.connection, person)
            row = {"key": public, "hash": hashed(key), "person": known.person}
            row |= {"scopes": " ".join(dict.fromkeys(scopes)), "note": note[:_LONGEST_NOTE]}
            row |= {"added_by": self.by, "revoked_by": ""}
            keep_key(books.connection, {**row, "added_at": self.now})

        self.ledger.transact(work)
        return key

    @needs("manage_people")
    def revoke(self, key: str) -> None:
        """Let a key, named by its public part, open nothing any more."""

        def work(books: Books) -> None:
            if key_of(books.connection, key) is None:
                raise NotAllowed(f"There is no key {key}: `duncan api-key list` names them.")
            if not revoke_key(books.connection, key, self.by, self.now):
                raise NotAllowed(f"Key {key} was revoked before.")

        self.ledger.transact(work)


def caller_of(ledger: Ledger, key: str, now: datetime) -> Caller | None:
    """Who calls with a key; None when it opens nothing: unknown, revoked, or its person left."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    with ledger.reading() as books:
        row = key_of(books.connection, found.group(1))
        if row is None or not compare_digest(row["hash"], hashed(key)) or row["revoked_at"]:
            return None
        person = person_of(books.connection, row["person"])
    if person is None or not person.active:
        return None
    if use_is_to_be_noted(row["used_at"], now):
        ledger.transact(lambda books: note_use(books.connection, row["key"], now))
    return Caller(row["key"], person, frozenset(row["scopes"].split()))


def _active(connection: Connection, person: str) -> Person:
    known = person_of(connection, person)
    if known is None:
        raise NotAllowed(
            f"Nobody on the team is called {person!r}: add who the key acts as with"
            " `duncan people add`."
        )
    if not known.active:
        raise NotAllowed(f"{known.person} has left the team.")
    if "manage_people" in known.rights:
        raise NotAllowed("A key cannot act as an administrator.")
    return known
