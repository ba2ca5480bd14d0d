"""Trains the model from the seed phrases: `python -m replies.training` writes the weights anew."""

from __future__ import annotations

import json
import math
from array import array
from base64 import b85encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from replies.intents_law import INTENTS
from replies.model import WEIGHTS
from replies.model_features import BUCKETS, features
from replies.seeds.phrases import Phrase, phrases

_ROUNDS = 12
_STEP = 0.5
_SMALL = 0.03
_DECAY = 1e-5


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights per bucket and intent, and the biases."""

    weights: list[list[float]]
    biases: list[float]


def train(taught: tuple[Phrase, ...]) -> Trained:
    """Logistic regression, one intent against the rest; the same phrases give the same weights."""
    examples = [(one, features(one.text)) for one in taught]
    trained = Trained([[0.0] * len(INTENTS) for _ in range(BUCKETS)], [-2.0] * len(INTENTS))
    for turn in range(_ROUNDS):
        examples.sort(key=lambda pair: crc32(f"{turn} {pair[0].text}".encode()))
        for phrase, buckets in examples:
            _learn(trained, phrase, buckets, _STEP / (1 + 0.3 * turn))
    return trained


def exported(trained: Trained, seeds: str) -> str:
    """The weights as JSON, each in one byte."""
    largest = max(abs(weight) for row in trained.weights for weight in row)
    scale = float(f"{largest / 127:.6g}")
    bytes_ = array("b", (round(weight / scale) for row in trained.weights for weight in row))
    table = {
        "intents": list(INTENTS),
        "seeds": seeds,
        "scale": scale,
        "biases": [round(bias, 4) for bias in trained.biases],
        "weights": b85encode(bytes_.tobytes()).decode(),
    }
    return json.dumps(table) + "\n"


def fingerprint(taught: tuple[Phrase, ...]) -> str:
    """A hash of what was taught, so that a test sees weights that are out of date."""
    told = "\n".join(f"{'+'.join(one.intents)}\t{one.text}" for one in taught)
    return sha256(told.encode()).hexdigest()


def _learn(trained: Trained, phrase: Phrase, buckets: tuple[int, ...], step: float) -> None:
    length = math.sqrt(len(buckets)) or 1.0
    rows = [trained.weights[at] for at in buckets]
    for place, slope in _slopes(trained, phrase, rows, length):
        trained.biases[place] -= step * slope * 0.1
        for row in rows:
            row[place] -= step * (slope / length + _DECAY * row[place])


def _slopes(
    trained: Trained, phrase: Phrase, rows: list[list[float]], length: float
) -> Iterator[tuple[int, float]]:
    sums = [sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * len(INTENTS)
    for place, intent in enumerate(INTENTS):
        score = trained.biases[place] + sums[place] / length
        slope = 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - (intent in phrase.intents)
        if abs(slope) > _SMALL:
            yield place, slope


def main(target: Path = WEIGHTS) -> None:
    """Write the weights."""
    taught = phrases()
    target.write_text(exported(train(taught), fingerprint(taught)), encoding="utf-8")


if __name__ == "__main__":
    main()
