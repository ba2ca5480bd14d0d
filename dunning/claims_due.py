"""What may be claimed beside an invoice on a day: interest so far, and the fixed sum once.

Policy, debtor and country decide together; whatever one of them does not allow is refused with
its reason, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dunning.case import Case
from dunning.claim_facts import ClaimedFor, ClaimRaised
from dunning.countries.law import jurisdiction
from dunning.countries.table import ClaimRule, Debtor, Jurisdiction, NotClaimable
from dunning.customer import Customer
from dunning.interest import Interest, interest, runs_from
from dunning.interest_policy import InterestRules
from dunning.money import Money
from dunning.principals import open_on, owed_from, principals
from dunning.situation import Situation

CONSUMER: Debtor = "consumer"
_DEBTORS: tuple[Debtor, ...] = ("business", "public", "consumer")
_A_DAY = timedelta(days=1)
# Safe beside "14 full days from the day after receipt": what the letter itself says.
_LETTER_DAYS = 15


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


def claims_due(situation: Situation, creditor: str, day: date, *, alone: bool = True) -> Claimable:
    """The claims of an invoice up to a day, for a creditor in the country (ISO 3166).

    `alone` when the letter that the sum needs was about no other invoice: the law adds up what one
    letter asks for, so a sum for each would be too much.
    """
    rules, case = situation.policy.interest, situation.case
    if rules.claim == "never":
        return Claimable((), (f"The policy {situation.policy.name} claims no interest.",))
    debtor = debtor_of(situation.customer)
    try:
        law = jurisdiction(debtor, creditor, situation.customer.country, rules.law)
        rule = law.rule(debtor)
        _check_case(case, day)
    except NotClaimable as refused:
        return Claimable((), (str(refused),))
    found: list[DueClaim] = []
    refusals: list[str] = []
    terms = _Terms(situation, rules, debtor, law, rule, day, alone)
    asked: tuple[Callable[[_Terms], DueClaim | None], ...] = (_interest, _fee)
    for ask in asked if rules.fees else asked[:1]:
        try:
            claim = ask(terms)
        except NotClaimable as refused:
            refusals.append(str(refused))
            continue
        found += [claim] if claim else []
    return Claimable(tuple(found), tuple(refusals))


def debtor_of(customer: Customer) -> Debtor:
    """What the customer is to the law of late payment; "" where nobody said."""
    if customer.segment == CONSUMER:
        return CONSUMER
    return next((one for one in _DEBTORS if one == customer.debtor), "")


@dataclass(frozen=True)
class _Terms:
    situation: Situation
    rules: InterestRules
    debtor: Debtor
    law: Jurisdiction
    rule: ClaimRule
    day: date
    alone: bool

    @property
    def case(self) -> Case:
        return self.situation.case

    @property
    def due(self) -> date:
        return runs_from(self.rule, self.case.due_date, self.situation.calendar)

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
    found = interest(terms.rule, terms.due, owed, terms.day, terms.rules.yearly)
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
    if rule.fee_after:
        since = _letter_over(terms.case, rule, terms.day)
        if not terms.alone:
            raise NotClaimable(
                f"{rule.fee_law}: the letter was about several invoices, which share one sum."
            )
    principal = open_on(principals(terms.case), since)
    if principal.minor <= 0:
        return None
    return DueClaim(
        what="fee",
        amount=rule.fee(principal),
        principal=principal,
        first=since,
        until=terms.day,
        country=terms.law.code,
        law=rule.fee_law,
        debtor=terms.debtor,
    )


def _letter_over(case: Case, rule: ClaimRule, day: date) -> date:
    """The first day after the time the letter gave. Raises NotClaimable before it."""
    sent = [one.at.date() for one in case.touches if one.letter == rule.fee_after and one.counts]
    if not sent:
        raise NotClaimable(f"{rule.fee_law}: the letter {rule.fee_after} was not sent yet.")
    over = sent[0] + timedelta(days=_LETTER_DAYS + 1)
    if day < over:
        raise NotClaimable(f"{rule.fee_law}: the customer has until {over - _A_DAY} to pay.")
    return over
