from __future__ import annotations

import pytest

from tests.intake.mail.figures import JUDGED_OTHERWISE, Outcome, outcomes, table
from tests.intake.mail.mails import without_bounces

pytestmark = without_bounces
# JSON of another provider's webhook that was sent by mail.
_WEBHOOKS = {f"bsd/lhost-amazonses-{number:02}" for number in range(9, 14)}
# List software that refuses a post.
_LISTS = {"bsd/lhost-fml-02", "bsd/lhost-fml-03"}
# A Japanese letter from no-reply@; its envelope, which would tell, is not in the collection.
_JAPANESE = {f"{folder}/lhost-kddi-01" for folder in ("bsd", "dos", "mac")}


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    """Every real bounce, read once."""
    return list(outcomes())


def test_every_real_bounce_is_taken_in(found: list[Outcome]) -> None:
    print(table(found))  # noqa: T201 - the figures belong to the test's output

    assert len(found) == 832
    assert all(each.mail.classed.why.endswith(".") for each in found)


def test_nothing_is_missed_without_a_reason(found: list[Outcome]) -> None:
    missed = {each.name for each in found if each.is_missed}

    assert missed == _WEBHOOKS | _LISTS | _JAPANESE


def test_what_is_judged_otherwise_is_there(found: list[Outcome]) -> None:
    assert set(JUDGED_OTHERWISE) <= {each.name for each in found}


def test_every_failure_names_an_address(found: list[Outcome]) -> None:
    failures = [each for each in found if each.mail.kind in {"bounce", "delayed"}]

    assert [each.name for each in failures if not each.mail.bounced] == []


def test_a_delay_is_never_permanent(found: list[Outcome]) -> None:
    delays = [each for each in found if each.mail.kind == "delayed"]

    assert delays
    assert not [each.name for each in delays if any(one.is_permanent for one in each.mail.bounced)]


def test_line_ends_change_nothing(found: list[Outcome]) -> None:
    kinds = {each.name: (each.mail.kind, each.mail.bounced) for each in found}
    mac = {name.partition("/")[2] for name in kinds if name.startswith("mac/")}

    assert len(mac) == 80
    assert [stem for stem in sorted(mac) if kinds[f"mac/{stem}"] != kinds[f"dos/{stem}"]] == []


def test_reading_is_quick(found: list[Outcome]) -> None:
    assert sorted(each.seconds for each in found)[len(found) // 2] < 0.1
