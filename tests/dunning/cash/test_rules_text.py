from __future__ import annotations

from decimal import Decimal

import pytest

from dunning.cash.rules import CashRules
from dunning.cash.rules_text import parse_cash_rules
from dunning.policy_problems import InvalidPolicy
from settings import ROOT
from tests.dunning.cash.paying import eur


def test_the_shipped_rules_are_the_defaults_with_rates_for_india() -> None:
    text = (ROOT / "policies" / "cash.toml").read_text(encoding="utf-8")
    rules = parse_cash_rules(text, "cash.toml")

    assert rules == CashRules(withholding={"IN": (Decimal(1), Decimal(2), Decimal(10))})


def test_an_empty_file_is_the_defaults() -> None:
    assert parse_cash_rules("", "cash.toml") == CashRules()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('applied = ["similar_reference"]', "is never sure"),
        ('applied = ["magic"]', "is never sure"),
        ("[tolerance]\npercent = 1", "is not an amount in quotes"),
        ('[tolerance]\npercent = "101"', "more than everything"),
        ('[tolerance]\nmost = "-1"', "is not an amount"),
        ("[discount]\ngrace_days = 31", "is not a whole number"),
        ('[withholding]\nIndia = "10"', "two capital letters"),
        ('[withholding]\nIN = "ten"', "no rate"),
        ('[withholding]\nIN = "0"', "no rate"),
        ('[withholding]\nIN = "100"', "no rate"),
        ('[tolerence]\nmost = "1"', "did you mean"),
        ("applied = ", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text: str, problem: str) -> None:
    with pytest.raises(InvalidPolicy) as invalid:
        parse_cash_rules(text, "cash.toml")

    assert problem in str(invalid.value)


def test_the_tolerance_is_whole_cents_and_never_more_than_its_most() -> None:
    rules = CashRules()

    assert rules.tolerance(eur(199)) == eur(1)
    assert rules.tolerance(eur(10**9)) == eur(500)
