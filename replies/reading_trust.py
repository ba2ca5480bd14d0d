"""How far a reading can be trusted, and why a person should look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from replies.intents import Hit
from replies.intents_law import INTENTS
from replies.model import opinion
from replies.reading_promise import Promised


class SecondReader(Protocol):
    """A further reader, such as a language model behind a key; none is built in."""

    def intents_of(self, text: str, language: str) -> Collection[str]:
        """The intents it sees; names that are not intents are ignored."""
        ...


@dataclass(frozen=True, slots=True)
class Trusted:
    """The intents that stand, how sure they are (0 to 1), and why a person should look."""

    intents: tuple[str, ...]
    confidence: float
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rules heard in a text: all hits, those that count, and what was promised."""

    text: str
    language: str
    hits: Sequence[Hit]
    kept: Sequence[Hit]
    deal: Promised


def trusted(heard: Heard, second_reader: SecondReader | None = None) -> Trusted:
    """Weigh the rules' intents against the model's opinion and the second reader's.

    Rules decide. Where they are silent the model may propose one intent, and a person looks.
    """
    by_rules = {hit.intent for hit in heard.kept}
    says = opinion(heard.text)
    labels = {hit.label for hit in heard.hits}
    silent = not by_rules and not labels & _UNDERSTOOD
    has_words = any(sign.isalpha() for sign in heard.text)
    proposed = _proposal(says) if silent and has_words else ""
    found = by_rules | ({proposed} if proposed else set())
    intents = tuple(one for one in INTENTS if one in found) or ("other",)
    doubts = [*_of_words(heard, labels), *_of_model(by_rules, says)]
    if silent:
        doubts.append("No rule knows these words.")
    if second_reader is not None:
        theirs = set(second_reader.intents_of(heard.text, heard.language)) & set(INTENTS)
        if theirs != set(intents):
            doubts.append("The second reader reads it differently.")
    return Trusted(intents, _confidence(intents, says, len(doubts)), tuple(doubts))


def _proposal(says: dict[str, float]) -> str:
    best = max(says, key=lambda intent: says[intent])
    least = _SURE_ENOUGH.get(best, _LIKELY)
    return best if says[best] >= max(least, 2 * says["other"]) else ""


def _of_words(heard: Heard, labels: set[str]) -> Iterator[str]:
    if "flag.instruction" in labels:
        yield "The message gives orders to its reader."
    if labels & _FOR_PEOPLE:
        yield "The message speaks of law, death, insolvency, anger or bank details."
    if heard.deal.is_ambiguous:
        yield "The promised day can be read in two ways."
    if len(heard.text) > _LONG:
        yield "The message is long."


def _of_model(by_rules: set[str], says: dict[str, float]) -> Iterator[str]:
    if by_rules and max(says[intent] for intent in by_rules) < _UNLIKELY:
        yield "The model doubts what the rules found."
    missed = {intent for intent in INTENTS if says[intent] > _SURE} - by_rules - {"other"}
    if by_rules and missed:
        yield "The model sees more than the rules: " + ", ".join(sorted(missed)) + "."


def _confidence(intents: tuple[str, ...], says: dict[str, float], doubts: int) -> float:
    agreement = min(says[intent] for intent in intents)
    return round(max(0.05, (0.6 + 0.4 * agreement) * _LESS_FOR_A_DOUBT**doubts), 2)


_LIKELY, _SURE, _UNLIKELY, _LONG = 0.25, 0.6, 0.04, 1_500
# What moves the next letter or ends all letters needs more than what only calls a person.
_SURE_ENOUGH = {"promise_to_pay": 0.7, "opt_out": 0.6, "other": 2.0}
_LESS_FOR_A_DOUBT = 0.7
_UNDERSTOOD = {
    "flag.acknowledgement",
    "flag.instruction",
    "condition",
    "flag.approval_pending",
    "flag.bank_change",
    "flag.legal_representative",
}
_FOR_PEOPLE = {
    "flag.legal_representative",
    "flag.insolvency",
    "flag.deceased",
    "flag.hostile",
    "flag.bank_change",
}
