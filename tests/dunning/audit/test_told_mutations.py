"""Rules that random histories seldom come to: each is broken in a history made for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from dunning import facts, next_step, send_gate
from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.channel_facts import ChannelStopped
from dunning.conditions import Conditions, Stop
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from dunning.replacing import replace
from dunning.steps import SendTouch
from tests.dunning.audit.auditing import TERMS
from tests.dunning.audit.housed_invoices import Invoice
from tests.dunning.audit.households import Household
from tests.dunning.following import Following
from tests.dunning.worlds import LONDON, POLICIES

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
STOPPED_AT = BEGINS + timedelta(days=1)
OWED = Money(90_000, "EUR")
Story = Callable[[], Household]


def _household(answer: str = "sent") -> tuple[Household, Invoice]:
    contact = Contact("C/billing", "Ada", "billing", "ada@quill.example", "", sms_consent=False)
    recorded = CustomerRecorded(
        at=BEGINS - timedelta(days=30),
        by="import",
        customer="C",
        name="Quill",
        timezone="Europe/London",
        contacts=(contact,),
    )
    home = Household(recorded, answers=lambda: answer)
    opening = facts.InvoiceOpened(
        at=BEGINS,
        by="import",
        invoice="I",
        customer="C",
        entity="",
        amount=OWED,
        issue_date=BEGINS.date(),
        due_date=BEGINS.date() + timedelta(days=14),
        policy="standard_b2b",
    )
    return home, home.open(opening, POLICIES["standard_b2b"])


def _paused_at_the_door() -> Household:
    """A person pauses the case after the step was planned, and before its message is claimed."""
    home, one = _household()
    # Another invoice is owed as well, so that the sum alone stops nothing.
    home.open(replace(one.opening, invoice="J", due_date=BEGINS.date()), one.policy)
    while not (isinstance(one.next, SendTouch) and one.next.level > 0):
        moment = one.moment()
        assert moment is not None, "a reminder comes first"
        home.until(moment)
    touch, before = one.next, one.next.at - timedelta(minutes=1)
    home.until(before)
    one.now = touch.at
    until = before.date() + timedelta(days=5)
    one.record(facts.Paused(at=before, by="maria", reason="internal_query", until=until))
    one._speak(touch)  # noqa: SLF001 - whoever carries the step out did not ask again
    one.next = one.plan()
    home.until(touch.at + timedelta(hours=1))
    return home


def _always_refused() -> Household:
    home, _ = _household("refused")
    home.until(BEGINS + timedelta(days=60))
    return home


def _broken_twice() -> Household:
    home, one = _household()
    for days in (25, 35):
        at = BEGINS + timedelta(days=days)
        home.until(at)
        on = at.date() + timedelta(days=3)
        one.record(PromiseMade(at=at, by="maria", amount=OWED, promised_on=on))
        one.next = one.plan()
    home.until(BEGINS + timedelta(days=60))
    return home


def _followed_for_long() -> Household:
    home, _ = _household()
    home.until(BEGINS + timedelta(days=60))
    return home


def _without_guard(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        gate = {guard: one for guard, one in send_gate.GATE.items() if guard != name}
        monkeypatch.setattr(send_gate, "GATE", gate)

    return patch


def _no_escalation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_step, "_escalate_broken_promises", lambda _: None)


# What is broken, the history that comes to it, and what the auditor says then.
TOLD = {
    "the plan is not asked for again": (_without_guard("planned"), _paused_at_the_door, "PAUSE"),
    "refusals never end": (_without_guard("refusals"), _always_refused, "TRIED_TOO_OFTEN"),
    "broken promises stay below": (_no_escalation, _broken_twice, "NOT_ESCALATED"),
}


@pytest.mark.parametrize("rule", TOLD)
def test_a_rule_that_seldom_matters_is_missed_when_it_is_broken(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch, story, code = TOLD[rule]

    assert _found(story()) == set()

    patch(monkeypatch)

    assert code in _found(story())


def test_a_message_on_a_stopped_channel_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Conditions(channels={"email": Stop("AUTH", "the account is refused")})
    usual = vars(Following)["situation"].fget
    monkeypatch.setattr(
        Following, "situation", property(lambda one: replace(usual(one), conditions=stopped))
    )
    fact = ChannelStopped(at=STOPPED_AT, by="duncan", channel="email", code="AUTH", why="refused")
    around = Surroundings(LONDON, channels={"email": [fact]})

    assert _found(_followed_for_long(), around) == set()

    monkeypatch.setattr(next_step, "_unless_stopped", lambda _, planned: planned)

    assert "AUTH" in _found(_followed_for_long(), around)


def _found(home: Household, around: Surroundings | None = None) -> set[str]:
    period = Period(date(2026, 1, 1), date(2026, 12, 31), home.now)
    auditor = Auditor(period, TERMS, around or Surroundings(LONDON))
    auditor.account(home.account(), home.followed())
    return {one.code for one in auditor.end().findings}
