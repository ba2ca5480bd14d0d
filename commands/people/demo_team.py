"""The people of the rehearsed sample ledger: nobody of them has a password or manages people."""

from __future__ import annotations

from datetime import datetime

from dunning.person_facts import PersonAdded, RoleGiven
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.people import person_of, record_person

# Invented, one of each role; the first one is who opens the demo.
TEAM = (
    ("mia.holm", "Mia Holm", "associate"),
    ("tom.reyes", "Tom Reyes", "associate"),
    ("otto.brandt", "Otto Brandt", "senior"),
    ("ines.moreau", "Inès Moreau", "manager"),
    ("carl.weiss", "Carl Weiss", "controller"),
    ("ada.kent", "Ada Kent", "auditor"),
    ("lena.fox", "Lena Fox", "viewer"),
)


def add_demo_team(ledger: Ledger, now: datetime) -> str:
    """Add the team to rehearsed books; the name of the associate that opens the demo."""

    def work(books: Books) -> None:
        for person, name, role in TEAM:
            if person_of(books.connection, person) is None:
                added = PersonAdded(at=now, by="duncan", person=person, name=name)
                record_person(books, person, added, RoleGiven(at=now, by="duncan", role=role))

    ledger.transact(work)
    return TEAM[0][0]
