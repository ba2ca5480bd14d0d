"""What follows from a message once a person of the team said what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from replies.claims import believe
from replies.decide import leave_to_people
from replies.decision import Decision
from replies.intents_law import INTENTS
from replies.reading import Evidence, Reading
from replies.standing import Standing
from replies.stops import stop

_PROMISE = "promise_to_pay"
_BY_PERSON = "person"


@dataclass(frozen=True)
class PromisedLine:
    """What was promised of one invoice: in major units, or all that is open without an amount."""

    invoice: str
    on: date
    amount: Decimal | None = None


@dataclass(frozen=True)
class ReadAs:
    """What a person says a message means; `invoices` are those its other intents are about."""

    intents: tuple[str, ...]
    invoices: tuple[str, ...] = ()
    promises: tuple[PromisedLine, ...] = ()
    dispute_reason: str = ""


def corrected(reading: Reading, said: ReadAs) -> tuple[Reading, ...]:
    """The reading as the person gives it, and one for each promise: days differ by invoice."""
    lines = tuple(_of_line(reading, line) for line in said.promises)
    left = {*said.intents} - ({_PROMISE} if lines else set())
    intents = tuple(one for one in INTENTS if one in left)
    main = replace(
        reading,
        intents=intents,
        evidence=_evidence(reading, intents, said.invoices),
        promised_date=None,
        promised_amount=None,
        promised_fraction=None,
        dispute_reason=said.dispute_reason,
        flags=(),
        confidence=1.0,
        doubts=(),
    )
    return (main, *lines)


def decide_as_read(readings: Sequence[Reading], standing: Standing) -> Decision:
    """What follows when a person vouches for the readings and for the sender."""
    vouched = replace(standing, trusted=True)
    decision = Decision()
    for reading in readings:
        stop(reading, vouched, decision)
        believe(reading, vouched, decision)
        leave_to_people(reading, decision)
    return decision


def _of_line(reading: Reading, line: PromisedLine) -> Reading:
    words = next((one.text for one in reading.evidence if one.intent == _PROMISE), "")
    meant = Evidence(_PROMISE, words, 0, 0, (line.invoice,), _BY_PERSON)
    return replace(
        reading,
        intents=(_PROMISE,),
        evidence=(meant,),
        promised_date=line.on,
        promised_amount=line.amount,
        promised_fraction=None,
        flags=(),
        doubts=(),
    )


def _evidence(
    reading: Reading, intents: Sequence[str], invoices: tuple[str, ...]
) -> tuple[Evidence, ...]:
    """The words that were found for an intent, about the invoices that the person named."""
    found = [one for one in reading.evidence if one.intent in intents]
    known = {one.intent for one in found}
    found += [Evidence(one, "", 0, 0, (), _BY_PERSON) for one in intents if one not in known]
    return tuple(replace(one, invoices=invoices or one.invoices) for one in found)
