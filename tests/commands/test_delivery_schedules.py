"""Two thousand schedules of faults, deaths and news in any order: no message comes twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from activities.conditions import Watch
from activities.letter_request import LetterRequest, RenderedLetter
from activities.policies import SendingRules
from commands.imports import take_in
from commands.mailroom.arrivals import mailroom_of
from fakes.serving import running_fake
from intake.contacts import ContactRow
from ledger.arrivals import waiting_since
from tests.activities.workshop import Post, Workshop, afternoon, workshop
from tests.cast import ISSUED, customer, invoice
from tests.commands.delivering import Delivering
from tests.commands.delivery_schedule import Schedule, faults_of
from tests.commands.provider_at_fakes import ProviderAtFakes
from tests.commands.provider_model import MortalLedger, Provider
from worker import Wiring

SCHEDULES = 2000
# So many more of them go over real sockets.
OVER_SOCKETS = 100


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivering]:
    """One installation for all schedules, each of which has a customer of its own."""
    with workshop(tmp_path_factory.mktemp("schedules")) as shop:
        planner = shop.wiring.planner
        team = planner.calendars.calendar_of(planner.policies.entity(""), ISSUED.year)
        # So many messages a day are no flood here.
        planner = replace(planner, watch=Watch(SendingRules(), team))
        ledger = MortalLedger(shop.wiring.ledger.engine)
        wiring = replace(shop.wiring, ledger=ledger, planner=planner)
        # One line stands for every letter: it is not what these schedules are about.
        wiring = replace(wiring, letters=Words())  # type: ignore[arg-type]  # All that is asked.
        _open(wiring)
        yield Delivering(Workshop(wiring, Post()), mailroom_of(wiring))


class Words:
    """Letters of one line."""

    @staticmethod
    def states_claims(_: str) -> bool:
        """None of them."""
        return False

    @staticmethod
    def render(request: LetterRequest) -> RenderedLetter:
        """Any letter."""
        return RenderedLetter("Please pay", request.letter, "", ())


def _open(wiring: Wiring) -> None:
    """A customer with an invoice for each schedule, taken in at once."""
    at, ledger = afternoon(ISSUED), wiring.ledger
    people = [
        customer(f"C-{n}", *people_of(Random(-n - 1), n)) for n in range(SCHEDULES + OVER_SOCKETS)
    ]
    owed = [invoice(f"I-{n}", of=f"C-{n}") for n in range(SCHEDULES + OVER_SOCKETS)]
    list(take_in.take_in(ledger, people, take_in.customers(at, "import"), take_in.Taken()))
    list(take_in.take_in(ledger, owed, take_in.invoices(at, "import"), take_in.Taken()))


def people_of(dice: Random, number: int) -> list[ContactRow]:
    """One to three people, one of whom agreed to text messages in half of the schedules."""
    people = [
        ContactRow(f"P{n}", "billing", f"p{n}@c{number}.example", "", sms_consent=False)
        for n in range(dice.randint(1, 3))
    ]
    if dice.random() < 0.5:
        people[0] = replace(people[0], phone="+447700900123", sms_consent=True)
    return people


@pytest.mark.timeout(300)
def test_no_message_comes_twice_and_none_is_lost_without_a_reason(
    house: Delivering, capsys: pytest.CaptureFixture[str]
) -> None:
    schedules = [Schedule(house, number, Provider(Random(number))) for number in range(SCHEDULES)]
    found, counts = played(schedules)
    with capsys.disabled():
        print(f"\n{SCHEDULES} schedules: {counts}")  # noqa: T201 - the count

    assert found == {}
    with house.wiring.ledger.reading() as books:
        assert waiting_since(books.connection)[0] == 0, "nothing that came in is left"


@pytest.mark.timeout(300)
def test_so_it_is_over_real_sockets(house: Delivering, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = range(SCHEDULES, SCHEDULES + OVER_SOCKETS)
    with running_fake() as fake:
        schedules = [Schedule(house, n, ProviderAtFakes(Random(n), fake=fake)) for n in numbers]
        found, counts = played(schedules)
        messages = Counter(sent.attempt for sent in fake.sent)
    with capsys.disabled():
        print(f"\n{OVER_SOCKETS} schedules over sockets: {counts}")  # noqa: T201 - the count

    assert found == {}
    assert set(messages.values()) == {1}


def played(schedules: list[Schedule]) -> tuple[dict[int, list[str]], dict[str, int]]:
    """What does not hold, by schedule, and what happened in all of them."""
    found: dict[int, list[str]] = {}
    counts: Counter[str] = Counter()
    for one in schedules:
        one.play()
        faults = list(faults_of(one))
        if faults:
            found[one.number] = [*faults, *one.told]
        counts["handed over"] += len(one.provider.offers)
        counts.update(touch.state for touch in one.case.touches)
        counts.update(reason.code for reason in one.case.withheld)
    return found, dict(counts.most_common())
