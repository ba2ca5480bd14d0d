"""Signing in: by password or by a one-time link, slower with every try that fails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from secrets import token_urlsafe

from commands.people.passwords import checked_password, hash_of, is_right
from dunning.may import NotAllowed
from dunning.people import Person, checked_name
from dunning.person_facts import (
    PasswordChanged,
    PersonAdded,
    RoleGiven,
    SignedIn,
    SignedOut,
    SignInsRefused,
)
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.people import (
    has_administrator,
    keep_password,
    password_hash,
    person_of,
    record_person,
)
from ledger.sign_ins import (
    begin,
    end_session,
    end_sessions_of,
    forget_tries,
    link_of,
    note_refused,
    session_of,
    tries_of,
    use_link,
)

# Free tries, then a wait that doubles from five seconds up to the longest.
_FREE = 5
_FIRST_WAIT = 5
# Whoever tries a name from one place waits long there. Tries on a name from many places slow the
# name for everybody, but only so much: nobody can lock a colleague out.
_LONGEST_HERE, _LONGEST_NAME, _LONGEST_ADDRESS = 900, 20, 60
_FREE_OF_NAME, _FREE_OF_ADDRESS = 20, 50
_IPV4 = 4


class TooManyTries(NotAllowed):
    """The next try has to wait."""


@dataclass(frozen=True)
class SignIns:
    """The door of the desk at one moment; `address` is where the request came from.

    With `only`, passwords and links open for this one person: the others have accounts elsewhere.
    """

    ledger: Ledger
    now: datetime
    address: str = ""
    only: str = ""

    def by_password(self, name: str, password: str) -> str:
        """The token of a new session. Raises NotAllowed, in the same words for every mistake."""
        known = name.strip().casefold()[:100]
        self._check_only(known)
        with self.ledger.reading() as books:
            self._check_waits(books, known)
            person = person_of(books.connection, known)
            hashed = password_hash(books.connection, known) if person and person.active else ""
        if not is_right(hashed, password):
            self.ledger.transact(lambda books: self._refuse(books, known))
            raise NotAllowed("The name or the password is wrong.")
        return self.ledger.transact(lambda books: self._enter(books, known, "password"))

    def trusted(self, person: str, way: str) -> str:
        """The token of a session for somebody another door vouches for. Raises NotAllowed."""

        def work(books: Books) -> str:
            found = person_of(books.connection, person)
            if found is None or not found.active:
                raise NotAllowed("Nobody on the team has this name: ask an administrator.")
            return self._enter(books, found.person, way)

        return self.ledger.transact(work)

    def person_of_link(self, token: str) -> Person | None:
        """Whose link it is: a person without a name is the first administrator to be."""
        with self.ledger.reading() as books:
            named = link_of(books.connection, token, self.now)
            if named is None or (not named and has_administrator(books.connection)):
                return None
            return person_of(books.connection, named) if named else Person("", "")

    def by_link(self, token: str, password: str, name: str = "", shown: str = "") -> str:
        """Choose a password by a one-time link; the token of a session. Raises NotAllowed."""
        owner = self.person_of_link(token)
        if owner is None:
            raise NotAllowed("This link works no longer: ask an administrator for another one.")
        person = owner.person or checked_name(name)
        self._check_only(person)
        hashed = hash_of(checked_password(password, person))

        def work(books: Books) -> str:
            if not use_link(books.connection, token):
                raise NotAllowed("This link was used already.")
            if not owner.person:
                self._add_first(books, person, shown.strip() or person)
            end_sessions_of(books.connection, person)
            keep_password(books.connection, person, hashed, self.now)
            changed = PasswordChanged(at=self.now, by=person, way="link")
            record_person(books, person, changed)
            return self._enter(books, person, "link")

        return self.ledger.transact(work)

    def change_password(self, person: str, old: str, new: str) -> None:
        """Choose another password; every session of the person ends. Raises NotAllowed."""
        self._check_only(person)
        with self.ledger.reading() as books:
            self._check_waits(books, person)
            hashed = password_hash(books.connection, person)
        if not is_right(hashed, old):
            self.ledger.transact(lambda books: self._refuse(books, person))
            raise NotAllowed("The old password is wrong.")
        made = hash_of(checked_password(new, person))

        def work(books: Books) -> None:
            keep_password(books.connection, person, made, self.now)
            end_sessions_of(books.connection, person)
            record_person(books, person, PasswordChanged(at=self.now, by=person, way="own"))

        self.ledger.transact(work)

    def check_address(self) -> None:
        """Raises TooManyTries when too much was refused where the request came from."""
        with self.ledger.reading() as books:
            self._check_wait(books, self._address_key, _FREE_OF_ADDRESS, _LONGEST_ADDRESS)

    def note_refused_address(self) -> None:
        """Count one more refused try of this address."""
        self.ledger.transact(
            lambda books: note_refused(books.connection, self._address_key, self.now)
        )

    @property
    def _address_key(self) -> str:
        return f"address:{network_of(self.address)}"

    def _here_key(self, person: str) -> str:
        return f"here:{person}|{network_of(self.address)}"

    def _check_only(self, person: str) -> None:
        if self.only and person != self.only:
            raise NotAllowed("Passwords are switched off here: sign in with your own account.")

    def leave(self, token: str) -> None:
        """End the session of a token."""

        def work(books: Books) -> None:
            session = session_of(books.connection, token, self.now)
            end_session(books.connection, token)
            if session:
                left = SignedOut(at=self.now, by=session.person, why="signed out")
                record_person(books, session.person, left)

        self.ledger.transact(work)

    def _add_first(self, books: Books, person: str, shown: str) -> None:
        if has_administrator(books.connection):
            raise NotAllowed("There is an administrator already.")
        if person_of(books.connection, person):
            raise NotAllowed(f"{person} is on the team already; choose another name.")
        added = PersonAdded(at=self.now, by=person, person=person, name=shown[:120])
        given = RoleGiven(at=self.now, by=person, role="administrator")
        record_person(books, person, added, given)

    def _enter(self, books: Books, person: str, way: str) -> str:
        refused, _ = tries_of(books.connection, f"name:{person}")
        for key in (self._here_key(person), f"name:{person}"):
            forget_tries(books.connection, key)
        token = token_urlsafe(32)
        begin(books.connection, token, person, way, self.now)
        entered = SignedIn(at=self.now, by=person, way=way, refused_before=refused)
        record_person(books, person, entered)
        return token

    def _refuse(self, books: Books, person: str) -> None:
        for key in (f"name:{person}", self._address_key):
            note_refused(books.connection, key, self.now)
        here = note_refused(books.connection, self._here_key(person), self.now)
        # Not every try: whoever guesses must not fill the books.
        if here >= _FREE and math.log2(here / _FREE).is_integer():
            if person_of(books.connection, person) is None:
                return
            wait = _wait(here, _FREE, _LONGEST_HERE)
            fact = SignInsRefused(at=self.now, by="duncan", tries=here, seconds=wait)
            record_person(books, person, fact)

    def _check_waits(self, books: Books, person: str) -> None:
        for key, free, longest in (
            (self._here_key(person), _FREE, _LONGEST_HERE),
            (f"name:{person}", _FREE_OF_NAME, _LONGEST_NAME),
            (self._address_key, _FREE_OF_ADDRESS, _LONGEST_ADDRESS),
        ):
            self._check_wait(books, key, free, longest)

    def _check_wait(self, books: Books, key: str, free: int, longest: int) -> None:
        tries, last = tries_of(books.connection, key)
        wait = _wait(tries, free, longest)
        if last is None or not wait:
            return
        left = last + timedelta(seconds=wait) - self.now
        if left > timedelta(0):
            seconds = math.ceil(left.total_seconds())
            raise TooManyTries(f"Too many wrong tries. Try again in {seconds} seconds.")


def network_of(address: str) -> str:
    """Where tries are counted: an IPv4 address, or the /64 that whoever has one has all of."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == _IPV4:
        return str(known)
    return str(ip_network((known, 64), strict=False))


def _wait(tries: int, free: int, longest: int) -> int:
    """How many seconds the next try has to wait after so many."""
    beyond = tries - free
    return 0 if beyond < 0 else int(min(longest, _FIRST_WAIT * 2.0 ** min(beyond, 30)))
