"""Rates of law are part of a version: an old claim keeps its rate, a new one takes the new row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from activities.calendars import Calendars
from activities.planning import Planner
from activities.policy_versions import PolicyVersions
from commands.adjustments.claim_actions import ClaimActions
from commands.audit.audit import Scope, audit
from commands.policies.diff import differences
from commands.policies.taking_effect import take_effect
from dunning.claim import Claim
from dunning.claim_facts import ClaimRaised, ClaimWithdrawn
from dunning.customer_facts import CustomerRecorded
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.policy_problems import InvalidPolicy
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.commands.changing_policies import (
    LETTER_FILES,
    POLICY_FILES,
    STANDARD,
    START,
    Office,
    in_force_soon,
    moved,
)
from tests.commands.simulating import opened

FILE = "policies/rates.toml"
CLAIMS = '\n[interest]\nclaim = "statement_only"\nfees = true\nlaw = "DE"\n'
ROWS = b"""
[[rate]]
table = "de_base_rate"
since = "2026-01-01"
percent = "3.00"
source = "Bundesbank, corrected"

[[sum]]
country = "DE"
debtor = "business"
since = "2026-03-10"
currency = "EUR"
source = "BGB, new"

[[sum.tier]]
least = "0.01"
amount = "55.00"
"""
TABLE = b"""
[[country]]
country = "DE"
name = "Germany"
reference = "Basiszinssatz"

[[country.rate]]
since = "2026-01-01"
percent = "1.27"
source = "Bundesbank"

[[country.rule]]
debtor = "business"
since = "2026-03-10"
law = "BGB, new"
table = "own"
points = "8"
year_days = "360"
source = "BGBl. 2026 I 1"
"""
DUE = date(2026, 3, 1)
FIRST = START + timedelta(days=5)
IN_FORCE = in_force_soon(FIRST) + timedelta(hours=1)
SECOND = START + timedelta(days=15)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Office]:
    """An office that claims interest, with a business that owes two invoices."""
    folder = tmp_path / "policies"
    shutil.copytree(POLICY_FILES, folder)
    with (folder / "standard_b2b.toml").open("a") as policy:
        policy.write(CLAIMS)
    ledger = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.db'}"))
    upgrade(ledger.engine)
    versions = PolicyVersions(ledger, tmp_path / "versions")
    current = versions.begin(folder, LETTER_FILES, START - timedelta(days=90))
    recorded = CustomerRecorded(
        at=START - timedelta(days=90),
        by="import",
        customer="C-1",
        name="Halden AG",
        country="DE",
        timezone="Europe/Berlin",
        debtor="business",
    )
    ledger.transact(lambda books: books.record_customer("C-1", recorded))
    ledger.transact(lambda books: books.open_case(opened("I-1", DUE)))
    ledger.transact(lambda books: books.open_case(opened("I-2", date(2026, 3, 11))))
    yield Office(ledger, Planner(current.policies, Calendars(), versions=versions))
    ledger.engine.dispose()


def changed(team: Office, rows: bytes = ROWS) -> None:
    """Ada drafts the new rows on the day of the first claim, Bea puts them in force."""
    team.at(FIRST).adds(FILE, rows, "a corrected table")
    take_effect(team.ledger, team.versions, IN_FORCE)


def claims(team: Office, now: datetime, invoice: str = "I-1") -> tuple[Claim, ...]:
    """The claims of the invoice once what is due was raised."""
    desk = ClaimActions(team.ledger, team.planner, "ada", now)
    return desk.raise_claims(invoice, now.date()).case.claims


def spoilt(team: Office, right: ClaimRaised, name: str, minor: int, invoice: str = "I-1") -> str:
    """The name of a claim of another amount in the place of one that was right."""
    gone = ClaimWithdrawn(at=right.at, by="ada", claim=right.claim, reason="spoilt")
    wrong = replace(right, claim=name, amount=Money(minor, "EUR"))
    team.ledger.transact(lambda books: [books.record(invoice, one) for one in (gone, wrong)])
    return name


def wrong_claims(team: Office) -> set[tuple[str, str]]:
    """What the auditor finds about claims."""
    scope = Scope(DUE, SECOND.date(), SECOND + timedelta(days=1))
    told = audit(team.ledger, team.planner, scope, lambda _: None)
    found = (one for test in told["tests"] for one in test["findings"] if test["id"] == "A16")
    return {(one["subject"], one["code"]) for one in found}


def test_an_old_claim_keeps_its_rate_and_a_new_one_takes_the_new_row(team: Office) -> None:
    interest, fee = claims(team, FIRST)
    changed(team)
    *before, later = claims(team, SECOND)
    new, sum_ = claims(team, SECOND, "I-2")

    # 1,000 euros for 5 days at 1.27 + 9, then for 15 (and 6) days at 3 + 9 per cent.
    assert (interest.raised.amount, fee.raised.amount) == (Money(141, "EUR"), Money(4_000, "EUR"))
    assert [one.raised.amount for one in before] == [Money(141, "EUR"), Money(4_000, "EUR")]
    assert later.raised.amount == Money(493, "EUR")
    # The sum of the first invoice arose before the new one; that of the second did not.
    assert (new.raised.amount, sum_.raised.amount) == (Money(197, "EUR"), Money(5_500, "EUR"))
    assert wrong_claims(team) == set()


def test_the_auditor_finds_a_claim_at_the_rate_of_another_version(team: Office) -> None:
    early = spoilt(team, claims(team, FIRST)[0].raised, "I-1:k8", 164)
    changed(team)
    late = spoilt(team, claims(team, SECOND)[-1].raised, "I-1:k9", 422)

    # What was claimed under the first version is judged by it, though the rate was corrected.
    assert wrong_claims(team) == {(early, "CLAIM_AMOUNT"), (late, "CLAIM_AMOUNT")}


def test_a_new_table_of_a_country_is_for_what_falls_due_from_its_day_on(team: Office) -> None:
    claims(team, FIRST)
    changed(team, TABLE)
    *_, old = claims(team, SECOND)
    (new,) = claims(team, SECOND, "I-2")

    # 1,000 euros for 15 days at 1.27 + 9 of 365; for 6 days at 1.27 + 8 of 360, and no sum.
    assert (old.raised.law, old.raised.amount) == ("BGB § 288 (2)", Money(422, "EUR"))
    assert (new.raised.law, new.raised.amount) == ("BGB, new", Money(155, "EUR"))
    assert wrong_claims(team) == set()


def test_the_auditor_finds_a_claim_by_the_table_before(team: Office) -> None:
    changed(team, TABLE)
    late = spoilt(team, claims(team, SECOND, "I-2")[0].raised, "I-2:k9", 169, "I-2")

    assert wrong_claims(team) == {(late, "CLAIM_AMOUNT")}


def test_a_new_table_is_told_rule_by_rule_with_its_source(team: Office) -> None:
    changed(team, TABLE)
    old, new = (team.versions.load(number).policies for number in (1, 2))
    told = differences(old, new, (team.versions.files(1), team.versions.files(2)))
    back = differences(new, old, (team.versions.files(2), team.versions.files(1)))

    assert told == [
        "rates: the table of Germany (DE) takes the place of the release's",
        "rates: Basiszinssatz of Germany is 1.27 % in the half-year 2026H1: Bundesbank",
        (
            "rates: business debtors under the law of Germany owe Basiszinssatz + 8 % a year"
            " (BGB, new); a year has 360 days, for invoices due from 2026-03-10 on: BGBl. 2026 I 1"
        ),
    ]
    assert back[0] == "rates: the table of Germany (DE) is gone"
    assert len(back) == 3


def test_a_policy_may_name_the_law_of_an_own_country_only(team: Office) -> None:
    files = dict(team.versions.files(1))
    files[STANDARD] = files[STANDARD].replace(b'law = "DE"', b'law = "AT"')
    with pytest.raises(InvalidPolicy, match=r'interest\.law: "AT" has no table; there are AU, CA'):
        team.does("ada").draft(files, "x")

    files[FILE] += TABLE.replace(b'"DE"', b'"AT"').replace(b"Germany", b"Austria")
    with pytest.raises(NotAllowed, match="version"):
        team.does("ada").draft(files, "x")
    files[STANDARD] = moved(files[STANDARD], {})
    version = team.does("ada").draft(files, "x").version

    assert team.versions.load(version).policies.policy("standard_b2b").interest.law == "AT"


def test_the_change_is_told_in_words_with_the_rate_of_the_release(team: Office) -> None:
    changed(team)
    old, new = (team.versions.load(number).policies for number in (1, 2))
    told = differences(old, new, (team.versions.files(1), team.versions.files(2)))

    rate, sum_ = told
    assert rate == (
        "rates: Basiszinssatz (de_base_rate) is 3.00 % in the half-year from 2026-01-01;"
        " the release has 1.27 %: Bundesbank, corrected"
    )
    assert sum_ == (
        "rates: the fixed sum of Germany from business debtors is 55.00 EUR,"
        " for claims that arise from 2026-03-10 on: BGB, new"
    )
    back = differences(new, old, (team.versions.files(2), team.versions.files(1)))
    assert all("is no longer" in one for one in back)


def test_a_mistake_in_the_rates_is_no_draft(team: Office) -> None:
    files = dict(team.versions.files(1))
    files[FILE] += ROWS.replace(b"de_base_rate", b"de_base_rat")

    with pytest.raises(InvalidPolicy, match='did you mean "de_base_rate"'):
        team.does("ada").draft(files, "x")
