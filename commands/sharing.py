"""Long readings of the books: their customers shared out among processes, one a core."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

import structlog

from ledger.books import Books
from ledger.customer_groups import Group, customer_groups

T = TypeVar("T")
# Below so many invoices another process costs more time than it saves.
WORTH_SHARING = 20_000
MOST_PROCESSES = 8
# An invoice of a customer with very many takes two fifths of the time of others in a simulation
# (`bench.simulation`): hundreds share a message.
MANY, ONE_AMONG_MANY = 10_000, 0.4
# Millions of small values that live as long as the process: to look for cycles in them is waste.
_SELDOM = (100_000, 50, 100)


@dataclass(frozen=True)
class Share:
    """One process's part, counted from 0: its customers, and the moment of the books it reads."""

    number: int
    groups: tuple[Group, ...]
    # PostgreSQL's name of the snapshot that all shares read; SQLite has none.
    snapshot: str = ""

    @property
    def invoices(self) -> int:
        """How many invoices its customers have."""
        return sum(group.invoices for group in self.groups)


def shares_for(invoices: int) -> int:
    """How many processes should read so many invoices on this machine."""
    if invoices < WORTH_SHARING:
        return 1
    return max(1, min(os.cpu_count() or 1, MOST_PROCESSES))


def shares_of(books: Books, parts: int, snapshot: str = "") -> list[Share]:
    """Every customer in exactly one share, each share with about as much to do.

    The shares are made once, by whoever shares out: what is recorded meanwhile moves nobody from
    one share to another.
    """
    groups = customer_groups(books)
    shares: list[list[int]] = [[] for _ in range(parts)]
    sizes = [0.0] * parts
    for place in sorted(range(len(groups)), key=lambda one: (-_work(groups[one]), one)):
        least = sizes.index(min(sizes))
        shares[least].append(place)
        sizes[least] += _work(groups[place])
    return [
        Share(number, tuple(groups[place] for place in sorted(places)), snapshot)
        for number, places in enumerate(shares)
    ]


def _work(group: Group) -> float:
    """How long its invoices take, in those of usual customers."""
    return group.invoices * (ONE_AMONG_MANY if group.invoices > MANY else 1)


def shared_out(
    shares: Sequence[Share], mine: Callable[[Share], T], others: Callable[[Share], T]
) -> Iterator[T]:
    """What comes of each share, in their order: the first is read here with `mine`.

    The others are read in processes of their own with `others`, which has to be importable there.
    """
    if len(shares) == 1:
        with _collecting_seldom():
            yield mine(shares[0])
        return
    # A new process knows nothing of this one's threads and connections.
    context = get_context("spawn")
    with ProcessPoolExecutor(len(shares) - 1, context, initializer=_prepare) as pool:
        waited_for = [pool.submit(others, share) for share in shares[1:]]
        with _collecting_seldom():
            yield mine(shares[0])
        for other in waited_for:
            yield other.result()


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _prepare() -> None:
    # The process that shares out has said it already.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    gc.set_threshold(*_SELDOM)
