"""Tests of claims: every amount recomputed day by day, and none where the law allows none."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from dunning.audit.account import Account
from dunning.audit.claim_balance import amount_of, due_of, moves_of
from dunning.audit.claim_law import rule_of
from dunning.audit.claim_principal import wrong_principal
from dunning.audit.claim_rates import fixed_sum, percent_of
from dunning.audit.life import Life
from dunning.audit.tally import Tally
from dunning.audit.terms import recorded_at
from dunning.audit.view import View
from dunning.claim_facts import ClaimRaised
from dunning.countries.nl import LETTER
from dunning.countries.table import ClaimRule, NotClaimable
from dunning.facts import InvoiceFact
from dunning.own_rates import OwnRates

_LETTER_DAYS = 15
_A_DAY = timedelta(days=1)


def check_claims(view: View, tally: Tally) -> None:
    """A16: what is claimed is right to the cent; A29: it may be claimed at all."""
    invoice, life, account = view.invoice, view.life, view.account
    history: list[InvoiceFact] = [life.opened, *life.others]
    for fact in history:
        if not isinstance(fact, ClaimRaised):
            continue
        day = account.calendar.local_date(fact.at)
        own = view.following.timeline.terms_at(fact.at).rates
        known = [one for one in history if one.at <= fact.at]
        rule = rule_of(fact, due_of(known), own)
        wrong = (
            *_wrong(rule, fact, known, account, own),
            *wrong_principal(rule, fact, known),
        )
        for test, found in (("A16", wrong), ("A29", _barred(rule, fact, life, account))):
            tally.check(test, day)
            for code, why in found:
                tally.find(test, code, invoice, account.customer, day, fact.claim, why)


def _barred(
    rule: ClaimRule | None, fact: ClaimRaised, life: Life, account: Account
) -> Iterator[tuple[str, str]]:
    """Why nothing may be claimed from this customer."""
    recorded = recorded_at(account.history, fact.at)
    debtor = recorded.debtor if recorded else ""
    if recorded and recorded.segment == "consumer":
        debtor = "consumer"
    if debtor != fact.debtor or not debtor:
        why = f"claimed as from a {fact.debtor or 'nameless'} debtor; the ledger says"
        yield "DEBTOR", f"{why} {debtor or 'nothing'}"
    elif rule is None or (fact.what == "fee" and not rule.fee_law):
        code = "CONSUMER" if debtor == "consumer" else "NOT_OWED"
        yield code, f"no {fact.what} from {debtor} debtors under the law of {fact.country}"
    elif rule.fee_after and fact.what == "fee":
        yield from _too_early(fact, life)


def _too_early(fact: ClaimRaised, life: Life) -> Iterator[tuple[str, str]]:
    sent = [one.day for one in life.touches if one.counts and one.fact.letter == LETTER]
    first = min(sent, default=None)
    if first is None or fact.until <= first + timedelta(days=_LETTER_DAYS):
        when = f"sent on {first}" if first else "never sent"
        yield "NO_LETTER", f"BW 6:96 (6): the fourteen-day letter was {when}"


def _wrong(
    rule: ClaimRule | None,
    fact: ClaimRaised,
    known: Sequence[InvoiceFact],
    account: Account,
    own: OwnRates,
) -> Iterator[tuple[str, str]]:
    """What the claim should have been, where it was something else."""
    if rule is None:
        return
    try:
        is_fee = fact.what == "fee"
        right = fixed_sum(rule, fact, own) if is_fee else _interest(rule, fact, known, account, own)
    except NotClaimable as unknown:
        yield "NO_RATE", str(unknown)
        return
    if right != fact.amount.minor:
        yield "CLAIM_AMOUNT", f"{fact.amount} claimed; {right} minor units by {fact.law}"


def _interest(
    rule: ClaimRule,
    fact: ClaimRaised,
    known: Sequence[InvoiceFact],
    account: Account,
    own: OwnRates,
) -> int:
    """Interest added up day by day, in minor units; halves go up."""
    due = due_of(known)
    due = account.calendar.on_or_after(due) if rule.due_moves_to_workday else due
    amount, moves = amount_of(known), sorted(moves_of(known), key=lambda one: one[0])
    day, total, gained = fact.first, Fraction(0), Fraction(0)
    while day <= fact.until:
        if rule.compounds_yearly and (day.month, day.day) == _turn(due, day.year):
            gained = total
        open_ = amount + sum(minor for on, minor in moves if on < day)
        if open_ > 0:
            percent = percent_of(rule, fact, due + _A_DAY if rule.fixed_at_start else day, own)
            days = rule.year_days or (366 if calendar.isleap(day.year) else 365)
            total += (open_ + gained) * Fraction(percent) / (100 * days)
        day += _A_DAY
    return int(total + Fraction(1, 2))


def _turn(due: date, year: int) -> tuple[int, int]:
    """The day of the year on which interest begins to bear interest, a year later."""
    first = due + _A_DAY
    leap = calendar.isleap(year)
    return (3, 1) if (first.month, first.day) == (2, 29) and not leap else (first.month, first.day)
