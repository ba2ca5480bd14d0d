"""Facts about reports that go to people of the house; each in the stream ``report:<name>``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ReportStarted(Fact):
    """The report was claimed: from here on it counts as sent unless the provider refuses it.

    `content` is the SHA-256 of the attached document.
    """

    kind: Literal["report_started"] = "report_started"
    attempt: str
    channel: str
    content: str


@dataclass(frozen=True, kw_only=True)
class ReportSent(Fact):
    """The provider took it over, or a person found that it came."""

    kind: Literal["report_sent"] = "report_sent"
    attempt: str
    provider_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportRefused(Fact):
    """Certainly nothing was sent; it may be sent again."""

    kind: Literal["report_refused"] = "report_refused"
    attempt: str
    code: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ReportUnknown(Fact):
    """Nobody knows whether it went out: a person finds out, and it is not sent again until then."""

    kind: Literal["report_unknown"] = "report_unknown"
    attempt: str
    why: str


ReportFact = ReportStarted | ReportSent | ReportRefused | ReportUnknown
