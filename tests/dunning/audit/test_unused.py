"""Money that no invoice uses, as it was known from moment to moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dunning import cash_facts, credit_facts, facts
from dunning.audit.unused import changes_of_invoice, changes_of_payment, unused_at
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.payment import PaymentReceived

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


RECEIVED = PaymentReceived(
    at=AT, by="import", payment="P", amount=eur(100), on=DAY, reference="", payer="Quill"
)


def applied(minor: int, days: int = 0) -> InvoiceFact:
    at = AT + days * A_DAY
    return facts.PaymentApplied(at=at, by="x", payment="P", amount=eur(minor), on=DAY)


def told(history: list[object], *used: InvoiceFact) -> list[tuple[int, str, int]]:
    """Each change: after how many days, whose, and how much."""
    changes = changes_of_payment(history, used)
    return [((at - AT).days, owner, money.minor) for at, owner, money in changes]


def test_what_is_used_in_the_moment_it_comes_was_never_unused() -> None:
    assert told([RECEIVED], applied(100)) == []
    assert told([RECEIVED], applied(60)) == [(0, "Quill", 40)]


def test_what_is_used_later_was_unused_until_then() -> None:
    used = applied(70, 3)
    back = cash_facts.ApplicationUndone(
        at=AT + 5 * A_DAY, by="x", number=2, payment="P", amount=eur(70), on=DAY, reason="wrong"
    )

    assert told([RECEIVED], used, back) == [
        (0, "Quill", 100),
        (3, "Quill", -100),
        (3, "Quill", 30),
        (5, "Quill", -30),
        (5, "Quill", 100),
    ]


def test_money_changes_owners_leaves_and_goes_back() -> None:
    put = cash_facts.PutOnAccount(at=AT + A_DAY, by="x", payment="P", customer="C-1", why="x")
    asked = credit_facts.CreditMoveProposed(
        at=AT + 2 * A_DAY,
        by="x",
        payment="P",
        adjustment="R1",
        what="refund",
        amount=eur(40),
        customer="C-1",
        role="controller",
        reason="x",
    )
    agreed = credit_facts.CreditMoveDecided(
        at=AT + 3 * A_DAY, by="y", payment="P", adjustment="R1", outcome="approved"
    )
    gone = cash_facts.PaymentReturned(
        at=AT + 4 * A_DAY, by="bank", payment="P", amount=eur(100), on=DAY, reason="returned"
    )

    assert told([RECEIVED, put, asked, agreed, gone]) == [
        (0, "Quill", 100),
        (1, "Quill", -100),
        (1, "C-1", 100),
        (3, "C-1", -100),
        (3, "C-1", 60),
        (4, "C-1", -60),
    ]


def test_what_was_paid_too_much_counts_until_it_is_taken_back() -> None:
    opened = facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice="I",
        customer="C-1",
        entity="",
        amount=eur(50),
        issue_date=DAY,
        due_date=DAY,
    )
    back = facts.PaymentReversed(
        at=AT + 2 * A_DAY, by="x", payment="P", amount=eur(80), on=DAY, reason="x"
    )
    changes = list(changes_of_invoice([opened, applied(80, 1), back]))
    known = [(at, money) for at, _, money in changes]

    assert [unused_at(known, AT + days * A_DAY, "EUR") for days in range(4)] == [0, 30, 0, 0]
    assert unused_at(known, AT + A_DAY, "USD") == 0
