"""Refusals: what a sender is told, and what the log says of a flood of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

QUIET = timedelta(minutes=1)
_log = structlog.get_logger()


class Refused(Exception):  # noqa: N818 - an answer, not an error of ours
    """What was posted is not taken: a status, and why as half a sentence for the log."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass
class Refusals:
    """Says of each kind of refusal once a minute how many there were, never who or what."""

    _said: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _unsaid: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, kind: str, refused: Refused, now: datetime) -> None:
        """Count it, and say it unless the same was said just now."""
        which = kind, refused.why
        count = self._unsaid.get(which, 0) + 1
        last = self._said.get(which)
        if last is not None and now - last < QUIET:
            self._unsaid[which] = count
            return
        self._said[which], self._unsaid[which] = now, 0
        _log.warning(
            "webhook_refused", kind=kind, why=refused.why, status=refused.status, count=count
        )
