"""Findings, and the tests they belong to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

TITLES: Mapping[str, str] = {
    "A01": "Every invoice of the ledger is followed, once",
    "A02": "Cases say what the ledger says",
    "A03": "Imported files add up",
    "A04": "Every expected step was carried out on time or is explained",
    "A05": "How late the late steps were",
    "A06": "No touch too early, no level skipped, lowered or too close to the last",
    "A07": "No touch twice and none that the policy does not know",
    "A08": "The first reminder came in time",
    "A09": "Nobody was contacted after payment",
    "A10": "Nobody was contacted about what is disputed",
    "A11": "Nobody was contacted during a pause, promise, plan or unanswered reply",
    "A12": "Nobody was contacted during a legal or other hold",
    "A13": "Nobody was contacted outside the hours of the policy",
    "A14": "No customer was contacted more often than the caps allow",
    "A15": "Only contacts that may be used were written to",
    "A16": "Amounts stated are the balances of the moment",
    "A17": "Pauses have a reason and an end within the policy's days",
    "A18": "Overrides have a person, approvals came before the letter",
    "A19": "Touches followed a policy version that is known and was in force",
    "A20": "The words of every message are kept and unchanged",
    "A21": "Replies were dealt with in time",
    "A22": "Disputes and promises were followed up in time",
    "A23": "Customers are treated alike",
    "A24": "Final notices, hand-overs and write-offs came after the cadence",
    "A25": "Nobody approved what they asked for themselves",
    "A26": "Facts are complete and unchanged",
    "A27": "Messages, facts and the provider's events agree",
    "A28": "Closed cases are settled, settled cases are closed",
    "A29": "Letters say nothing that the customer's country forbids",
    "A30": "Nothing was sent on stale books",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a test found: about what, since when, and why in one sentence.

    `code` names the kind, `subject` the step, message or fact it is about.
    """

    test: str
    code: str
    invoice: str
    customer: str
    since: date | None
    subject: str
    detail: str

    @property
    def id(self) -> str:
        """The same whenever the same thing is found again."""
        parts = (self.test, self.code, self.invoice, self.customer, str(self.since), self.subject)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]

    @property
    def order(self) -> tuple[str, ...]:
        """Where it stands in a list."""
        since = str(self.since or "")
        return self.test, self.invoice, self.customer, since, self.code, self.subject, self.detail

    @property
    def stamp(self) -> int:
        """Eight bytes that are its own, to know it again once it is not held any more."""
        return int.from_bytes(hashlib.sha256("\x1f".join(self.order).encode()).digest()[:8])
