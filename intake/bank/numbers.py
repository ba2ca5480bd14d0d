"""Payment numbers of bank entries: the same entry has the same number in every file."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from intake.bank.statement import Entry, Statement

_DIGEST_BYTES = 6
_LONG_DIGEST_BYTES = 16
_LONGEST_REFERENCE = 40


@dataclass
class Numbering:
    """Numbers the entries of one statement.

    With a bank reference the number begins with it, so that people find the payment again.
    Account, day and amount go into it as well: banks use short references more than once. Without
    one the number is made from everything the entry says. Entries of one statement that look
    the same are counted, because a statement lists each of them; the same entry in another
    statement, or in an interim report of the same day, gets the same number again.
    """

    account: str
    _seen: Counter[str] = field(default_factory=Counter)

    def number(self, entry: Entry) -> str:
        """The payment number of an entry, at most 64 characters."""
        reference = _plain(entry.bank_reference or _only_reference(entry))
        booked = entry.booked or entry.valued
        parts = [self.account, str(booked), entry.amount.currency, str(entry.amount.minor)]
        if not reference:
            parts += _content(entry)
        content = "|".join([*parts, reference])
        self._seen[content] += 1
        repeated = self._seen[content]
        counted = f"{content}|{repeated}" if repeated > 1 or not reference else content
        if reference:
            return f"{reference}-{_digest(counted, _DIGEST_BYTES)}"
        return _digest(counted, _LONG_DIGEST_BYTES)


def numberings(statements: list[Statement]) -> list[Numbering]:
    """One numbering a statement; a page that carries on shares that of the page before it."""
    made: list[Numbering] = []
    for at, statement in enumerate(statements):
        shared = at > 0 and statement.carries_on and made[-1].account == statement.account
        made.append(made[-1] if shared else Numbering(statement.account))
    return made


def part_of(number: str, place: int) -> str:
    """The number of one transaction of a batch that is one entry, counted from 1."""
    return f"{number}/{place}"


def _only_reference(entry: Entry) -> str:
    """Some banks give the reference with the entry's one transaction."""
    one = entry.transactions
    return one[0].bank_reference if len(one) == 1 else ""


def _content(entry: Entry) -> list[str]:
    told = [
        part
        for one in entry.transactions
        for part in (one.end_to_end, one.structured_reference, *one.documents, *one.remittance)
    ]
    payers = [one.payer for one in entry.transactions]
    return [str(entry.valued), entry.owner_reference, entry.description, *told, *payers]


def _plain(reference: str) -> str:
    return "".join(sign for sign in reference if sign.isprintable())[:_LONGEST_REFERENCE].strip()


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()
