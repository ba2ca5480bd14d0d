from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.asleep import asleep
from bench.cost import DESIGNS, OURS, compared
from bench.enrolment import enrolment
from bench.fairness import fairness
from bench.figures import Figure, as_json, ratio
from bench.flood import flood
from bench.growth import Stage, growth
from bench.growth_picture import drawn
from bench.lives import LIVES, lived, lives
from bench.site import Site, site
from bench.storm import storm
from bench.webhooks import webhooks

FEW = 50


@pytest_asyncio.fixture(scope="module")
async def place() -> AsyncIterator[Site]:
    """One installation with an engine of its own."""
    async with site() as one:
        yield one


def test_a_ratio_compares_the_middle_rounds() -> None:
    figure = ratio("storm", ours=[40.0, 5.0, 45.0], bare=[50.0, 50.0, 900.0], aim=0.8)

    assert figure.value == 0.8
    assert figure.is_met
    assert figure.details["rounds"] == [[40.0, 50.0], [5.0, 50.0], [45.0, 900.0]]


def test_an_aim_is_a_floor_or_a_ceiling() -> None:
    floor = Figure("rate", 0.79, 0.8, "× bare")
    ceiling = Figure("actions", 7, 6, "actions", at_most=True)

    assert [one.verdict for one in (floor, ceiling)] == ["missed", "missed"]
    assert as_json([floor], {"cores": 2})["figures"][0]["verdict"] == "missed"


async def test_enrolment_is_measured_beside_the_bare_engine(place: Site) -> None:
    figure = await enrolment(place, FEW, rounds=1)

    assert figure.value > 0
    assert figure.details["ours_per_second"] > 0


@pytest.mark.slow
async def test_a_storm_sends_every_touch_that_is_due(place: Site) -> None:
    figures = await storm(place, FEW, rounds=1)

    assert len(figures) == 4
    assert all(figure.value > 0 for figure in figures)


async def test_a_life_costs_two_actions_a_touch_and_two() -> None:
    (figure,) = await lives((LIVES[2],))

    assert figure.details["touches"] == 2
    assert figure.is_met


async def test_an_unpaid_life_costs_two_actions_a_step_and_two() -> None:
    (figure,) = await lives((LIVES[-1],))

    assert figure.is_met


@pytest.mark.slow
async def test_every_post_that_was_acknowledged_is_in_the_books() -> None:
    _, slowest, lost = await webhooks(FEW, a_second=0)

    assert slowest.value > 0
    assert lost.value == 0


@pytest.mark.slow
async def test_a_flood_keeps_neither_pages_nor_real_posts_out() -> None:
    figures = {one.name: one for one in await flood(FEW * 4)}

    assert figures["flood, forged posts answered 429"].value > 0.5
    assert figures["flood, tried passwords answered 429"].value > 0.5
    assert figures["flood, pages opened meanwhile"].is_met
    assert figures["flood, real posts stored meanwhile"].is_met


@pytest.mark.slow
async def test_a_small_customer_waits_less_when_customers_take_turns(place: Site) -> None:
    (figure,) = await fairness(place, FEW * 6)

    assert figure.value < figure.details["share_of_first_come_first_served"]


@pytest.mark.slow
async def test_growth_is_measured_from_size_to_size(place: Site) -> None:
    stages = await growth(place, (250, 300))

    assert [one.cases for one in stages] == [250, 300]
    assert all(one.each_ms > 0 and one.worker_mb > 0 for one in stages)


def test_growth_is_drawn_with_its_figures() -> None:
    picture = drawn([Stage(1000, 4.2, 180, 230), Stage(100_000, 4.4, 240, 900)])

    assert picture.startswith("<svg ")
    assert ">100,000</text>" in picture
    assert ">240</text>" in picture
    assert ">4.4</text>" in picture


async def test_sample_designs_are_counted_in_histories_of_the_same_lives() -> None:
    early, unpaid = await lived(LIVES[0]), await lived(LIVES[-1])
    steps, moments = len(unpaid.steps), len({step.days for step in unpaid.steps})

    actions = await compared([early, unpaid])

    # A start, then a timer for each day with steps, and activities; polls check each day.
    simple, checked, polled = DESIGNS
    assert actions[early.life.name] == {OURS: 1, simple: 3, checked: 3, polled: 37}
    days = unpaid.steps[-1].days + 1
    assert actions[unpaid.life.name] == {
        OURS: unpaid.use.actions,
        simple: 1 + moments + steps,
        checked: 1 + moments + 3 * steps,
        polled: 1 + 2 * days + steps,
    }


@pytest.mark.slow
async def test_the_worker_is_measured_while_cases_sleep(place: Site) -> None:
    figure = await asleep(place, FEW)

    assert figure.details["cases"] == FEW
    assert figure.details["mb_before"] > 0
