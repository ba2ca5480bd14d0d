from __future__ import annotations

from datetime import date

from dunning import facts
from dunning.dispute_facts import DisputeOpened
from dunning.facts import InvoiceFact
from tests.dunning.following import following
from tests.dunning.worlds import PERSON, euros, moment

NOW = moment("5 Jun")


def _disputed(name: str = "D1", amount: str = "") -> DisputeOpened:
    part = euros(amount) if amount else None
    return DisputeOpened(at=NOW, by=PERSON, dispute=name, reason="price", amount=part)


def _reviews(*history: InvoiceFact) -> list[str]:
    world = following()
    world.until(NOW)
    world.record(*history)
    world.until(moment("31 Jul"))
    return [line for line in world.tell() if line.endswith("dispute_review")]


def test_a_dispute_about_a_part_is_reviewed_too() -> None:
    assert _reviews(_disputed(amount="200.00")) == ["19 Jun dispute:D1 dispute_review"]


def test_a_longer_pause_does_not_delay_the_review() -> None:
    pause = facts.Paused(at=NOW, by=PERSON, reason="goodwill", until=date(2026, 7, 10))

    assert _reviews(_disputed(), pause) == ["19 Jun dispute:D1 dispute_review"]


def test_an_escalation_does_not_swallow_the_review() -> None:
    held = facts.Escalated(at=NOW, by=PERSON, to_role="controller", hold=True)

    assert _reviews(_disputed(), held) == ["19 Jun dispute:D1 dispute_review"]


def test_every_old_dispute_is_reviewed_not_only_the_first() -> None:
    assert len(_reviews(_disputed(amount="200.00"), _disputed("D2"))) == 2
