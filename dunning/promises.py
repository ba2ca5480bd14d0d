"""The life of promises to pay: the note before the day, and kept or broken, by the books alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dunning.case import Case
from dunning.may import is_closed
from dunning.money import Money
from dunning.position import not_before
from dunning.promise import Promise
from dunning.promise_facts import PromiseSettled
from dunning.situation import Situation
from dunning.steps import PROMISE_NOTE, SendTouch, Step

DUNCAN = "duncan"
_CHANNEL, _TO = "email", "billing"


def held_until(situation: Situation, promise: Promise) -> date:
    """The last day on which a promise holds its invoice: its date plus the policy's grace."""
    grace = situation.policy.promise.grace_business_days
    return situation.calendar.business_days_after(promise.promised_on, grace)


def settled_promises(situation: Situation) -> Iterator[PromiseSettled]:
    """What came of promises, as far as the books do not say so yet."""
    case = situation.case
    for number, promise in enumerate(case.promises, start=1):
        outcome = outcome_of(situation, number)
        if outcome and outcome != promise.outcome:
            yield PromiseSettled(
                at=situation.now,
                by=DUNCAN,
                number=number,
                promised_on=promise.promised_on,
                outcome=outcome,
                paid=promise.received(case.cash, held_until(situation, promise)),
            )


def outcome_of(situation: Situation, number: int) -> str:
    """What came of the invoice's promise, counted from 1; empty while it runs."""
    case, promise = situation.case, situation.case.promises[number - 1]
    last_day = held_until(situation, promise)
    received = promise.received(case.cash, last_day)
    if promise.withdrawn:
        return promise.outcome
    if received >= promise.amount:
        return "kept"
    if promise.lifted:
        return promise.outcome or "void"
    later = next((one for one in case.promises[number:] if not one.withdrawn), None)
    until = situation.calendar.local_date(later.at) if later else situation.today
    if until <= last_day:
        return "void" if later or is_closed(case) else ""
    return _matured(situation, promise, received, last_day)


def broken_in_a_row(situation: Situation) -> int:
    """How many of the latest promises that ran their time were broken, none paid in between."""
    count = 0
    for number, promise in reversed(list(enumerate(situation.case.promises, start=1))):
        outcome = outcome_of(situation, number)
        if outcome in ("kept", "part_kept") or (promise.lifted and not promise.withdrawn):
            break
        count += outcome == "broken"
    return count


def promises_in_a_row(case: Case) -> int:
    """How many promises came since the last that was kept or that a person lifted."""
    count = 0
    for promise in reversed(case.promises):
        if promise.withdrawn:
            continue
        if promise.outcome == "kept" or promise.lifted:
            break
        count += 1
    return count


def note_step(number: int) -> str:
    """The step of the courtesy note about the invoice's promise, counted from 1."""
    return f"promise:{number}"


def noted_promise(situation: Situation, touch: Step) -> date | None:
    """The promised day a touch is a note about; None when it is another letter."""
    promise = situation.case.promise
    is_note = isinstance(touch, SendTouch) and touch.letter == PROMISE_NOTE
    return promise.promised_on if is_note and promise else None


def courtesy_note(situation: Situation) -> SendTouch | None:
    """The note on the business day before the promised one, once, when it can go out that day."""
    case, calendar = situation.case, situation.calendar
    number, promise = _latest(case)
    if promise is None or not situation.policy.promise.courtesy_note:
        return None
    step = note_step(number)
    day = calendar.business_days_after(promise.promised_on, -1)
    made_on = calendar.local_date(promise.at)
    if made_on >= day or situation.today > day or _is_over(case, step):
        return None
    window = situation.policy.windows[_CHANNEL]
    at = calendar.next_opening(window, day, not_before(situation, step), situation.slot)
    stopped = at <= situation.now and situation.conditions.against(_CHANNEL)
    reaches = situation.customer.contact_for(_TO, _CHANNEL)
    if calendar.local_date(at) != day or stopped or reaches is None:
        return None
    return SendTouch(
        at=at,
        why=f"a note before the promised day, {promise.promised_on}",
        step=step,
        channel=_CHANNEL,
        letter=PROMISE_NOTE,
        level=0,
        to=_TO,
    )


def _latest(case: Case) -> tuple[int, Promise | None]:
    for number, promise in reversed(list(enumerate(case.promises, start=1))):
        if not promise.lifted:
            return number, promise
    return 0, None


def _is_over(case: Case, step: str) -> bool:
    withheld = case.latest_withheld(step)
    sent = any(touch.step == step and touch.counts for touch in case.touches)
    return sent or (withheld is not None and withheld.passed_over)


def _matured(situation: Situation, promise: Promise, received: Money, last_day: date) -> str:
    if promise.amount - received <= _tolerated(situation, promise.amount):
        return "kept"
    settled_on = situation.case.settled_on
    if settled_on and settled_on <= last_day:
        # Credited in time: nothing was left to pay.
        return "void"
    return "part_kept" if received.minor > 0 else "broken"


def _tolerated(situation: Situation, amount: Money) -> Money:
    """What may be missing: bank charges are no broken promise."""
    rules = situation.policy.promise
    share = Money(amount.minor * rules.tolerance_percent // 100, amount.currency)
    step = Money(1, amount.currency).major
    most = Money.parse(rules.tolerance_most.quantize(step), amount.currency)
    return min(share, most)
