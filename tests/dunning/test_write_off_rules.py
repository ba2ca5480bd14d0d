from __future__ import annotations

import pytest

from dunning.countries.law import JURISDICTIONS
from dunning.interest_policy import InterestRules, read_interest_rules
from dunning.money import Money
from dunning.policy_document import read_document
from dunning.policy_problems import InvalidPolicy
from dunning.write_off_rules import WriteOffRules, parse_write_offs

TEXT = """
[small_balance]
automatic = false
default = "10.00"
JPY = "1500"

[[approver]]
role = "ar_lead"
default = "500.00"
JPY = "50000"

[[approver]]
role = "cfo"
"""


def money(amount: str, currency: str = "EUR") -> Money:
    return Money.parse(amount, currency)


def test_limits_are_by_currency_and_the_last_role_has_none() -> None:
    rules = parse_write_offs(TEXT, "write_offs.toml")

    assert not rules.automatic
    assert rules.limit("JPY") == money("1500", "JPY")
    assert [rules.is_small(money(one)) for one in ("10.00", "10.01")] == [True, False]
    assert [rules.approver_of(money(one)) for one in ("500", "500.01", "99999999")] == [
        "ar_lead",
        "cfo",
        "cfo",
    ]
    assert rules.approver_of(money("50001", "JPY")) == "cfo"
    assert not rules.may_approve("ar_lead", money("500.01"))
    assert not rules.may_approve("associate", money("1"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "say who approves"),
        ('[[approver]]\nrole = "ar_lead"\nEUR = "5.00"', "holds for the currencies"),
        ('[small_balance]\nEUR = "5.00"\n[[approver]]\nrole = "cfo"', "holds for the currencies"),
        ('[[approver]]\nrole = "cfo"\ndefault = "-1"', "not an amount"),
        ('[[approver]]\nrole = "cfo"\ndefault = 5', "an amount in quotes"),
    ],
)
def test_limits_that_leave_something_open_are_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidPolicy, match=why):
        parse_write_offs(text, "write_offs.toml")


def test_without_a_file_the_usual_limits_hold() -> None:
    usual = WriteOffRules()

    assert usual.approver_of(money("1000")) == "ar_lead"
    assert usual.approver_of(money("10000")) == "controller"
    assert usual.approver_of(money("10000.01")) == "finance_director"


def test_a_policy_claims_nothing_unless_it_says_so() -> None:
    assert read_interest_rules(read_document("", "p.toml"), JURISDICTIONS) == InterestRules()
    assert not InterestRules().speaks_at(9)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('claim = "always"', "not one of"),
        ('claim = "from_level"', "from_level"),
        ('law = "XX"', "has no table"),
        ("contract_percent = 9.0", "in quotes"),
        ('contract_per = "hour"', "not one of"),
    ],
)
def test_a_table_of_interest_that_says_nothing_clear_is_refused(text: str, why: str) -> None:
    document = read_document(text, "p.toml")
    read_interest_rules(document, JURISDICTIONS)

    with pytest.raises(InvalidPolicy, match=why):
        document.finish()
