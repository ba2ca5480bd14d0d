"""What people do about credit that no invoice uses: refund it, or give it to another customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commands.acting import Acting, known
from commands.authority import needs
from commands.cash.checks import left_of, received_one
from commands.cash.credit_checks import (
    Moved,
    check_put_on_no_account,
    lock_payment,
    named_move,
    owner_of,
    parsed,
    record_move,
    waiting_move,
)
from commands.cash.posting import Poster
from dunning.cash_facts import PaymentReturned
from dunning.credit_facts import (
    CreditMovedBy,
    CreditMoveDecided,
    CreditMoveProposed,
    CreditRefunded,
    CreditTransferred,
    CreditTransferUndone,
)
from dunning.credit_moves import CreditMove
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.cash import note_decision
from ledger.credits import moves_of
from ledger.payments import payment_of


@dataclass(frozen=True)
class CreditActions(Acting):
    """Refunds and transfers of what a payment, or a credit note, has left."""

    @needs("follow_up")
    def refund_credit(
        self, payment: str, amount: Decimal | None, reason: str, customer: str = ""
    ) -> Moved:
        """Propose to pay it back, all of it without an amount."""
        return self._propose(payment, "refund", amount, reason, customer, "")

    @needs("follow_up")
    def transfer_credit(
        self, payment: str, to: str, amount: Decimal | None, reason: str, customer: str = ""
    ) -> Moved:
        """Propose to put it on another customer's account."""
        return self._propose(payment, "transfer", amount, reason, customer, to)

    @needs("approve")
    def approve_credit(self, payment: str, role: str = "", note: str = "") -> Moved:
        """Agree to what another person proposed; a transfer is done, a refund is to be paid."""

        def work(books: Books) -> Moved:
            lock_payment(books, payment)
            asked = waiting_move(books, payment)
            self._check_approver(books, payment, asked, role or asked.role)
            decided = CreditMoveDecided(
                at=self.now,
                by=self.by,
                payment=payment,
                adjustment=asked.adjustment,
                outcome="approved",
                role=role or asked.role,
                note=note,
            )
            if asked.what == "refund":
                return record_move(books, payment, decided)
            return self._transferred(books, payment, asked, decided)

        return self.ledger.transact(work)

    @needs("approve")
    def decline_credit(self, payment: str, note: str = "") -> Moved:
        """Do not agree; nothing changes."""

        def work(books: Books) -> Moved:
            lock_payment(books, payment)
            declined = CreditMoveDecided(
                at=self.now,
                by=self.by,
                payment=payment,
                adjustment=waiting_move(books, payment).adjustment,
                outcome="declined",
                note=note,
            )
            return record_move(books, payment, declined)

        return self.ledger.transact(work)

    @needs("post_cash")
    def credit_paid(self, adjustment: str, on: date, reference: str) -> Moved:
        """Record that an approved refund left the bank, with the bank's own reference."""
        if not reference.strip():
            raise NotAllowed("Give the bank's reference of the refund.")

        def work(books: Books) -> Moved:
            payment, move = named_move(books, adjustment)
            paid = CreditRefunded(
                at=self.now,
                by=self.by,
                payment=payment,
                adjustment=adjustment,
                amount=move.amount,
                on=on,
                reference=reference,
            )
            return record_move(books, payment, paid)

        if on > self.now.date():
            raise NotAllowed(f"{on} is in the future: record a refund when it has left the bank.")
        return self.ledger.transact(work)

    @needs("follow_up")
    def undo_credit(self, adjustment: str, reason: str) -> Moved:
        """Take a transfer back whole, or cancel a refund that was not paid yet."""
        if not reason.strip():
            raise NotAllowed("Say why it is taken back.")

        def work(books: Books) -> Moved:
            payment, move = named_move(books, adjustment)
            if move.what == "transfer" and move.on:
                return self._transferred_back(books, payment, move, reason)
            cancelled = CreditMoveDecided(
                at=self.now,
                by=self.by,
                payment=payment,
                adjustment=adjustment,
                outcome="cancelled",
                note=reason,
            )
            if move.on:
                raise NotAllowed(f"{adjustment} was paid out: money that left does not come back.")
            return record_move(books, payment, cancelled)

        return self.ledger.transact(work)

    def _propose(
        self,
        payment: str,
        what: CreditMovedBy,
        amount: Decimal | None,
        reason: str,
        customer: str,
        to: str,
    ) -> Moved:
        def work(books: Books) -> Moved:
            lock_payment(books, payment)
            received_one(books, payment)
            left = left_of(books, payment)
            owner = owner_of(books, payment, customer)
            if to and not books.knows_customer(to):
                raise NotAllowed(f"There is no customer {to} in the books.")
            meant = left if amount is None else parsed(amount, left.currency)
            proposed = CreditMoveProposed(
                at=self.now,
                by=self.by,
                payment=payment,
                adjustment=f"{payment}:m{len(moves_of(books, payment)) + 1}",
                what=what,
                amount=meant,
                customer=owner,
                role=self._role(meant),
                reason=reason,
                to=to,
            )
            return record_move(books, payment, proposed)

        return self.ledger.transact(work)

    def _role(self, amount: Money) -> str:
        role = self.planner.policies_at(self.now).write_offs.approver_of(amount)
        if role is None:
            raise NotAllowed(f"Nobody may approve {amount}: write_offs.toml has no such limit.")
        return role

    def _check_approver(self, books: Books, payment: str, asked: CreditMove, role: str) -> None:
        rules = self.planner.policies_at(self.now).write_offs
        known(self._speak_as(role), rules.roles, "role that approves adjustments")
        if not rules.may_approve(role, asked.amount):
            raise NotAllowed(f"The {role} may not approve this: the {asked.role} has to.")
        check_put_on_no_account(books, payment, self.by)

    def _transferred(
        self, books: Books, payment: str, asked: CreditMove, decided: CreditMoveDecided
    ) -> Moved:
        """The credit becomes one of its own, on the account of the other customer."""
        source, today = received_one(books, payment), self.now.date()
        done = CreditTransferred(
            at=self.now,
            by=self.by,
            payment=payment,
            adjustment=asked.adjustment,
            amount=asked.amount,
            on=today,
            to=asked.to,
            into=asked.adjustment,
        )
        moved = record_move(books, payment, decided, done)
        came = PaymentReceived(
            at=self.now,
            by=self.by,
            payment=asked.adjustment,
            amount=asked.amount,
            on=today,
            reference=f"transferred from {payment}",
            of=source.of,
        )
        books.record_payment(came, 0)
        why = f"transferred from {asked.customer}: {asked.reason}"
        Poster(books, self.now, self.by).put_on_account(asked.adjustment, asked.to, why)
        return moved

    def _transferred_back(self, books: Books, payment: str, move: CreditMove, reason: str) -> Moved:
        into = payment_of(books.connection, move.adjustment)
        if into is None or into.applied.minor:
            raise NotAllowed(f"{move.adjustment} is used already: undo that first.")
        back = CreditTransferUndone(
            at=self.now,
            by=self.by,
            payment=payment,
            adjustment=move.adjustment,
            amount=move.amount,
            on=self.now.date(),
            reason=reason,
        )
        moved = record_move(books, payment, back)
        gone = PaymentReturned(
            at=self.now,
            by=self.by,
            payment=move.adjustment,
            amount=move.amount,
            on=self.now.date(),
            reason=f"transferred back to {payment}: {reason}",
        )
        note_decision(books, move.adjustment, gone)
        return moved
