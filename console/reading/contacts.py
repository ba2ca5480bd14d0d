"""What the books know of contacts: who named them, what blocks them, what they agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dunning.contact_facts import ConsentRecorded, ContactBlocked, ContactProposed
from ledger.books import Books


@dataclass(frozen=True)
class Naming:
    """By contact: who named it, why it is blocked on a channel, what it agreed to there."""

    proposed: Mapping[str, ContactProposed] = field(default_factory=dict)
    blocked: Mapping[tuple[str, str], ContactBlocked] = field(default_factory=dict)
    consents: Mapping[tuple[str, str], ConsentRecorded] = field(default_factory=dict)


def naming_of(books: Books, customer: str) -> Naming:
    """The latest of each, from the customer's own facts."""
    stream = f"customer:{customer}"
    facts = books.histories([stream]).get(stream, [])
    return Naming(
        {one.contact.contact: one for one in facts if isinstance(one, ContactProposed)},
        {(one.contact, one.channel): one for one in facts if isinstance(one, ContactBlocked)},
        {(one.contact, one.channel): one for one in facts if isinstance(one, ConsentRecorded)},
    )
