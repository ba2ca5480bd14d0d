"""What the doctor's checks work on and answer with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client

from activities.calendars import Calendars
from activities.clock import EngineClock
from activities.conditions import Watch
from activities.gateways.interface import Gateway
from activities.letter_request import Creditor
from activities.planning import Planner
from activities.policies import load_policies
from activities.policy_versions import PolicyVersions
from commands.doctor.domain_records import records
from commands.sending.relay import Relay
from dunning.may import NotAllowed
from dunning.policy_problems import InvalidPolicy
from ledger.engine import open_engine
from ledger.ledger import Ledger
from settings import Settings
from worker import utc_now

# So many of a kind are named in a sentence; the rest is counted.
NAMED = 3
# Nobody's mail comes from these (RFC 2606, RFC 6761).
_INVENTED = frozenset({"example", "test", "invalid", "localhost"})
_OF_SAMPLES = ("example.com", "example.net", "example.org")


@dataclass(frozen=True)
class DoctorContext:
    """One installation at one moment. Without `client`, `away` says why in one sentence.

    What the engine does by itself may take `patience` before it counts as not done. `clock_now`
    and `look_up` are this machine's clock and the DNS: whoever plays another world gives others.
    """

    settings: Settings
    now: datetime
    client: Client | None = None
    away: str = "Temporal was not asked."
    clock: EngineClock = field(default_factory=EngineClock)
    patience: timedelta = timedelta(seconds=5)
    clock_now: Callable[[], datetime] = utc_now
    look_up: Callable[[str, str], tuple[str, ...]] = records
    # Ways out to ask what was taken over; those of the settings without.
    gateways: Mapping[str, Gateway] | None = None

    @cached_property
    def ledger(self) -> Ledger:
        """The books, as they are: nothing is created or upgraded."""
        return Ledger(open_engine(self.settings.books_url))

    @cached_property
    def planner(self) -> Planner | None:
        """What plans again; None while a policy cannot be used."""
        try:
            if self.versions:
                in_force = self.versions.at(self.now).policies
                return Planner(in_force, Calendars(), versions=self.versions)
            return Planner(load_policies(self.settings.policies), Calendars())
        except (InvalidPolicy, NotAllowed):
            return None

    @cached_property
    def versions(self) -> PolicyVersions | None:
        """The versions in the books; None where the books are not there or keep none yet."""
        url = make_url(self.settings.books_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            return None
        found = PolicyVersions(self.ledger, self.settings.home / "policy_versions")
        try:
            return found if found.all() else None
        except SQLAlchemyError:
            return None

    @cached_property
    def watch(self) -> Watch | None:
        """What watches for stale books; None while a policy cannot be used."""
        if self.planner is None:
            return None
        policies = self.planner.policies
        ours = self.planner.calendars.calendar_of(policies.entity(""), self.now.year)
        return Watch(policies.sending, ours)

    @property
    def creditors(self) -> tuple[Creditor, ...]:
        """The companies that are owed; none while a policy cannot be used."""
        if self.planner is None:
            return ()
        return tuple(entity.creditor for entity in self.planner.policies.entities.values())

    @property
    def senders(self) -> tuple[str, ...]:
        """The addresses our mails come from."""
        return tuple(sorted({creditor.email for creditor in self.creditors}))

    @property
    def relay(self) -> Relay | None:
        """What wakes workflows; None while the engine is away or a policy cannot be used."""
        if self.client is None or self.planner is None:
            return None
        return Relay(self.client, self.ledger, self.planner, self.clock)


@dataclass(frozen=True)
class Finding:
    """One plain sentence, and what mends it safely where something does."""

    ok: bool
    detail: str
    mend: Callable[[], Awaitable[None]] | None = None


Check = Callable[[DoctorContext], Awaitable[Finding]]


def some_of(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 fact, 2 facts."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def is_invented(address: str) -> bool:
    """Whether the address is of a domain that documentation and samples use."""
    domain = address.rpartition("@")[2].lower()
    of_sample = any(f".{domain}".endswith(f".{one}") for one in _OF_SAMPLES)
    return of_sample or domain.rpartition(".")[2] in _INVENTED
