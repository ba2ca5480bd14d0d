"""What people do with audits; the command line and the console use the same action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.audit.recording import Recorded, record_audit
from commands.authority import needs
from ledger.ledger import Ledger


@dataclass(frozen=True)
class AuditActions:
    """A person who audits at one moment; to run an audit needs no right but to read."""

    ledger: Ledger
    by: str
    now: datetime

    @needs("work_findings")
    def keep(self, answer: Mapping[str, Any]) -> Recorded:
        """Keep the answer of an audit with its findings. Raises NotAllowed."""
        return record_audit(self.ledger, answer, self.by, self.now)
