"""A simulation of large books, its customers shared out among processes."""

from __future__ import annotations

from functools import partial

from commands.sharing import Share, shared_out, shares_for, shares_of
from commands.simulation.opening import count_openings
from commands.simulation.outcome import Outcome
from commands.simulation.simulation import Progress, Question, planners_of, simulated
from ledger.rebuild import name_of_snapshot, snapshot
from settings import Settings
from worker import Wiring, wire


def simulated_with(
    wiring: Wiring,
    settings: Settings,
    asked: Question,
    progress: Progress,
    *,
    keeps_rows: bool,
    shares: int = 0,
) -> Outcome:
    """The outcome, by this process alone or with others; `shares` says how many, 0 as it pays.

    It is the same however many there are: customers are whole. Raises NotAllowed.
    """
    planners_of(wiring.planner, asked)

    def mine(share: Share) -> Outcome:
        return simulated(
            wiring.ledger, wiring.planner, asked, progress, keeps_rows=keeps_rows, share=share
        )

    with snapshot(wiring.ledger) as books:
        total = count_openings(books, asked.as_of)
        parts = shares_of(books, shares or shares_for(total), name_of_snapshot(books))
        others = partial(_share, settings, asked, keeps_rows)
        outcome, *more = shared_out(parts, mine, others)
    for other in more:
        outcome.add(other)
    return outcome


def _share(settings: Settings, asked: Question, keeps_rows: bool, share: Share) -> Outcome:
    wiring = wire(settings)
    found = simulated(
        wiring.ledger,
        wiring.planner,
        asked,
        lambda _, __: None,
        keeps_rows=keeps_rows,
        share=share,
    )
    wiring.ledger.engine.dispose()
    return found
