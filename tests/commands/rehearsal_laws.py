"""What must be true of every rehearsal, judged from its report and its input alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from commands.rehearsal.script import Script
from dunning.business_days import BusinessCalendar
from dunning.policy import CadenceStep, Policy

Report = dict[str, Any]
CalendarOf = Callable[[str], BusinessCalendar]
# Work that a step of the cadence gives people, by the step's action.
_WORK = {"escalate": "escalation"}


def told_after_settling(report: Report, script: Script) -> list[str]:
    """Invoices whose customer was written to about them on or after the day they were paid."""
    owed = {row.invoice: row.amount for row in script.invoices}
    settled: dict[str, date] = {}
    for payment in sorted(script.payments, key=lambda row: row.on):
        if payment.reference in owed and payment.reference not in settled:
            owed[payment.reference] -= payment.amount
            if owed[payment.reference].minor <= 0:
                settled[payment.reference] = payment.on
    return [
        f"{number} on {message['local_date']}"
        for message in report["messages"]
        for number in [*message["invoices"], *message["also_listed"]]
        if number in settled and date.fromisoformat(message["local_date"]) >= settled[number]
    ]


def told_twice_a_day(report: Report) -> list[tuple[str, str, str]]:
    """Customers with two messages on one channel and day."""
    slots = Counter(
        (message["customer"], message["channel"], message["local_date"])
        for message in report["messages"]
        if message["state"] != "refused"
    )
    return [slot for slot, messages in slots.items() if messages > 1]


def told_on_a_day_off(report: Report, calendar_of: CalendarOf) -> list[str]:
    """Messages on a weekend or holiday of the customer, or not on the day they claim."""
    found = []
    for message in report["messages"]:
        calendar = calendar_of(message["customer"])
        day = calendar.local_date(datetime.fromisoformat(message["sent_at"]))
        if str(day) != message["local_date"] or not calendar.is_business_day(day):
            found.append(f"{message['customer']} on {day}")
    return found


@dataclass(frozen=True)
class Silence:
    """A step whose day passed while the case was open, without a trace of it."""

    invoice: str
    step: str
    day: date


def silences(
    report: Report, script: Script, policy_of: Callable[[str], Policy], calendar_of: CalendarOf
) -> Iterator[Silence]:
    """Steps past their day that were neither carried out nor withheld with a reason."""
    traces = _traces(report)
    cases = {case["invoice"]: case for case in report["cases"]}
    for row in script.invoices:
        if row.invoice not in cases:
            continue
        closed = cases[row.invoice]["closed_on"]
        # What falls on the last day may still be on its way where the customer lives.
        end = min(script.last, date.fromisoformat(closed) if closed else date.max)
        calendar = calendar_of(row.customer)
        for step in policy_of(row.invoice).steps:
            day = step.scheduled_on(row.due_date, calendar)
            first = max(row.issue_date, script.first) + timedelta(days=1)
            if first <= day < end and not traces[row.invoice] & {step.id, _work(step)}:
                yield Silence(row.invoice, step.id, day)


def _traces(report: Report) -> dict[str, set[str]]:
    """The steps and the kinds of people's work that left a trace, of each invoice."""
    found: dict[str, set[str]] = defaultdict(set)
    for message in report["messages"]:
        for number, step in message["steps"].items():
            found[number].add(step)
    for withheld in report["withheld"]:
        found[withheld["invoice"]].add(withheld["step"])
    for task in report["tasks"]:
        for number in task["invoices"]:
            found[number] |= {f"task:{task['what']}"}
            if task["what"] == "approve":
                found[number].add(task["task"].split(":")[2])
    return found


def _work(step: CadenceStep) -> str:
    return f"task:{_WORK.get(step.action, step.what)}" if step.action != "touch" else step.id
