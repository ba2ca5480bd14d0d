"""What each release wrote: every kind of fact, step and order, to be read for ever.

`make histories` adds the kinds that no release has written yet to the file of the coming release.
What stands in a file is never changed: books and histories that look like it exist somewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from activities.converter import DATA_CONVERTER
from ledger.wire import body_of
from tests.activities.step_samples import DISPUTE_STEPS, ORDERS, STEPS
from tests.ledger.samples import SAMPLES
from workflows.build import SINCE

FOLDER = Path(__file__).parent / "written"


class Written(NamedTuple):
    """One thing as a release wrote it; `group` is facts, steps, dispute_steps or orders."""

    release: str
    group: str
    kind: str
    text: str


def written() -> list[Written]:
    """Everything that was ever written, release by release."""
    return [
        Written(path.stem, group, kind, text)
        for path in sorted(FOLDER.glob("*.json"))
        for group, kinds in json.loads(path.read_text()).items()
        for kind, text in kinds.items()
    ]


def samples() -> Iterator[Written]:
    """The same of today's code."""
    for fact in SAMPLES:
        yield Written(SINCE, "facts", fact.kind, body_of(fact))
    for step in STEPS:
        yield Written(SINCE, "steps", step.kind, _crossing(step))
    for dispute_step in DISPUTE_STEPS:
        yield Written(SINCE, "dispute_steps", dispute_step.kind, _crossing(dispute_step))
    for order in ORDERS:
        yield Written(SINCE, "orders", type(order).__name__, _crossing(order))


def unwritten() -> list[Written]:
    """Today's kinds that no release has written yet."""
    known = {(one.group, one.kind) for one in written()}
    return [one for one in samples() if (one.group, one.kind) not in known]


def record() -> None:
    """Add what is not written yet to the file of the coming release."""
    path = FOLDER / f"{SINCE}.json"
    told: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
    for one in unwritten():
        told.setdefault(one.group, {}).setdefault(one.kind, one.text)
    FOLDER.mkdir(exist_ok=True)
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def _crossing(value: object) -> str:
    return DATA_CONVERTER.payload_converter.to_payloads([value])[0].data.decode()


if __name__ == "__main__":
    record()
