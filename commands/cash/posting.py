"""Posting: a proposal, or what a person decided, becomes facts of the invoices and the payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from commands.adjustments.small_rests import small_balance, small_rest_undone
from commands.cash.lookup import Lookup
from dunning import facts
from dunning.case import Case
from dunning.cash.applied import Applied, deduction_undoing, undoing
from dunning.cash.item import Part, Proposal
from dunning.cash_facts import (
    DeductionAllowed,
    PaymentReturned,
    PutOnAccount,
    ShortPaid,
    TakenOffAccount,
)
from dunning.facts import InvoiceFact
from dunning.folding import apply
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment import PaymentReceived
from dunning.write_off_rules import WriteOffRules
from ledger.books import Books
from ledger.cash import applied_of, note_decision, standing_of
from ledger.payments import note_all_applied, note_applied, payment_of, payments_of


@dataclass(frozen=True)
class Poster:
    """Somebody who posts at one moment: a person, `import` or `duncan`.

    `small` says which small rests are written off with the payment that leaves them.
    """

    books: Books
    now: datetime
    by: str
    small: WriteOffRules | None = None

    def post(self, payment: PaymentReceived, proposal: Proposal, lookup: Lookup) -> list[Case]:
        """Apply a payment as proposed; what is left goes on the customer's account.

        Raises NotAllowed when it is more than the payment has left.
        """
        together = PostedTogether(self, lookup, [payment])
        cases = together.post(payment, proposal)
        together.record()
        return cases

    def put_on_account(self, payment: str, customer: str, why: str) -> None:
        """Keep what the payment has left for a customer."""
        fact = PutOnAccount(at=self.now, by=self.by, payment=payment, customer=customer, why=why)
        note_decision(self.books, payment, fact)

    def take_off_account(self, payment: str, reason: str) -> None:
        """Let what the payment has left be nobody's again, when it was on an account."""
        standing = standing_of(self.books, payment)
        if standing and standing.customer:
            fact = TakenOffAccount(at=self.now, by=self.by, payment=payment, reason=reason)
            note_decision(self.books, payment, fact)

    def undo(self, one: Applied, reason: str) -> Case:
        """Take one application back, with what was kept back: the money is the payment's again."""
        case = self.books.case(one.invoice)
        found = undoing(one, self.now, self.by, self.now.date(), reason)
        rest = small_rest_undone(case, one.payment, self.by, self.now)
        (case,) = self.books.record_all([(case, [*rest, *found])])
        known = payment_of(self.books.connection, one.payment)
        assert known is not None, "what was applied came in"
        left = known.applied - one.amount
        note_applied(self.books.connection, one.payment, left.minor)
        # Noted at the payment, so that it is not applied again without a person.
        off = TakenOffAccount(
            at=self.now,
            by=self.by,
            payment=one.payment,
            reason=f"application {one.name} was undone",
        )
        note_decision(self.books, one.payment, off)
        return case

    def take_back(self, payment: str, on: date, reason: str) -> list[Case]:
        """Let a payment the bank took back pay nothing: whatever it paid is open again.

        A payment that paid nothing has it noted as well. Raises NotAllowed.
        """
        known = payment_of(self.books.connection, payment)
        assert known is not None, "only what came in goes back"
        standing = applied_of(self.books, payment)
        cases: list[Case] = []
        by_invoice: dict[str, list[Applied]] = {}
        for one in standing:
            by_invoice.setdefault(one.invoice, []).append(one)
        self.books.lock_invoices(by_invoice)
        for invoice, applied in by_invoice.items():
            amount = sum((one.amount for one in applied), start=Money.zero(known.amount.currency))
            reversed_ = facts.PaymentReversed(
                at=self.now, by=self.by, payment=payment, amount=amount, on=on, reason=reason
            )
            undone = [
                fact for one in applied for fact in deduction_undoing(one, self.now, self.by, on)
            ]
            case = self.books.case(invoice)
            rest = small_rest_undone(case, payment, self.by, self.now)
            cases += self.books.record_all([(case, [*rest, reversed_, *undone])])
        freed = sum(one.amount.minor for one in standing)
        note_applied(self.books.connection, payment, known.applied.minor - freed)
        went = PaymentReturned(
            at=self.now, by=self.by, payment=payment, amount=known.amount, on=on, reason=reason
        )
        note_decision(self.books, payment, went)
        return cases

    def changes(
        self, payment: PaymentReceived, proposal: Proposal, lookup: Lookup
    ) -> list[tuple[Case, list[InvoiceFact]]]:
        """What a proposal does to each invoice it names."""
        return [
            self._with_rest(lookup.cases[part.invoice], self._facts(payment, proposal, part))
            for part in proposal.parts
        ]

    def _with_rest(self, case: Case, facts_: list[InvoiceFact]) -> tuple[Case, list[InvoiceFact]]:
        """The case with its facts, and with the write-off of the small rest that they leave."""
        if self.small is None or not self.small.automatic:
            return case, facts_
        after = reduce(apply, facts_, case)
        rest = small_balance(after, facts_, self.small, self.now)
        return case, [*facts_, *([rest] if rest else [])]

    def _facts(self, payment: PaymentReceived, proposal: Proposal, part: Part) -> list[InvoiceFact]:
        applied = facts.PaymentApplied(
            at=self.now,
            by=self.by,
            payment=payment.payment,
            amount=part.amount,
            on=payment.on,
            rule=proposal.rule,
            score=proposal.score,
            why=proposal.why,
            of=payment.of,
        )
        return [applied, *self._kept_back(payment, part), *self._left_open(payment, part)]

    def _kept_back(self, payment: PaymentReceived, part: Part) -> list[InvoiceFact]:
        if part.deducted is None or part.deducted_for is None:
            return []
        allowed = DeductionAllowed(
            at=self.now,
            by=self.by,
            payment=payment.payment,
            amount=part.deducted,
            on=payment.on,
            reason=part.deducted_for,
        )
        if part.deducted_for != "withholding":
            return [allowed]
        task = facts.TaskOpened(
            at=self.now,
            by=self.by,
            task=f"{part.invoice}:certificate:{payment.payment}",
            what="certificate",
            role="associate",
            why=f"{part.deducted} of tax was withheld: ask for the certificate",
        )
        return [allowed, task]

    def _left_open(self, payment: PaymentReceived, part: Part) -> list[InvoiceFact]:
        if part.short is None:
            return []
        return [
            ShortPaid(
                at=self.now,
                by=self.by,
                payment=payment.payment,
                amount=part.short,
                reason=part.short_for,
            )
        ]


class PostedTogether:
    """Applications of some payments, recorded together at the end: `record`.

    Each sees what the ones before it have paid, as if they were recorded one by one.
    """

    def __init__(self, poster: Poster, lookup: Lookup, payments: Sequence[PaymentReceived]) -> None:
        self._poster, self._lookup = poster, lookup
        self._known = payments_of(poster.books.connection, (one.payment for one in payments))
        self._before: dict[str, Case] = {}
        self._facts: dict[str, list[InvoiceFact]] = {}
        self._applied: dict[str, int] = {}

    def post(self, payment: PaymentReceived, proposal: Proposal) -> list[Case]:
        """Apply a payment as proposed; what is left goes on the customer's account.

        Raises NotAllowed when it is more than the payment has left.
        """
        known = self._known[payment.payment]
        used = sum(part.amount.minor for part in proposal.parts)
        applied = self._applied.get(payment.payment, known.applied.minor)
        if used > known.amount.minor - applied:
            left = Money(known.amount.minor - applied, known.amount.currency)
            raise NotAllowed(f"Payment {payment.payment} has only {left} left.")
        self._lookup.add(proposal.invoices)
        cases = [
            self._changed(case, facts_)
            for case, facts_ in self._poster.changes(payment, proposal, self._lookup)
        ]
        self._applied[payment.payment] = applied + used
        if proposal.left.minor > 0 and proposal.customer:
            why = "more was paid than was open" if proposal.parts else proposal.why
            self._poster.put_on_account(payment.payment, proposal.customer, why)
        self._lookup.changed(cases)
        return cases

    def record(self) -> None:
        """Record all of it. Raises NotAllowed when a rule refuses a part; then nothing is."""
        changes = [(case, self._facts[invoice]) for invoice, case in self._before.items()]
        self._poster.books.record_all(changes)
        note_all_applied(self._poster.books.connection, self._applied)

    def _changed(self, case: Case, facts_: list[InvoiceFact]) -> Case:
        self._before.setdefault(case.invoice, case)
        self._facts.setdefault(case.invoice, []).extend(facts_)
        return reduce(apply, facts_, case)
