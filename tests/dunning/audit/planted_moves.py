"""What is planted in money, claims and terms: credit notes, fees, unused money, other policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from dunning import adjustment_facts, cash_facts, facts, proposal_facts, touch_facts
from dunning.audit.account import Followed
from dunning.audit.timeline import EVER, Reign, Timeline
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.policy import Cap, Policy
from tests.dunning.audit.auditing import TERMS
from tests.dunning.audit.plant_books import AT_ONCE, Books, Plant
from tests.dunning.audit.planted_holds import moment_before
from tests.dunning.audit.planted_records import appended
from tests.dunning.audit.told_policies import terms_of
from tests.dunning.worlds import POLICIES

CENT = Money(1, "EUR")


def credited(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    """A credit note for all of it."""
    at = moment_before(fact)
    return [facts.CreditApplied(at=at, by="import", credit="CN9", amount=fact.amount, on=at.date())]


def credited_in_part(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    """A credit note over a cent, which the letter overlooks."""
    at = moment_before(fact)
    return [facts.CreditApplied(at=at, by="import", credit="CN9", amount=CENT, on=at.date())]


def deducted(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    """A cent that was rightly kept back, which the letter overlooks."""
    at = moment_before(fact)
    kept = cash_facts.DeductionAllowed(
        at=at, by="omar", payment="P9", amount=CENT, on=at.date(), reason="bank_fee"
    )
    return [kept]


def debited(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    """A debit note, which the letter overlooks."""
    at = moment_before(fact)
    return [
        adjustment_facts.Adjusted(
            at=at,
            by="lena",
            adjustment="D9",
            what="debit_note",
            amount=CENT,
            on=at.date(),
            reason="x",
        )
    ]


def cancelled(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    """The invoice was cancelled altogether."""
    at = moment_before(fact)
    return [
        adjustment_facts.InvoiceCancelled(
            at=at, by="lena", adjustment="C9", amount=fact.amount, on=at.date(), reason="x"
        )
    ]


def agency(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    """The claim was handed over, as two people had agreed."""
    at = moment_before(fact)
    asked = proposal_facts.ProposalMade(
        at=at, by="omar", what="hand_over", role="controller", reason="x", to="agency"
    )
    decided = proposal_facts.ProposalDecided(at=at, by="lena", what="hand_over", outcome="approved")
    return [asked, decided, facts.HandedOver(at=at, by="lena", to="agency")]


def unused_money(books: Books) -> str | None:
    """More than is owed lay on the customer's account."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None or books.account.unapplied:
        return None
    much = Money(900_000_000, "EUR")
    books.account = replace(books.account, unapplied=((moment_before(found[2]), much),))
    return books.followed[found[0]].invoice


def posted_and_given_up(books: Books) -> str | None:
    """Who posted cash on the invoice writes off the rest of it."""

    def paid(at: datetime, _: Followed) -> InvoiceFact:
        return facts.PaymentApplied(at=at, by="Omar", payment="P9", amount=CENT, on=at.date())

    def given_up(at: datetime, _: Followed) -> InvoiceFact:
        return facts.WrittenOff(at=at, by="omar", reason="small", waiver="x")

    return appended(paid, given_up)(books)


def own_adjustment(books: Books) -> str | None:
    """A debit note that its author approves."""
    asked = {"adjustment": "D9", "what": "debit_note", "amount": CENT, "role": "controller"}

    def proposed(at: datetime, _: Followed) -> InvoiceFact:
        return adjustment_facts.AdjustmentProposed(at=at, by="omar", reason="x", **asked)  # type: ignore[arg-type]  # Its own fields, by name.

    def decided(at: datetime, _: Followed) -> InvoiceFact:
        return adjustment_facts.AdjustmentDecided(
            at=at, by=" Omar", adjustment="D9", outcome="approved"
        )

    return appended(proposed, decided)(books)


def under(change: Callable[[Policy], Policy], fits: Callable[[Books, Policy], bool]) -> Plant:
    """The policy that is in force asks for something else than what was done."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        policy = POLICIES[found[2].policy.split()[0]]
        if not fits(books, policy):
            return None
        books.terms = terms_of(change(policy))
        return books.followed[found[0]].invoice

    return plant


def any_sum(policy: Policy) -> Policy:
    """Nothing is worth a reminder."""
    return replace(policy, minimum_balance=MappingProxyType({"default": Decimal(10**9)}))


def one_a_month(policy: Policy) -> Policy:
    """One e-mail in thirty days."""
    return replace(policy, caps=MappingProxyType({"email": (Cap(1, 30),)}))


def levels_far_apart(policy: Policy) -> Policy:
    """Two months between two levels."""
    return replace(policy, days_between_levels=60)


def is_alone(books: Books, _: Policy) -> bool:
    """One invoice under one policy, about which people said nothing."""
    people = touch_facts.SendRequested | facts.InvoiceAmended
    (first, *others) = books.followed
    return not others and not any(isinstance(fact, people) for fact in first.history)


def is_climbing(books: Books, policy: Policy) -> bool:
    """Two reminders within a month, one of them higher, that nobody asked for."""
    made = [
        fact
        for fact in books.followed[0].history
        if isinstance(fact, touch_facts.TouchStarted) and fact.level > 0
    ]
    return is_alone(books, policy) and {fact.level for fact in made} > {made[0].level}


def was_mailed_twice(books: Books, policy: Policy) -> bool:
    """The last e-mail came within a month of another one."""
    sent = [m.claimed_at for m in books.account.messages if m.channel == "email" and m.reached]
    near = len(sent) > 1 and sent[-1] - sent[-2] < timedelta(days=29)
    letters = {m.letter for m in books.account.messages}
    return is_alone(books, policy) and near and "invoice" not in letters


def never_arrived(books: Books) -> str | None:
    """The policy asks for invoices that arrived, and this one was given up."""
    found = books.first_sent(lambda fact: fact.level > 0)
    if found is None or not is_alone(books, POLICIES[found[2].policy.split()[0]]):
        return None
    number, _, fact = found
    opened = books.followed[number].history[0]
    assert isinstance(opened, facts.InvoiceOpened), "an invoice begins when the ledger names it"
    if not opened.distributed or any(m.letter == "invoice" for m in books.account.messages):
        return None
    said = touch_facts.TouchWithheld(
        at=opened.at, by="duncan", step="issue", code="NO_CONTACT", why="x", passed_over=True
    )
    books.change(number, 0, distributed=False)
    books.insert(number, 1, said)
    books.terms = terms_of(replace(POLICIES[fact.policy.split()[0]], delivery_required=True))
    return books.followed[number].invoice


def reigning(since: timedelta | None, version: int = 1) -> Plant:
    """Versions are kept: the touch was made before the first, or names another one."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        at = found[2].at
        begins = EVER if since is None else at + since
        books.terms = Timeline([(Reign(begins, version, "one"), TERMS)], kept_since=at)
        return books.followed[found[0]].invoice

    return plant


def plan_by_oneself(books: Books) -> date:
    """The day of the last instalment of a plan, long after all else."""
    return (books.ends + AT_ONCE).date() + timedelta(days=200)
