"""What must agree between the engine's histories and the books, one workflow at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from activities.payloads import DisputeOrder, StepOrder
from commands.audit.engine_account import SKEW, Account, window, without_facts
from commands.audit.engine_records import ActivityRecord, Run
from commands.why.records import AN_INSTANT
from dunning.audit.finding import Finding
from dunning.dispute_steps import DisputeStep
from dunning.dispute_work import dispute_steps
from dunning.facts import InvoiceFact, TaskOpened
from dunning.ladder import woken_for_people
from dunning.lapse import after_lapse
from dunning.may import is_closed
from dunning.next_step import plan
from dunning.steps import Step, Wait
from dunning.touch_facts import TouchSent, TouchStarted
from workflows.contract import workflow_id

DUNCAN = "duncan"
TITLES: Mapping[str, str] = {
    "E01": "Every send the engine saw completed has its facts",
    "E02": "Every hand-over to people the engine saw completed has its facts",
    "E03": "Every message the books claim was sent by an activity the engine knows",
    "E04": "Every task of the cadence in the books was handed over by an activity",
    "E05": "The steps the workflows were answered are those the facts explain",
    "E06": "Every open case and dispute has a running workflow, and nothing else has",
    "E07": "Workflows ended when, and only when, the books had ended what they follow",
    "E08": "Workflows were told of what people and files recorded",
    "E09": "What people recorded with the engine's tools stands in the facts",
}
_ENDED_FROM_OUTSIDE = ("TERMINATED", "FAILED", "TIMED_OUT")
_MEANT_BY = {"send_touch": "E01", "hand_to_people": "E02", "record_fact": "E09"}


def compared(account: Account, checked: dict[str, int]) -> Iterator[Finding]:
    """What disagrees about the invoice; counts what was checked by test."""
    for activity in account.activities:
        test = _MEANT_BY.get(activity.name)
        if test and activity.outcome == "completed":
            checked[test] += 1
            why = without_facts(account, activity)
            if why:
                yield _found(test, account, activity.scheduled, activity.name, why)
                continue
        if activity.answer is not None and activity.outcome == "completed":
            checked["E05"] += 1
            yield from _answered(account, activity)
    yield from _without_activity(account, checked)
    yield from _ended(account, checked)
    yield from _untold(account, checked)


def _answered(account: Account, activity: ActivityRecord) -> Iterator[Finding]:
    """The next step that was answered, against what the facts of the moment explain."""
    moments = {activity.order.now, activity.started, activity.ended, activity.scheduled}
    if isinstance(activity.order, StepOrder):
        moments.add(activity.order.step.at)
    first, last = (side(one for one in moments if one) for side in (min, max))
    # An activity that waited for others answers from the books of any moment meanwhile, and
    # whoever recorded that may have another clock.
    since, until = first - SKEW, last + SKEW
    moments.update(one.at for one in account.records.history() if since <= one.at <= until)
    # What was recorded in the same moment may have come after the answer.
    moments.add(first.replace(second=0, microsecond=0) - AN_INSTANT)
    known = sorted(one for one in moments if one and one >= account.records.opened.at)
    found = [_explained(account, activity, moment) for moment in known]
    answer = activity.answer
    if not found or any(_agree(answer, one) for one in found):
        return
    said = f"{_words(answer)} was answered, and the facts explain {_words(found[-1])}"
    yield _found("E05", account, activity.scheduled, activity.name, said)


def _explained(
    account: Account, activity: ActivityRecord, moment: datetime
) -> Step | DisputeStep | None:
    situation = account.records.situation(moment)
    if isinstance(activity.order, DisputeOrder):
        steps = dispute_steps(situation)
        mine = activity.order.dispute
        return next((step for dispute, step in steps if dispute.dispute == mine), None)
    return woken_for_people(situation, after_lapse(situation, plan(situation))).step


def _agree(answer: object, explained: object) -> bool:
    """The same kind and step; how long a wait lasts is not compared."""
    if isinstance(answer, Wait) or isinstance(explained, Wait):
        # People's deadlines turn any later step into a wait for them.
        return isinstance(answer, Wait) and isinstance(explained, Wait)
    return _words(answer) == _words(explained)


def _words(step: object) -> str:
    name = str(getattr(step, "kind", "nothing")).replace("_", " ")
    return f"{name} {getattr(step, 'step', '')}".strip()


def _without_activity(account: Account, checked: dict[str, int]) -> Iterator[Finding]:
    """Facts that only an activity records, without one in the engine."""
    for fact in account.records.history():
        if not account.since <= fact.at <= account.until or fact.by != DUNCAN:
            continue
        if isinstance(fact, TouchStarted) and fact.claimant == account.invoice:
            checked["E03"] += 1
            if not _has(account, "send_touch", fact.step, fact.at):
                why = f"step {fact.step} was claimed ({fact.attempt}), and no activity did it"
                yield _found("E03", account, fact.at, fact.attempt, why)
        elif isinstance(fact, TouchSent) and not _claims(account, fact.attempt):
            checked["E03"] += 1
            why = f"message {fact.attempt} is recorded as sent, and nothing claimed it"
            yield _found("E03", account, fact.at, fact.attempt, why)
        elif isinstance(fact, TaskOpened) and _is_of_cadence(account, fact):
            checked["E04"] += 1
            if not _has(account, "hand_to_people", fact.step, fact.at):
                why = f"task {fact.what} of step {fact.step} was opened, and no activity did it"
                yield _found("E04", account, fact.at, fact.task, why)


def _has(account: Account, name: str, step: str, at: datetime) -> bool:
    for one in account.activities:
        first, last = window(one)
        ended = last if one.ended else datetime.max.replace(tzinfo=last.tzinfo)
        ordered = isinstance(one.order, StepOrder) and one.order.step.step
        if one.name == name and ordered == step and first <= at <= ended:
            return True
    return False


def _claims(account: Account, attempt: str) -> bool:
    history = account.records.history()
    return any(isinstance(one, TouchStarted) and one.attempt == attempt for one in history)


def _is_of_cadence(account: Account, fact: TaskOpened) -> bool:
    """Opened because the step itself is people's work; asking for a contact comes otherwise."""
    policy = account.records.situation(fact.at).policy
    step = policy.step(fact.step)
    return bool(step) and fact.what in ((step.what or "escalation") if step else "", "approve")


def _ended(account: Account, checked: dict[str, int]) -> Iterator[Finding]:
    """Runs that are over, against the case at that moment."""
    for run in account.runs:
        if run.closed is None or run.closed > account.until or run.status == "CONTINUED_AS_NEW":
            continue
        if run.workflow != workflow_id(account.invoice):
            continue
        checked["E07"] += 1
        status = run.status.lower().replace("_", " ")
        if not _was_closed(account, run, run.closed):
            why = f"its workflow ended ({status}), and the books say that the case was open"
            yield _found("E07", account, run.closed, run.run, why)


def _was_closed(account: Account, run: Run, closed: datetime) -> bool:
    """Whether the case was closed when the run ended; one it ended itself may be open again."""
    records, end = account.records, closed + SKEW
    if end < records.opened.at:
        return False
    moments = [end]
    if run.status not in _ENDED_FROM_OUTSIDE:
        moments += [fact.at for fact in records.history() if run.began <= fact.at <= end]
    return any(is_closed(records.case(moment)) for moment in moments)


def _untold(account: Account, checked: dict[str, int]) -> Iterator[Finding]:
    """The latest thing that came from outside, and whether the workflow heard of it."""
    running = any(run.is_running for run in account.runs)
    outside = [one for one in account.records.history() if _rings(one) and one.at <= account.until]
    if not running or account.waits or not outside or outside[-1].at < account.since:
        return
    checked["E08"] += 1
    told = [moment for run in account.runs for moment in (*run.told, run.began)]
    done = [one.ended for one in account.activities if one.ended]
    if max((*told, *done)) + SKEW < outside[-1].at:
        why = f"{outside[-1].kind.replace('_', ' ')} was recorded and its workflow was never told"
        yield _found("E08", account, outside[-1].at, str(len(outside)), why)


def _rings(fact: InvoiceFact) -> bool:
    """Whether people or files recorded it, so that a doorbell was rung."""
    told_otherwise = fact.kind.startswith("touch_") and fact.kind != "touch_approved"
    return fact.by != DUNCAN and not told_otherwise


def _found(test: str, account: Account, at: datetime, subject: str, why: str) -> Finding:
    opened, on = account.records.opened, account.records.day_of(at)
    detail = f"{why} ({at:%Y-%m-%d %H:%M} UTC)"
    return Finding(test, "ENGINE", opened.invoice, opened.customer, on, subject, detail)
