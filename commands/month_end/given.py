"""What people bring to a month's end: general ledger, reconciling items, provision rates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from commands.month_end.asked import Given
from dunning.may import NotAllowed
from dunning.period_facts import GlBalance, PeriodPrepared, ReconcilingItem
from dunning.policy_document import read_document
from dunning.reports.buckets import BUCKETS
from intake.general_ledger import BALANCE, GeneralLedgerRow, read_general_ledger

_MOST_PERCENT = 100


def given_by(rows: list[GeneralLedgerRow], rates: Mapping[str, Decimal], entity: str) -> Given:
    """An entity's part of what was given."""
    mine = [one for one in rows if one.entity == entity]
    return Given(
        balances=tuple(GlBalance(one.account, one.amount) for one in mine if one.what == BALANCE),
        items=tuple(
            ReconcilingItem(one.what, one.reference, one.amount, one.on, one.owner)
            for one in mine
            if one.what != BALANCE and one.on
        ),
        rates=rates,
    )


def given_in(prepared: PeriodPrepared) -> Given:
    """What was given when the month was prepared."""
    return Given(prepared.balances, prepared.items, dict(prepared.rates), prepared.audit)


def general_ledger_of(path: Path, entities: list[str]) -> list[GeneralLedgerRow]:
    """The rows of the file; raises NotAllowed when one is of an entity that has no books."""
    rows = read_general_ledger(path)
    for one in rows:
        if one.entity not in entities:
            known = ", ".join(entities)
            raise NotAllowed(
                f"{path.name}: row {one.row} is of entity {one.entity!r}; this is about {known}."
            )
    return rows


def rates_of(path: Path) -> dict[str, Decimal]:
    """The expected loss of each bucket as a fraction, from a TOML file of per cents.

    ``[provision]`` with `current`, `1-30`, `31-60`, `61-90` and `90+`, such as "3.6". Raises
    NotAllowed when the file cannot be read, InvalidPolicy with all its problems.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise NotAllowed(f"{path.name} cannot be read; it is a TOML file in UTF-8.") from None
    document = read_document(text, path.name)
    section = document.section("provision")
    rates = {one.key: section.amount(one.key) for one in BUCKETS}
    for key, rate in rates.items():
        if rate > _MOST_PERCENT:
            section.refuse(key, f"{rate} is more than 100 per cent")
    document.finish()
    return {key: rate / 100 for key, rate in rates.items()}
