"""The answer to why: one sentence, a code to count, and the facts behind both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

# Codes of the answers that no rule of the rulebook words; holds and objections keep their own.
SENT, BOUNCED, UNKNOWN, REFUSED = "SENT", "BOUNCED", "UNKNOWN", "REFUSED"
LISTED, ANSWERED, PEOPLE = "LISTED", "ANSWERED", "PEOPLE"
NOT_ISSUED, NOT_FOLLOWED = "NOT_ISSUED", "NOT_FOLLOWED"
NOT_DUE, DAY_OFF, PLANNED, EXPECTED = "NOT_DUE", "DAY_OFF", "PLANNED", "EXPECTED"
NOT_CARRIED_OUT = "NOT_CARRIED_OUT"


@dataclass(frozen=True)
class Behind:
    """A fact behind an answer: its place in the books and what it says."""

    stream: str
    number: int
    at: datetime
    kind: str
    sentence: str


@dataclass(frozen=True)
class Answer:
    """Why a message was sent or not on the customer's day `on`.

    `sent`: a message with a step of this invoice was handed over and not refused. `step` is the
    policy's step that the answer is about. `policy` is the version that was in force, or that the
    facts name. `reconstructed`: no record of that day says it; the facts known by the end of the
    day were put to the rulebook again. `zone` is the customer's, in which the days are days.
    """

    invoice: str
    on: date
    code: str
    sentence: str
    sent: bool = False
    step: str = ""
    policy: str = ""
    reconstructed: bool = False
    facts: tuple[Behind, ...] = ()
    zone: str = "UTC"


def told(answer: Answer) -> dict[str, Any]:
    """The answer as `duncan why --json` and the desk give it; `local` is the customer's time."""
    zone = ZoneInfo(answer.zone)
    return {
        "invoice": answer.invoice,
        "on": str(answer.on),
        "answer": answer.sentence,
        "code": answer.code,
        "sent": answer.sent,
        "step": answer.step,
        "policy": answer.policy,
        "reconstructed": answer.reconstructed,
        "zone": answer.zone,
        "because": [
            {
                "at": one.at.isoformat(),
                "local": f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}",
                "stream": one.stream,
                "number": one.number,
                "kind": one.kind,
                "sentence": one.sentence,
            }
            for one in answer.facts
        ],
    }
