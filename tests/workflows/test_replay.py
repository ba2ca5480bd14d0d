from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.workflow import NondeterminismError

from settings import ROOT
from tests.cast import contact, customer
from tests.stories import Stage
from tests.workflows import replaying
from tests.workflows.record_histories import (
    CODE,
    STORIES,
    dispute_settled_by_credit,
    record,
    unknown_outcome,
    unpaid,
)
from tests.workflows.replaying import recorded, replay
from workflows.build import SINCE, code_digest
from workflows.contract import DISPUTE_WORKFLOW, INVOICE_WORKFLOW, UPKEEP_WORKFLOW

RELEASES = sorted({path.parent.name for path in recorded()})
Story = Callable[[Stage], Awaitable[None]]
# Everybody and everything of the cast that could tell who somebody is.
_PERSONAL = re.compile(
    r"Grace|Hugo|Pellworth|@|\+44|7700 ?900|Larkspur|Robin|Morgan", re.IGNORECASE
)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_every_recorded_history_replays_whatever_the_order_of_sets(seed: str) -> None:
    replayed = subprocess.run(
        [sys.executable, "-m", replaying.__name__],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )

    assert replayed.returncode == 0, replayed.stderr


async def test_a_history_of_another_workflow_is_noticed() -> None:
    history = json.loads((replaying.HISTORIES / SINCE / "unpaid.json").read_text())
    for event in history["events"]:
        asked = event.get("activityTaskScheduledEventAttributes", {})
        if asked.get("activityType") == {"name": "send_touch"}:
            asked["activityType"] = {"name": "hand_to_people"}

    with pytest.raises(NondeterminismError):
        await replay([json.dumps(history)])


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_has_a_history_of_every_kind_of_workflow(release: str) -> None:
    told = [json.loads(path.read_text()) for path in recorded() if path.parent.name == release]
    first = "workflowExecutionStartedEventAttributes"
    kinds = {one["events"][0][first]["workflowType"]["name"] for one in told}

    assert kinds == {INVOICE_WORKFLOW, DISPUTE_WORKFLOW, UPKEEP_WORKFLOW}


def test_the_workflow_code_is_the_one_whose_histories_were_recorded() -> None:
    names = {getattr(story, "__name__", "") for story in STORIES} | {"upkeep"}
    recorded_code = (replaying.HISTORIES / SINCE / CODE).read_text().strip()

    assert {path.stem for path in recorded() if path.parent.name == SINCE} >= names
    # Workflow code changed: see "Workflow code" in CONTRIBUTING.md.
    assert code_digest() == recorded_code


@pytest.mark.parametrize("path", recorded(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_history_names_nobody(path: Path) -> None:
    history = json.loads(path.read_text())
    said = [*payloads(history), path.read_text()]

    assert len(said) > 2
    assert [found.group() for text in said for found in _PERSONAL.finditer(text)] == []


@pytest.mark.parametrize("story", [unpaid, unknown_outcome, dispute_settled_by_credit])
async def test_what_is_recorded_today_names_nobody_either(story: Story) -> None:
    text = await record(story)
    said = [*payloads(json.loads(text)), text]

    assert len(said) > 10
    assert [found.group() for one in said for found in _PERSONAL.finditer(one)] == []


def test_everybody_of_the_cast_would_be_noticed() -> None:
    grace, hugo = contact("Grace", phone="+447700900123"), contact("Hugo", "manager")
    known = [customer().name, *(x for one in (grace, hugo) for x in (one.name, one.email))]
    leaked = base64.b64encode(f'{{"why":"called {grace.phone}"}}'.encode()).decode()

    assert [word for word in known if not _PERSONAL.search(word)] == []
    assert all(map(_PERSONAL.search, payloads({"input": [{"data": leaked}]})))
    assert list(payloads({"input": [{"data": leaked}]})) != []


def payloads(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """The payloads of a history as the workflow and its activities read them."""
    if isinstance(node, list):
        for one in node:
            yield from payloads(one)
    elif isinstance(node, dict):
        if isinstance(node.get("data"), str):
            yield base64.b64decode(node["data"]).decode()
        for one in node.values():
            yield from payloads(one)
