"""Claims in letters under tables of the team's own: a country of its own, and a new Dutch scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.adjustments.claim_actions import ClaimActions
from commands.adjustments.interest_answer import interest_answer
from dunning.case import Case
from dunning.claim import open_claims
from dunning.interest_policy import InterestRules
from dunning.own_rates import OwnRates
from dunning.own_rates_text import parse_own_rates
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import contact, customer, invoice
from tests.commands.letters_of_a_case import words_of
from tests.dunning.lawful import OWN, SCALE


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def under(shop: Workshop, own: OwnRates, rules: InterestRules | None = None) -> None:
    """The shipped policies with own tables, and perhaps other rules about interest."""
    planner = shop.wiring.planner
    policies = dict(planner.policies.policies)
    if rules:
        policies = {name: replace(one, interest=rules) for name, one in policies.items()}
    ruled = replace(planner.policies, policies=policies, own_rates=own)
    shop.wiring = replace(shop.wiring, planner=planner.under(ruled))


def claimed(case: Case) -> list[str]:
    return [one.raised.law for one in open_claims(case.claims)]


def test_a_letter_names_the_law_of_an_own_country_as_the_team_wrote_it(shop: Workshop) -> None:
    under(shop, OWN, InterestRules(claim="from_level", from_level=1, fees=True, law="AT"))
    shop.opens(invoice("I-1"), customers=[customer(debtor="business")])
    text = words_of(shop, "firm")

    assert claimed(shop.case()) == ["UGB § 456", "UGB § 458"]
    assert "Legal basis: UGB § 456, UGB § 458." in text
    assert "our agreement" not in text


@pytest.mark.parametrize(
    ("begins", "announced"), [("2026-04-10", "240.00"), ("2026-04-11", "225.00")]
)
def test_the_dutch_letter_announces_the_scale_of_the_day_the_sum_arises_on(
    shop: Workshop, begins: str, announced: str
) -> None:
    home = {"country": "NL", "subdivision": "", "timezone": "Europe/Amsterdam", "locale": "nl_NL"}
    consumer = customer("C-1", contact("Saskia", phone="+31612345678"), debtor="consumer", **home)
    under(shop, parse_own_rates(SCALE.replace("2026-07-01", begins), "rates.toml"))
    shop.opens(invoice("I-1"), customers=[consumer])
    text = words_of(shop, "nl_fourteen_day")
    arises = shop.case().touches[-1].at.date() + timedelta(days=16)
    with shop.wiring.ledger.reading() as books:
        desk = ClaimActions(shop.wiring.ledger, shop.wiring.planner, "ada", afternoon(arises))
        found = interest_answer(books, desk, ["I-1"], arises)

    # 1,500 euros: 16 per cent by the new scale, 15 by the old one; what is claimed is the same.
    assert str(arises) == "2026-04-10"
    assert announced.replace(".", ",") in text
    assert [one["amount"] for one in found["claims"] if one["what"] == "fee"] == [announced]
