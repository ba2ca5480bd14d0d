"""Replays recorded histories against the workflow as it is now: `python -m` exits 1 on a break."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.converter import DATA_CONVERTER
from commands import printing
from worker import SANDBOX
from workflows.contract import workflow_id
from workflows.dispute import DisputeCase
from workflows.invoice import InvoiceCase
from workflows.upkeep import Upkeep

HISTORIES = Path(__file__).parent / "histories"


async def replay(texts: Iterable[str]) -> None:
    """Replay histories given as JSON. Raises WorkflowNondeterminismError."""
    replayer = Replayer(
        workflows=[InvoiceCase, DisputeCase, Upkeep],
        workflow_runner=SANDBOX,
        data_converter=DATA_CONVERTER,
    )
    for text in texts:
        await replayer.replay_workflow(WorkflowHistory.from_json(workflow_id("I-1"), text))


def recorded() -> list[Path]:
    """The files of recorded histories, of every release."""
    return sorted(HISTORIES.glob("*/*.json"))


if __name__ == "__main__":
    asyncio.run(replay(path.read_text() for path in recorded()))
    printing.leave(0)
