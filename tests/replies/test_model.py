from __future__ import annotations

import json
from pathlib import Path

import pytest

from replies.intents_law import INTENTS
from replies.model import WEIGHTS, loaded, opinion
from replies.seeds.phrases import phrases, written_out
from replies.training import exported, fingerprint, train


def test_the_shipped_weights_are_those_of_the_seeds() -> None:
    assert loaded().seeds == fingerprint(phrases()), "python -m replies.training writes them anew"


def test_training_twice_gives_the_same_weights() -> None:
    taught = phrases()[:150]

    assert exported(train(taught), "x") == exported(train(taught), "x")


@pytest.mark.slow
def test_training_gives_the_shipped_weights() -> None:
    taught = phrases()
    anew = json.loads(exported(train(taught), fingerprint(taught)))
    shipped = json.loads(WEIGHTS.read_text(encoding="utf-8"))

    assert anew == shipped


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 1_500_000


def test_an_opinion_covers_every_intent() -> None:
    said = opinion("we will pay on friday")

    assert tuple(said) == INTENTS
    assert max(said, key=lambda intent: said[intent]) == "promise_to_pay"
    assert all(0 <= likely <= 1 for likely in said.values())


def test_no_letters_no_opinion() -> None:
    assert all(likely < 0.5 for likely in opinion("").values())


def test_a_seed_line_stands_for_several_phrases() -> None:
    found = {phrase.text for phrase in written_out("paid: [we|I] paid [it|this]")}

    assert found == {"we paid it", "we paid this", "I paid it", "I paid this"}


def test_held_out_messages_are_not_learnt() -> None:
    taught = {phrase.text for phrase in phrases()}
    file = Path(__file__).with_name("messages") / "held-out.jsonl"
    held_out = [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    # A word or two, such as "stop", can be said in no other way.
    told = {" ".join(text.split()) for text in held_out if len(text.split()) > 4}

    assert told & taught == set()
