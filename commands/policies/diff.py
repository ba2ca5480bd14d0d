"""What changes from one version to another, in words and line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import PurePosixPath

from activities.policies import Policies
from activities.policy_content import DOCUMENTS, LETTERS, POLICIES, Files
from commands.policies.rate_changes import rate_changes
from dunning.own_days import OwnDays
from dunning.policy import CadenceStep, Policy

_OTHERS = {
    "assignment.toml": "who follows which policy",
    "entities.toml": "the entities",
    "sending.toml": "the sending rules",
    "write_offs.toml": "the write-off rules",
    "cash.toml": "the rules of cash application",
}
# Told step by step, or of no interest to a reader.
_NOT_TOLD = {"steps", "name", "version", "policies_version"}
_STEP_WORDS = {
    "level": "level",
    "letter": "letter",
    "channel": "channel",
    "to": "addressee",
    "what": "work",
    "approval": "approval",
    "condition": "condition",
    "minimum_balance": "minimum balance",
    "otherwise": "other channel",
    "action": "action",
}


def differences(old: Policies, new: Policies, files: tuple[Files, Files]) -> list[str]:
    """One sentence a change; `files` are those of the old and of the new version."""
    days, rates = _days(old.own_days, new.own_days), rate_changes(old.own_rates, new.own_rates)
    return [*_policies(old, new), *days, *rates, *_files(*files)]


def line_by_line(old: Files, new: Files) -> str:
    """The unified diff of every file that changed, in the order of their paths."""
    parts = [
        "\n".join(
            difflib.unified_diff(
                _lines(old.get(path, b"")), _lines(new.get(path, b"")), path, path, lineterm=""
            )
        )
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]
    return "\n".join(parts)


def _policies(old: Policies, new: Policies) -> Iterator[str]:
    for name in sorted(old.policies.keys() | new.policies.keys()):
        before, after = old.policies.get(name), new.policies.get(name)
        if before is None:
            yield f"{name}: a new policy"
        elif after is None:
            yield f"{name}: the policy is gone"
        else:
            yield from (f"{name}: {one}" for one in _policy(before, after))


def _days(old: OwnDays, new: OwnDays) -> Iterator[str]:
    """The team's own days, each in a sentence."""
    for one in sorted({*old.days} ^ {*new.days}, key=lambda day: (day.on, day.country)):
        where = "-".join(filter(None, (one.country, one.subdivision))) or "everywhere"
        what = "a day off" if one.off else "a working day"
        is_now = "is" if one in new.days else "is no longer"
        yield f"calendar: {one.on} {is_now} {what} ({where}): {one.why}"


def _policy(old: Policy, new: Policy) -> Iterator[str]:
    steps = {step.id: (number, step) for number, step in enumerate(old.steps, start=1)}
    for number, step in enumerate(new.steps, start=1):
        if step.id in steps:
            yield from (
                f"step {number} ({step.id}) {one}" for one in _step(steps[step.id][1], step)
            )
        else:
            yield f"step {number} ({step.id}) is new, on {_day(step)}"
    kept = {step.id for step in new.steps}
    gone = ((number, one) for number, one in steps.values() if one.id not in kept)
    yield from (f"step {number} ({one.id}), on {_day(one)}, is gone" for number, one in gone)
    both = [step.id for step in new.steps if step.id in steps]
    if both != [step.id for step in old.steps if step.id in kept]:
        yield "the order of the steps changes"
    for one in fields(Policy):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.name not in _NOT_TOLD and before != after:
            yield f"{one.name.replace('_', ' ')} from {_told(before)} to {_told(after)}"


def _step(old: CadenceStep, new: CadenceStep) -> Iterator[str]:
    if _day(old) != _day(new):
        yield f"moves from {_day(old)} to {_day(new)}"
    for name, word in _STEP_WORDS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{word} from {_told(before)} to {_told(after)}"


def _day(step: CadenceStep) -> str:
    return f"{'business day' if step.business_days else 'day'} {step.day:+d}"


def _told(value: object) -> str:
    """A value as a person would say it, without the names of our classes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "items"):
        return ", ".join(f"{key} {_told(one)}" for key, one in sorted(value.items())) or "none"
    if isinstance(value, tuple):
        return " and ".join(_told(one) for one in value) or "none"
    told = getattr(type(value), "__dataclass_fields__", None)
    if told:
        return " ".join(f"{name} {_told(getattr(value, name))}" for name in told)
    return str(value) or "none"


def _files(old: Files, new: Files) -> Iterator[str]:
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path):
            continue
        room, *names = PurePosixPath(path).parts
        if room in {LETTERS, DOCUMENTS}:
            yield f"{_place(room, names)} {_changed(old.get(path), new.get(path))}"
        elif room == POLICIES and names[0] in _OTHERS:
            yield f"{_OTHERS[names[0]]} {_changed(old.get(path), new.get(path))}"


def _place(room: str, names: list[str]) -> str:
    what = "letter" if room == LETTERS else "document"
    match names:
        case [letter, locale, file] if room == LETTERS:
            return f"{what} {letter} in {locale} ({file})"
        case _:
            return f"{what} {'/'.join(names)}"


def _changed(old: bytes | None, new: bytes | None) -> str:
    if old is None:
        return "is new"
    if new is None:
        return "is gone"
    found = difflib.SequenceMatcher(a=_lines(old), b=_lines(new), autojunk=False).get_opcodes()
    lines = sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in found if tag != "equal")
    return f"changes {lines} {'line' if lines == 1 else 'lines'}"


def _lines(content: bytes) -> list[str]:
    return content.decode(errors="replace").splitlines()
