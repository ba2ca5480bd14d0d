"""Passwords: what is asked of one, and its argon2 hash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from dunning.may import NotAllowed

SHORTEST, LONGEST = 12, 200
_DIFFERENT = 5
# A hash takes 64 MiB and a tenth of a second on purpose: only so many are made at once.
_TURNS = Semaphore(2)
# Whoever waits for a turn holds a thread that pages need too.
_WAITING = Semaphore(10)
_HASHER = PasswordHasher()


class BusyDoor(NotAllowed):
    """Too many passwords are looked at already."""


def checked_password(password: str, name: str) -> str:
    """The password, when it may be used. Raises NotAllowed with what is missing."""
    if len(password) < SHORTEST:
        raise NotAllowed(f"A password has at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise NotAllowed(f"A password has at most {LONGEST} characters.")
    if len(set(password)) < _DIFFERENT or name.casefold() in password.casefold():
        raise NotAllowed("This password is easy to guess: use several words of your own.")
    return password


def hash_of(password: str) -> str:
    """The argon2id hash with its salt and parameters."""
    with _turn():
        return _HASHER.hash(password)


def is_right(hashed: str, password: str) -> bool:
    """Whether the password is the one of the hash; without a hash it takes as long, and is not."""
    with _turn():
        try:
            _HASHER.verify(hashed or _nobodys(), password[: LONGEST + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return bool(hashed)


@contextmanager
def _turn() -> Iterator[None]:
    if not _WAITING.acquire(blocking=False):
        raise BusyDoor("Too many sign in at this moment: try again in a few seconds.")
    try:
        with _TURNS:
            yield
    finally:
        _WAITING.release()


@cache
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")
