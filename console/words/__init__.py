"""The words of the desk: what codes, amounts, days and moments look like to people."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dunning.money import Money

STAGES = {
    "current": "current",
    "reminding": "reminding",
    "promised": "promised",
    "disputed": "disputed",
    "paused": "paused",
    "on_hold": "on hold",
    "escalated": "escalated",
    "closed": "closed",
}
ROLES = {
    "associate": "associate",
    "ar_lead": "AR lead",
    "account_manager": "account manager",
    "controller": "controller",
    "finance_director": "finance director",
    "sales": "sales team",
    "logistics": "logistics team",
    "tax": "tax team",
    "pricing": "pricing team",
}
MESSAGE_STATES = {
    "sent": "sent",
    "started": "being sent",
    "unknown": "outcome unknown",
    "refused": "refused",
    "queued": "waits to go out",
}
CHANNELS = {"email": "e-mail", "sms": "text message"}
# What stands in a cell that has nothing to say, so that it does not look forgotten.
NONE = "–"
_STEPS = {
    "send_touch": "Send a letter",
    "send_invoice": "Send the invoice",
    "ask_associate": "Task for people",
    "escalate": "Escalate",
    "close_case": "Nothing, the case is closed",
    "": "Not planned yet",
}
_WAITS = {
    "CADENCE_DONE": "Cadence done, people decide",
    "DISPUTE": "Waits for the dispute",
    "DISPUTE_GRACE": "Grace after the dispute",
    "ESCALATED": "Waits for the escalation",
    "INVOICE_NOT_DELIVERED": "The invoice did not arrive",
    "NO_APPROVAL": "Waits for approval",
    "PROMISE": "Waits for the promise",
}


def amount(money: Money) -> str:
    """An amount in major units with its currency's code, such as ``1,250.00 EUR``."""
    return f"{money.major:,} {money.currency}"


def day(value: date | str) -> str:
    """A day, such as ``3 Aug 2026``."""
    one = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{one.day} {one:%b %Y}"


def moment(value: datetime | str, zone: ZoneInfo) -> str:
    """A moment as the clocks of a zone show it, such as ``3 Aug 2026, 09:12``."""
    one = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = one.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M}"


def plain(code: str) -> str:
    """A code as words: ``customer_request`` becomes ``customer request``."""
    return code.replace("_", " ")


def begun(text: str) -> str:
    """The text with a capital first letter, and everything else as it is."""
    return text[:1].upper() + text[1:]


def step(kind: str, code: str) -> str:
    """What comes next, in a few words."""
    if kind != "wait":
        return _STEPS.get(kind, plain(kind))
    return _WAITS.get(code, "Paused" if code.startswith("PAUSE_") else "Wait")


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 invoice``, ``2 invoices``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
