"""The facts behind a code: which pause, promise, dispute, payment or stop it goes back to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from commands.why.records import Recorded, Records

_EARLIEST = datetime.min.replace(tzinfo=UTC)
# Kinds of facts whose latest one is the cause, by the code or what it begins with.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "SETTLED": ("payment_applied", "credit_applied", "invoice_amended"),
    "WRITTEN_OFF": ("written_off",),
    "HANDED_OVER": ("handed_over",),
    "PAUSE_": ("paused", "customer_paused"),
    "PROMISE": ("promise_made", "proposal_made"),
    "DISPUTE_GRACE": ("dispute_resolved",),
    "DISPUTE": ("dispute_opened",),
    "ESCALATED": ("escalated",),
    "INVOICE_NOT_DELIVERED": ("touch_bounced", "touch_withheld", "touch_refused"),
    "PLAN": ("plan_approved", "plan_proposed"),
    "REPLY": ("reply_received",),
    "AWAY": ("contact_away",),
    "NO_APPROVAL": ("task_opened",),
    "HELD": ("resumed", "customer_resumed", "hold_lifted", "reply_handled", "promise_settled"),
    "ENROLLED_LATE": ("invoice_opened",),
    "PROVIDER_FAIL": ("channel_stopped", "touch_refused", "touch_bounced"),
    "VOLUME_BRAKE": ("channel_stopped",),
    "MIN_INTERVAL": ("touch_started",),
    "CADENCE_DONE": ("task_opened", "touch_started"),
}
_ANY_HOLD = ("hold_placed", "channel_stopped", "touch_withheld")


def causes(records: Records, code: str, moment: datetime) -> list[Recorded]:
    """The latest fact, recorded until the moment, that the code goes back to; none if unknown."""
    named = next((kinds for begins, kinds in _KINDS.items() if code.startswith(begins)), ())
    known = list(records.around(_EARLIEST, moment))
    of_code = [one for one in known if getattr(one.fact, "code", "") == code]
    found = [one for one in known if one.fact.kind in named]
    if not found:
        found = [one for one in of_code if one.fact.kind in _ANY_HOLD]
    said = [one for one in of_code if one.fact.kind == "touch_withheld"]
    latest = [max(some, key=lambda one: one.fact.at) for some in (found, said) if some]
    by_place = {(one.stream, one.number): one for one in latest}
    return sorted(by_place.values(), key=lambda one: one.fact.at)
