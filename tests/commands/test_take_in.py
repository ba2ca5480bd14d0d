"""Taking rows in: what a file says becomes facts, once."""

from __future__ import annotations

import pytest

from commands.imports import take_in
from commands.imports.take_in import Taken
from dunning.contact_facts import ContactBlocked
from dunning.customer import Customer
from dunning.money import Money
from intake.invoices import InvoiceRow
from intake.rows import Rejected
from ledger.doorbells import answered, waiting
from ledger.ledger import Ledger
from tests.cast import contact, customer, day, eur, invoice
from tests.commands.taking_in import (
    CUSTOMERS,
    INVOICES,
    NOW,
    facts,
    take,
)


def known(ledger: Ledger) -> Customer:
    """The customer as the books know it."""
    with ledger.reading() as books:
        return books.customer("C-1")


def test_the_same_invoices_again_change_nothing(ledger: Ledger) -> None:
    rows = [invoice(f"I-{n}") for n in range(5)]
    first = take(ledger, INVOICES, *rows)
    before = facts(ledger)
    again = take(ledger, INVOICES, *rows)

    assert first.counts == {"accepted": 5}
    assert again.counts == {"unchanged": 5}
    assert facts(ledger) == before == 5


def test_a_changed_invoice_is_amended_and_woken(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice("I-1"), invoice("I-2"))
    ledger.transact(lambda books: answered(books.connection, waiting(books.connection, 9)))
    changed = invoice("I-1", amount=eur("1400.00"), due_date=day(9), reference="PO 7")
    taken = take(ledger, INVOICES, changed, invoice("I-2"))
    with ledger.reading() as books:
        case, bells = books.case("I-1"), waiting(books.connection, 9)

    assert taken.counts == {"updated": 1, "unchanged": 1}
    assert (case.amount, case.due_date, case.reference) == (eur("1400.00"), day(9), "PO 7")
    assert [bell.invoice for bell in bells] == ["I-1"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (invoice(of="C-2"), "CUSTOMER_CHANGED"),
        (invoice(amount=Money.parse("1500.00", "GBP")), "CURRENCY_CHANGED"),
    ],
    ids=["customer", "currency"],
)
def test_an_invoice_never_moves_to_another_customer_or_currency(
    ledger: Ledger, changed: InvoiceRow, code: str
) -> None:
    take(ledger, INVOICES, invoice())
    taken = take(ledger, INVOICES, changed, invoice("I-2"))

    assert [one.code for one in taken.rejected] == [code]
    # The good row beside it is taken in.
    assert taken.counts == {"accepted": 1}


def test_refused_rows_are_kept_and_keep_no_good_ones_out(ledger: Ledger) -> None:
    bad = Rejected(3, "amount", "AMOUNT_INVALID", "x is no amount.", {"amount": "x"})
    taken = take(ledger, INVOICES, invoice("I-1"), bad, invoice("I-2"))

    assert taken.rejected == [bad]
    assert taken.counts == {"accepted": 2}


def test_a_thousand_rows_are_taken_in_in_batches(ledger: Ledger) -> None:
    rows = [invoice(f"I-{n:04}", of=f"C-{n % 7}") for n in range(1001)]
    taken: Taken[InvoiceRow] = Taken()
    progress = list(take_in.take_in(ledger, rows, INVOICES, taken))

    assert progress == [500, 1000, 1001]
    assert taken.counts == {"accepted": 1001}


def test_the_same_customers_again_change_nothing(ledger: Ledger) -> None:
    rows = [customer("C-1"), customer("C-2", contact("Ada"), contact("Hugo", "manager"))]
    first = take(ledger, CUSTOMERS, *rows)
    again = take(ledger, CUSTOMERS, *rows)

    assert first.counts == {"accepted": 2}
    assert again.counts == {"unchanged": 2}
    assert facts(ledger) == 2


def test_a_customer_that_moved_is_described_anew_and_its_cases_woken(ledger: Ledger) -> None:
    take(ledger, CUSTOMERS, customer())
    take(ledger, INVOICES, invoice())
    ledger.transact(lambda books: answered(books.connection, waiting(books.connection, 9)))
    moved = customer(country="DE", timezone="Europe/Berlin", closures=((day(1), day(5)),))
    taken = take(ledger, CUSTOMERS, moved)
    with ledger.reading() as books:
        bells = waiting(books.connection, 9)

    assert taken.counts == {"updated": 1}
    assert (known(ledger).country, known(ledger).closures) == ("DE", ((day(1), day(5)),))
    assert [bell.invoice for bell in bells] == ["I-1"]


def block(ledger: Ledger, name: str) -> None:
    """The person does not want e-mails any more."""
    [found] = [one for one in known(ledger).contacts if one.name == name]
    fact = ContactBlocked(
        at=NOW, by="duncan", contact=found.contact, channel="email", code="OPT_OUT"
    )
    ledger.transact(lambda books: books.record_customer("C-1", fact))


def reachable(ledger: Ledger) -> list[str]:
    """The addresses that may still be written to."""
    return [one.email for one in known(ledger).contacts if one.reachable_by("email")]


def test_who_opted_out_stays_so_when_the_ledger_lists_people_in_another_order(
    ledger: Ledger,
) -> None:
    ada, grace, hugo = contact("Ada"), contact("Grace"), contact("Hugo")
    take(ledger, CUSTOMERS, customer("C-1", grace, hugo))
    block(ledger, "Grace")
    take(ledger, CUSTOMERS, customer("C-1", ada, hugo, grace))

    assert reachable(ledger) == ["ada@customer.example", "hugo@customer.example"]


def test_a_corrected_address_may_be_written_to(ledger: Ledger) -> None:
    take(ledger, CUSTOMERS, customer("C-1", contact("Grace")))
    block(ledger, "Grace")
    take(ledger, CUSTOMERS, customer("C-1", contact("Grace.Hopper")))

    assert reachable(ledger) == ["grace.hopper@customer.example"]


def test_who_comes_back_to_the_ledger_is_still_opted_out(ledger: Ledger) -> None:
    take(ledger, CUSTOMERS, customer("C-1", contact("Grace")))
    block(ledger, "Grace")
    take(ledger, CUSTOMERS, customer("C-1", contact("Hugo")))
    take(ledger, CUSTOMERS, customer("C-1", contact("Hugo"), contact("Grace")))

    assert reachable(ledger) == ["hugo@customer.example"]
