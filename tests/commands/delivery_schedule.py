"""A schedule of faults, deaths and news around one reminder, and what must hold at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from activities.deliveries import Deliveries
from activities.gateways.interface import Gateway
from dunning.case import Case
from dunning.channel_facts import ChannelReleased
from dunning.conditions import ACCOUNT_REFUSED
from dunning.steps import SendTouch, Step, Wait
from ledger.arrivals import Incoming, store
from ledger.books import Books
from ledger.channels import CHANNELS, release_channel
from tests.activities.workshop import afternoon
from tests.cast import day
from tests.commands.delivering import Delivering
from tests.commands.provider_model import Killed, MortalLedger, Provider, posted

MOVES = 6
DUE_AT = afternoon(day(3))
# Before the next step is due: these schedules are about the reminder.
END = afternoon(day(9))


@dataclass
class Schedule:
    """One customer's invoice and everything that happens around it, as the dice say."""

    house: Delivering
    number: int
    provider: Provider
    dice: Random = field(init=False)
    now: datetime = DUE_AT
    told: list[str] = field(default_factory=list)
    # What the engine asked for and has no answer to: it asks again.
    pending: Step | None = None

    def __post_init__(self) -> None:
        self.dice = Random(self.number)
        self.house = replace(
            self.house, mailroom=replace(self.house.mailroom, gateways=self.gateways)
        )

    @property
    def gateways(self) -> dict[str, Gateway]:
        """One provider for both channels."""
        return {"email": self.provider, "sms": self.provider}

    @property
    def invoice(self) -> str:
        """Its invoice."""
        return f"I-{self.number}"

    def play(self) -> None:
        """Let it happen, and then let all be well and come to its end."""
        moves: list[Callable[[], object]] = [
            *(self.go_on,) * 4,
            *(self.hear,) * 3,
            self.ask,
            self.settle,
            self.release,
            self.wait,
        ]
        for _ in range(MOVES):
            move = self.dice.choice(moves)
            self.told.append(getattr(move, "__name__", ""))
            self._perhaps_fatal(move)
        self._end()

    def go_on(self) -> None:
        """What the workflow does: plan, wait for the moment, carry out; or try again."""
        step = self.pending or self.house.shop.plan(self.invoice, self.now)
        if not isinstance(step, SendTouch):
            return
        self.now = max(self.now, step.at)
        self.pending = step
        self.house.shop.send_by(self.gateways, self.invoice, step, self.now)
        self.pending = None

    def hear(self) -> None:
        """Some of the provider's news come in, in any order and now and then twice."""
        some = self.dice.sample(self.provider.news, self.dice.randint(0, len(self.provider.news)))
        again = self.dice.random() < 0.2
        for incoming in posted(some, self.now):
            self._record(partial(_stored, incoming))
        # What could not be stored is told again.
        self.provider.news = [one for one in self.provider.news if again or one not in some]
        self._work()

    def ask(self) -> None:
        """The mailroom asks the provider."""
        # As long as it takes until somebody asks; nobody's clock goes back after that.
        self.now += timedelta(minutes=20)
        self.house.mailroom.ask_providers(self.now)

    def settle(self) -> bool:
        """A person looks into the provider's log and says what is there, if anybody asked."""
        unknown = [touch for touch in self.case.touches if touch.state == "unknown"]
        for touch in unknown:
            self._record(partial(self._said, touch.attempt))
        return bool(unknown)

    def release(self) -> None:
        """A person mends what stopped a channel."""
        for channel in CHANNELS:
            fact = ChannelReleased(at=self.now, by="ada", channel=channel, reason="mended")
            self._record(partial(_released, fact))

    def wait(self) -> None:
        """Some time passes, and the worker may have forgotten what it was about."""
        self.now += timedelta(minutes=self.dice.choice([1, 20, 24 * 60]))
        self.pending = self.dice.choice([self.pending, None])

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.house.case(self.invoice)

    def _perhaps_fatal(self, move: Callable[[], object]) -> None:
        ledger = self.house.wiring.ledger
        assert isinstance(ledger, MortalLedger)
        if self.dice.random() < 0.25:
            where = self.dice.choice(["inside", "afterwards"])
            ledger.dies_at = (self.dice.randint(0, 2), where)  # type: ignore[assignment]
        self.provider.dies = True
        self.provider.meanwhile = self._second_try if self.dice.random() < 0.1 else lambda: None
        with suppress(Killed):
            move()
        ledger.dies_at, self.provider.dies = None, False
        self.provider.meanwhile = lambda: None

    def _second_try(self) -> None:
        """The engine believes that the first try died, while it still waits for the provider."""
        self.provider.meanwhile = lambda: None
        if self.pending is not None:
            self.house.shop.send_by(self.gateways, self.invoice, self.pending, self.now)

    def _end(self) -> None:
        """Nobody dies any more: all news come in, people do their work, the rest is sent."""
        self.provider.is_well = True
        for _ in range(40):
            for incoming in posted(self.provider.news, self.now):
                self._record(partial(_stored, incoming))
            self.provider.news = []
            self._work()
            # Whoever plans after a while gives up claims that nobody came back for.
            self.now += timedelta(minutes=20)
            step = self.house.shop.plan(self.invoice, self.now)
            if self.settle():
                continue
            if isinstance(step, Wait) and step.code == ACCOUNT_REFUSED:
                self.release()
            elif isinstance(step, SendTouch) and step.at <= END:
                self.go_on()
            else:
                return
        raise AssertionError("it never ends")

    def _work(self) -> None:
        while self.house.mailroom.handle_next(self.now):
            pass

    def _said(self, attempt: str, books: Books) -> None:
        deliveries = Deliveries(self.house.wiring.planner)
        if attempt in self.provider.lives:
            deliveries.found_out(books, attempt, self.now, by="ada")
        else:
            deliveries.never_sent(books, attempt, "not in the log", self.now, "ada")

    def _record(self, work: Callable[[Books], object]) -> None:
        self.house.wiring.ledger.transact(work)


def _stored(incoming: Incoming, books: Books) -> bool:
    return store(books.connection, incoming)


def _released(fact: ChannelReleased, books: Books) -> bool:
    return release_channel(books, fact)


def faults_of(one: Schedule) -> Iterator[str]:
    """What of the promise does not hold at the end of a schedule."""
    offers = Counter(one.provider.offers)
    yield from (f"{a} was handed over {n} times" for a, n in offers.items() if n > 1)
    case = one.case
    steps = {touch.attempt: touch.step for touch in case.touches}
    yield from (f"{a} is not in the books" for a in offers if a not in steps)
    got = Counter(steps[attempt] for attempt in offers if one.provider.reached(attempt))
    yield from (f"{step} came {n} times" for step, n in got.items() if n > 1)
    for touch in case.touches:
        taken, reached = touch.attempt in one.provider.lives, one.provider.reached(touch.attempt)
        expected = "sent" if reached else "bounced" if taken else "refused"
        if touch.state != expected:
            yield f"{touch.attempt} is {touch.state}, not {expected}"
    if not got["reminder"] and not is_explained(one, case):
        yield "the reminder was lost without a reason"


def is_explained(one: Schedule, case: Case) -> bool:
    """Whether the books say why the reminder did not reach anybody, or when it comes again."""
    reason, step = case.latest_withheld("reminder"), one.house.shop.plan(one.invoice, one.now)
    comes_again = isinstance(step, SendTouch) and step.step == "reminder"
    overtaken = any(touch.counts for touch in case.touches if touch.step != "reminder")
    return comes_again or overtaken or (reason is not None and bool(reason.why))
