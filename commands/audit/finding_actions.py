"""What people do about findings; the command line and the console use the same actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from commands.authority import needs
from dunning.finding_facts import (
    FindingAcceptanceRefused,
    FindingAccepted,
    FindingAssigned,
    FindingExplained,
    FindingFact,
    FindingRemediated,
    FindingReopened,
)
from dunning.finding_life import KnownFinding, answers_for_it, refusal
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.findings import known_finding, lock_findings, record_findings
from ledger.ledger import Ledger

# They act for nobody: only people answer for findings.
_MACHINES = ("duncan", "import")


@dataclass(frozen=True)
class FindingActions:
    """A person who acts at one moment. Every action raises NotAllowed with a sentence."""

    ledger: Ledger
    by: str
    now: datetime

    @needs("work_findings")
    def explain(self, finding: str, note: str) -> KnownFinding:
        """Say why it came to this."""
        _say(note, "Say why it came to this, with --note.")
        return self._record(finding, FindingExplained(at=self.now, by=self.by, note=note))

    @needs("work_findings")
    def remediate(self, finding: str, note: str) -> KnownFinding:
        """Say what was done about it."""
        _say(note, "Say what was done about it, with --note.")
        return self._record(finding, FindingRemediated(at=self.now, by=self.by, note=note))

    @needs("work_findings")
    def accept(self, finding: str, note: str = "") -> KnownFinding:
        """Accept what another person explained or remediated.

        Whoever did so themselves is refused, and the books keep that they tried.
        """
        fact = FindingAccepted(at=self.now, by=self.by, note=note)

        def work(books: Books) -> str:
            lock_findings(books)
            known = known_finding(books, finding)
            why = refusal(known, fact)
            if why and answers_for_it(known, self.by):
                tried = FindingAcceptanceRefused(at=self.now, by=self.by, why=why)
                record_findings(books, [(finding, tried)])
            return why

        self._check_person()
        why = self.ledger.transact(work)
        if why:
            raise NotAllowed(f"Finding {finding}: {why}")
        return self._record(finding, fact)

    @needs("work_findings")
    def reopen(self, finding: str, note: str) -> KnownFinding:
        """Open it again."""
        _say(note, "Say why it is opened again, with --note.")
        return self._record(finding, FindingReopened(at=self.now, by=self.by, note=note))

    @needs("work_findings")
    def assign(
        self, finding: str, owner: str = "", due: date | None = None, note: str = ""
    ) -> KnownFinding:
        """Give it another owner (a role or a person) or another due date."""
        if not owner.strip() and due is None:
            raise NotAllowed("Name the new owner with --owner, or the new day with --due.")
        fact = FindingAssigned(at=self.now, by=self.by, owner=owner.strip(), due=due, note=note)
        return self._record(finding, fact)

    def _record(self, finding: str, fact: FindingFact) -> KnownFinding:
        self._check_person()

        def work(books: Books) -> KnownFinding:
            lock_findings(books)
            why = refusal(known_finding(books, finding), fact)
            if why:
                raise NotAllowed(f"Finding {finding}: {why}")
            record_findings(books, [(finding, fact)])
            return known_finding(books, finding)

        return self.ledger.transact(work)

    def _check_person(self) -> None:
        who = self.by.strip().casefold()
        if not who:
            raise NotAllowed("Say who you are, with --by.")
        if who in _MACHINES:
            raise NotAllowed(f"{self.by} is no person; a person answers for a finding.")


def _say(note: str, otherwise: str) -> None:
    if not note.strip():
        raise NotAllowed(otherwise)
