"""What administrators do with outgoing webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, get_args
from uuid import uuid4

from sqlalchemy import RowMapping

from activities.gateways.event_post import AddressRefused, check_host, checked_url
from commands.authority import needs
from commands.webhooks.signing import new_secret
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.event_deliveries import queue_one, replay_dead
from ledger.event_subscriptions import (
    EVERYTHING,
    TEST,
    Happened,
    change_subscription,
    keep_subscription,
    subscription_of,
)
from ledger.ledger import Ledger


def _kinds() -> tuple[str, ...]:
    named = (getattr(one, "kind", "") for one in get_args(InvoiceFact))
    return tuple(sorted(named))


# What may happen to a case: the kinds of facts of an invoice.
KINDS = _kinds()


class Subscribed(NamedTuple):
    """A subscription, with its secret, which is shown this once."""

    subscription: str
    secret: str


@dataclass(frozen=True)
class WebhookActions:
    """Actions of an administrator at outgoing webhooks.

    `private`: addresses in our own network, and without TLS there, are allowed.
    """

    ledger: Ledger
    by: str
    now: datetime
    private: bool = False

    @needs("manage_people")
    def add(self, url: str, kinds: Sequence[str] = (EVERYTHING,)) -> Subscribed:
        """Tell an address of these kinds of events from now on."""
        try:
            check_host(checked_url(url, private=self.private), private=self.private)
        except AddressRefused as refused:
            raise NotAllowed(str(refused)) from None
        wanted = list(dict.fromkeys(kinds)) or [EVERYTHING]
        for kind in wanted:
            if kind != EVERYTHING and kind not in KINDS:
                raise NotAllowed(f"{kind!r} is no kind of event; use one of {', '.join(KINDS)}.")
        added = Subscribed(f"wh_{uuid4().hex[:12]}", new_secret())
        row = {"subscription": added.subscription, "url": url, "kinds": " ".join(wanted)}
        row |= {"secret": added.secret, "added_by": self.by}
        values = {**row, "secret_before": "", "active": True, "added_at": self.now, "ended_by": ""}
        self.ledger.transact(lambda books: keep_subscription(books.connection, values))
        return added

    @needs("manage_people")
    def end(self, subscription: str) -> None:
        """Tell an address nothing any more; what is queued for it stays unsent."""

        def work(books: Books) -> None:
            _active(books, subscription)
            ended = {"active": False, "ended_by": self.by, "ended_at": self.now}
            change_subscription(books.connection, subscription, ended)

        self.ledger.transact(work)

    @needs("manage_people")
    def rotate(self, subscription: str) -> Subscribed:
        """Another secret: both sign until the next rotation, so that the receiver can change."""
        secret = new_secret()

        def work(books: Books) -> Subscribed:
            row = _active(books, subscription)
            changed = {"secret": secret, "secret_before": row["secret"]}
            change_subscription(books.connection, subscription, changed)
            return Subscribed(subscription, secret)

        return self.ledger.transact(work)

    @needs("manage_people")
    def test(self, subscription: str) -> str:
        """Queue an event that is about nothing; its number."""

        def work(books: Books) -> str:
            _active(books, subscription)
            happened = Happened(f"{TEST}:{subscription}", 0, TEST, self.now)
            return queue_one(books.connection, subscription, happened)

        return self.ledger.transact(work)

    @needs("manage_people")
    def replay(self, subscription: str, event: str = "") -> int:
        """Queue again what was given up, all or one event; how many that were."""

        def work(books: Books) -> int:
            _active(books, subscription)
            return replay_dead(books.connection, subscription, self.now, event)

        found = self.ledger.transact(work)
        if event and not found:
            raise NotAllowed(f"Event {event} was not given up for {subscription}.")
        return found


def _active(books: Books, subscription: str) -> RowMapping:
    row = subscription_of(books.connection, subscription)
    if row is None:
        raise NotAllowed(f"There is no webhook {subscription}: `duncan webhooks list` names them.")
    if not row["active"]:
        raise NotAllowed(f"Webhook {subscription} has ended.")
    return row
