"""Running experiments are part of what a simulation foretells and a rehearsal plays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.report import rehearsal_report
from commands.rehearsal.script import Files, read_script
from commands.simulation.simulation import AS_ASSIGNED
from dunning.experiments import Experiment
from settings import Settings
from tests.activities.workshop import Workshop, workshop
from tests.cast import ISSUED, customer, day, invoice
from tests.commands.simulating import simulated
from tests.commands.test_experiments import CUSTOMERS, TERMS, acting, started_by

AS_OF = datetime.combine(day(-1), datetime.min.time(), UTC)
ARMS = {"sooner": (day(2), "reminder"), "firmer": (day(3), "request")}
USUAL = (day(3), "reminder")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Twelve customers with an invoice each, in an experiment that began before."""
    with workshop(tmp_path) as found_shop:
        object.__setattr__(found_shop.wiring.planner, "watch", None)
        started_by(found_shop)
        rows = [invoice(f"I-{name}", name) for name in CUSTOMERS]
        found_shop.opens(*rows, customers=[customer(name) for name in CUSTOMERS])
        yield found_shop


def foretold(shop: Workshop, policy: str) -> dict[str, tuple[date, str]]:
    """The reminder that each customer would get."""
    wiring = shop.wiring
    answer = simulated(wiring.ledger, wiring.planner, policy, as_of=AS_OF, days=6)
    return {
        row["customer"]: (date.fromisoformat(row["date"]), row["letter"])
        for row in answer["touches"]
    }


def of_arms(experiment: Experiment) -> dict[str, tuple[date, str]]:
    return {name: ARMS.get(experiment.arm_of(name), USUAL) for name in CUSTOMERS}


@pytest.mark.parametrize("policy", [AS_ASSIGNED, "standard_b2b"])
def test_a_simulation_gives_every_customer_its_own_arm(shop: Workshop, policy: str) -> None:
    told = foretold(shop, policy)

    assert told == of_arms(Experiment(TERMS))
    assert set(told.values()) == {*ARMS.values(), USUAL}


def test_a_simulation_of_the_past_does_not_know_of_a_later_stop(shop: Workshop) -> None:
    acting(shop, AS_OF + timedelta(hours=1)).stop("pace", "complaints")

    assert foretold(shop, AS_ASSIGNED) == of_arms(Experiment(TERMS))

    assert set(foretold_later(shop).values()) == {USUAL}


def foretold_later(shop: Workshop) -> dict[str, tuple[date, str]]:
    """What a simulation foretells once the stop is known."""
    wiring, later = shop.wiring, AS_OF + timedelta(hours=3)
    answer = simulated(wiring.ledger, wiring.planner, AS_ASSIGNED, as_of=later, days=6)
    return {
        row["customer"]: (date.fromisoformat(row["date"]), row["letter"])
        for row in answer["touches"]
    }


LEDGER = "invoice,customer,currency,amount,issue_date,due_date\n" + "".join(
    f"I-{name},{name},EUR,1500.00,{ISSUED},{day(0)}\n" for name in CUSTOMERS[:6]
)


@pytest.mark.parametrize("policy", ["", "standard_b2b"])
async def test_a_rehearsal_plays_every_customers_arm_and_its_audit_agrees(
    tmp_path: Path, policy: str
) -> None:
    (tmp_path / "invoices.csv").write_text(LEDGER)
    script = read_script(Files(tmp_path / "invoices.csv"), ISSUED, day(5))
    settings = fresh_home(Settings(_env_file=None), tmp_path / "home")  # type: ignore[call-arg]  # Pydantic's own.
    stage = Stage(settings, policy, experiments=(TERMS,))
    done = await rehearse(script, stage, lambda _: None)
    report = rehearsal_report(script, done)
    done.wiring.ledger.engine.dispose()
    told = {
        row["customer"]: (date.fromisoformat(row["local_date"]), row["letter"])
        for row in report["messages"]
        if row["level"] > 0
    }
    expected = of_arms(Experiment(TERMS))

    assert told == {name: expected[name] for name in CUSTOMERS[:6]}
    assert report["audit"]["findings"] == []
