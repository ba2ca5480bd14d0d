"""Interest and fixed sums: claimed only where policy, debtor and law allow, beside the invoice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commands.adjustments.claim_actions import ClaimActions
from commands.adjustments.claim_commands import claim_rows
from commands.adjustments.interest_answer import interest_answer, interest_table
from dunning.claim import open_claims
from dunning.facts import PaymentApplied
from dunning.interest_policy import InterestRules
from dunning.may import NotAllowed
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import customer, day, eur, invoice
from tests.commands.letters_of_a_case import words_of

GERMAN = InterestRules(claim="from_level", from_level=1, fees=True, law="DE")
NOW = afternoon(day(30))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def claims(shop: Workshop, rules: InterestRules, **about: str) -> None:
    """An invoice of such a customer, under policies with these rules."""
    planner = shop.wiring.planner
    policies = {
        name: replace(one, interest=rules) for name, one in planner.policies.policies.items()
    }
    under = planner.under(replace(planner.policies, policies=policies))
    shop.wiring = replace(shop.wiring, planner=under)
    shop.opens(invoice("I-1"), customers=[customer(**about)])


def desk(shop: Workshop, by: str = "ada") -> ClaimActions:
    return ClaimActions(shop.wiring.ledger, shop.wiring.planner, by, NOW)


def answer(shop: Workshop, until: date) -> dict[str, Any]:
    with shop.wiring.ledger.reading() as books:
        return interest_answer(books, desk(shop), ["I-1"], until)


def test_interest_is_shown_line_by_line_with_its_source(shop: Workshop) -> None:
    claims(shop, GERMAN, debtor="business")
    shown = answer(shop, day(30))
    interest, fee = shown["claims"]

    # 1,500 euros for 30 days at 1.27 + 9 per cent.
    assert (interest["amount"], interest["days"], interest["law"]) == ("12.66", 30, "BGB § 288 (2)")
    assert interest["lines"][0]["source"] == "Basiszinssatz 2026H1 + 9"
    assert (fee["amount"], fee["law"]) == ("40.00", "BGB § 288 (5)")
    assert shown["totals"] == {"EUR": "52.66"}
    assert [row[-5] for row in interest_table(shown).rows] == [None, "12.66", "40.00"]


@pytest.mark.parametrize(
    ("rules", "about", "why"),
    [
        (InterestRules(), {"debtor": "business"}, "claims no interest"),
        (GERMAN, {}, "counts as a consumer"),
        (replace(GERMAN, law="GB"), {"debtor": "consumer"}, "business debts"),
        (replace(GERMAN, law="GB"), {"debtor": "business", "segment": "consumer"}, "business debt"),
        (replace(GERMAN, law="US"), {"debtor": "business"}, "No rate was agreed"),
    ],
)
def test_nothing_is_claimed_where_policy_or_debtor_or_law_say_no(
    shop: Workshop, rules: InterestRules, about: dict[str, str], why: str
) -> None:
    claims(shop, rules, **about)
    shop.spoke("I-1", "reminder", day(3))
    shown = answer(shop, day(30))

    assert shown["claims"] == []
    assert why in shown["refused"][0]["reason"]
    with pytest.raises(NotAllowed):
        desk(shop).raise_claims("I-1", day(30))
    assert shop.case().claims == ()


def test_a_claim_is_a_line_beside_the_invoice_and_a_later_one_takes_its_place(
    shop: Workshop,
) -> None:
    claims(shop, GERMAN, debtor="business")
    with pytest.raises(NotAllowed, match="claims from level 1"):
        desk(shop).raise_claims("I-1", day(10))
    shop.spoke("I-1", "reminder", day(3))
    desk(shop).raise_claims("I-1", day(10))
    again = desk(shop).raise_claims("I-1", day(30)).case

    assert [one.open for one in open_claims(again.claims)] == [eur("40"), eur("12.66")]
    assert again.balance == eur("1500")
    assert again.movements == ()
    with shop.wiring.ledger.reading() as books:
        assert {row["state"] for row in claim_rows(books)} == {"open", "withdrawn"}
        assert len(claim_rows(books, only_open=True)) == 2


def test_what_was_paid_is_not_claimed_again(shop: Workshop) -> None:
    claims(shop, GERMAN, debtor="business")
    shop.spoke("I-1", "reminder", day(3))
    desk(shop).raise_claims("I-1", day(10))
    desk(shop).claim_paid("I-1", "I-1:k1", None, day(12), "B-1")
    desk(shop).claim_paid("I-1", "I-1:k2", None, day(12), "B-1")
    later = answer(shop, day(30))["claims"]

    assert [(one["what"], one["from"], one["days"]) for one in later] == [
        ("interest", str(day(11)), 20)
    ]


def test_a_payment_ends_the_interest_on_what_it_paid(shop: Workshop) -> None:
    claims(shop, replace(GERMAN, fees=False), debtor="business")
    shop.add(
        PaymentApplied(at=NOW, by="import", payment="P", amount=eur("500"), on=day(10)),
        PaymentApplied(at=NOW, by="import", payment="Q", amount=eur("1000"), on=day(20)),
    )
    (claim,) = answer(shop, day(30))["claims"]

    assert [(one["days"], one["principal"]) for one in claim["lines"]] == [
        (10, "1500.00"),
        (10, "1000.00"),
    ]
    # (1500 x 10 + 1000 x 10) x 10.27 % / 365.
    assert claim["amount"] == "7.03"


def test_above_the_limit_a_waiver_needs_another_person(shop: Workshop) -> None:
    claims(shop, GERMAN, debtor="business")
    shop.spoke("I-1", "reminder", day(3))
    desk(shop).raise_claims("I-1", day(30))
    alone = desk(shop).waive("I-1", "I-1:k1", "a good customer").case
    asked = desk(shop).waive("I-1", "I-1:k2", "a good customer").case

    assert [one.outcome for one in alone.claims] == ["waived", ""]
    assert [one.outcome for one in asked.claims] == ["waived", ""]
    with pytest.raises(NotAllowed, match="another person"):
        desk(shop).approve_adjustment("I-1")
    done = desk(shop, "bea").approve_adjustment("I-1").case

    assert [one.outcome for one in done.claims] == ["waived", "waived"]
    assert done.balance == eur("1500")


def test_a_letter_states_the_claim_and_records_it_with_its_message(shop: Workshop) -> None:
    claims(shop, GERMAN, debtor="business")
    text = words_of(shop, "firm")
    raised = [one.raised for one in open_claims(shop.case().claims)]

    assert [one.what for one in raised] == ["interest", "fee"]
    assert "section 288 of the German Civil Code" in text
    assert all(f"€{one.amount.major}" in text for one in raised)
    assert {one.attempt for one in raised} == {shop.post.handed_over[-1].attempt}


def test_without_a_word_in_the_policy_letters_claim_nothing(shop: Workshop) -> None:
    claims(shop, InterestRules(claim="statement_only", law="DE"), debtor="business")
    text = words_of(shop, "firm")

    assert "Civil Code" not in text
    assert shop.case().claims == ()


def test_an_agreed_rate_needs_its_yearly_equivalent_in_canada(shop: Workshop) -> None:
    rules = InterestRules(claim="statement_only", law="CA", contract=Decimal(2), per="month")
    claims(shop, rules, debtor="business")
    (claim,) = answer(shop, day(30))["claims"]

    assert claim["lines"][0]["rate"] == "5"
