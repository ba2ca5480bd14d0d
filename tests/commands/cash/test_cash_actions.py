"""What people do about payments, and what follows from it in the books."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commands.cash.actions import CashActions
from commands.cash.applying import match_again
from commands.cash.checks import Target
from commands.cash.listing import cash_worklist
from dunning.cash.duties import refuse_poster
from dunning.cash.rules import CashRules
from dunning.may import NotAllowed
from ledger.cash import aliases, applied_of, learnt_aliases, standing_of
from ledger.ledger import Ledger
from ledger.payments import credit_of
from tests.cast import customer, eur, invoice
from tests.commands.coming_in import NOW, came, waiting
from tests.commands.taking_in import CUSTOMERS, INVOICES, PAYMENTS, paid, take, unapplied


def test_a_payment_of_several_invoices_pays_each(ledger: Ledger, desk: CashActions) -> None:
    taken = take(ledger, PAYMENTS, came("3000.00", "I-1, I-2"))
    with ledger.reading() as books:
        found = applied_of(books, "P-1")

    assert (taken.warnings, desk.by) == ([], "ada")
    assert [(one.name, one.rule, one.score) for one in found] == [
        ("I-1#2", "exact_reference", 99),
        ("I-2#2", "exact_reference", 99),
    ]


def test_what_is_paid_too_much_is_on_the_customer_s_account(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, PAYMENTS, came("1600.00", "I-1"))
    with ledger.reading() as books:
        credit = credit_of(books.connection, "C-1", "", "EUR", NOW)

    assert credit == eur("100.00")
    assert waiting(desk.ledger) == []


def test_a_person_applies_a_payment_and_the_payer_is_remembered(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, PAYMENTS, came("1500.00", payer_iban="DE89370400440532013000"))
    posted = desk.apply("P-1", [Target("I-2")])
    with ledger.reading() as books:
        (learnt,) = learnt_aliases(books)

    assert (posted.left, paid(ledger, "I-2")) == (eur("0.00"), eur("1500.00"))
    assert (learnt.customer, learnt.by) == ("C-1", "ada")
    assert learnt.shown == "DE89…3000"


def test_a_remembered_payer_needs_no_person_next_time(ledger: Ledger, desk: CashActions) -> None:
    account = "DE89370400440532013000"
    take(ledger, PAYMENTS, came("500.00", payer_iban=account))
    desk.apply("P-1", [Target("J-1", Decimal(500))])
    taken = take(ledger, PAYMENTS, came("1000.00", "again", "P-2", payer_iban=account))

    assert taken.warnings == []
    assert paid(ledger, "J-1") == eur("1500.00")


def test_a_payer_of_several_customers_is_forgotten(ledger: Ledger, desk: CashActions) -> None:
    rows = [came("10.00", "x", f"P-{n}", payer_iban="DE89370400440532013000") for n in range(3)]
    take(ledger, PAYMENTS, *rows)
    desk.apply("P-0", [Target("I-1")])
    said = desk.apply("P-1", [Target("J-1")]).learnt
    desk.apply("P-2", [Target("I-1")])
    with ledger.reading() as books:
        known = learnt_aliases(books)

    assert "several customers" in said
    assert known == []


def test_a_proposal_is_accepted_by_its_number(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1500.00", "I-1x"))
    with ledger.reading() as books:
        listed = cash_worklist(books, CashRules(), NOW.date(), 10)
    posted = desk.accept("P-1")

    assert listed["payments"][0]["proposals"][0]["rule"] == "similar_reference"
    assert listed["totals"] == {"EUR": "1500.00"}
    assert [case.invoice for case in posted.cases] == ["I-1"]


def test_undoing_restores_the_balance_and_the_money(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1490.00", "I-1"))
    with ledger.reading() as books:
        before = books.case("J-1"), books.case("I-1").balance
    desk.undo("I-1#2", "not theirs")
    with ledger.reading() as books:
        after = books.case("J-1"), books.case("I-1")

    assert before[1] == eur("10.00")
    assert after[0] == before[0]
    assert (after[1].balance, after[1].settled_on) == (eur("1500.00"), None)
    assert unapplied(ledger, "P-1") == eur("1490.00")
    assert waiting(ledger) == ["P-1"]


def test_what_a_person_undid_is_not_applied_again_by_itself(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, PAYMENTS, came("1500.00", "I-1"))
    desk.undo("I-1#2", "not theirs")

    assert match_again(ledger, CashRules(), NOW, "import") == 0
    assert desk.apply("P-1", [Target("I-1")]).left == eur("0.00")


def test_nothing_is_undone_twice(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1500.00", "I-1"))
    desk.undo("I-1#2", "not theirs")

    with pytest.raises(NotAllowed, match="no application I-1#2 that stands"):
        desk.undo("I-1#2", "again")


def test_a_payment_that_waited_is_applied_when_its_invoice_comes(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, PAYMENTS, came("20.00", "K-1"))
    take(ledger, INVOICES, invoice("K-1", amount=eur("20.00")))

    assert match_again(desk.ledger, CashRules(), NOW, "import") == 1
    assert paid(ledger, "K-1") == eur("20.00")


def test_on_account_and_off_again(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("50.00"))
    desk.on_account("P-1", "C-2")
    with ledger.reading() as books:
        credit = credit_of(books.connection, "C-2", "", "EUR", NOW)
    desk.undo("P-1", "another's")
    with ledger.reading() as books:
        standing = standing_of(books, "P-1")

    assert credit == eur("50.00")
    assert (standing.customer, waiting(ledger)) == ("", ["P-1"])


def test_a_short_payment_for_a_known_reason_is_disputed(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1200.00", "see you"))
    desk.apply("P-1", [Target("I-1")], residual="damage")
    with ledger.reading() as books:
        case = books.case("I-1")

    assert [(one.reason, one.amount) for one in case.disputes] == [("damage", eur("300.00"))]
    assert case.balance == eur("300.00")


def test_tax_withheld_settles_the_invoice_and_asks_for_the_certificate(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, CUSTOMERS, customer("C-3", country="IN", subdivision="", timezone="", locale=""))
    take(ledger, INVOICES, invoice("W-1", of="C-3"))
    from commands.imports.take_in import payments  # noqa: PLC0415

    rules = CashRules(withholding={"IN": (Decimal(10),)})
    take(ledger, payments(NOW, "import", rules), came("1350.00", "W-1"))
    with ledger.reading() as books:
        case = books.case("W-1")
    desk.undo("W-1#2", "wrong invoice")
    with ledger.reading() as books:
        undone = books.case("W-1")

    assert case.is_settled
    assert [task.what for task in case.tasks] == ["certificate"]
    assert (undone.balance, undone.credited) == (eur("1500.00"), eur("0.00"))


def test_who_posted_cash_does_not_approve_the_write_off(ledger: Ledger, desk: CashActions) -> None:
    take(ledger, PAYMENTS, came("1400.00"))
    desk.apply("P-1", [Target("I-1")])
    with ledger.reading() as books:
        history = [fact for _, fact in books.history("I-1")]

    assert refuse_poster("bea", history) is None
    assert "may not approve" in str(refuse_poster("ada", history))


def test_no_account_and_no_name_stands_in_a_stream_s_name(
    ledger: Ledger, desk: CashActions
) -> None:
    take(ledger, PAYMENTS, came("10.00", payer="Grace Smith", payer_iban="GB33BUKB20201555555555"))
    desk.learn_payer("P-1", "C-1")
    with ledger.reading() as books:
        (learnt,) = learnt_aliases(books)
        found = aliases(books, [learnt.payer])

    assert found == {learnt.payer: "C-1"}
    assert len(learnt.payer) == 32
    assert "GB33" not in learnt.payer
