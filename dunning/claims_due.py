"""What may be claimed beside an invoice on a day: interest so far, and the fixed sum once.

Policy, debtor and country decide together; whatever one of them does not allow is refused with
its reason, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dunning.announced_sum import SumLetter, announced_sum
from dunning.case import Case
from dunning.claim_facts import ClaimedFor, ClaimRaised
from dunning.countries.law import jurisdiction
from dunning.countries.table import ClaimRule, Debtor, Jurisdiction, NotClaimable
from dunning.debtor import debtor_of
from dunning.interest import Interest, interest, runs_from
from dunning.interest_policy import InterestRules
from dunning.money import Money
from dunning.principals import open_on, owed_from, principals
from dunning.situation import Situation

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DueClaim:
    """One claim line: what, how much, on which principal, for which days, by which rule."""

    what: ClaimedFor
    amount: Money
    principal: Money
    first: date
    until: date
    country: str
    law: str
    debtor: Debtor
    contract: str = ""
    interest: Interest | None = None


@dataclass(frozen=True)
class Claimable:
    """What may be claimed of an invoice, and why the rest may not."""

    claims: tuple[DueClaim, ...]
    refusals: tuple[str, ...]


def claims_due(
    situation: Situation, creditor: str, day: date, letter: SumLetter | None = None
) -> Claimable:
    """The claims of an invoice up to a day, for a creditor in the country (ISO 3166).

    `letter` is the first one that asked for the invoice and announced the sum, where a law wants
    one before.
    """
    rules, case = situation.policy.interest, situation.case
    if rules.claim == "never":
        return Claimable((), (f"The policy {situation.policy.name} claims no interest.",))
    debtor = debtor_of(situation.customer)
    try:
        laws = situation.rates.laws(case.due_date)
        law = jurisdiction(debtor, creditor, situation.customer.country, rules.law, laws)
        rule = law.rule(debtor)
        _check_case(case, day)
    except NotClaimable as refused:
        return Claimable((), (str(refused),))
    found: list[DueClaim] = []
    refusals: list[str] = []
    terms = _Terms(situation, rules, debtor, law, rule, day, letter)
    asked: tuple[Callable[[_Terms], DueClaim | None], ...] = (_interest, _fee)
    for ask in asked if rules.fees else asked[:1]:
        try:
            claim = ask(terms)
        except NotClaimable as refused:
            refusals.append(str(refused))
            continue
        found += [claim] if claim else []
    return Claimable(tuple(found), tuple(refusals))


@dataclass(frozen=True)
class _Terms:
    situation: Situation
    rules: InterestRules
    debtor: Debtor
    law: Jurisdiction
    rule: ClaimRule
    day: date
    letter: SumLetter | None

    @property
    def case(self) -> Case:
        return self.situation.case

    @property
    def due(self) -> date:
        return runs_from(self.rule, self.case.due_date, self.situation.calendar)

    def rule_on(self, first: date) -> ClaimRule:
        """The rule with the rates and sums that the version in force adds to its tables."""
        return self.situation.rates.in_law(self.rule, self.law.code, self.debtor, first)

    def raised(self, what: ClaimedFor) -> list[ClaimRaised]:
        """What was claimed for good: paid or waived, not withdrawn and not open any more."""
        kept = (one for one in self.case.claims if one.outcome != "withdrawn")
        mine = (one for one in kept if one.raised.what == what)
        return [one.raised for one in mine if one.open.minor <= 0]


def _check_case(case: Case, day: date) -> None:
    if day <= case.due_date:
        raise NotClaimable(f"Invoice {case.invoice} is not overdue on {day}.")
    if case.cancelled:
        raise NotClaimable(f"Invoice {case.invoice} was cancelled.")
    if any(one.holds for one in case.disputes):
        raise NotClaimable(f"Invoice {case.invoice} is disputed: nothing is claimed meanwhile.")


def _interest(terms: _Terms) -> DueClaim | None:
    before = [one.until for one in terms.raised("interest")]
    first = max([terms.due, *before]) + _A_DAY
    owed = tuple(owed_from(first, principals(terms.case)))
    rule = terms.rule_on(first)
    found = interest(rule, terms.due, owed, terms.day, terms.rules.yearly)
    if found.total.minor <= 0:
        return None
    agreed = terms.rule.contract != "none" and terms.rules.contract is not None
    return DueClaim(
        what="interest",
        amount=found.total,
        principal=found.lines[0].principal,
        first=first,
        until=terms.day,
        country=terms.law.code,
        law=found.law,
        debtor=terms.debtor,
        contract=str(terms.rules.yearly) if agreed else "",
        interest=found,
    )


def _fee(terms: _Terms) -> DueClaim | None:
    rule, since = terms.rule, terms.due + _A_DAY
    if rule.fee is None or terms.raised("fee"):
        return None
    if terms.day < since:
        return None
    principal = open_on(principals(terms.case), since)
    if rule.fee_after:
        since, principal = announced_sum(rule, terms.case, terms.letter, terms.day)
    fee = terms.rule_on(since).fee
    if principal.minor <= 0 or fee is None:
        return None
    return DueClaim(
        what="fee",
        amount=fee(principal),
        principal=principal,
        first=since,
        until=terms.day,
        country=terms.law.code,
        law=rule.fee_law,
        debtor=terms.debtor,
    )
