from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.dispute_policy import DisputeRules
from dunning.dispute_policy_text import read_dispute_rules
from dunning.policy_document import read_document
from dunning.policy_problems import InvalidPolicy
from tests.dunning.worlds import POLICIES, euros


def _read(text: str) -> DisputeRules:
    document = read_document(text, "p.toml")
    rules = read_dispute_rules(document)
    document.finish()
    return rules


def test_what_is_left_out_is_as_usual() -> None:
    assert _read("") == DisputeRules()


def test_the_standard_policy_says_in_full_what_is_usual() -> None:
    assert POLICIES["standard_b2b"].dispute == DisputeRules()


def test_a_policy_names_owners_limits_and_days_of_its_own() -> None:
    rules = _read(
        """
        resolve_business_days = 20
        grace_days = 14
        escalate_to = "controller"
        [owner]
        price = "account_manager"
        [credit_limit]
        ar_lead = "500.00"
        controller = "9000.00"
        """
    )

    assert (rules.resolve_business_days, rules.grace_days) == (20, 14)
    assert (rules.owner_of("price"), rules.owner_of("tax")) == ("account_manager", "tax")
    assert rules.escalate_to == "controller"
    assert rules.credit_limit == {"ar_lead": Decimal("500.00"), "controller": Decimal("9000.00")}
    # Limits are a list of their own: who is not in it may give up nothing.
    assert not rules.may_give_up("associate", euros("0.01"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("business_days = 10", "business_days: unknown key"),
        ("resolve_business_days = 0", "resolve_business_days: 0 is not a whole number from 1"),
        ("acknowledge_business_days = 10", "acknowledge_business_days: 10 is not below 10"),
        ("remind_business_days = 12", "remind_business_days: 12 is not below 10"),
        ("grace_days = -1", "grace_days: -1 is not a whole number"),
        ('escalate_to = "The Boss"', 'escalate_to: "The Boss" is no name'),
        (
            '[owner]\nprise = "sales"',
            "owner.prise: is no reason of a dispute; did you mean",
        ),
        ('[owner]\nprice = ""', "owner.price: is empty"),
        ("[credit_limit]\nar_lead = 5", "credit_limit.ar_lead: 5 is not an amount in quotes"),
    ],
)
def test_a_mistake_is_named_with_its_key(text: str, problem: str) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        _read(text)

    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("amount", "approver"),
    [
        ("25.00", "associate"),
        ("25.01", "ar_lead"),
        ("1000.01", "controller"),
        ("10000.01", "finance_director"),
        ("100000000.01", None),
    ],
)
def test_the_lowest_role_that_covers_a_credit_approves_it(
    amount: str, approver: str | None
) -> None:
    assert DisputeRules().approver_of(euros(amount)) == approver
