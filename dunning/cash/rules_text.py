"""The rules of cash application, as `policies/cash.toml` writes them."""

from __future__ import annotations

import re
from decimal import Decimal

from dunning.cash.rules import CAN_BE_SURE, CashRules
from dunning.policy_document import Section, read_document

_COUNTRY = re.compile(r"[A-Z]{2}")
_WHOLE = 100


def parse_cash_rules(text: str, file: str) -> CashRules:
    """The rules a TOML text gives. Raises InvalidPolicy."""
    document = read_document(text, file)
    applied = document.names("applied", CAN_BE_SURE)
    for number, name in enumerate(applied, start=1):
        if name not in CAN_BE_SURE and not document.is_refused(f"applied[{number}]"):
            sure = ", ".join(CAN_BE_SURE)
            document.refuse(f"applied[{number}]", f'"{name}" is never sure; only {sure} can be')
    tolerance, fee = document.section("tolerance"), document.section("bank_fee")
    discount, withholding = document.section("discount"), document.section("withholding")
    rules = CashRules(
        applied=applied,
        tolerance_percent=_percent(tolerance, "percent", "1"),
        tolerance_most=tolerance.amount("most", "5.00"),
        bank_fee_most=fee.amount("most", "50.00"),
        discount_grace_days=discount.whole("grace_days", default=0, most=30),
        withholding={country: _rates(withholding, country) for country in withholding},
    )
    document.finish()
    return rules


def _percent(section: Section, key: str, default: str) -> Decimal:
    percent = section.amount(key, default)
    if percent > _WHOLE:
        section.refuse(key, f"{percent} % is more than everything")
    return percent


def _rates(section: Section, country: str) -> tuple[Decimal, ...]:
    if not _COUNTRY.fullmatch(country):
        section.refuse(country, "is no country: use two capital letters")
    rates = []
    for text in (one.strip() for one in section.text(country).split(",")):
        if re.fullmatch(r"\d{1,2}(?:\.\d{1,3})?", text, re.ASCII) and Decimal(text):
            rates.append(Decimal(text))
        elif not section.is_refused(country):
            section.refuse(country, f'"{text}" is no rate in percent')
    return tuple(rates)
