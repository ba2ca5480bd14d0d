"""Cost: what lives cost on Temporal Cloud's price list, beside sample designs counted alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from bench.figures import Figure
from bench.lives import LIVES, Lived, lived
from bench.samples import CheckedStep, DailyPolling, Nothing, Terms, TimerAStep
from commands.rehearsal.engine_use import actions_and_events
from engine import start_rehearsal_engine

# Temporal Cloud, US dollars for a million actions, the first five million of a month.
# Its documentation, docs/evaluate/cloud/pricing.mdx at 0217b718.
A_MILLION = 50
# An assumption, in percent of all invoices; docs/cost.md says so.
MIX = {
    "paid before the first touch": 60,
    "paid after 2 touches": 25,
    "paid after 4 touches": 10,
    "unpaid, cadence to its end": 5,
}
OURS = "Duncan"
Design = type[TimerAStep | DailyPolling]
DESIGNS: dict[str, Design] = {
    "timer and activity a step": TimerAStep,
    "timer and three activities a step": CheckedStep,
    "polled every day": DailyPolling,
}
QUEUE = "samples"
# What a life costs by design, in billed actions.
Actions = Mapping[str, float]


async def cost() -> list[Figure]:
    """US dollars for 1,000 invoices of each life and of the mix, held to the cheapest sample.

    Actions of every design are counted in the histories of the same life.
    """
    played = [await lived(life) for life in LIVES]
    actions = await compared(played)
    mixed = {
        design: sum(share * actions[life][design] for life, share in MIX.items()) / 100
        for design in (OURS, *DESIGNS)
    }
    return [_figure(life, found) for life, found in (*actions.items(), ("the mix", mixed))]


async def compared(played: Sequence[Lived]) -> dict[str, Actions]:
    """Billed actions by life and design; the last life is the one that nobody pays."""
    lives = [Terms(played[-1].steps, one.paid) for one in played]
    async with await start_rehearsal_engine() as engine:
        counted = {name: await _sampled(engine, name, lives) for name in DESIGNS}
    return {
        one.life.name: {OURS: one.use.actions} | {name: counted[name][place] for name in DESIGNS}
        for place, one in enumerate(played)
    }


async def _sampled(engine: WorkflowEnvironment, name: str, lives: Sequence[Terms]) -> list[int]:
    client, nothing = engine.client, Nothing()
    todo = [nothing.is_paid, nothing.send, nothing.write_down]
    ids = [f"{name} {place}" for place in range(len(lives))]
    async with Worker(client, task_queue=QUEUE, workflows=[DESIGNS[name]], activities=todo):
        for workflow, life in zip(ids, lives, strict=True):
            await _live(engine, DESIGNS[name], workflow, life)
    return [(await actions_and_events(client, workflow))[0] for workflow in ids]


async def _live(engine: WorkflowEnvironment, design: Design, workflow: str, terms: Terms) -> None:
    handle = await engine.client.start_workflow(design.run, terms, id=workflow, task_queue=QUEUE)
    if terms.paid is not None and issubclass(design, TimerAStep):
        await engine.sleep(terms.paid)
        await handle.signal(TimerAStep.paid)
    await handle.result()


def _figure(life: str, actions: Actions) -> Figure:
    dollars = {name: count * 1000 * A_MILLION / 1e6 for name, count in actions.items()}
    cheapest = min(dollars[name] for name in DESIGNS)
    details = {f"actions {name}": round(count, 2) for name, count in actions.items()}
    details |= {f"dollars {name}": round(one, 3) for name, one in dollars.items()}
    name = f"1,000 invoices, {life}"
    return Figure(name, dollars[OURS], cheapest, "USD", at_most=True, details=details)
