"""What people do about payments: apply, accept, put on account, undo. One set for every door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from commands.acting import Acting, known
from commands.authority import Changed, needs
from commands.cash.aliases import forget, learn_from
from commands.cash.checks import Target, left_of, parts_for, payment_at, received_one
from commands.cash.lookup import Lookup
from commands.cash.posting import Poster
from dunning.case import Case
from dunning.cash.item import Proposal
from dunning.cash.matching import proposals
from dunning.cash_facts import ShortPaid
from dunning.dispute import REASONS, dispute_name
from dunning.dispute_facts import DisputeOpened
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import applied_of, standing_of
from ledger.payments import payment_of

BY_HAND = "by_hand"
# The others are woken when their own time comes; they look at the account then.
_MOST_WOKEN = 200


class Posted(NamedTuple):
    """What an action did: the payment, what it has left, its invoices, and what was learnt.

    `said` is a sentence where the invoices alone do not tell it.
    """

    payment: str
    left: Money
    cases: tuple[Case, ...]
    learnt: str = ""
    said: str = ""


class Outcome(NamedTuple):
    """The invoices an action changed, and whose payment it says that it was ("" if unclear)."""

    cases: list[Case]
    customer: str


@dataclass(frozen=True)
class CashActions(Acting):
    """Actions at a payment. Each is one transaction and wakes the invoices it concerns."""

    @needs("post_cash")
    def apply(
        self, payment: str, targets: Sequence[Target], residual: str = "", note: str = ""
    ) -> Posted:
        """Apply a payment to these invoices; `residual` says why the last one is paid short.

        A reason that customers dispute (price, damage …) opens a dispute about what is missing.
        """
        if residual:
            known(residual, REASONS, "reason")

        def work(poster: Poster, paid: PaymentReceived, left: Money) -> Outcome:
            lookup = Lookup(poster.books, whole=True)
            lookup.add([one.invoice for one in targets])
            parts = parts_for(targets, lookup, left)
            customer = lookup.cases[parts[0].invoice].customer
            rest = left - sum((part.amount for part in parts), start=Money.zero(left.currency))
            why = note or f"applied by {self.by}"
            made = Proposal(BY_HAND, 100, why, customer, parts, Money.zero(rest.currency))
            poster.take_off_account(payment, "applied to invoices")
            cases = poster.post(paid, made, lookup)
            last = self._residual(poster, cases[-1], payment, residual, note)
            return Outcome([*cases[:-1], last], _only_customer(cases))

        return self._post(payment, work)

    @needs("post_cash")
    def accept(self, payment: str, number: int = 1, expected: str = "") -> Posted:
        """Apply a payment as the worklist proposes it; the first proposal is the likeliest.

        `expected` is what the person saw (`told_parts`); another proposal raises Changed.
        """

        def work(poster: Poster, paid: PaymentReceived, left: Money) -> Outcome:
            lookup = Lookup(poster.books, whole=True)
            rest = _with_left(paid, left)
            lookup.read([rest])
            found = proposals(rest, lookup.evidence(rest), self.planner.policies.cash)
            if not 1 <= number <= len(found):
                raise NotAllowed(f"Payment {payment} has no proposal {number}.")
            if expected and told_parts(found[number - 1]) != expected:
                raise Changed(
                    f"What is proposed for payment {payment} changed since you looked at it: look"
                    " at it again."
                )
            cases = poster.post(paid, found[number - 1], lookup)
            return Outcome(cases, _only_customer(cases))

        return self._post(payment, work)

    @needs("post_cash")
    def on_account(self, payment: str, customer: str, why: str = "") -> Posted:
        """Keep what a payment has left for a customer, who may use it for any invoice."""

        def work(poster: Poster, _: PaymentReceived, __: Money) -> Outcome:
            if not poster.books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            said = why or f"put on account by {self.by}"
            poster.put_on_account(payment, customer, said)
            open_ones = poster.books.open_invoices(customer)[:_MOST_WOKEN]
            return Outcome(list(poster.books.cases(open_ones).values()), customer)

        posted = self._post(payment, work)
        kept = f"{posted.left} of payment {payment} is on the account of customer {customer}."
        return posted._replace(said=kept)

    @needs("post_cash")
    def undo(self, application: str, reason: str) -> Posted:
        """Undo an application (``INVOICE#NUMBER``), or a payment's being on account."""
        if not reason:
            raise NotAllowed("Say why it is undone.")
        invoice, mark, number = application.rpartition("#")
        if not mark or self._is_payment(application):
            return self._off_account(application, reason)

        def work(books: Books) -> Posted:
            payment = payment_at(books, invoice, number)
            _lock(books, payment)
            books.lock_invoices([invoice])
            standing = {one.name: one for one in applied_of(books, payment)}
            if application not in standing:
                raise NotAllowed(f"There is no application {application} that stands.")
            case = Poster(books, self.now, self.by).undo(standing[application], reason)
            self.planner.plan_all(books, [case], self.now)
            posted, owes = _posted(books, payment, [case]), f"{invoice} owes {case.balance}"
            free = f"payment {payment} has {posted.left} left"
            return posted._replace(said=f"{application} is undone: {owes}, and {free}.")

        return self.ledger.transact(work)

    @needs("post_cash")
    def forget_payer(self, payer: str, reason: str) -> None:
        """Forget whom a payer pays for."""
        self.ledger.transact(lambda books: forget(books, payer, reason, self.now, self.by))

    @needs("post_cash")
    def learn_payer(self, payment: str, customer: str) -> str:
        """Remember that whoever made this payment pays for the customer; what was done."""

        def work(books: Books) -> str:
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            paid = received_one(books, payment)
            done = learn_from(books, paid, customer, self.now, self.by, asked=True)
            return done or f"Nothing new: payment {payment} names no payer, or it is known."

        return self.ledger.transact(work)

    def _post(
        self, payment: str, work: Callable[[Poster, PaymentReceived, Money], Outcome]
    ) -> Posted:
        def whole(books: Books) -> Posted:
            _lock(books, payment)
            paid = received_one(books, payment)
            left = left_of(books, payment)
            small = self.planner.policies.cash.small
            outcome = work(Poster(books, self.now, self.by, small), paid, left)
            self.planner.plan_all(books, outcome.cases, self.now)
            learnt = learn_from(books, paid, outcome.customer, self.now, self.by)
            return _posted(books, payment, outcome.cases, learnt)

        return self.ledger.transact(whole)

    def _is_payment(self, number: str) -> bool:
        """Whether this is a payment's number, which may hold the sign of an application."""
        with self.ledger.reading() as books:
            return payment_of(books.connection, number) is not None

    def _off_account(self, payment: str, reason: str) -> Posted:
        def work(books: Books) -> Posted:
            _lock(books, payment)
            received_one(books, payment)
            standing = standing_of(books, payment)
            if not (standing and standing.customer):
                raise NotAllowed(
                    f"Payment {payment} is on nobody's account; an application is named"
                    " INVOICE#NUMBER, as duncan cash explain shows it."
                )
            Poster(books, self.now, self.by).take_off_account(payment, reason)
            said = f"Payment {payment} is on nobody's account any more."
            return _posted(books, payment, [])._replace(said=said)

        return self.ledger.transact(work)

    def _residual(self, poster: Poster, case: Case, payment: str, reason: str, note: str) -> Case:
        """The case with why it was paid short, and a dispute about what is missing."""
        if not reason:
            return case
        if case.balance.minor <= 0:
            raise NotAllowed(f"Invoice {case.invoice} is paid in full; nothing is missing.")
        short = ShortPaid(
            at=self.now, by=self.by, payment=payment, amount=case.balance, reason=reason
        )
        disputed = DisputeOpened(
            at=self.now,
            by=self.by,
            dispute=dispute_name(case.invoice, len(case.disputes) + 1),
            reason=reason,
            amount=case.balance,
            note=note or f"kept back from payment {payment}",
        )
        return poster.books.record_all([(case, [short, disputed])])[0]


def told_parts(proposal: Proposal) -> str:
    """What a proposal pays, in one line: by it a stale page is known."""
    return " ".join(f"{part.invoice}={part.amount.major}" for part in proposal.parts)


def _with_left(paid: PaymentReceived, left: Money) -> PaymentReceived:
    return replace(paid, amount=left)


def _lock(books: Books, payment: str) -> None:
    """Let nobody else apply the payment until the transaction ends."""
    books.lock_customers([f"payment:{payment}"])


def _only_customer(cases: Sequence[Case]) -> str:
    customers = {case.customer for case in cases}
    return customers.pop() if len(customers) == 1 else ""


def _posted(books: Books, payment: str, cases: Sequence[Case], learnt: str = "") -> Posted:
    known_ = payment_of(books.connection, payment)
    assert known_ is not None, "the caller has seen it"
    return Posted(payment, known_.amount - known_.applied, tuple(cases), learnt)
