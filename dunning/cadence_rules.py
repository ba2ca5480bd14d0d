"""What must hold between the steps of a policy, so that its cadence can be followed as written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise

from dunning.policy import CadenceStep, Policy

Contradiction = tuple[str, str]


def contradictions(policy: Policy, doubtful: Collection[str] = ()) -> Iterator[Contradiction]:
    """Where the parts of a policy do not fit together: the key, and a plain reason.

    `doubtful` are keys such as ``level`` that could not be read in some step: what rests on them
    is left out, because one mistake should be reported once.
    """
    for rule, keys in _RULES:
        if not any(key in doubtful for key in keys):
            yield from rule(policy)


def _ids_are_unique(policy: Policy) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for number, step in _numbered(policy):
        if step.id in seen:
            yield f"step[{number}].id", f'"{step.id}" is taken: every step needs a name of its own'
        seen.add(step.id)


def _days_are_in_order(policy: Policy) -> Iterator[Contradiction]:
    for (_, before), (number, step) in pairwise(_numbered(policy)):
        if _calendar_day(step) < _calendar_day(before):
            why = f"comes before {before.id}: steps stand in the order of their days"
            yield f"step[{number}].{_day_key(step)}", why


def _levels_climb_one_by_one(policy: Policy) -> Iterator[Contradiction]:
    touches = _touches(policy)
    if touches and touches[0][1].level > 1:
        number, first = touches[0]
        yield f"step[{number}].level", f"the first touch has level {first.level}; begin at 0 or 1"
    for (_, before), (number, step) in pairwise(touches):
        if step.level < before.level:
            why = f"falls from {before.level} to {step.level}: levels never fall"
            yield f"step[{number}].level", why
        if step.level > before.level + 1:
            why = f"rises from {before.level} to {step.level}: levels rise one by one"
            yield f"step[{number}].level", why


def _only_level_0_speaks_before_the_due_date(policy: Policy) -> Iterator[Contradiction]:
    for number, step in _touches(policy):
        if step.level == 0 and step.day >= 0:
            why = "level 0 speaks before the due date only, so its day is negative"
            yield f"step[{number}].{_day_key(step)}", why
        if step.level > 0 and step.day <= 0:
            why = f"level {step.level} reminds of what is overdue, so its day is positive"
            yield f"step[{number}].{_day_key(step)}", why


def _channels_have_windows(policy: Policy) -> Iterator[Contradiction]:
    used = {"email"} | {c for _, step in _touches(policy) for c in (step.channel, step.otherwise)}
    for channel in sorted(used - policy.windows.keys() - {""}):
        yield f"windows.{channel}", "is missing: say when the window opens and closes"


def _people_decide_at_the_end(policy: Policy) -> Iterator[Contradiction]:
    if not policy.steps or not _touches(policy):
        yield "step", "a cadence needs at least one touch"
    if policy.steps and policy.steps[-1].action != "task":
        why = "the last step must be a task: somebody decides what happens next"
        yield f"step[{len(policy.steps)}].action", why


def _levels_keep_their_distance(policy: Policy) -> Iterator[Contradiction]:
    for (_, before), (number, step) in pairwise(_touches(policy)):
        days = _calendar_day(step) - _calendar_day(before)
        if 0 < before.level < step.level and days < policy.days_between_levels:
            why = f"comes {days} days after {before.id}, but days_between_levels is "
            yield f"step[{number}].{_day_key(step)}", f"{why}{policy.days_between_levels}"


def _touches_keep_their_distance(policy: Policy) -> Iterator[Contradiction]:
    for channel, least in policy.days_between_touches.items():
        spoken = [(n, step) for n, step in _touches(policy) if step.channel == channel]
        for (_, before), (number, step) in pairwise(spoken):
            days = _calendar_day(step) - _calendar_day(before)
            if days < least:
                why = f"comes {days} days after {before.id}, but days_between_touches for "
                yield f"step[{number}].{_day_key(step)}", f"{why}{channel} is {least}"


def _numbered(policy: Policy) -> list[tuple[int, CadenceStep]]:
    return list(enumerate(policy.steps, start=1))


def _touches(policy: Policy) -> list[tuple[int, CadenceStep]]:
    return [(number, step) for number, step in _numbered(policy) if step.action == "touch"]


def _day_key(step: CadenceStep) -> str:
    return "business_day" if step.business_days else "day"


def _calendar_day(step: CadenceStep) -> int:
    """The step's day in calendar days, so that both ways of counting compare."""
    return round(step.day * 7 / 5) if step.business_days else step.day


_DAYS = ("day", "business_day")
# Each rule with the keys it rests on.
_RULES: tuple[tuple[Callable[[Policy], Iterator[Contradiction]], tuple[str, ...]], ...] = (
    (_ids_are_unique, ("id",)),
    (_days_are_in_order, _DAYS),
    (_levels_climb_one_by_one, ("action", "level")),
    (_only_level_0_speaks_before_the_due_date, ("action", "level", *_DAYS)),
    (_channels_have_windows, ("action", "channel", "otherwise", "windows")),
    (_people_decide_at_the_end, ("action", "step")),
    (_levels_keep_their_distance, ("action", "level", "days_between_levels", *_DAYS)),
    (_touches_keep_their_distance, ("action", "channel", "email", "sms", *_DAYS)),
)
