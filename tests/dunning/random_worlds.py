"""Random invoices, policies, calendars and customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from hypothesis import strategies as st

from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.cadence_rules import contradictions
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.money import Money
from dunning.policy import CadenceStep, Cap, Policy
from tests.dunning.following import Following
from tests.dunning.worlds import POLICIES, WEEKEND, opened

# Far ahead, far behind, a clock change at midnight, one in the night, and half-hour zones.
ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)
WINDOWS = tuple(
    SendingWindow(time.fromisoformat(opens), time.fromisoformat(closes))
    for opens, closes in (
        ("09:00", "16:30"),
        ("01:00", "04:00"),
        ("01:30", "02:30"),
        ("00:00", "23:59"),
    )
)
WEEKENDS = (WEEKEND, frozenset({4, 5}), frozenset({6}), frozenset[int]())
PROVIDER = ("sent",) * 8 + ("later", "refused", "dead", "unknown")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A shipped policy, or one made up that keeps the rules for policies."""
    if draw(st.booleans()):
        return POLICIES[draw(st.sampled_from(sorted(POLICIES)))]
    between_levels = draw(st.integers(0, 10))
    base = POLICIES[draw(st.sampled_from(sorted(POLICIES)))]
    window = draw(st.sampled_from(WINDOWS))
    policy = replace(
        base,
        name="made_up",
        days_between_levels=between_levels,
        steps=tuple(_steps(draw, between_levels)),
        windows={"email": window, "sms": draw(st.sampled_from(WINDOWS))},
        days_between_touches={"email": draw(st.integers(0, 1))},
        caps={"all": (Cap(draw(st.integers(1, 4)), draw(st.integers(1, 14))),)},
    )
    assert list(contradictions(policy)) == []
    return policy


def _steps(draw: st.DrawFn, between_levels: int) -> list[CadenceStep]:
    steps: list[CadenceStep] = []
    day, level = -draw(st.integers(4, 9)), 0
    if draw(st.booleans()):
        steps.append(_touch(draw, len(steps), day, 0, "email"))
    day = draw(st.integers(1, 5))
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("climb", "climb", "again", "task", "escalate")))
        spoken = [step.day for step in steps if step.action == "touch" and step.level > 0]
        if kind == "climb" or not spoken:
            day = max(day, spoken[-1] + max(1, between_levels) if spoken else day)
            level += 1
            steps.append(
                _touch(draw, len(steps), day, level, draw(st.sampled_from(("email", "sms"))))
            )
        elif kind == "again":
            steps.append(_touch(draw, len(steps), max(day, spoken[-1] + 1), level, "sms"))
        else:
            steps.append(_work(len(steps), day, kind))
        day = steps[-1].day + draw(st.integers(0, 12))
    return [*steps, CadenceStep("decide", "task", day, 0, what="decide", to="controller")]


def _touch(draw: st.DrawFn, number: int, day: int, level: int, channel: str) -> CadenceStep:
    return CadenceStep(
        id=f"touch_{number}",
        action="touch",
        day=day,
        level=level,
        channel=channel,
        letter=f"letter_{number}",
        approval=draw(st.integers(0, 3)) == 0,
        condition="broken_promise" if draw(st.integers(0, 9)) == 0 else "",
    )


def _work(number: int, day: int, kind: str) -> CadenceStep:
    if kind == "escalate":
        return CadenceStep(f"work_{number}", "escalate", day, 0, to="ar_lead")
    return CadenceStep(f"work_{number}", "task", day, 0, what="call", to="associate")


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    """Any zones and weekend, some holidays and perhaps a closure of weeks."""
    holidays = draw(st.sets(st.dates(date(2026, 2, 1), date(2026, 12, 31)), max_size=8))
    shut = draw(st.dates(date(2026, 3, 1), date(2026, 10, 1)))
    length = draw(st.sampled_from((0, 0, 3, 21)))
    closures = ((shut, shut + timedelta(days=length)),) if length else ()
    zone, weekend = draw(st.sampled_from(ZONES)), draw(st.sampled_from(WEEKENDS))
    perhaps = draw(st.sampled_from(((), (), ZONES[:2], ZONES[2:5])))
    return BusinessCalendar(zone, weekend, frozenset(holidays), closures, perhaps)


@st.composite
def followed(draw: st.DrawFn) -> Following:
    """An invoice that came in early, late, or long after its due date."""
    due = draw(st.dates(date(2026, 2, 20), date(2026, 11, 10)))
    issued = due - timedelta(days=draw(st.integers(0, 60)))
    came = issued + timedelta(days=draw(st.sampled_from((0, 0, 1, 30, 90))))
    at = datetime.combine(came, time(draw(st.integers(0, 23)), 17), UTC)
    amount = Money(draw(st.sampled_from((2_000, 2_600, 90_000, 2_000_000))), "EUR")
    answers = draw(st.lists(st.sampled_from(PROVIDER), min_size=1, max_size=7))
    return Following(
        opening=opened(
            at=at,
            issue_date=issued,
            due_date=due,
            amount=amount,
            distributed=draw(st.integers(0, 3)) > 0,
        ),
        customer=draw(_customers()),
        policy=draw(policies()),
        calendar=draw(calendars()),
        now=at,
        provider=_in_turn(answers),
    )


def _customers() -> st.SearchStrategy[Customer]:
    contact = st.builds(
        Contact,
        contact=st.uuids().map(str),
        name=st.just("Ada"),
        role=st.sampled_from(("billing", "manager", "director")),
        email=st.sampled_from(("", "a@b.example", "a@b.example")),
        phone=st.sampled_from(("", "+442079460000")),
        sms_consent=st.booleans(),
    )
    contacts = st.lists(contact, max_size=3).map(tuple)
    return st.builds(
        Customer, st.sampled_from(("C1", "C2", "C3")), st.just("Quill"), contacts=contacts
    )


def _in_turn(answers: list[str]) -> Callable[[], str]:
    given = cycle([*answers, "sent"])
    return lambda: next(given)
