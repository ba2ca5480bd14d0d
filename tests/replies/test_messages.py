from __future__ import annotations

import json

import pytest

from replies.intents_law import INTENTS
from tests.replies.figures import MESSAGES, figures, judged

_BATCHES = sorted(MESSAGES.glob("[0-9]-*.jsonl"))
_LEARNT = judged(_BATCHES)
_HELD_OUT = judged([MESSAGES / "held-out.jsonl"])


def test_labels_are_well_formed() -> None:
    rows = [one.label for one in [*_LEARNT, *_HELD_OUT]]

    assert len({row["id"] for row in rows}) == len(rows) >= 1_000
    assert {intent for row in rows for intent in row["intents"]} == set(INTENTS)
    assert all(json.dumps(row["text"]) for row in rows)


@pytest.mark.parametrize(
    ("measure", "least"), [("exact_set", 0.98), ("opt_out_recall", 1.0), ("dates_exact", 0.93)]
)
def test_what_was_learnt_is_kept(measure: str, least: float) -> None:
    assert figures(_LEARNT)[measure] >= least


@pytest.mark.parametrize(
    ("measure", "least"), [("exact_set", 0.90), ("opt_out_recall", 0.95), ("dates_exact", 0.85)]
)
def test_messages_nobody_tuned_for_are_read(measure: str, least: float) -> None:
    assert figures(_HELD_OUT)[measure] >= least


@pytest.mark.parametrize(("measure", "most"), [("false_stops", 0.01), ("false_promises", 0.02)])
def test_nobody_is_stopped_or_held_to_a_promise_by_mistake(measure: str, most: float) -> None:
    assert figures(_HELD_OUT)[measure] <= most
    assert figures(_LEARNT)[measure] <= most


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "nl"])
def test_every_language_is_read(language: str) -> None:
    own = [one for one in _HELD_OUT if one.label["language"] == language]

    assert figures(own)["exact_set"] >= 0.8
