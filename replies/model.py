"""A second opinion on a message: a linear model over short runs of letters."""

from __future__ import annotations

import json
import math
from array import array
from base64 import b85decode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from replies.intents_law import INTENTS
from replies.model_features import features

WEIGHTS = Path(__file__).with_name("model_weights.json")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of every bucket for every intent, in steps of `scale`, and each intent's bias."""

    seeds: str
    scale: float
    biases: tuple[float, ...]
    weights: array[int]


def opinion(text: str) -> dict[str, float]:
    """How likely each intent is, from 0 to 1; several may be likely."""
    model = loaded()
    count = len(INTENTS)
    rows = [model.weights[at * count : (at + 1) * count] for at in features(text)]
    sums = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * count
    length = math.sqrt(len(rows)) or 1.0
    return {
        intent: _likelihood(bias + model.scale * total / length)
        for intent, bias, total in zip(INTENTS, model.biases, sums, strict=True)
    }


@cache
def loaded() -> Model:
    """The shipped weights, read once."""
    table = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert table["intents"] == list(INTENTS), "the weights were trained for other intents"
    weights = array("b")
    weights.frombytes(b85decode(table["weights"]))
    return Model(table["seeds"], table["scale"], tuple(table["biases"]), weights)


def _likelihood(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
