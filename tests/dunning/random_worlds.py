"""Random invoices, policies, customers and the things that happen to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from hypothesis import strategies as st

from dunning import facts, touch_facts
from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.cadence_rules import contradictions
from dunning.customer import Contact, Customer, CustomerPaused
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.policy import CadenceStep, Cap, Policy
from dunning.send_gate import RecentTouch
from tests.dunning.following import Following
from tests.dunning.worlds import PERSON, POLICIES, WEEKEND, opened

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


@dataclass(frozen=True)
class Event:
    """Something happens `after` the one before it; it may turn out not to be allowed."""

    after: timedelta
    what: str
    share: float
    days: int


def events() -> st.SearchStrategy[list[Event]]:
    """What happens in the life of an invoice, in order."""
    after = st.one_of(
        st.just(timedelta(0)),
        st.timedeltas(timedelta(minutes=1), timedelta(days=2)),
        st.timedeltas(timedelta(days=1), timedelta(days=25)),
    )
    share = st.floats(0.05, 1.2)
    return st.lists(
        st.builds(Event, after, st.sampled_from(sorted(HAPPENINGS)), share, st.integers(0, 20)),
        max_size=12,
    )


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
            steps.append(_work(draw, len(steps), day, kind))
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


def _work(draw: st.DrawFn, number: int, day: int, kind: str) -> CadenceStep:
    if kind == "escalate":
        return CadenceStep(f"work_{number}", "escalate", day, 0, to="ar_lead")
    return CadenceStep(f"work_{number}", "task", day, 0, what="call", to="associate")


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    """Any zone and weekend, some holidays and perhaps a closure of weeks."""
    holidays = draw(st.sets(st.dates(date(2026, 2, 1), date(2026, 12, 31)), max_size=8))
    shut = draw(st.dates(date(2026, 3, 1), date(2026, 10, 1)))
    length = draw(st.sampled_from((0, 0, 3, 21)))
    closures = ((shut, shut + timedelta(days=length)),) if length else ()
    zone, weekend = draw(st.sampled_from(ZONES)), draw(st.sampled_from(WEEKENDS))
    return BusinessCalendar(zone, weekend, frozenset(holidays), closures)


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


def happen(world: Following, event: Event) -> None:
    """Let the event happen now. Raises NotAllowed when a rule refuses it."""
    HAPPENINGS[event.what](world, event)


def _part(world: Following, event: Event) -> Money:
    minor = max(1, int(world.case.balance.minor * event.share))
    return Money(minor, world.case.amount.currency)


def _day(world: Following, event: Event) -> date:
    return world.situation.today + timedelta(days=event.days)


def _fact(make: Callable[[Following, Event], InvoiceFact]) -> Callable[[Following, Event], None]:
    return lambda world, event: world.record(make(world, event))


def _pay(world: Following, event: Event) -> InvoiceFact:
    part, on = _part(world, event), world.situation.today
    return facts.PaymentApplied(at=world.now, by="import", payment="P", amount=part, on=on)


def _pay_all(world: Following, _: Event) -> InvoiceFact:
    part, on = max(world.case.balance, Money(1, "EUR")), world.situation.today
    return facts.PaymentApplied(at=world.now, by="import", payment="P", amount=part, on=on)


def _reverse(world: Following, event: Event) -> InvoiceFact:
    minor = max(1, int(world.case.paid.minor * min(1, event.share)))
    amount, on = Money(minor, world.case.amount.currency), world.situation.today
    return facts.PaymentReversed(at=world.now, by="import", payment="P", amount=amount, on=on)


def _pause(world: Following, event: Event) -> InvoiceFact:
    until = _day(world, event)
    return facts.Paused(at=world.now, by=PERSON, reason="customer_request", until=until)


def _promise(world: Following, event: Event) -> InvoiceFact:
    amount, on = _part(world, event), _day(world, event)
    return facts.PromiseMade(at=world.now, by=PERSON, amount=amount, promised_on=on)


def _dispute(world: Following, event: Event) -> InvoiceFact:
    name, amount = f"D{len(world.case.disputes)}", _part(world, event) if event.share < 1 else None
    return facts.DisputeOpened(at=world.now, by=PERSON, dispute=name, reason="price", amount=amount)


def _resolve(world: Following, _: Event) -> InvoiceFact:
    name = next((one.dispute for one in world.case.disputes if one.is_open), "none")
    return facts.DisputeResolved(at=world.now, by=PERSON, dispute=name, outcome="upheld")


def _amend(world: Following, event: Event) -> InvoiceFact:
    due = world.case.due_date + timedelta(days=event.days)
    amount = world.case.amount + Money(100 * event.days, "EUR")
    return facts.InvoiceAmended(at=world.now, by="import", amount=amount, due_date=due)


def _approve(world: Following, _: Event) -> InvoiceFact:
    waiting = [task.step for task in world.case.tasks if task.what == "approve"]
    step = waiting[-1] if waiting else "none"
    return touch_facts.TouchApproved(at=world.now, by=PERSON, step=step)


def _decline(world: Following, _: Event) -> None:
    waiting = [task.step for task in world.case.tasks if task.what == "approve"]
    if waiting:
        declined = touch_facts.TouchWithheld(
            at=world.now, by=PERSON, step=waiting[-1], code="DECLINED", why="no", passed_over=True
        )
        world.record(declined)


def _pause_customer(world: Following, event: Event) -> None:
    until = _day(world, event)
    pause = CustomerPaused(at=world.now, by=PERSON, reason="hardship", until=until)
    world.customer = replace(world.customer, pause=pause)


def _resume_customer(world: Following, _: Event) -> None:
    world.customer = replace(world.customer, pause=None, resumed_at=world.now)


def _write_to_customer(world: Following, event: Event) -> None:
    """Another invoice of the customer takes the day's slot."""
    channel = "sms" if event.share < 0.3 else "email"
    world.recent.append(RecentTouch(channel, world.now))
    world.slots.add((channel, world.situation.today))


def _change_policy(world: Following, event: Event) -> None:
    names = sorted(POLICIES)
    world.policy = POLICIES[names[event.days % len(names)]]
    world.came_from_another_policy = True


HAPPENINGS: dict[str, Callable[[Following, Event], None]] = {
    "amend": _fact(_amend),
    "approve": _fact(_approve),
    "change_policy": _change_policy,
    "decline": _decline,
    "dispute": _fact(_dispute),
    "escalate": _fact(
        lambda w, _: facts.Escalated(at=w.now, by=PERSON, to_role="ar_lead", hold=True)
    ),
    "hand_over": _fact(lambda w, _: facts.HandedOver(at=w.now, by=PERSON, to="agency")),
    "pause": _fact(_pause),
    "pause_customer": _pause_customer,
    "pay": _fact(_pay),
    "pay_all": _fact(_pay_all),
    "promise": _fact(_promise),
    "resolve": _fact(_resolve),
    "resume": _fact(lambda w, _: facts.Resumed(at=w.now, by=PERSON)),
    "resume_customer": _resume_customer,
    "reverse": _fact(_reverse),
    "send_now": _fact(lambda w, _: touch_facts.SendRequested(at=w.now, by=PERSON)),
    "write_off": _fact(lambda w, _: facts.WrittenOff(at=w.now, by=PERSON, reason="small")),
    "write_to_customer": _write_to_customer,
}
