"""What each kind of fact says in a timeline: a title and its detail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from console import words
from dunning.money import Money


@dataclass(frozen=True)
class Told:
    """A fact as `commands.cases.show` answers it; absent fields read as empty."""

    fact: Mapping[str, Any]
    currency: str
    zone: ZoneInfo
    silent_steps: Collection[str]

    def text(self, name: str, before: str = "", after: str = "") -> str:
        """A field with what stands around it, or nothing when it is empty."""
        value = self.fact.get(name, "")
        return f"{before}{value}{after}" if value else ""

    def words(self, name: str) -> str:
        """A code as words."""
        return words.plain(self.text(name))

    def role(self, name: str) -> str:
        """A role of the team."""
        return words.ROLES.get(self.text(name), self.words(name))

    def channel(self) -> str:
        """The channel of a touch."""
        return words.CHANNELS.get(self.text("channel"), self.text("channel"))

    def amount(self, name: str = "amount") -> str:
        """An amount in the invoice's currency."""
        return words.amount(Money.parse(self.fact[name], self.currency))

    def day(self, name: str) -> str:
        """A day."""
        return words.day(self.text(name))

    def moment(self, name: str, before: str = "") -> str:
        """A moment in the desk's zone, or nothing."""
        return before + words.moment(self.text(name), self.zone) if self.text(name) else ""


def _opened(told: Told) -> tuple[str, str]:
    sender = "" if told.text("distributed") else "; Duncan sends the invoice itself"
    due = f"{told.amount()}, issued {told.day('issue_date')}, due {told.day('due_date')}"
    return "Invoice taken in", due + sender


def _amended(told: Told) -> tuple[str, str]:
    return "Invoice amended", f"now {told.amount()}, due {told.day('due_date')}"


def _applied(told: Told) -> tuple[str, str]:
    value = f"{told.amount()} with value date {told.day('on')}"
    return "Payment applied", value + told.text("payment", " (", ")")


def _reversed(told: Told) -> tuple[str, str]:
    value = f"{told.amount()} on {told.day('on')}"
    return "Payment taken back", value + told.text("reason", ": ")


def _paused(told: Told) -> tuple[str, str]:
    return f"Paused until {told.day('until')}", told.words("reason") + told.text("note", ": ")


def _promised(told: Told) -> tuple[str, str]:
    value = f"{told.amount()} by {told.day('promised_on')}"
    return "Promise to pay", value + told.text("note", ": ")


def _disputed(told: Told) -> tuple[str, str]:
    what = told.amount() if told.text("amount") else "the whole invoice"
    return "Dispute opened", f"{told.words('reason')}, {what}" + told.text("note", ": ")


def _resolved(told: Told) -> tuple[str, str]:
    given = told.amount("credited") + " credited" if told.text("credited") else ""
    what = ", ".join(filter(None, (told.words("outcome"), given)))
    return "Dispute resolved", what + told.text("note", ": ")


def _credited(told: Told) -> tuple[str, str]:
    value = f"{told.amount()} on {told.day('on')}"
    return "Credit applied", value + told.text("credit", " (", ")")


def _proposed(told: Told) -> tuple[str, str]:
    asked = f", for the {told.role('role')} to approve" if told.text("role") else ""
    return "Credit proposed", told.amount() + asked + told.text("note", ": ")


def _waiting(told: Told) -> tuple[str, str]:
    return f"Dispute waits for the {told.text('on')}", told.text("note")


def _escalated(told: Told) -> tuple[str, str]:
    hold = "Duncan is silent until somebody resumes the case" if told.text("hold") else ""
    parts = [told.text("reason"), hold, told.text("step", "step ")]
    return f"Escalated to the {told.role('to_role')}", "; ".join(filter(None, parts))


def _task_opened(told: Told) -> tuple[str, str]:
    return f"Task for the {told.role('role')}: {told.words('what')}", told.text("why")


def _task_closed(told: Told) -> tuple[str, str]:
    return f"Task done: {told.words('outcome')}", told.text("note")


def _started(told: Told) -> tuple[str, str]:
    level = told.text("level", "level ") or "before the first level"
    stated = f"{level}, by {told.channel()}, states {told.amount()}"
    return f"Letter: {told.words('letter')}", stated + told.text("policy", "; policy ")


def _refused(told: Told) -> tuple[str, str]:
    again = told.moment("retry_at", "; next try ")
    return "Refused by the provider", told.text("why") + told.text("code", " (", ")") + again


def _withheld(told: Told) -> tuple[str, str]:
    until = told.moment("until", "; until ")
    passed = "; the step is not tried again" if told.text("passed_over") else ""
    why = told.text("why") + told.text("code", " (", ")")
    done = "done" if told.text("step") in told.silent_steps else "sent"
    return f"Not {done}: {told.words('step')}", why + until + passed


def _settled(told: Told) -> tuple[str, str]:
    detail = f"{told.amount('paid')} came in for it"
    return f"Promise for {told.day('promised_on')} {told.words('outcome')}", detail


def _bounced(told: Told) -> tuple[str, str]:
    again = told.moment("retry_at", "; next try ")
    return "Came back", told.text("why") + told.text("code", " (", ")") + again


def _asked_for(told: Told) -> tuple[str, str]:
    asked = f"for the {told.role('role')} to approve"
    return f"Proposed: {told.words('what')}", f"{told.text('reason')}, {asked}"


# One line a kind; a test compares them with the kinds there are.
TELLERS: dict[str, Callable[[Told], tuple[str, str]]] = {
    "invoice_opened": _opened,
    "invoice_amended": _amended,
    "payment_applied": _applied,
    "payment_reversed": _reversed,
    "application_undone": lambda told: (
        "Payment's application undone",
        told.amount() + told.text("reason", ": "),
    ),
    "deduction_allowed": lambda told: (
        "Rightly kept back",
        f"{told.amount()}, {told.words('reason')}",
    ),
    "deduction_undone": lambda told: (
        "Kept back, but owed again",
        f"{told.amount()}, {told.words('reason')}",
    ),
    "short_paid": lambda told: ("Paid short", f"{told.amount()}, {told.words('reason')}"),
    "credit_applied": _credited,
    "written_off": lambda told: ("Written off", told.text("reason")),
    "adjustment_proposed": _asked_for,
    "adjustment_decided": lambda told: (f"Adjustment {told.text('outcome')}", told.text("note")),
    "adjusted": lambda told: (
        told.words("what").capitalize(),
        told.amount() + told.text("reason", ": "),
    ),
    "invoice_cancelled": lambda told: ("Invoice cancelled", told.text("reason")),
    "invoice_reopened": lambda told: ("Invoice reopened", told.text("reason")),
    "claim_raised": lambda told: (
        f"{told.words('what').capitalize()} claimed",
        f"{told.amount()}, {told.text('law')}",
    ),
    "claim_waived": lambda told: ("Claim waived", told.amount() + told.text("reason", ": ")),
    "claim_paid": lambda told: ("Claim paid", told.amount()),
    "claim_withdrawn": lambda told: ("Claim withdrawn", told.text("reason")),
    "handed_over": lambda told: (f"Handed over to {told.text('to')}", told.text("reason")),
    "paused": _paused,
    "invoice_delivered": lambda told: (
        "Invoice delivered",
        f"since {told.text('on')}, {told.words('how')}" + told.text("note", ": "),
    ),
    "invoice_resend_asked": lambda told: ("Invoice to be sent again", told.text("note")),
    "resumed": lambda told: ("Resumed", told.words("reason") + told.text("note", ": ")),
    "promise_made": _promised,
    "dispute_opened": _disputed,
    "dispute_assigned": lambda told: (
        f"Dispute given to the {told.role('owner')}",
        told.text("why"),
    ),
    "dispute_acknowledged": lambda told: ("Dispute acknowledged", told.text("note")),
    "dispute_reminded": lambda told: (
        f"The {told.role('owner')} reminded of the dispute",
        told.text("why"),
    ),
    "dispute_escalated": lambda told: (
        f"Dispute escalated to the {told.role('role')}",
        told.text("why"),
    ),
    "dispute_waiting": _waiting,
    "evidence_added": lambda told: (
        f"Evidence: {told.text('name')}",
        told.text("digest")[:12] + told.text("note", ": "),
    ),
    "credit_proposed": _proposed,
    "credit_approved": lambda told: (
        f"Credit approved as {told.role('role')}",
        told.text("note"),
    ),
    "credit_declined": lambda told: ("Credit declined", told.text("note")),
    "dispute_resolved": _resolved,
    "dispute_released": lambda told: ("Disputed part asked for again", told.text("why")),
    "escalated": _escalated,
    "task_opened": _task_opened,
    "task_closed": _task_closed,
    "touch_approved": lambda told: (f"Letter approved: {told.words('step')}", told.text("note")),
    "send_requested": lambda told: ("Asked for the next letter now", told.text("note")),
    "touch_reworded": lambda told: ("The next letter in own words", told.text("subject")),
    "touch_started": _started,
    "touch_sent": lambda _: ("Sent", "the provider took the message"),
    "touch_refused": _refused,
    "touch_unknown": lambda told: ("Nobody knows whether it went out", told.text("why")),
    "touch_withheld": _withheld,
    "promise_withdrawn": lambda told: ("Promise taken back", told.text("reason")),
    "promise_settled": _settled,
    "touch_bounced": _bounced,
    "call_made": lambda told: (f"Called: {told.words('outcome')}", told.text("note")),
    "proposal_made": _asked_for,
    "proposal_decided": lambda told: (
        f"Proposal {told.words('outcome')}: {told.words('what')}",
        told.text("note"),
    ),
    "task_raised": lambda told: (f"Task passed on to the {told.role('role')}", told.text("why")),
}
