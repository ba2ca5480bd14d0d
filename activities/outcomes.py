"""What a provider's answer means: facts of the covered cases, dead contacts, stopped channels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from activities.gateways.interface import Accepted, ChannelDown, Refused, RetryLater
from activities.planning import DUNCAN, unknown_task
from activities.tasks import contact_task, task_for
from dunning import facts, touch_facts
from dunning.case import Case
from dunning.channel_facts import ChannelStopped
from dunning.conditions import ACCOUNT_REFUSED
from dunning.contact_facts import ContactBlocked
from dunning.facts import InvoiceFact
from dunning.may import is_closed
from dunning.situation import Situation
from dunning.ways import OTHER_CHANNEL, other_way
from ledger.books import Books
from ledger.channels import stop_channel

# A provider that stays away is asked less and less often.
LONGEST_PAUSE = timedelta(hours=6)
NO_TIME = timedelta(0)
# The provider knows of an opt-out that we had not heard of.
OPT_OUT = "OPT_OUT"
_log = structlog.get_logger()


def alarm_channel(books: Books, channel: str, outcome: ChannelDown, now: datetime) -> RetryLater:
    """One alarm for everybody; the message itself goes out once the channel is released."""
    stop = ChannelStopped(at=now, by=DUNCAN, channel=channel, code=ACCOUNT_REFUSED, why=outcome.why)
    if stop_channel(books, stop):
        _log.error("channel_stopped", channel=channel, code=outcome.code)
    return RetryLater(outcome.code, outcome.why, NO_TIME)


def outcome_fact(
    case: Case, attempt: str, outcome: Accepted | Refused | RetryLater, now: datetime
) -> touch_facts.TouchOutcome:
    """The outcome as a covered case keeps it."""
    match outcome:
        case Accepted(provider_id=provider_id):
            sent = touch_facts.TouchSent
            return sent(at=now, by=DUNCAN, attempt=attempt, provider_id=provider_id)
        case Refused(code=code, why=why, address_is_dead=dead):
            # The next contact, if there is one, is written to at once.
            again = now if dead else None
            refused = touch_facts.TouchRefused
            return refused(at=now, by=DUNCAN, attempt=attempt, code=code, why=why, retry_at=again)
        case RetryLater(code=code, why=why, after=after):
            again = now + min(after * 2 ** _tries(case, attempt), max(after, LONGEST_PAUSE))
            refused = touch_facts.TouchRefused
            return refused(at=now, by=DUNCAN, attempt=attempt, code=code, why=why, retry_at=again)


def cleared_up(case: Case, fact: touch_facts.TouchOutcome) -> Iterator[InvoiceFact]:
    """An outcome that came late answers what people were asked to find out."""
    for task in case.tasks:
        if task.task == unknown_task(case.invoice, fact.attempt) and not task.outcome:
            yield facts.TaskClosed(at=fact.at, by=DUNCAN, task=task.task, outcome=fact.kind)


def given_up(books: Books, situation: Situation, attempt: str, why: str) -> list[InvoiceFact]:
    """What is refused for good would be refused again: the other channel, else people take over."""
    case = situation.case
    if is_closed(case):
        return []
    touch = next(one for one in case.touches if one.attempt == attempt)
    other = other_way(situation, touch.step, touch.channel)
    withheld = touch_facts.TouchWithheld(
        at=situation.now,
        by=DUNCAN,
        step=touch.step,
        code=OTHER_CHANNEL if other else "REFUSED",
        why=f"{why}; it goes by {other} instead" if other else why,
        passed_over=not other,
    )
    if other:
        return [withheld]
    task = task_for(books, situation, "contact", touch.step)
    return [withheld, contact_task(situation, touch.step, why, task)]


def _tries(case: Case, attempt: str) -> int:
    """How often the step of this attempt was refused before."""
    step = next(touch.step for touch in case.touches if touch.attempt == attempt)
    return sum(touch.step == step and touch.state == "refused" for touch in case.touches)


def dead_contact(contact: str, channel: str, outcome: Refused, now: datetime) -> ContactBlocked:
    """The address must not be used again: the provider calls it dead, or it opted out there."""
    code = OPT_OUT if outcome.code == OPT_OUT else "BOUNCED"
    return ContactBlocked(
        at=now, by=DUNCAN, contact=contact, channel=channel, code=code, why=outcome.why
    )
